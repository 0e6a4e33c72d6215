#include "tests/property/acl_world.h"

#include <set>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"

namespace usher::acl_oracle {
namespace {

constexpr size_t kHours = 8;  // rules begin and end at full hours of one short day

absl::Time Hour(size_t hour) { return absl::UnixEpoch() + absl::Hours(static_cast<int64_t>(hour)); }

// Whether each step of a membership path is a membership somebody wrote down.
bool PathHolds(const Oracle& oracle, const std::string& principal, const acl::RuleMatch& match) {
  const std::vector<std::string>& path = match.membership_path;
  if (path.empty() || path.front() != principal || path.back() != match.subject) return false;
  if (match.subject == "everyone") return path.size() == 2;
  for (size_t i = 1; i < path.size(); ++i) {
    const auto group = oracle.members.find(path[i]);
    if (group == oracle.members.end() || group->second.count(path[i - 1]) == 0) return false;
  }
  return true;
}

}  // namespace

World::World(uint64_t seed, Flaw flaw) : random_(seed), oracle_(flaw), graph_(&names_) {
  const size_t users = 1 + Below(5);
  const size_t groups = Below(9);
  for (size_t i = 0; i < users; ++i) principals_.push_back(absl::StrCat("user:", i));
  principals_.push_back("service:bot");
  for (size_t i = 0; i < groups; ++i) groups_.push_back(absl::StrCat("group:", i));
  subjects_ = principals_;
  subjects_.insert(subjects_.end(), groups_.begin(), groups_.end());
  subjects_.push_back("everyone");
  principals_.push_back("user:stranger");  // named by no rule and in no group
  std::tie(collection_draft_, collection_) = RandomPolicy();
  table_ = std::make_unique<acl::ClassTable>(&names_, collection_);
  for (size_t i = 2 + Below(6); i > 0; --i) AddDocument();
  for (size_t i = Below(20); i > 0; --i) ChangeMembership();
}

acl::Rule World::RandomRule() {
  acl::Rule rule;
  rule.effect = Chance(70) ? acl::Effect::kAllow : acl::Effect::kDeny;
  for (size_t i = 1 + Below(3); i > 0; --i) rule.subjects.push_back(subjects_[Below(subjects_.size())]);
  if (Chance(25)) rule.not_before = Hour(Below(kHours));
  if (Chance(25)) rule.expire_time = Hour(Below(kHours));
  return rule;
}

std::pair<Draft, acl::Policy> World::RandomPolicy() {
  for (;;) {
    Draft draft;
    if (Chance(60)) draft.inheritance = static_cast<acl::Inheritance>(Below(3));
    for (size_t i = Below(4); i > 0; --i) draft.rules.push_back(RandomRule());
    absl::StatusOr<acl::Policy> policy = acl::CanonicalPolicy(draft.inheritance, draft.rules);
    if (policy.ok()) return {std::move(draft), *std::move(policy)};
  }
}

void World::ChangeMembership() {
  if (groups_.empty()) return;
  const std::string& group = groups_[Below(groups_.size())];
  const std::string& member = subjects_[Below(subjects_.size() - 1)];  // any but `everyone`; a group may hold itself
  if (Chance(60)) {
    graph_.Add(member, group);
    oracle_.members[group].insert(member);
  } else {
    graph_.Remove(member, group);
    oracle_.members[group].erase(member);
  }
}

void World::AddDocument() {
  Document document;
  document.name = absl::StrCat("documents/", documents_made_++);
  std::tie(document.draft, document.policy) = RandomPolicy();
  document.class_id = table_->Intern(document.policy);
  document.chunks = Below(4);
  table_->AddChunks(document.class_id, static_cast<int64_t>(document.chunks));
  documents_.push_back(std::move(document));
}

void World::RemoveDocument(size_t index) {
  table_->AddChunks(documents_[index].class_id, -static_cast<int64_t>(documents_[index].chunks));
  documents_.erase(documents_.begin() + static_cast<std::ptrdiff_t>(index));
}

void World::Change() {
  const size_t kind = Below(100);
  if (kind < 40) {
    ChangeMembership();
  } else if (kind < 55) {
    std::tie(collection_draft_, collection_) = RandomPolicy();
    table_->SetCollectionPolicy(collection_);
  } else if (kind < 70 || documents_.empty()) {
    AddDocument();
  } else if (kind < 85) {
    RemoveDocument(Below(documents_.size()));
  } else {
    Document& document = documents_[Below(documents_.size())];
    table_->AddChunks(document.class_id, 3);
    document.chunks += 3;
  }
}

absl::Time World::RandomMoment() {
  const absl::Duration beside[] = {absl::ZeroDuration(), -absl::Nanoseconds(1) / 4, absl::Minutes(30)};
  return Hour(Below(kHours + 1)) + beside[Below(3)];
}

const acl::Entitlement& World::Reuse(const std::string& principal, const acl::Entitlement& fresh, absl::Time now) {
  const auto [entry, fresh_entry] = cache_.try_emplace(principal);
  Cached& cached = entry->second;
  const bool holds = !fresh_entry && cached.table_epoch == table_->epoch() && cached.graph_epoch == graph_.epoch() &&
                     cached.since <= now && now < cached.entitlement.valid_until();
  if (holds) {
    ++reused_;
  } else {
    cached = {fresh, table_->epoch(), graph_.epoch(), now};
  }
  return cached.entitlement;
}

uint64_t World::LiveClasses() const {
  std::set<uint32_t> live;
  for (const Document& document : documents_) {
    if (document.chunks > 0) live.insert(document.class_id.value());
  }
  return live.size();
}

std::optional<std::string> World::Disagreement(absl::Time now) {
  if (table_->live_class_count() != LiveClasses()) return "live_class_count is wrong";
  for (const std::string& principal : principals_) {
    if (std::optional<std::string> found = Disagreement(principal, now)) return found;
  }
  return std::nullopt;
}

std::optional<std::string> World::Disagreement(const std::string& principal, absl::Time now) {
  const acl::Checker checker(graph_, principal, now);
  const acl::Entitlement fresh = table_->Resolve(graph_.Closure(principal), now);
  const acl::Entitlement& reused = Reuse(principal, fresh, now);
  uint64_t chunks = 0;
  for (const Document& document : documents_) {
    ++decisions_;
    const bool expected = oracle_.MayRead(principal, {collection_draft_, document.draft}, now);
    if (expected) {
      ++allowed_;
      chunks += document.chunks;
    }
    const std::string where = absl::StrCat(principal, " on ", document.name, " at ", absl::FormatTime(now),
                                           ", oracle says ", expected ? "yes" : "no");
    if (fresh.Contains(document.class_id) != expected) return absl::StrCat("entitlement differs: ", where);
    if (reused.Contains(document.class_id) != expected) return absl::StrCat("reused entitlement differs: ", where);
    if (std::optional<std::string> found = Disagreement(principal, document, now, checker, expected)) {
      return absl::StrCat(*found, ": ", where);
    }
  }
  if (fresh.chunk_count() != chunks) return absl::StrCat("chunk_count differs for ", principal);
  if (table_->CountChunks(reused) != chunks) return absl::StrCat("CountChunks differs for ", principal);
  return std::nullopt;
}

std::optional<std::string> World::Disagreement(const std::string& principal, const Document& document, absl::Time now,
                                               const acl::Checker& checker, bool expected) const {
  if (checker.MayRead({&collection_, &document.policy}) != expected) return "Checker differs";
  const acl::Explanation explanation =
      acl::Explain(graph_, principal, {{"collections/c", &collection_}, {document.name, &document.policy}}, now);
  if (explanation.allowed != expected) return "Explain differs";
  if (explanation.nodes.back().allowed_so_far != expected) return "the last node of Explain differs";
  for (const acl::NodeExplanation& node : explanation.nodes) {
    for (const acl::RuleMatch& match : node.matches) {
      if (!PathHolds(oracle_, principal, match)) return absl::StrCat("no such membership path to ", match.subject);
    }
  }
  return std::nullopt;
}

}  // namespace usher::acl_oracle
