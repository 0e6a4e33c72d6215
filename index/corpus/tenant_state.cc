#include "index/corpus/tenant_state.h"

#include <algorithm>

#include "acl/names.h"

namespace usher::corpus {

PolicyChain Collection::FolderPolicies(std::string_view folder) const {
  PolicyChain chain = {&record.policy};
  if (folders.empty()) return chain;
  for (const std::string_view path : FolderChain(folder)) {
    if (const auto found = folders.find(path); found != folders.end()) chain.push_back(&found->second.policy);
  }
  return chain;
}

PolicyChain Collection::DocumentPolicies(const storage::DocumentRecord& document) const {
  PolicyChain chain = FolderPolicies(FolderOf(document.id));
  chain.push_back(&document.policy);
  return chain;
}

PolicyChain Collection::ChunkPolicies(const storage::DocumentRecord& document, uint32_t number) const {
  PolicyChain chain = DocumentPolicies(document);
  if (const acl::Policy* own = ChunkPolicyOf(document, number)) chain.push_back(own);
  return chain;
}

DocumentClasses Collection::Classify(std::string_view id, const acl::Policy& policy,
                                     const std::vector<std::pair<uint32_t, acl::Policy>>& chunk_policies) {
  const std::string_view folder = FolderOf(id);
  DocumentClasses made{classes.Intern(folder, policy, nullptr), {}};
  for (const auto& [number, own] : chunk_policies)
    made.chunks.emplace_back(number, classes.Intern(folder, policy, &own));
  return made;
}

void Collection::Enter(const storage::DocumentRecord& document, const DocumentClasses& made) {
  classes.AddChunks(made.document, static_cast<int64_t>(document.chunk_count - made.chunks.size()));
  for (const auto& [number, own] : made.chunks) classes.AddChunks(own, 1);
  chunk_count += document.chunk_count;
  documents.Put(document.id, made, document.chunk_count, !document.policy_source.empty());
}

void Collection::Leave(const storage::DocumentRecord& document) {
  const DocumentClasses made = Classify(document.id, document.policy, document.chunk_policies);
  classes.AddChunks(made.document, -static_cast<int64_t>(document.chunk_count - made.chunks.size()));
  for (const auto& [number, own] : made.chunks) classes.AddChunks(own, -1);
  chunk_count -= document.chunk_count;
  documents.Remove(document.id);
}

std::vector<index::ClassPiece> PiecesOf(const DocumentClasses& classes, uint32_t chunk_count) {
  std::vector<index::ClassPiece> pieces;
  uint32_t next = 0;
  const auto add = [&](uint32_t end, acl::ClassId id) {
    if (end > next) pieces.push_back({end - next, id});
    next = end;
  };
  for (const auto& [number, own] : classes.chunks) {
    add(number, classes.document);
    add(number + 1, own);
  }
  add(chunk_count, classes.document);
  return pieces;
}

const acl::Policy* ChunkPolicyOf(const storage::DocumentRecord& document, uint32_t number) {
  const auto own = std::lower_bound(document.chunk_policies.begin(), document.chunk_policies.end(), number,
                                    [](const auto& pair, uint32_t n) { return pair.first < n; });
  return own != document.chunk_policies.end() && own->first == number ? &own->second : nullptr;
}

acl::Asker Tenant::Admit(const acl::Asker& asker) const {
  acl::Asker admitted = asker;
  const std::vector<std::string>& accepted = settings.claim_sources;
  std::erase_if(admitted.claimed_groups, [&](const std::string& group) {
    const std::string_view source = acl::SourceOf(group);
    return source.empty() || std::find(accepted.begin(), accepted.end(), source) == accepted.end();
  });
  return admitted;
}

acl::Checker Tenant::CheckerFor(const acl::Asker& asker, absl::Time now) const {
  return acl::Checker(groups, clearances, Admit(asker), now);
}

std::vector<const storage::SourceRecord*> Tenant::SourcesOf(std::string_view collection) const {
  std::vector<const storage::SourceRecord*> governing;
  for (const auto& [name, source] : sources) {
    if (Governs(source, collection)) governing.push_back(&source);
  }
  return governing;
}

void Tenant::RefreshOpenUntil() {
  for (const auto& [name, collection] : collections) {
    absl::Time until = absl::InfiniteFuture();
    for (const storage::SourceRecord* source : SourcesOf(name)) {
      if (source->deny_when_stale) until = std::min(until, StaleFrom(*source));
    }
    collection->open_until = until;
    collection->classes.SetOpenUntil(until);
  }
}

bool Governs(const storage::SourceRecord& source, std::string_view collection) {
  const auto& names = source.collections;
  return names.empty() || std::find(names.begin(), names.end(), collection) != names.end();
}

absl::Time StaleFrom(const storage::SourceRecord& source) {
  if (source.max_age == absl::InfiniteDuration()) return absl::InfiniteFuture();
  return source.last_commit + source.max_age;
}

}  // namespace usher::corpus
