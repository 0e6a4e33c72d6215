// The insides of a ClassTable: what a resolution reads. Not for use outside acl.
//
// Thread-safety: as a container.
#ifndef USHER_ACL_CLASS_INDEX_H_
#define USHER_ACL_CLASS_INDEX_H_

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "acl/folder_policies.h"
#include "acl/id_bitmap.h"
#include "acl/label_table.h"
#include "acl/own_rules.h"
#include "acl/subject_table.h"

namespace usher::acl {

struct ClassIndex {
  static constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();
  struct Class {
    OwnId own;
    uint32_t next = kNone;  // class with the same own rules
  };

  ClassIndex(SubjectTable* s, const Policy& collection) : subjects(s), folders(Compile(collection)) {}

  // Interns and remembers every name.
  std::string Compile(const Policy& policy) {
    std::string compiled;
    const IdPolicy ids = ToIds(policy, subjects, &labels);
    Name(ids.ceiling);
    for (const IdRule& rule : ids.rules) Name(rule.subjects);
    AppendCompiled(ids, compiled);
    return compiled;
  }

  // Calls visit(ClassId) for each class with these own rules.
  template <typename Visitor>
  void ForEachClassOf(OwnId own_rules, Visitor visit) const {
    for (uint32_t id = first_class[own_rules.value()]; id != kNone; id = classes[id].next) visit(ClassId(id));
  }

  SubjectTable* subjects;
  LabelTable labels;
  IdBitmap named;  // SubjectIds that any rule or ceiling ever named
  uint64_t named_count = 0;
  FolderPolicies folders;
  OwnRules own;
  std::vector<Class> classes;         // by ClassId
  std::vector<uint32_t> first_class;  // by OwnId
  absl::Time open_until = absl::InfiniteFuture();

 private:
  void Name(const std::vector<SubjectId>& ids) {
    for (const SubjectId id : ids) {
      if (named.Insert(id.value())) ++named_count;
    }
  }
};

}  // namespace usher::acl

#endif  // USHER_ACL_CLASS_INDEX_H_
