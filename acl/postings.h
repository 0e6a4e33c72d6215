// What is to be looked at for whom: numbers listed under the subjects and labels that lead to them.
//
// Thread-safety: const methods may run concurrently with each other, not with the others.
#ifndef USHER_ACL_POSTINGS_H_
#define USHER_ACL_POSTINGS_H_

#include <algorithm>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/types/span.h"
#include "acl/compiled_policy.h"
#include "acl/id_bitmap.h"
#include "acl/ids.h"

namespace usher::acl {

class Postings {
 public:
  void Add(const PostingKeys& keys, uint32_t id) {
    for (const SubjectId subject : keys.subjects) by_subject_[subject].push_back(id);
    if (keys.label) by_label_[*keys.label].push_back(id);
  }

  // `keys` are those it was added under. Costs the length of the lists.
  void Remove(const PostingKeys& keys, uint32_t id) {
    for (const SubjectId subject : keys.subjects) Remove(by_subject_, subject, id);
    if (keys.label) Remove(by_label_, *keys.label, id);
  }

  // Calls visit(uint32_t) for everything listed under one of the subjects or labels, once for each list it is in.
  template <typename Visitor>
  void ForEach(absl::Span<const SubjectId> subjects, const IdBitmap& labels, Visitor visit) const {
    for (const SubjectId subject : subjects) {
      if (const auto list = by_subject_.find(subject); list != by_subject_.end()) {
        for (const uint32_t id : list->second) visit(id);
      }
    }
    for (const auto& [label, list] : by_label_) {
      if (!labels.Contains(label.value())) continue;
      for (const uint32_t id : list) visit(id);
    }
  }

 private:
  template <typename Map, typename Key>
  static void Remove(Map& map, Key key, uint32_t id) {
    const auto list = map.find(key);
    std::erase(list->second, id);
    if (list->second.empty()) map.erase(list);
  }

  absl::flat_hash_map<SubjectId, std::vector<uint32_t>> by_subject_;
  absl::flat_hash_map<LabelId, std::vector<uint32_t>> by_label_;
};

}  // namespace usher::acl

#endif  // USHER_ACL_POSTINGS_H_
