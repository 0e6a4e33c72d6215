// The chunks of one collection whose readers may become others, gathered by the policies that hold for them, so that
// readers are worked out once for all chunks under equal policies. Internal to the corpus.
//
// Guarantee: a chunk that is in no unit and in no class outside Covers() keeps its readers but for changes of
// memberships and clearances. Thread-safety: belongs to one thread, which holds the tenant's shared lock.
#ifndef USHER_INDEX_CORPUS_PREVIEW_UNITS_H_
#define USHER_INDEX_CORPUS_PREVIEW_UNITS_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "acl/id_bitmap.h"
#include "index/corpus/preview_change.h"
#include "index/corpus/preview_turns.h"

namespace usher::corpus {

// The first names in order of all that were added.
class FirstNames {
 public:
  explicit FirstNames(size_t most) : most_(most) {}

  void Add(std::string_view name);
  const absl::btree_set<std::string>& names() const { return names_; }

 private:
  size_t most_;
  absl::btree_set<std::string> names_;
};

class PreviewUnits {
 public:
  struct Unit {
    PolicyChain before;
    PolicyChain after;
    uint64_t chunks = 0;
    std::vector<acl::ClassId> classes;  // none: they are of a changed document
    std::string_view document;          // its id
  };

  // All must outlive it.
  PreviewUnits(const Collection& collection, const CollectionChange& change, const acl::ProposedRights& rights);
  PreviewUnits(const PreviewUnits&) = delete;
  PreviewUnits& operator=(const PreviewUnits&) = delete;

  // Once: the changed documents, and the classes below changed folders, or all classes. Those left out keep their
  // readers. DEADLINE_EXCEEDED.
  absl::Status Gather(bool all_classes, PreviewTurns& turns);

  const std::deque<Unit>& units() const { return units_; }
  // Whether Gather looked at the class.
  bool Covers(acl::ClassId id) const { return covered_.Contains(id.value()); }
  // Chunks of the class that are not of changed documents.
  uint64_t ChunksOf(acl::ClassId id) const;

  // Add the ids of the documents that hold such chunks.
  void AddDocuments(const Unit& unit, FirstNames& ids);
  void AddDocuments(acl::ClassId id, FirstNames& ids);

 private:
  // The policies above the documents of a folder.
  struct Folder {
    PolicyChain before;
    PolicyChain after;
    bool allows_change = false;  // more or others are allowed from above
    bool limits_change = false;  // more or others are denied, kept out or granted whatever is below
  };
  // What documents and chunks carry themselves.
  struct Own {
    acl::Policy document;
    std::optional<acl::Policy> chunk;
  };

  void Take(const acl::ClassTable::ClassView& view);
  const Folder& FolderAt(std::string_view path);
  Folder Compare(std::string_view path) const;
  bool Concerns(const Folder& folder, const acl::ClassTable::ClassView& view) const;
  uint32_t OwnOf(const acl::ClassTable::ClassView& view);
  void TakeDocument(const CollectionChange::Document& document);
  void IndexChunkClasses();

  const Collection& collection_;
  const CollectionChange& change_;
  const acl::ProposedRights& rights_;
  const absl::flat_hash_map<acl::ClassId, uint64_t> changed_chunks_;
  acl::IdBitmap covered_;
  std::deque<Unit> units_;
  std::string folder_path_;
  const Folder* folder_ = nullptr;                                                // of folder_path_
  absl::btree_map<std::pair<PolicyChain, PolicyChain>, const Folder*> by_chain_;  // into folders_
  std::deque<Folder> folders_;
  std::deque<Own> own_;
  absl::flat_hash_map<std::string, uint32_t> own_by_fingerprint_;
  absl::flat_hash_map<std::pair<const Folder*, uint32_t>, Unit*> by_policies_;
  // Documents whose chunks have the class although they themselves have another.
  std::optional<absl::flat_hash_map<acl::ClassId, std::vector<std::string_view>>> by_chunk_class_;
};

}  // namespace usher::corpus

#endif  // USHER_INDEX_CORPUS_PREVIEW_UNITS_H_
