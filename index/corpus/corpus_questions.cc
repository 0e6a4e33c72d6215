// Answers about access: who may read what, and why.
#include <algorithm>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <tuple>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "acl/absl_view.h"
#include "acl/check.h"
#include "acl/explain.h"
#include "acl/readers.h"
#include "index/corpus/corpus_impl.h"

namespace usher::corpus {
namespace {

std::vector<SyncAge> AgesOf(const Tenant& tenant, std::string_view collection, absl::Time now) {
  std::vector<SyncAge> ages;
  for (const storage::SourceRecord* source : tenant.SourcesOf(collection)) {
    SyncAge age;
    age.source = source->name;
    if (source->last_commit != absl::InfinitePast()) age.last_commit = source->last_commit;
    age.stale = now >= StaleFrom(*source);
    age.denies = age.stale && source->deny_when_stale;
    ages.push_back(std::move(age));
  }
  return ages;
}

std::string WhyClosed(const std::vector<SyncAge>& ages) {
  std::vector<std::string> reasons;
  for (const SyncAge& age : ages) {
    if (!age.denies) continue;
    reasons.push_back(age.last_commit
                          ? absl::StrCat("the last sync of ", age.source, ", at ",
                                         absl::FormatTime(*age.last_commit, absl::UTCTimeZone()), ", is too old")
                          : absl::StrCat(age.source, " has not been synced yet"));
  }
  return absl::StrJoin(reasons, ", and ");
}

// The nodes of a chain with their names, folders without a policy left out.
std::vector<std::pair<std::string, const acl::Policy*>> NamedChain(const NodeName& name, const StoredNode& node) {
  const Collection& collection = *node.collection;
  std::vector<std::pair<std::string, const acl::Policy*>> chain;
  chain.emplace_back(FormatCollectionName(name.collection), &collection.record.policy);
  for (const std::string_view path : FolderChain(name.document.empty() ? name.folder : FolderOf(name.document))) {
    const auto folder = collection.folders.find(path);
    if (folder != collection.folders.end()) {
      chain.emplace_back(FormatFolderName(name.collection, path), &folder->second.policy);
    }
  }
  if (!node.document) return chain;
  chain.emplace_back(FormatDocumentName(name.collection, name.document), &node.document->policy);
  if (name.chunk) {
    if (const acl::Policy* own = ChunkPolicyOf(*node.document, *name.chunk)) {
      chain.emplace_back(FormatNodeName(name), own);
    }
  }
  return chain;
}

// Working out an asker's groups costs far more than a question, and many questions are asked of few askers.
class Checkers {
 public:
  Checkers(const Tenant& tenant, absl::Time now) : tenant_(tenant), now_(now) {}

  // Valid as long as this is.
  const acl::Checker& Of(const acl::Asker& asker) {
    const auto [it, fresh] = made_.try_emplace({asker.principal, asker.purpose, asker.claimed_groups});
    if (fresh) it->second = std::make_unique<acl::Checker>(tenant_.CheckerFor(asker, now_));
    return *it->second;
  }

 private:
  using Key = std::tuple<std::string, std::string, std::vector<std::string>>;

  const Tenant& tenant_;
  const absl::Time now_;
  absl::flat_hash_map<Key, std::unique_ptr<acl::Checker>> made_;
};

}  // namespace

absl::StatusOr<Corpus::Checked> Corpus::Check(std::string_view tenant_id,
                                              absl::Span<const AccessQuestion> questions) const {
  Checked result{std::vector<bool>(questions.size(), false), revision()};
  const std::shared_ptr<Tenant> tenant = impl_->FindTenant(tenant_id);
  if (tenant == nullptr) return result;
  std::vector<NodeName> names;
  for (const AccessQuestion& question : questions) names.push_back(question.node);
  absl::Status status = impl_->ReadNodes(*tenant, names, [&](const std::vector<StoredNode>& nodes) {
    Checkers checkers(*tenant, impl_->clock->Now());
    for (size_t i = 0; i < questions.size(); ++i) {
      if (!nodes[i].exists) continue;
      const acl::Checker& checker = checkers.Of(questions[i].asker);
      result.allowed[i] = checker.MayRead(nodes[i].Chain(names[i]), nodes[i].collection->open_until);
    }
    result.revision = revision();
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return result;
}

absl::StatusOr<ExplainedAccess> Corpus::Explain(std::string_view tenant_id, const AccessQuestion& question) const {
  const NodeName& name = question.node;
  const std::shared_ptr<Tenant> tenant = impl_->FindTenant(tenant_id);
  if (tenant == nullptr) return NoSuchNode(name);
  ExplainedAccess result;
  absl::Status status = impl_->ReadNodes(*tenant, {name}, [&](const std::vector<StoredNode>& nodes) {
    const StoredNode& node = nodes.front();
    if (!node.exists) return NoSuchNode(name);
    const absl::Time now = impl_->clock->Now();
    const auto named = NamedChain(name, node);
    std::vector<acl::ChainNode> chain;
    for (const auto& [resource, policy] : named) chain.push_back({resource, policy});
    result.syncs = AgesOf(*tenant, name.collection, now);
    result.explanation = acl::Explain(tenant->groups, tenant->clearances, tenant->Admit(question.asker), chain, now,
                                      node.collection->open_until, WhyClosed(result.syncs));
    result.revision = revision();
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return result;
}

std::vector<SyncAge> Corpus::SyncAges(std::string_view tenant_id, std::string_view collection) const {
  const std::shared_ptr<Tenant> tenant = impl_->FindTenant(tenant_id);
  if (tenant == nullptr) return {};
  const std::shared_lock lock(tenant->mutex);
  return AgesOf(*tenant, collection, impl_->clock->Now());
}

absl::StatusOr<ReadersPage> Corpus::ListReaders(std::string_view tenant_id, const NodeName& name,
                                                std::string_view purpose, std::string_view after, size_t limit) const {
  const std::shared_ptr<Tenant> tenant = impl_->FindTenant(tenant_id);
  if (tenant == nullptr) return NoSuchNode(name);
  ReadersPage page;
  absl::Status status = impl_->ReadNodes(*tenant, {name}, [&](const std::vector<StoredNode>& nodes) {
    const StoredNode& node = nodes.front();
    if (!node.exists) return NoSuchNode(name);
    acl::Readers readers = acl::FindReaders(tenant->groups, tenant->clearances, tenant->subjects, node.Chain(name),
                                            purpose, impl_->clock->Now(), node.collection->open_until);
    page.everyone_else = readers.everyone_else;
    page.revision = revision();
    auto first = std::upper_bound(readers.principals.begin(), readers.principals.end(), after);
    const auto rest = static_cast<size_t>(readers.principals.end() - first);
    page.more = rest > limit;
    page.principals.assign(std::make_move_iterator(first),
                           std::make_move_iterator(first + static_cast<std::ptrdiff_t>(std::min(rest, limit))));
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return page;
}

absl::StatusOr<bool> Corpus::Manages(std::string_view tenant_id, const acl::Asker& asker, const NodeName& name) const {
  const std::shared_ptr<Tenant> tenant = impl_->FindTenant(tenant_id);
  if (tenant == nullptr) return false;
  bool manages = false;
  absl::Status status = impl_->ReadNodes(*tenant, {name}, [&](const std::vector<StoredNode>& nodes) {
    const acl::Checker checker = tenant->CheckerFor(asker, impl_->clock->Now());
    manages = nodes.front().collection != nullptr && checker.Manages(nodes.front().Chain(name));
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return manages;
}

bool Corpus::ManagesSomethingIn(std::string_view tenant_id, const acl::Asker& asker,
                                std::string_view collection_name) const {
  const std::shared_ptr<Tenant> tenant = impl_->FindTenant(tenant_id);
  if (tenant == nullptr) return false;
  const std::shared_lock lock(tenant->mutex);
  const std::shared_ptr<Collection> collection = Impl::FindCollection(*tenant, collection_name);
  if (collection == nullptr) return false;
  const acl::Checker checker = tenant->CheckerFor(asker, impl_->clock->Now());
  const acl::Policy* own = &collection->record.policy;
  if (checker.Manages({&own, 1})) return true;
  return std::any_of(collection->folders.begin(), collection->folders.end(), [&](const auto& folder) {
    const acl::Policy* policy = &folder.second.policy;
    return checker.Manages({&policy, 1});
  });
}

}  // namespace usher::corpus
