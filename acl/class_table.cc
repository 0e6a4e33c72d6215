#include "acl/class_table.h"

#include <algorithm>

#include "acl/resolution.h"

namespace usher::acl {
namespace {

// Beyond this much what was derived is cheaper to make anew than to bring forward.
constexpr size_t kChangeLogBytes = 1 << 20;
constexpr size_t kCountLogBytes = 256 << 10;

// What a policy that leaves everything as it is compiles to.
bool SaysNothing(std::string_view compiled) { return compiled == std::string_view("\0", 1); }

std::optional<std::string> FindChain(const ClassIndex& index, const Policy& document, const Policy* chunk) {
  std::string chain;
  for (const Policy* policy : {&document, chunk}) {
    if (policy == nullptr) continue;
    const std::optional<IdPolicy> ids = FindIds(*policy, *index.subjects, index.labels);
    if (!ids) return std::nullopt;
    std::string compiled;
    AppendCompiled(*ids, compiled);
    if (policy == &document || !SaysNothing(compiled)) chain += compiled;
  }
  return chain;
}

}  // namespace

ClassTable::ClassTable(SubjectTable* subjects, const Policy& collection)
    : index_(subjects, collection),
      ids_(0, KeyHash{this}, KeyEqual{this}),
      changes_(kChangeLogBytes),
      count_changes_(kCountLogBytes) {}

void ClassTable::SetCollectionPolicy(const Policy& policy) { SetPolicy(FolderTable::kRoot, index_.Compile(policy)); }

void ClassTable::SetFolderPolicy(std::string_view path, const Policy& policy) {
  std::string compiled = index_.Compile(policy);
  if (SaysNothing(compiled)) compiled.clear();
  // A folder that nothing lies in and that gets no policy need not be known.
  const std::optional<FolderId> known = index_.folders.folders().Find(path);
  if (!known && compiled.empty()) return;
  SetPolicy(known ? *known : index_.folders.InternFolder(path), std::move(compiled));
}

void ClassTable::SetPolicy(FolderId folder, std::string compiled) {
  std::string before(index_.folders.PolicyOf(folder));
  if (before == compiled) return;
  index_.folders.SetPolicy(folder, compiled);
  const size_t bytes = sizeof(Change) + before.size() + compiled.size();
  changes_.Add({kNoClass, std::move(before), std::move(compiled)}, bytes);
}

ClassId ClassTable::Intern(std::string_view folder_path, const Policy& document, const Policy* chunk) {
  std::string chain = index_.Compile(document);
  if (chunk != nullptr) {
    const std::string compiled = index_.Compile(*chunk);
    if (!SaysNothing(compiled)) chain += compiled;
  }
  const FolderId folder = index_.folders.InternFolder(folder_path);
  const OwnId own = index_.own.Intern(chain);
  const auto known = ids_.find(Key(folder.value(), own.value()));
  return known == ids_.end() ? Make(folder, own) : ClassId(*known);
}

ClassId ClassTable::Make(FolderId folder, OwnId own) {
  const auto fresh = static_cast<uint32_t>(index_.classes.size());
  if (own.value() == index_.first_class.size()) index_.first_class.push_back(ClassIndex::kNone);
  index_.classes.push_back({own, std::exchange(index_.first_class[own.value()], fresh)});
  index_.folders.AddClass(folder, index_.own.PassesByDefault(own));
  chunk_counts_.push_back(0);
  ids_.insert(fresh);
  changes_.Add({ClassId(fresh), {}, {}}, sizeof(Change));
  return ClassId(fresh);
}

std::optional<ClassId> ClassTable::Find(std::string_view folder_path, const Policy& document,
                                        const Policy* chunk) const {
  const std::optional<FolderId> folder = index_.folders.folders().Find(folder_path);
  const std::optional<std::string> chain = FindChain(index_, document, chunk);
  if (!folder || !chain) return std::nullopt;
  const std::optional<OwnId> own = index_.own.Find(*chain);
  if (!own) return std::nullopt;
  const auto known = ids_.find(Key(folder->value(), own->value()));
  if (known == ids_.end()) return std::nullopt;
  return ClassId(*known);
}

void ClassTable::AddChunks(ClassId id, int64_t delta) {
  if (id.value() >= chunk_counts_.size() || delta == 0) return;
  uint64_t& count = chunk_counts_[id.value()];
  const uint64_t before = count;
  const uint64_t amount = delta < 0 ? uint64_t{0} - static_cast<uint64_t>(delta) : static_cast<uint64_t>(delta);
  count = delta < 0 ? count - std::min(count, amount) : count + amount;
  if (before > 0 && count == 0) --live_classes_;
  if (before == 0 && count > 0) ++live_classes_;
  count_changes_.Add({id, static_cast<int64_t>(count - before)}, sizeof(CountChange));
}

Entitlement ClassTable::Resolve(const Rights& rights, absl::Time now) const {
  if (now >= index_.open_until) return Entitlement();
  Entitlement found = Resolution(index_, rights, now).Everything();
  return found.valid_until() <= index_.open_until ? found : found.With({}, index_.open_until);
}

uint64_t ClassTable::CountChunks(const Entitlement& entitlement) const {
  uint64_t count = 0;
  for (const ClassId id : entitlement.classes()) count += ChunkCount(id);
  return count;
}

void ClassTable::VisitClass(ClassId id, std::string_view folder_path, ClassVisitor visit) const {
  const std::vector<IdPolicy> own = Decompile(index_.own.Chain(index_.classes[id.value()].own));
  std::vector<Policy> policies;
  for (const IdPolicy& policy : own) policies.push_back(FromIds(policy, *index_.subjects, index_.labels));
  visit({id, folder_path, policies[0], policies.size() > 1 ? &policies[1] : nullptr, ChunkCount(id)});
}

void ClassTable::ForEachClass(ClassVisitor visit) const { ForEachClassBelow("", visit); }

void ClassTable::ForEachClassBelow(std::string_view folder_path, ClassVisitor visit) const {
  const std::optional<FolderId> top = index_.folders.folders().Find(folder_path);
  if (!top) return;
  FolderId folder = *top;
  std::string path(folder_path);
  index_.folders.ForEachClassBelow(*top, [&](ClassId id) {
    if (const FolderId at = index_.folders.FolderOf(id); at != folder) {
      folder = at;
      path = index_.folders.folders().Path(at);
    }
    VisitClass(id, path, visit);
  });
}

std::vector<Policy> ClassTable::ChainOf(ClassId id) const {
  if (id.value() >= index_.classes.size()) return {};
  std::vector<std::string_view> compiled = {index_.own.Chain(index_.classes[id.value()].own)};
  for (ControllerId at = index_.folders.ControllerOf(id); at != FolderPolicies::kCollection;
       at = index_.folders.Get(at).parent) {
    compiled.push_back(index_.folders.Get(at).policy);
  }
  compiled.push_back(index_.folders.Get(FolderPolicies::kCollection).policy);
  std::vector<Policy> chain;
  for (auto part = compiled.rbegin(); part != compiled.rend(); ++part) {
    for (const IdPolicy& ids : Decompile(*part)) chain.push_back(FromIds(ids, *index_.subjects, index_.labels));
  }
  return chain;
}

}  // namespace usher::acl
