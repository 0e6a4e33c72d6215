#include "index/corpus/preview_units.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace usher::corpus {
namespace {

using acl::Inheritance;
using acl::Policy;
using ClassView = acl::ClassTable::ClassView;

// What a REPLACE below does not take back.
std::vector<Policy> LimitsOf(const PolicyChain& chain) {
  std::vector<Policy> limits;
  for (const Policy* policy : chain) {
    Policy limit = *policy;
    limit.inheritance = Inheritance::kInherit;
    limit.owners.clear();
    std::erase_if(limit.rules, [](const acl::Rule& rule) { return rule.effect == acl::Effect::kAllow; });
    if (!limit.empty()) limits.push_back(std::move(limit));
  }
  return limits;
}

bool Replaces(const Policy* policy) { return policy != nullptr && policy->inheritance == Inheritance::kReplace; }

bool HoldsChunksOf(const Catalogue::Entry& entry, acl::ClassId id) {
  if (entry.chunk_classes == nullptr) return entry.chunk_count > 0 && entry.class_id == id;
  for (uint32_t number = 0; number < entry.chunk_count; ++number) {
    if (entry.ClassOf(number) == id) return true;
  }
  return false;
}

}  // namespace

void FirstNames::Add(std::string_view name) {
  const bool full = names_.size() >= most_;
  if (full && (most_ == 0 || name >= *names_.rbegin())) return;
  if (names_.insert(std::string(name)).second && full) names_.erase(std::prev(names_.end()));
}

PreviewUnits::PreviewUnits(const Collection& collection, const CollectionChange& change,
                           const acl::ProposedRights& rights)
    : collection_(collection),
      change_(change),
      rights_(rights),
      changed_chunks_(ChangedChunks(collection, change)),
      covered_(collection.classes.class_count()) {}

absl::Status PreviewUnits::Gather(bool all_classes, PreviewTurns& turns) {
  absl::Status status = turns.Check();
  const auto take = [&](const ClassView& view) {
    if (!status.ok()) return;
    status = turns.Check();
    Take(view);
  };
  if (all_classes) {
    collection_.classes.ForEachClass(take);
  } else {
    change_.ForEachClassBelow(collection_, take);
  }
  for (const auto& [id, document] : change_.documents) {
    if (!status.ok()) return status;
    status = turns.Check();
    TakeDocument(document);
  }
  return status;
}

uint64_t PreviewUnits::ChunksOf(acl::ClassId id) const {
  const auto changed = changed_chunks_.find(id);
  const uint64_t all = collection_.classes.ChunkCount(id);
  return changed == changed_chunks_.end() ? all : all - std::min(all, changed->second);
}

void PreviewUnits::Take(const ClassView& view) {
  covered_.Insert(view.id.value());
  const uint64_t chunks = ChunksOf(view.id);
  if (chunks == 0) return;
  const Folder& folder = FolderAt(view.folder_path);
  if (!Concerns(folder, view)) return;
  const uint32_t own = OwnOf(view);
  const auto [entry, fresh] = by_policies_.try_emplace({&folder, own});
  if (fresh) {
    Unit& unit = units_.emplace_back(Unit{folder.before, folder.after, 0, {}, {}});
    for (PolicyChain* chain : {&unit.before, &unit.after}) {
      chain->push_back(&own_[own].document);
      if (own_[own].chunk) chain->push_back(&*own_[own].chunk);
    }
    entry->second = &unit;
  }
  entry->second->chunks += chunks;
  entry->second->classes.push_back(view.id);
}

const PreviewUnits::Folder& PreviewUnits::FolderAt(std::string_view path) {
  if (folder_ != nullptr && folder_path_ == path) return *folder_;
  folder_path_ = path;
  std::pair<PolicyChain, PolicyChain> chains = {collection_.FolderPolicies(path),
                                                change_.FolderPolicies(collection_, path)};
  const auto [entry, fresh] = by_chain_.try_emplace(std::move(chains));
  if (fresh) entry->second = &folders_.emplace_back(Compare(path));
  folder_ = entry->second;
  return *folder_;
}

PreviewUnits::Folder PreviewUnits::Compare(std::string_view path) const {
  Folder folder{collection_.FolderPolicies(path), change_.FolderPolicies(collection_, path)};
  folder.allows_change = folder.before != folder.after;
  folder.limits_change = folder.allows_change && LimitsOf(folder.before) != LimitsOf(folder.after);
  for (const PolicyChain* chain : {&folder.before, &folder.after}) {
    for (const Policy* policy : *chain) {
      folder.allows_change = folder.allows_change || rights_.Touch(*policy, true);
      folder.limits_change = folder.limits_change || rights_.Touch(*policy, false);
    }
  }
  return folder;
}

bool PreviewUnits::Concerns(const Folder& folder, const ClassView& view) const {
  const bool takes_from_above = !Replaces(&view.document) && !Replaces(view.chunk);
  if (folder.limits_change || (folder.allows_change && takes_from_above)) return true;
  return rights_.Touch(view.document, !Replaces(view.chunk)) ||
         (view.chunk != nullptr && rights_.Touch(*view.chunk, true));
}

uint32_t PreviewUnits::OwnOf(const ClassView& view) {
  const std::string document = acl::PolicyFingerprint(view.document);
  const std::string chunk = view.chunk == nullptr ? "" : acl::PolicyFingerprint(*view.chunk);
  const auto [entry, fresh] = own_by_fingerprint_.try_emplace(absl::StrCat(document.size(), ":", document, chunk));
  if (fresh) {
    entry->second = static_cast<uint32_t>(own_.size());
    own_.push_back({view.document, view.chunk == nullptr ? std::nullopt : std::optional(*view.chunk)});
  }
  return entry->second;
}

void PreviewUnits::TakeDocument(const CollectionChange::Document& document) {
  const auto& [before, after] = document;
  absl::btree_set<uint32_t> single;
  for (const storage::DocumentRecord* record : {&before, &after}) {
    for (const auto& [number, policy] : record->chunk_policies) single.insert(number);
  }
  const auto add = [&](uint32_t number, uint64_t chunks) {
    units_.push_back({collection_.ChunkPolicies(before, number),
                      change_.ChunkPolicies(collection_, after, number),
                      chunks,
                      {},
                      before.id});
  };
  for (const uint32_t number : single) add(number, 1);
  if (before.chunk_count == single.size()) return;
  uint32_t plain = 0;
  while (single.contains(plain)) ++plain;
  add(plain, before.chunk_count - single.size());
}

void PreviewUnits::AddDocuments(const Unit& unit, FirstNames& ids) {
  if (unit.classes.empty()) ids.Add(unit.document);
  for (const acl::ClassId id : unit.classes) AddDocuments(id, ids);
}

void PreviewUnits::AddDocuments(acl::ClassId id, FirstNames& ids) {
  collection_.documents.ForEachOfClass(id, [&](const Catalogue::Entry& entry) {
    if (HoldsChunksOf(entry, id) && !change_.documents.contains(entry.id)) ids.Add(entry.id);
    return true;
  });
  if (!by_chunk_class_) IndexChunkClasses();
  const auto others = by_chunk_class_->find(id);
  if (others == by_chunk_class_->end()) return;
  for (const std::string_view document : others->second) ids.Add(document);
}

void PreviewUnits::IndexChunkClasses() {
  by_chunk_class_.emplace();
  collection_.documents.ForEachWithChunkClasses([&](const Catalogue::Entry& entry) {
    if (change_.documents.contains(entry.id)) return true;
    for (const auto& [number, id] : *entry.chunk_classes) {
      std::vector<std::string_view>& documents = (*by_chunk_class_)[id];
      if (documents.empty() || documents.back() != entry.id) documents.push_back(entry.id);
    }
    return true;
  });
}

}  // namespace usher::corpus
