#include "index/corpus/preview_change.h"

#include <algorithm>
#include <utility>

#include "acl/delegation.h"
#include "acl/id_bitmap.h"

namespace usher::corpus {
namespace {

void SetChunkPolicy(storage::DocumentRecord& document, uint32_t number, acl::Policy policy) {
  auto& own = document.chunk_policies;
  std::erase_if(own, [number](const auto& entry) { return entry.first == number; });
  if (policy.empty()) return;
  const auto place = std::find_if(own.begin(), own.end(), [number](const auto& entry) { return entry.first > number; });
  own.insert(place, {number, std::move(policy)});
}

void Record(const NodeName& name, const StoredNode& node, acl::Policy policy, CollectionChange& change) {
  if (name.is_collection()) {
    change.own = std::move(policy);
  } else if (!name.folder.empty()) {
    change.folders[name.folder] = std::move(policy);
  } else {
    const auto [entry, fresh] = change.documents.try_emplace(name.document);
    if (fresh) entry->second = {*node.document, *node.document};
    storage::DocumentRecord& after = entry->second.after;
    if (name.chunk) return SetChunkPolicy(after, *name.chunk, std::move(policy));
    after.policy = std::move(policy);
  }
}

// So that proposing what there is already costs nothing.
void DropWhatStays(const Collection& collection, CollectionChange& change) {
  if (change.own == collection.record.policy) change.own.reset();
  for (auto it = change.folders.begin(); it != change.folders.end();) {
    const auto now = collection.folders.find(it->first);
    const bool stays = now == collection.folders.end() ? it->second.empty() : now->second.policy == it->second;
    it = stays ? change.folders.erase(it) : std::next(it);
  }
  for (auto it = change.documents.begin(); it != change.documents.end();) {
    const auto& [before, after] = it->second;
    const bool stays = before.policy == after.policy && before.chunk_policies == after.chunk_policies;
    it = stays ? change.documents.erase(it) : std::next(it);
  }
}

}  // namespace

PolicyChain CollectionChange::FolderPolicies(const Collection& collection, std::string_view folder) const {
  if (!own && folders.empty()) return collection.FolderPolicies(folder);
  PolicyChain chain = {own ? &*own : &collection.record.policy};
  for (const std::string_view path : FolderChain(folder)) {
    if (const auto changed = folders.find(path); changed != folders.end()) {
      if (!changed->second.empty()) chain.push_back(&changed->second);
    } else if (const auto stays = collection.folders.find(path); stays != collection.folders.end()) {
      chain.push_back(&stays->second.policy);
    }
  }
  return chain;
}

PolicyChain CollectionChange::ChunkPolicies(const Collection& collection, const storage::DocumentRecord& after,
                                            uint32_t number) const {
  PolicyChain chain = FolderPolicies(collection, FolderOf(after.id));
  chain.push_back(&after.policy);
  if (const acl::Policy* chunk = ChunkPolicyOf(after, number)) chain.push_back(chunk);
  return chain;
}

void CollectionChange::ForEachClassBelow(const Collection& collection, acl::ClassTable::ClassVisitor visit) const {
  if (own) return collection.classes.ForEachClass(visit);
  for (const auto& [path, policy] : folders) {
    // A folder below another changed one is visited with it.
    const auto chain = FolderChain(path);
    const bool below_another = std::any_of(chain.begin(), chain.end(), [&](std::string_view above) {
      return above.size() < path.size() && folders.contains(above);
    });
    if (!below_another) collection.classes.ForEachClassBelow(path, visit);
  }
}

CollectionChanges HoldAgainst(const std::vector<PolicyUpdate>& updates, const std::vector<StoredNode>& nodes,
                              absl::Time now) {
  CollectionChanges changes;
  absl::btree_map<std::string, const Collection*> collections;
  for (size_t i = 0; i < updates.size(); ++i) {
    const NodeName& name = updates[i].node;
    collections[name.collection] = nodes[i].collection.get();
    Record(name, nodes[i], acl::KeepBreakGlass(updates[i].policy, nodes[i].OwnPolicy(name), now),
           changes[name.collection]);
  }
  for (auto& [name, change] : changes) DropWhatStays(*collections[name], change);
  return changes;
}

const CollectionChange& ChangeOf(const CollectionChanges& changes, std::string_view collection) {
  static const CollectionChange& nothing = *new CollectionChange();
  const auto found = changes.find(collection);
  return found == changes.end() ? nothing : found->second;
}

acl::ProposedRights HoldRightsAgainst(const Tenant& tenant, const ProposedChanges& changes) {
  acl::MembershipDelta memberships;
  for (const storage::MembershipRecord& record : changes.add) {
    memberships.added.emplace_back(record.member, record.group);
  }
  for (const storage::MembershipRecord& record : changes.remove) {
    memberships.removed.emplace_back(record.member, record.group);
  }
  acl::ClearanceChanges clearances;
  for (const storage::ClearanceRecord& record : changes.clearances) clearances[record.principal] = record.clearance;
  return acl::ProposedRights(tenant.subjects, tenant.groups, tenant.clearances, memberships, clearances);
}

std::vector<NodeName> NodesOf(const ProposedChanges& changes) {
  std::vector<NodeName> names;
  for (const PolicyUpdate& update : changes.policies) names.push_back(update.node);
  return names;
}

absl::Status CheckAllExist(const std::vector<NodeName>& names, const std::vector<StoredNode>& nodes) {
  for (size_t i = 0; i < names.size(); ++i) {
    if (nodes[i].collection == nullptr) return NoSuchCollection(names[i].collection);
    if (!nodes[i].exists) return NoSuchNode(names[i]);
  }
  return absl::OkStatus();
}

absl::flat_hash_map<acl::ClassId, uint64_t> ChangedChunks(const Collection& collection,
                                                          const CollectionChange& change) {
  absl::flat_hash_map<acl::ClassId, uint64_t> counts;
  for (const auto& [id, document] : change.documents) {
    const std::optional<Catalogue::Entry> entry = collection.documents.Find(id);
    if (!entry) continue;
    for (uint32_t number = 0; number < entry->chunk_count; ++number) ++counts[entry->ClassOf(number)];
  }
  return counts;
}

}  // namespace usher::corpus
