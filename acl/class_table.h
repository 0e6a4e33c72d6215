// The distinct access conditions of one collection, and which of them a principal may read.
//
// A class is a document's own policy, interned by content; the collection's policy above it is shared and referenced by
// identity, so changing it touches no class. Chunks are counted per class: the number of chunks a principal may read is
// an exact sum, known before any search. Resolution goes through postings (subject -> classes whose answer it can
// change), never through all classes.
// Non-guarantees: classes without chunks stay interned until the server restarts, and stay part of entitlements.
// Thread-safety: const methods may run concurrently with each other, not with the others.
#ifndef USHER_ACL_CLASS_TABLE_H_
#define USHER_ACL_CLASS_TABLE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "acl/entitlement.h"
#include "acl/id_bitmap.h"
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

  // `policy` is canonical. Costs the size of the policy, whatever the number of classes.
  void SetCollectionPolicy(const Policy& policy);

  // The class of documents with this canonical policy of their own; made when it is new.
  ClassId Intern(const Policy& document_policy);

  // The class of documents with this policy; nullopt when no document ever had it.
  std::optional<ClassId> Find(const Policy& document_policy) const;

  // Moves the count of chunks of a class; never below 0. Does nothing for a class that was never interned.
  void AddChunks(ClassId id, int64_t delta);

  // Classes with at least one chunk.
  uint64_t live_class_count() const { return live_classes_; }

  // What a principal of these subjects (GroupGraph::Closure) may read at `now`. Classes without chunks are in it too,
  // so that an entitlement stays right when a chunk joins a class later.
  Entitlement Resolve(absl::Span<const SubjectId> subjects, absl::Time now) const;

  // Exact number of chunks in the entitlement's classes at the moment of the call; Entitlement::chunk_count() is the
  // number at the moment of Resolve.
  uint64_t CountChunks(const Entitlement& entitlement) const;

  // Changes whenever an earlier result of Resolve for the same subjects may no longer hold, but for the passing of time
  // and for chunk_count(): chunks come and go without changing the set of classes.
  uint64_t epoch() const { return epoch_; }

 private:
  struct CompiledRule {
    Effect effect = Effect::kDeny;
    absl::Time not_before;
    absl::Time expire_time;
    std::vector<SubjectId> subjects;
  };
  struct CompiledPolicy {
    Inheritance inheritance = Inheritance::kInherit;
    std::vector<CompiledRule> rules;
  };
  // What the rules of one policy say to one set of subjects at one moment.
  struct Verdict {
    bool allowed = false;
    bool denied = false;
    absl::Time holds_until = absl::InfiniteFuture();  // when a rule naming one of the subjects next begins or ends
  };

  CompiledPolicy Compile(const Policy& policy);
  void Post(ClassId id, const CompiledPolicy& policy);
  static Verdict Evaluate(const CompiledPolicy& policy, const IdBitmap& subjects, absl::Time now);

  SubjectTable* subjects_;
  CompiledPolicy collection_;
  std::string collection_fingerprint_;
  std::vector<CompiledPolicy> classes_;            // by ClassId
  std::vector<uint64_t> chunk_counts_;             // by ClassId
  absl::flat_hash_map<std::string, ClassId> ids_;  // PolicyFingerprint -> class
  // For a REPLACE or RESTRICT class the subjects of its allow rules, for an INHERIT class those of its deny rules:
  // whoever is not posted gets nothing from the former and what the collection says from the latter.
  absl::flat_hash_map<SubjectId, std::vector<ClassId>> postings_;
  IdBitmap inheriting_;  // INHERIT classes
  uint64_t live_classes_ = 0;
  uint64_t epoch_ = 0;
};

}  // namespace usher::acl

#endif  // USHER_ACL_CLASS_TABLE_H_
