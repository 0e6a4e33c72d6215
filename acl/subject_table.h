// Interns the subject names of one tenant.
//
// Guarantees: an id stays valid, with its name, for the life of the table; names never move in memory.
// Non-guarantees: nothing is ever forgotten, so memory follows the number of distinct names ever seen since start.
// Thread-safety: const methods may run concurrently with each other, not with Intern.
#ifndef USHER_ACL_SUBJECT_TABLE_H_
#define USHER_ACL_SUBJECT_TABLE_H_

#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "acl/id_bitmap.h"
#include "acl/ids.h"

namespace usher::acl {

class SubjectTable {
 public:
  SubjectTable();
  SubjectTable(const SubjectTable&) = delete;
  SubjectTable& operator=(const SubjectTable&) = delete;

  // `everyone`, always present.
  static constexpr SubjectId kEveryoneId{0};

  SubjectId Intern(std::string_view name);
  std::optional<SubjectId> Find(std::string_view name) const;
  // `id` must come from this table.
  std::string_view Name(SubjectId id) const { return names_[id.value()]; }
  size_t size() const { return names_.size(); }
  // The ids, as numbers, of those names that are valid principals'.
  const IdBitmap& principals() const { return principals_; }

 private:
  std::deque<std::string> names_;
  absl::flat_hash_map<std::string_view, SubjectId> ids_;
  IdBitmap principals_;
};

}  // namespace usher::acl

#endif  // USHER_ACL_SUBJECT_TABLE_H_
