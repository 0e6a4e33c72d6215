// Who would gain and lose what by changes that are not made.
#include <algorithm>
#include <chrono>
#include <deque>
#include <iterator>
#include <utility>

#include "acl/preview.h"
#include "acl/readers.h"
#include "index/corpus/corpus_impl.h"
#include "index/corpus/preview_change.h"
#include "index/corpus/preview_ledger.h"
#include "index/corpus/preview_units.h"

namespace usher::corpus {
namespace {

using acl::IdBitmap;
using Names = GainAndLoss<std::vector<std::string>>;

// Up to here whoever gets other rights is asked one after another, which costs no more than what they may read; beyond
// it the readers of every class concerned are worked out as sets, which costs no more than there are classes.
constexpr size_t kMostAskedSingly = 64;

// One collection of a preview.
struct Compared {
  Compared(std::string n, const Collection& c, const CollectionChange& change, const acl::ProposedRights& rights)
      : name(std::move(n)), collection(c), units(c, change, rights) {}

  // By unit: whether anybody's access differs.
  std::vector<bool> differs;
  std::string name;
  const Collection& collection;
  PreviewUnits units;
  std::vector<Names> named_of_change;  // by RightsChange
};

class Previewer {
 public:
  Previewer(const Tenant& tenant, const CollectionChanges& changes, const acl::ProposedRights& rights,
            std::string_view purpose, absl::Time now, const PreviewLimits& limits, PreviewTurns* turns)
      : changes_(changes),
        rights_(rights),
        purpose_(purpose),
        now_(now),
        limits_(limits),
        turns_(turns),
        space_(tenant.subjects),
        before_(&space_, tenant.groups, tenant.clearances),
        after_(&space_, tenant.groups, tenant.clearances, rights.memberships(), rights.clearances()) {}

  absl::StatusOr<PreviewResult> Run(const std::vector<std::pair<std::string, const Collection*>>& collections);

 private:
  void AddProposedNames();
  void DecideHowToAsk(const std::vector<std::pair<std::string, const Collection*>>& collections);
  absl::Status Count(Compared& compared);
  absl::Status CountChange(const acl::RightsChange& change, Compared& compared);
  absl::Status NameUnits(Compared& compared);
  GainAndLoss<IdBitmap> Differences(const PreviewUnits::Unit& unit, const Collection& collection);
  std::vector<std::string> FullNames(const std::string& collection, const FirstNames& ids) const;

  const CollectionChanges& changes_;
  const acl::ProposedRights& rights_;
  std::string_view purpose_;
  absl::Time now_;
  const PreviewLimits& limits_;
  PreviewTurns* turns_;
  acl::PrincipalSpace space_;
  acl::ReaderSets before_;
  acl::ReaderSets after_;
  std::vector<acl::RightsChange> rights_changes_;
  bool ask_singly_ = true;
  PreviewLedger ledger_;
};

absl::StatusOr<PreviewResult> Previewer::Run(
    const std::vector<std::pair<std::string, const Collection*>>& collections) {
  AddProposedNames();
  DecideHowToAsk(collections);
  std::deque<Compared> compared;
  for (const auto& [name, collection] : collections) {
    compared.emplace_back(name, *collection, ChangeOf(changes_, name), rights_);
    if (absl::Status status = Count(compared.back()); !status.ok()) return status;
  }
  ledger_.Choose(space_, limits_.max_principals, limits_.max_names);
  for (Compared& one : compared) {
    for (size_t i = 0; i < one.named_of_change.size(); ++i) {
      for (const std::string& principal : rights_changes_[i].principals) {
        ledger_.Name(space_.Add(principal), one.named_of_change[i]);
      }
    }
    if (absl::Status status = NameUnits(one); !status.ok()) return status;
  }
  return std::move(ledger_).Result();
}

// Sets can be told apart only if everybody has a number before the first is made.
void Previewer::AddProposedNames() {
  for (const auto& [name, change] : changes_) {
    PolicyChain proposed;
    if (change.own) proposed.push_back(&*change.own);
    for (const auto& [path, policy] : change.folders) proposed.push_back(&policy);
    for (const auto& [id, document] : change.documents) {
      proposed.push_back(&document.after.policy);
      for (const auto& [number, policy] : document.after.chunk_policies) proposed.push_back(&policy);
    }
    space_.AddNamesOf(proposed);
  }
}

void Previewer::DecideHowToAsk(const std::vector<std::pair<std::string, const Collection*>>& collections) {
  std::vector<const acl::ClassTable*> tables;
  for (const auto& [name, collection] : collections) tables.push_back(&collection->classes);
  rights_changes_ = rights_.Changes(purpose_, tables);
  ask_singly_ = rights_changes_.size() <= kMostAskedSingly;
  if (!ask_singly_) rights_changes_.clear();
}

absl::Status Previewer::Count(Compared& compared) {
  if (absl::Status status = compared.units.Gather(!ask_singly_, *turns_); !status.ok()) return status;
  for (const PreviewUnits::Unit& unit : compared.units.units()) {
    if (absl::Status status = turns_->Check(); !status.ok()) return status;
    const GainAndLoss<IdBitmap> sets = Differences(unit, compared.collection);
    bool differs = false;
    sets.gained.ForEach([&](uint32_t number) { ledger_.Count(number, {unit.chunks, 0}), differs = true; });
    sets.lost.ForEach([&](uint32_t number) { ledger_.Count(number, {0, unit.chunks}), differs = true; });
    compared.differs.push_back(differs);
  }
  for (const acl::RightsChange& change : rights_changes_) {
    if (absl::Status status = CountChange(change, compared); !status.ok()) return status;
  }
  return absl::OkStatus();
}

// Classes that units cover are left out: there the change of rights is counted already.
absl::Status Previewer::CountChange(const acl::RightsChange& change, Compared& compared) {
  if (absl::Status status = turns_->Check(); !status.ok()) return status;
  const acl::Entitlement before = compared.collection.classes.Resolve(change.before, now_);
  const acl::Entitlement after = compared.collection.classes.Resolve(change.after, now_);
  Names& names = compared.named_of_change.emplace_back();
  const auto subtract = [&](const acl::Entitlement& from, const acl::Entitlement& what,
                            std::vector<std::string>& documents) {
    uint64_t chunks = 0;
    FirstNames ids(limits_.max_names);
    for (const acl::ClassId id : from.classes()) {
      const uint64_t of_class = compared.units.ChunksOf(id);
      if (of_class == 0 || what.Contains(id) || compared.units.Covers(id)) continue;
      chunks += of_class;
      compared.units.AddDocuments(id, ids);
    }
    documents = FullNames(compared.name, ids);
    return chunks;
  };
  GainAndLoss<uint64_t> chunks{};
  chunks.gained = subtract(after, before, names.gained);
  chunks.lost = subtract(before, after, names.lost);
  for (const std::string& principal : change.principals) ledger_.Count(space_.Add(principal), chunks);
  return absl::OkStatus();
}

// Worked out anew rather than kept since they were counted: all of them together may be larger than memory.
absl::Status Previewer::NameUnits(Compared& compared) {
  const auto& units = compared.units.units();
  for (size_t i = 0; i < units.size(); ++i) {
    if (!compared.differs[i]) continue;
    if (absl::Status status = turns_->Check(); !status.ok()) return status;
    GainAndLoss<IdBitmap> sets = Differences(units[i], compared.collection);
    FirstNames ids(limits_.max_names);
    compared.units.AddDocuments(units[i], ids);
    const std::vector<std::string> names = FullNames(compared.name, ids);
    sets.gained.IntersectWith(ledger_.chosen());
    sets.lost.IntersectWith(ledger_.chosen());
    sets.gained.ForEach([&](uint32_t number) { ledger_.Name(number, {names, {}}); });
    sets.lost.ForEach([&](uint32_t number) { ledger_.Name(number, {{}, names}); });
  }
  return absl::OkStatus();
}

GainAndLoss<IdBitmap> Previewer::Differences(const PreviewUnits::Unit& unit, const Collection& collection) {
  const IdBitmap before = before_.Of(unit.before, purpose_, now_, collection.open_until);
  const IdBitmap after = after_.Of(unit.after, purpose_, now_, collection.open_until);
  GainAndLoss<IdBitmap> sets{after, before};
  sets.gained.Subtract(before);
  sets.lost.Subtract(after);
  return sets;
}

std::vector<std::string> Previewer::FullNames(const std::string& collection, const FirstNames& ids) const {
  std::vector<std::string> names;
  for (const std::string& id : ids.names()) names.push_back(FormatDocumentName(collection, id));
  return names;
}

// The collections to look at. NOT_FOUND.
absl::StatusOr<std::vector<std::pair<std::string, const Collection*>>> Chosen(const Tenant& tenant,
                                                                              const PreviewLimits& limits) {
  absl::btree_map<std::string, const Collection*> chosen;
  for (const std::string& name : limits.collections) {
    const std::shared_ptr<Collection> collection = Corpus::Impl::FindCollection(tenant, name);
    if (collection == nullptr) return NoSuchCollection(name);
    chosen[name] = collection.get();
  }
  if (limits.collections.empty()) {
    for (const auto& [name, collection] : tenant.collections) chosen[name] = collection.get();
  }
  return std::vector<std::pair<std::string, const Collection*>>(chosen.begin(), chosen.end());
}

}  // namespace

absl::StatusOr<PreviewResult> Corpus::Preview(std::string_view tenant_id, const ProposedChanges& changes,
                                              std::string_view purpose, const PreviewLimits& limits) const {
  const std::vector<NodeName> names = NodesOf(changes);
  std::shared_ptr<Tenant> tenant = impl_->FindTenant(tenant_id);
  if (tenant == nullptr) tenant = std::make_shared<Tenant>();  // one that never wrote holds nothing
  PreviewResult result;
  const auto attempt = [&](std::chrono::milliseconds turn) -> absl::Status {
    std::vector<StoredNode> nodes;
    acl::Revision as_of;
    absl::Status status = impl_->ReadNodes(*tenant, names, [&](const std::vector<StoredNode>& found) {
      nodes = found;
      as_of = tenant->revision;
      return CheckAllExist(names, found);
    });
    if (!status.ok()) return status;
    PreviewTurns turns(*tenant, impl_->clock, limits.deadline, turn);
    if (turns.revision() != as_of) return absl::AbortedError("something was written while the preview began; retry");
    const auto collections = Chosen(*tenant, limits);
    if (!collections.ok()) return collections.status();
    const absl::Time now = impl_->clock->Now();
    const CollectionChanges held = HoldAgainst(changes.policies, nodes, now);
    const acl::ProposedRights rights = HoldRightsAgainst(*tenant, changes);
    auto made = Previewer(*tenant, held, rights, purpose, now, limits, &turns).Run(*collections);
    if (!made.ok()) return made.status();
    result = *std::move(made);
    result.revision = revision();
    return absl::OkStatus();
  };
  absl::Status status = RetryAborted(attempt);
  if (!status.ok()) return status;
  return result;
}

}  // namespace usher::corpus
