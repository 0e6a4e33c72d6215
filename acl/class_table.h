// The distinct access conditions of one collection, and which of them an asker may read.
//
// A class is a document's full folder path and the rules that document and chunk carry themselves. The policies of the
// collection and its folders are referenced by identity: changing one touches no chunk. Chunks are counted per class:
// the number of chunks an asker may read is an exact sum, known before any search. Resolution goes through postings,
// never through all classes.
// Non-guarantees: classes without chunks stay interned until the server restarts, and stay part of entitlements. Owners
// are not kept: they never matter to reading.
// Thread-safety: const methods may run concurrently with each other, not with the others.
#ifndef USHER_ACL_CLASS_TABLE_H_
#define USHER_ACL_CLASS_TABLE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "absl/hash/hash.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "acl/class_index.h"
#include "acl/entitlement.h"
#include "acl/ids.h"
#include "acl/policy.h"
#include "acl/recent_log.h"
#include "acl/rights.h"
#include "acl/subject_table.h"

namespace usher::acl {

class ClassTable {
 public:
  // `subjects` must outlive the table. Policies are canonical, here and below.
  ClassTable(SubjectTable* subjects, const Policy& collection);
  ClassTable(const ClassTable&) = delete;
  ClassTable& operator=(const ClassTable&) = delete;

  void SetCollectionPolicy(const Policy& policy);
  // `path`: components joined by '/'. A policy that says nothing about reading takes the folder's away. Costs the
  // folders and classes between the folder and the policies below it, not their chunks.
  void SetFolderPolicy(std::string_view path, const Policy& policy);
  // From this instant on nobody reads anything here. Does not move the epoch.
  void SetOpenUntil(absl::Time open_until) { index_.open_until = open_until; }
  absl::Time open_until() const { return index_.open_until; }

  // The class of chunks of documents in this folder (empty: in none) with these policies of their own; made when it is
  // new. `chunk` may be null.
  ClassId Intern(std::string_view folder_path, const Policy& document, const Policy* chunk);
  // The same without making it; nullopt when there never was one.
  std::optional<ClassId> Find(std::string_view folder_path, const Policy& document, const Policy* chunk) const;

  // Moves the count of chunks of a class; never below 0. Does nothing for a class that was never interned.
  void AddChunks(ClassId id, int64_t delta);
  // Classes with at least one chunk, and all of them.
  uint64_t live_class_count() const { return live_classes_; }
  uint64_t class_count() const { return index_.classes.size(); }

  // What may be read at `now`. Classes without chunks are in it too, so that an entitlement stays right when a chunk
  // joins a class later.
  Entitlement Resolve(const Rights& rights, absl::Time now) const;
  // Exact number of chunks in the entitlement's classes at the moment of the call.
  uint64_t CountChunks(const Entitlement& entitlement) const;

  // Changes whenever an earlier result of Resolve for the same rights may no longer hold, but for the passing of time
  // and for SetOpenUntil.
  uint64_t epoch() const { return changes_.end(); }

  // What a class is made of; valid during the visit only. `chunk` is null where there is no policy of the chunk.
  struct ClassView {
    ClassId id;
    std::string_view folder_path;
    const Policy& document;
    const Policy* chunk;
    uint64_t chunk_count;
  };
  using ClassVisitor = absl::FunctionRef<void(const ClassView&)>;
  // Every class, with or without chunks, and those in a folder and below it; in no particular order.
  void ForEachClass(ClassVisitor visit) const;
  void ForEachClassBelow(std::string_view folder_path, ClassVisitor visit) const;
  // The policies from the collection's down to the chunk's, or the document's if the chunk has none; of folders only
  // those with a policy. Empty for a class that was never interned.
  std::vector<Policy> ChainOf(ClassId id) const;

  // One step of what epoch() counts: a class was interned, or a policy of the collection or a folder became another.
  struct Change {
    ClassId interned = kNoClass;
    std::string before;  // compiled; used if no class was interned
    std::string after;
  };
  struct CountChange {
    ClassId id;
    int64_t delta;
  };
  // For those who keep what they resolved.
  const RecentLog<Change>& changes() const { return changes_; }
  const RecentLog<CountChange>& count_changes() const { return count_changes_; }
  const ClassIndex& index() const { return index_; }
  uint64_t ChunkCount(ClassId id) const { return id.value() < chunk_counts_.size() ? chunk_counts_[id.value()] : 0; }

 private:
  using Key = std::pair<uint32_t, uint32_t>;  // FolderId, OwnId
  struct KeyHash {
    using is_transparent = void;
    const ClassTable* table;
    size_t operator()(const Key& key) const { return absl::Hash<Key>()(key); }
    size_t operator()(uint32_t id) const { return (*this)(table->KeyOf(id)); }
  };
  struct KeyEqual {
    using is_transparent = void;
    const ClassTable* table;
    bool operator()(uint32_t a, uint32_t b) const { return a == b; }
    bool operator()(uint32_t a, const Key& b) const { return table->KeyOf(a) == b; }
  };

  Key KeyOf(uint32_t id) const {
    return {index_.folders.FolderOf(ClassId(id)).value(), index_.classes[id].own.value()};
  }
  void SetPolicy(FolderId folder, std::string compiled);
  ClassId Make(FolderId folder, OwnId own);
  void VisitClass(ClassId id, std::string_view folder_path, ClassVisitor visit) const;

  ClassIndex index_;
  std::vector<uint64_t> chunk_counts_;  // by ClassId
  absl::flat_hash_set<uint32_t, KeyHash, KeyEqual> ids_;
  uint64_t live_classes_ = 0;
  RecentLog<Change> changes_;
  RecentLog<CountChange> count_changes_;
};

}  // namespace usher::acl

#endif  // USHER_ACL_CLASS_TABLE_H_
