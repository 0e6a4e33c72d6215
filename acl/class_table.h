// The distinct access conditions of one collection, and which of them a principal may read.
//
// A class is a document's own policy, interned by content; the collection's policy above it is shared and referenced by identity, so
// changing it touches no class. Chunks are counted per class: the number of chunks a principal may read is an exact sum, known
// before any search. Resolution goes through postings (subject -> classes that allow it), never through all classes.
// Non-guarantees: classes without chunks stay interned until the server restarts.
// Thread-safety: const methods may run concurrently with each other, not with the others.
#ifndef USHER_ACL_CLASS_TABLE_H_
#define USHER_ACL_CLASS_TABLE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "acl/entitlement.h"
#include "acl/ids.h"
#include "acl/policy.h"
#include "acl/subject_table.h"

namespace usher::acl {

class ClassTable {
 public:
  // `subjects` must outlive the table. `collection_policy` is canonical.
  ClassTable(SubjectTable* subjects, const Policy& collection_policy);
  ClassTable(const ClassTable&) = delete;
  ClassTable& operator=(const ClassTable&) = delete;

  void SetCollectionPolicy(const Policy& policy);

  // The class of documents with this canonical policy of their own; made when it is new.
  ClassId Intern(const Policy& document_policy);

  // Moves the count of chunks of a class; never below 0.
  void AddChunks(ClassId id, int64_t delta);

  // Classes with at least one chunk.
  uint64_t live_class_count() const { return live_classes_; }

  // What a principal of these subjects (GroupGraph::Closure) may read at `now`.
  Entitlement Resolve(absl::Span<const SubjectId> subjects, absl::Time now) const;

  // Changes whenever an earlier result of Resolve for the same subjects may no longer hold, but for the passing of time.
  uint64_t epoch() const { return epoch_; }

 private:
  struct CompiledRule {
    Effect effect;
    std::vector<SubjectId> subjects;  // sorted
    absl::Time not_before;
    absl::Time expire_time;
  };
  struct CompiledPolicy {
    Inheritance inheritance = Inheritance::kInherit;
    std::vector<CompiledRule> rules;
  };
  struct Class {
    CompiledPolicy policy;
    uint64_t chunk_count = 0;
  };

  CompiledPolicy Compile(const Policy& policy);

  SubjectTable* subjects_;
  CompiledPolicy collection_;
  std::vector<Class> classes_;                                      // by ClassId
  absl::flat_hash_map<std::string, ClassId> ids_;                   // PolicyFingerprint -> class
  absl::flat_hash_map<SubjectId, std::vector<ClassId>> allowed_by_;  // subject -> REPLACE and RESTRICT classes with an allow rule naming it
  std::vector<ClassId> inheriting_;                                 // INHERIT classes
  uint64_t live_classes_ = 0;
  uint64_t epoch_ = 0;
};

}  // namespace usher::acl

#endif  // USHER_ACL_CLASS_TABLE_H_
