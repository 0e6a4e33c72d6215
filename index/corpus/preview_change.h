// The changes of a preview, held against what there is. Internal to the corpus.
//
// Thread-safety: values; they point into the tenant, whose shared lock must be held as long as they are used.
#ifndef USHER_INDEX_CORPUS_PREVIEW_CHANGE_H_
#define USHER_INDEX_CORPUS_PREVIEW_CHANGE_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/time/time.h"
#include "acl/class_table.h"
#include "acl/clock.h"
#include "acl/preview.h"
#include "index/corpus/corpus_impl.h"

namespace usher::corpus {

// What the policies of one collection would become. What stays as it is is not in it.
struct CollectionChange {
  struct Document {
    storage::DocumentRecord before;
    storage::DocumentRecord after;
  };

  std::optional<acl::Policy> own;
  absl::btree_map<std::string, acl::Policy, std::less<>> folders;  // by path; an empty policy takes the folder's away
  absl::btree_map<std::string, Document, std::less<>> documents;   // by id

  // As Collection::FolderPolicies; the same pointers where nothing changes. Valid as long as this and the collection.
  PolicyChain FolderPolicies(const Collection& collection, std::string_view folder) const;
  PolicyChain ChunkPolicies(const Collection& collection, const storage::DocumentRecord& after, uint32_t number) const;

  // Every class that lies below a changed folder, once each.
  void ForEachClassBelow(const Collection& collection, acl::ClassTable::ClassVisitor visit) const;
};

using CollectionChanges = absl::btree_map<std::string, CollectionChange, std::less<>>;  // by collection

// `nodes`: those of `updates`, in order; they exist. Grants by break-glass stay whatever is proposed, and a later
// update of a node takes the place of an earlier one.
CollectionChanges HoldAgainst(const std::vector<PolicyUpdate>& updates, const std::vector<StoredNode>& nodes,
                              absl::Time now);
// The change of one collection; one that changes nothing where there is none.
const CollectionChange& ChangeOf(const CollectionChanges& changes, std::string_view collection);

acl::ProposedRights HoldRightsAgainst(const Tenant& tenant, const ProposedChanges& changes);

// The names of the updated nodes.
std::vector<NodeName> NodesOf(const ProposedChanges& changes);
// NOT_FOUND for the first of the nodes that does not exist.
absl::Status CheckAllExist(const std::vector<NodeName>& names, const std::vector<StoredNode>& nodes);

// How many chunks of changed documents each class counts now.
absl::flat_hash_map<acl::ClassId, uint64_t> ChangedChunks(const Collection& collection, const CollectionChange& change);

}  // namespace usher::corpus

#endif  // USHER_INDEX_CORPUS_PREVIEW_CHANGE_H_
