#include "tests/property/acl_world.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "acl/readers.h"

namespace usher::acl_oracle {
namespace {

constexpr uint32_t kChunks = 3;  // of a document that comes into being with its rules

// A node's spelling taken apart: folders from the top down, then the document, then the chunk.
struct Place {
  std::vector<std::string> folders;
  std::string document;  // its id
  std::optional<uint32_t> chunk;
};

Place Parse(const std::string& node) {
  Place place;
  if (node.empty()) return place;
  const std::pair<std::string, std::string> kind = absl::StrSplit(node, absl::MaxSplits('/', 1));
  const std::pair<std::string, std::string> parts = absl::StrSplit(kind.second, absl::MaxSplits("/chunks/", 1));
  uint32_t chunk = 0;
  if (absl::SimpleAtoi(parts.second, &chunk)) place.chunk = chunk;
  std::vector<std::string> segments = absl::StrSplit(parts.first, '/');
  if (kind.first == "documents") {
    place.document = parts.first;
    segments.pop_back();
  }
  std::string path;
  for (const std::string& segment : segments) {
    absl::StrAppend(&path, path.empty() ? "" : "/", segment);
    place.folders.push_back("folders/" + path);
  }
  return place;
}

std::string_view PathOf(std::string_view folder) { return folder.substr(std::string_view("folders/").size()); }

std::string ChunkNode(const std::string& document, uint32_t chunk) {
  return absl::StrCat("documents/", document, "/chunks/", chunk);
}

}  // namespace

void World::Happen(const Change& change) {
  std::visit([this](const auto& any) { Apply(any); }, change);
}

void World::Apply(const ChangeMembership& change) {
  if (change.add) {
    graph_.Add(change.member, change.group);
    oracle_.members[change.group].insert(change.member);
  } else {
    graph_.Remove(change.member, change.group);
    oracle_.members[change.group].erase(change.member);
  }
}

void World::Apply(const SetPolicy& change) {
  if (!Provide(change.node)) return;
  absl::StatusOr<acl::Policy> policy = acl::CanonicalPolicy(change.policy);
  if (!policy.ok()) {
    refusal_ = absl::StrCat("a valid policy was refused: ", policy.status().ToString());
    return;
  }
  oracle_.policies[change.node] = change.policy;
  policies_[change.node] = *std::move(policy);
  const Place place = Parse(change.node);
  if (!place.document.empty()) {
    PlaceChunks(place.document);
  } else if (!place.folders.empty()) {
    classes_.SetFolderPolicy(PathOf(place.folders.back()), policies_[change.node]);
  } else {
    classes_.SetCollectionPolicy(policies_[change.node]);
  }
}

void World::PlaceChunks(const std::string& id) {
  const std::string node = "documents/" + id;
  const std::vector<std::string> folders = Parse(node).folders;
  const auto rules = policies_.find(node);
  const acl::Policy none;
  for (uint32_t chunk = 0; chunk < documents_.at(id); ++chunk) {
    const auto own = policies_.find(ChunkNode(id, chunk));
    classes_.Place(ChunkNode(id, chunk), folders.empty() ? "" : PathOf(folders.back()),
                   rules == policies_.end() ? none : rules->second, own == policies_.end() ? nullptr : &own->second);
  }
}

bool World::Provide(const std::string& node) {
  const Place place = Parse(node);
  if (place.document.empty()) return true;
  if (!documents_.contains(place.document)) Apply(PutDocument{place.document, kChunks});
  return !place.chunk.has_value() || *place.chunk < documents_[place.document];
}

void World::Apply(const PutDocument& change) {
  Apply(RemoveDocument{change.id});
  documents_[change.id] = change.chunks;
  PlaceChunks(change.id);
}

void World::Apply(const RemoveDocument& change) {
  const auto document = documents_.find(change.id);
  if (document == documents_.end()) return;
  std::vector<std::string> nodes = {"documents/" + change.id};
  for (uint32_t chunk = 0; chunk < document->second; ++chunk) nodes.push_back(ChunkNode(change.id, chunk));
  for (const std::string& node : nodes) {
    oracle_.policies.erase(node);
    policies_.erase(node);
    classes_.Take(node);
  }
  documents_.erase(document);
}

void World::Apply(const SetClearance& change) {
  oracle_.clearances[change.principal] = change.clearance;
  clearances_.Set(change.principal, change.clearance);
  classes_.ClearancesChanged();
}

void World::Apply(const SetOpenUntil& change) {
  oracle_.open_until = change.instant;
  open_until_ = change.instant;
  classes_.SetOpenUntil(change.instant);
}

std::vector<std::string> World::Nodes() const {
  std::set<std::string> nodes;
  for (const auto& [node, policy] : policies_) nodes.insert(node);
  for (const auto& [id, chunks] : documents_) {
    const std::string document = "documents/" + id;
    nodes.insert(document);
    for (const std::string& folder : Parse(document).folders) nodes.insert(folder);
    for (uint32_t chunk = 0; chunk < chunks; ++chunk) nodes.insert(ChunkNode(id, chunk));
  }
  return {nodes.begin(), nodes.end()};
}

std::vector<acl::ChainNode> World::ChainOf(const std::string& node) const {
  const Place place = Parse(node);
  std::vector<std::string> nodes = place.folders;
  if (!place.document.empty()) nodes.push_back("documents/" + place.document);
  if (place.chunk.has_value()) nodes.push_back(node);
  std::vector<acl::ChainNode> chain = {{"", &policies_.at("")}};
  for (const std::string& below : nodes) {
    const auto policy = policies_.find(below);
    if (policy != policies_.end()) chain.push_back({policy->first, &policy->second});
  }
  return chain;
}

std::optional<std::string> World::Disagreement(const std::vector<acl::Asker>& askers, absl::Time now) {
  if (refusal_.has_value()) return refusal_;
  const std::vector<std::string> nodes = Nodes();
  for (const acl::Asker& asker : askers) {
    if (std::optional<std::string> found = Disagreement(asker, nodes, now)) return found;
  }
  if (askers.empty() || !Asked(Engine::kReaders)) return std::nullopt;
  return ReadersDisagreement(nodes, askers.front().purpose, now);
}

std::optional<std::string> World::Disagreement(const acl::Asker& asker, const std::vector<std::string>& nodes,
                                               absl::Time now) {
  const acl::Checker checker(graph_, clearances_, asker, now);
  std::map<std::string, bool> chunks;
  for (const std::string& node : nodes) {
    const bool expected = oracle_.MayRead(asker, node, now);
    ++decisions_;
    if (expected) ++allowed_;
    if (absl::StrContains(node, "/chunks/")) chunks[node] = expected;
    if (std::optional<std::string> found = Disagreement(checker, asker, node, now, expected)) {
      return absl::StrCat(*found, ": ", asker.principal, " on '", node, "' after ",
                          absl::FormatDuration(now - absl::UnixEpoch()), ", the oracle says ", expected ? "yes" : "no");
    }
  }
  if (!Asked(Engine::kClasses)) return std::nullopt;
  if (std::optional<std::string> found = classes_.Disagreement(asker, chunks, now)) {
    return absl::StrCat(*found, " for ", asker.principal);
  }
  return std::nullopt;
}

std::optional<std::string> World::ReadersDisagreement(const std::vector<std::string>& nodes, const std::string& purpose,
                                                      absl::Time now) const {
  const auto expected = [&](const std::string& principal, const std::string& node) {
    return oracle_.MayRead({.principal = principal, .claimed_groups = {}, .purpose = purpose}, node, now);
  };
  for (const std::string& node : nodes) {
    std::vector<const acl::Policy*> policies;
    for (const acl::ChainNode& link : ChainOf(node)) policies.push_back(link.policy);
    const acl::Readers readers = acl::FindReaders(graph_, clearances_, names_, policies, purpose, now, open_until_);
    std::vector<std::string> named;
    for (const std::string& principal : Principals()) {
      const bool listed = std::binary_search(readers.principals.begin(), readers.principals.end(), principal);
      const bool known = names_.Find(principal).has_value() || clearances_.entries().contains(principal);
      if (!known && listed) return absl::StrCat("FindReaders of '", node, "' lists the unknown ", principal);
      if (known && expected(principal, node)) named.push_back(principal);
    }
    if (readers.principals != named) return absl::StrCat("FindReaders differs on '", node, "'");
    if (readers.everyone_else != expected("user:stranger", node)) {
      return absl::StrCat("FindReaders differs on everyone else on '", node, "'");
    }
  }
  return std::nullopt;
}

std::optional<std::string> World::Disagreement(const acl::Checker& checker, const acl::Asker& asker,
                                               const std::string& node, absl::Time now, bool expected) const {
  const std::vector<acl::ChainNode> chain = ChainOf(node);
  std::vector<const acl::Policy*> policies;
  for (const acl::ChainNode& link : chain) policies.push_back(link.policy);
  if (Asked(Engine::kChecker) && checker.MayRead(policies, open_until_) != expected) return "Checker differs";
  if (!Asked(Engine::kExplain)) return std::nullopt;
  const acl::Explanation explanation = acl::Explain(graph_, clearances_, asker, chain, now, open_until_, "closed");
  if (explanation.allowed != expected) return "Explain differs";
  for (const acl::NodeExplanation& link : explanation.nodes) {
    for (const acl::RuleMatch& match : link.matches) {
      if (!PathHolds(asker, match)) return absl::StrCat("Explain names a way that is none to ", match.subject);
    }
  }
  return std::nullopt;
}

// Whether each step of a membership path is a claim or a membership somebody wrote down.
bool World::PathHolds(const acl::Asker& asker, const acl::RuleMatch& match) const {
  const std::vector<std::string>& path = match.membership_path;
  if (path.empty() || path.front() != asker.principal || path.back() != match.subject) return false;
  if (match.subject == "everyone") return path.size() == 2;
  const std::set<std::string> claimed(asker.claimed_groups.begin(), asker.claimed_groups.end());
  for (size_t i = 1; i < path.size(); ++i) {
    const auto group = oracle_.members.find(path[i]);
    const bool member = group != oracle_.members.end() && group->second.contains(path[i - 1]);
    if (!member && !(i == 1 && claimed.contains(path[i]))) return false;
  }
  return true;
}

}  // namespace usher::acl_oracle
