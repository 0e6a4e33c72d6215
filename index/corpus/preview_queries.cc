// What recorded queries would have returned after changes that are not made.
#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include "absl/container/btree_set.h"
#include "acl/preview.h"
#include "index/corpus/corpus_impl.h"
#include "index/corpus/preview_change.h"
#include "index/corpus/preview_turns.h"

namespace usher::corpus {
namespace {

using acl::ClassId;
using index::Candidate;
using index::RowKey;
using KeepCandidate = absl::FunctionRef<bool(const RowKey&)>;

bool Better(const Candidate& a, const Candidate& b) { return a.score != b.score ? a.score > b.score : a.key < b.key; }

// The best `query.k` rows of the entitlement that are kept, or all there are; those that score less than `floor` may be
// missing.
absl::StatusOr<std::vector<Candidate>> Best(const index::IndexSnapshot& snapshot, index::Query query,
                                            const acl::Entitlement& entitlement, KeepCandidate keep, float floor) {
  const auto wanted = static_cast<size_t>(query.k);
  for (;;) {
    auto found = snapshot.Search(query, entitlement);
    if (!found.ok()) return found.status();
    std::vector<Candidate>& all = found->candidates;
    const bool exhausted = all.size() < static_cast<size_t>(query.k) || all.back().score < floor;
    std::erase_if(all, [&](const Candidate& candidate) { return !keep(candidate.key); });
    if (exhausted || all.size() >= wanted) {
      all.resize(std::min(all.size(), wanted));
      return std::move(all);
    }
    query.k = query.k > std::numeric_limits<int>::max() / 4 ? std::numeric_limits<int>::max() : query.k * 4;
  }
}

// One query of one principal, held against one state.
class QueryPreviewer {
 public:
  QueryPreviewer(const storage::Store& store, const Tenant& tenant, const Collection& collection,
                 const CollectionChange& change, const acl::ProposedRights& rights, const acl::Asker& asker,
                 absl::Time now, PreviewTurns* turns)
      : store_(store),
        tenant_(tenant),
        collection_(collection),
        change_(change),
        rights_(rights),
        asker_(asker),
        now_(now),
        turns_(turns),
        before_(tenant.groups, tenant.clearances, asker, now),
        after_(rights, asker.principal, asker.purpose, now) {
    for (const auto& [id, document] : change.documents) changed_.emplace(document.before.version, &document);
  }

  // nullopt: the store is ahead of memory, ask again when it no longer is.
  absl::StatusOr<std::optional<QueryDifference>> Run(const index::Query& query);

 private:
  struct Named {
    RowKey key;
    std::string name;
  };
  // Best first; nullopt as above.
  using Answer = std::optional<std::vector<Named>>;

  bool MayReadAfter(const PolicyChain& chain) const { return after_.checker().MayRead(chain, collection_.open_until); }
  absl::StatusOr<acl::Entitlement> EntitlementAfter() const;
  void OpenChangedChunks();
  absl::StatusOr<std::vector<Candidate>> SearchAfter(const index::Query& query);
  absl::StatusOr<Answer> Name(const std::vector<Candidate>& candidates, bool after) const;
  absl::Status CheckReadable(const storage::DocumentRecord& document, uint32_t number, bool after) const;

  const storage::Store& store_;
  const Tenant& tenant_;
  const Collection& collection_;
  const CollectionChange& change_;
  const acl::ProposedRights& rights_;
  const acl::Asker& asker_;
  absl::Time now_;
  PreviewTurns* turns_;
  acl::Checker before_;
  acl::ProposedAsker after_;
  std::shared_ptr<const index::IndexSnapshot> snapshot_ = collection_.vectors.Snapshot();
  absl::btree_map<acl::DocumentVersion, const CollectionChange::Document*> changed_;
  absl::btree_set<RowKey> opened_;         // chunks of changed documents, readable after
  absl::btree_set<ClassId> opened_among_;  // the classes they have now
};

// Chunks of changed documents count with the class they have now: they are to be told apart by their version.
absl::StatusOr<acl::Entitlement> QueryPreviewer::EntitlementAfter() const {
  const acl::Entitlement by_rights =
      collection_.classes.Resolve(rights_.RightsOf(asker_.principal, asker_.purpose), now_);
  acl::IdBitmap readable(collection_.classes.class_count());
  for (const ClassId id : by_rights.classes()) readable.Insert(id.value());
  std::string folder;
  PolicyChain above = change_.FolderPolicies(collection_, folder);
  absl::Status status;
  change_.ForEachClassBelow(collection_, [&](const acl::ClassTable::ClassView& view) {
    if (status = turns_->Check(); !status.ok()) return;
    if (view.folder_path != folder) {
      folder = view.folder_path;
      above = change_.FolderPolicies(collection_, folder);
    }
    PolicyChain chain = above;
    chain.push_back(&view.document);
    if (view.chunk != nullptr) chain.push_back(view.chunk);
    if (MayReadAfter(chain)) {
      readable.Insert(view.id.value());
    } else {
      readable.Erase(view.id.value());
    }
  });
  if (!status.ok()) return status;
  return acl::Entitlement(std::move(readable), absl::InfiniteFuture());
}

void QueryPreviewer::OpenChangedChunks() {
  for (const auto& [id, document] : change_.documents) {
    const std::optional<Catalogue::Entry> entry = collection_.documents.Find(id);
    for (uint32_t number = 0; entry && number < entry->chunk_count; ++number) {
      if (!MayReadAfter(change_.ChunkPolicies(collection_, document.after, number))) continue;
      opened_.insert({document.before.version, number});
      opened_among_.insert(entry->ClassOf(number));
    }
  }
}

absl::StatusOr<std::vector<Candidate>> QueryPreviewer::SearchAfter(const index::Query& query) {
  const float lowest = -std::numeric_limits<float>::infinity();
  const absl::StatusOr<acl::Entitlement> entitled = EntitlementAfter();
  if (!entitled.ok()) return entitled.status();
  auto found = Best(
      *snapshot_, query, *entitled, [this](const RowKey& key) { return !changed_.contains(key.version); }, lowest);
  if (!found.ok()) return found.status();
  OpenChangedChunks();
  if (opened_.empty()) return found;
  const auto wanted = static_cast<size_t>(query.k);
  const float floor = found->size() < wanted ? lowest : found->back().score;
  const acl::Entitlement among({opened_among_.begin(), opened_among_.end()}, absl::InfiniteFuture());
  const auto opened = Best(
      *snapshot_, query, among, [this](const RowKey& key) { return opened_.contains(key); }, floor);
  if (!opened.ok()) return opened.status();
  found->insert(found->end(), opened->begin(), opened->end());
  std::sort(found->begin(), found->end(), Better);
  found->resize(std::min(found->size(), wanted));
  return found;
}

// Search has decided by classes; the rules themselves must agree, as with every answer.
absl::Status QueryPreviewer::CheckReadable(const storage::DocumentRecord& document, uint32_t number, bool after) const {
  const auto changed = changed_.find(document.version);
  const storage::DocumentRecord& proposed = changed == changed_.end() ? document : changed->second->after;
  const bool readable = after ? MayReadAfter(change_.ChunkPolicies(collection_, proposed, number))
                              : before_.MayRead(collection_.ChunkPolicies(document, number), collection_.open_until);
  if (readable) return absl::OkStatus();
  return absl::InternalError(
      "the preview of a query found a chunk that the rules do not let the principal read; "
      "nothing was returned, report this defect");
}

absl::StatusOr<QueryPreviewer::Answer> QueryPreviewer::Name(const std::vector<Candidate>& candidates,
                                                            bool after) const {
  std::vector<storage::ChunkKey> keys;
  for (const Candidate& candidate : candidates) keys.push_back({candidate.key.version, candidate.key.number});
  const auto chunks = store_.GetChunks(collection_.record.id, keys);
  if (!chunks.ok()) return chunks.status();
  std::vector<std::string> ids;
  for (const auto& chunk : *chunks) {
    if (!chunk) return Answer();
    ids.push_back(chunk->document_id);
  }
  const auto documents = store_.GetDocuments(collection_.record.id, ids);
  if (!documents.ok()) return documents.status();
  std::vector<Named> answer;
  for (size_t i = 0; i < candidates.size(); ++i) {
    const auto& document = (*documents)[i];
    const RowKey& key = candidates[i].key;
    if (!document || document->revision > tenant_.revision || document->version != key.version) return Answer();
    if (absl::Status status = CheckReadable(*document, key.number, after); !status.ok()) return status;
    answer.push_back({key, FormatChunkName(collection_.record.name, ids[i], key.number)});
  }
  return Answer(std::move(answer));
}

absl::StatusOr<std::optional<QueryDifference>> QueryPreviewer::Run(const index::Query& query) {
  const acl::Entitlement entitled =
      collection_.classes.Resolve(acl::RightsOf(tenant_.groups, tenant_.clearances, asker_), now_);
  const auto found = snapshot_->Search(query, entitled);
  if (!found.ok()) return found.status();
  const auto found_after = SearchAfter(query);
  if (!found_after.ok()) return found_after.status();
  const auto before = Name(found->candidates, false);
  if (!before.ok()) return before.status();
  const auto after = Name(*found_after, true);
  if (!after.ok()) return after.status();
  if (!*before || !*after) return std::optional<QueryDifference>();
  const auto missing_from = [](const std::vector<Named>& some, const std::vector<Named>& others) {
    absl::btree_set<RowKey> known;
    for (const Named& other : others) known.insert(other.key);
    std::vector<std::string> names;
    for (const Named& one : some) {
      if (!known.contains(one.key)) names.push_back(one.name);
    }
    return names;
  };
  return QueryDifference{missing_from(**after, **before), missing_from(**before, **after)};
}

}  // namespace

absl::StatusOr<std::vector<QueryDifference>> Corpus::PreviewQueries(std::string_view tenant_id,
                                                                    const ProposedChanges& changes,
                                                                    std::string_view purpose,
                                                                    const std::vector<RecordedQuery>& queries,
                                                                    absl::Time deadline) const {
  const std::vector<NodeName> names = NodesOf(changes);
  std::shared_ptr<Tenant> tenant = impl_->FindTenant(tenant_id);
  if (tenant == nullptr) tenant = std::make_shared<Tenant>();  // one that never wrote holds nothing
  std::vector<QueryDifference> differences;
  for (const RecordedQuery& recorded : queries) {
    const auto attempt = [&](std::chrono::milliseconds turn) -> absl::Status {
      if (impl_->clock->Now() >= deadline)
        return absl::DeadlineExceededError("the deadline passed; preview fewer queries");
      std::vector<StoredNode> nodes;
      acl::Revision as_of;
      absl::Status status = impl_->ReadNodes(*tenant, names, [&](const std::vector<StoredNode>& found) {
        nodes = found;
        as_of = tenant->revision;
        return CheckAllExist(names, found);
      });
      if (!status.ok()) return status;
      PreviewTurns turns(*tenant, impl_->clock, deadline, turn);
      if (turns.revision() != as_of) return absl::AbortedError("something was written while the preview began; retry");
      const std::shared_ptr<Collection> collection = Impl::FindCollection(*tenant, recorded.collection);
      if (collection == nullptr) return NoSuchCollection(recorded.collection);
      const absl::Time now = impl_->clock->Now();
      const CollectionChanges held = HoldAgainst(changes.policies, nodes, now);
      const acl::ProposedRights rights = HoldRightsAgainst(*tenant, changes);
      const acl::Asker asker{recorded.principal, {}, std::string(purpose)};
      // Exact, so that a difference is one of access and never of what a graph happens to reach.
      const index::Query query{recorded.vector, recorded.k, index::SearchMode::kExact, deadline, {}};
      auto difference = QueryPreviewer(*impl_->store, *tenant, *collection, ChangeOf(held, recorded.collection), rights,
                                       asker, now, &turns)
                            .Run(query);
      if (!difference.ok()) return difference.status();
      if (!*difference) return absl::AbortedError("a document was written meanwhile; retry");
      differences.push_back(**std::move(difference));
      return absl::OkStatus();
    };
    absl::Status status = RetryAborted([&](std::chrono::milliseconds turn) -> absl::Status {
      absl::Status tried = attempt(turn);
      if (!absl::IsAborted(tried)) return tried;
      // The store may be ahead of what is in force.
      absl::Status waited = impl_->AwaitStore(deadline);
      return waited.ok() ? tried : waited;
    });
    if (!status.ok()) return status;
  }
  return differences;
}

}  // namespace usher::corpus
