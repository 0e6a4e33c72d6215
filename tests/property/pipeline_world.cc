#include "tests/property/pipeline_world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "acl/absl_view.h"

namespace usher::pipeline {
namespace {

constexpr size_t kDocumentNames = 32;
constexpr size_t kHours = 12;  // rules begin and end at full hours of the world's first half day

double Dot(const std::vector<float>& a, const std::vector<float>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += double{a[i]} * double{b[i]};
  return sum;
}

}  // namespace

PipelineWorld::PipelineWorld(uint64_t seed, acl_oracle::Flaw flaw, const std::string& tenant, corpus::Corpus* corpus,
                             tests::FakeClock* clock)
    : random_(seed), oracle_(flaw), tenant_(tenant), corpus_(corpus), clock_(clock), start_(clock->Now()) {
  for (size_t i = 0; i < 4; ++i) principals_.push_back(absl::StrCat("user:", i));
  for (size_t i = 0; i < 5; ++i) groups_.push_back(absl::StrCat("group:", i));
  subjects_ = principals_;
  subjects_.insert(subjects_.end(), groups_.begin(), groups_.end());
  subjects_.push_back("everyone");
  principals_.push_back("user:stranger");
  storage::CollectionRecord record;
  record.name = kCollection;
  record.dimension = kWidth;
  std::tie(oracle_.policies[""], record.policy) = RandomPolicy();
  const auto created = corpus_->CreateCollection(Context(), record, "");
  EXPECT_TRUE(created.ok()) << created.status();
  for (size_t i = 8 + Below(8); i > 0; --i) Upsert();
  for (size_t i = Below(12); i > 0; --i) ChangeMembership();
}

// In the words of the oracle.
std::string PipelineWorld::NodeOf(const std::string& document, uint32_t chunk) {
  return absl::StrCat("documents/", document, "/chunks/", chunk);
}

acl::Rule PipelineWorld::RandomRule() {
  acl::Rule rule;
  rule.effect = Chance(75) ? acl::Effect::kAllow : acl::Effect::kDeny;
  for (size_t i = 1 + Below(3); i > 0; --i) rule.subjects.push_back(subjects_[Below(subjects_.size())]);
  if (Chance(20)) rule.not_before = start_ + absl::Hours(static_cast<int64_t>(Below(kHours)));
  // A rule that is over already may not be written.
  const absl::Time end = start_ + absl::Hours(static_cast<int64_t>(1 + Below(kHours)));
  if (end > clock_->Now() && Chance(40)) rule.expire_time = end;
  return rule;
}

acl::Label PipelineWorld::RandomLabel() {
  acl::Label label;
  if (Chance(50)) label.level = static_cast<uint32_t>(Below(3));
  if (Chance(30)) label.compartments = {"finance"};
  if (Chance(10)) label.purposes = {"audit"};
  return label;
}

std::pair<acl::PolicyDraft, acl::Policy> PipelineWorld::RandomPolicy() {
  for (;;) {
    acl::PolicyDraft draft;
    if (Chance(50)) draft.inheritance = static_cast<acl::Inheritance>(Below(3));
    for (size_t i = Below(4); i > 0; --i) draft.rules.push_back(RandomRule());
    if (Chance(8)) draft.label = RandomLabel();
    if (Chance(5)) draft.ceiling = {subjects_[Below(subjects_.size())], subjects_[Below(subjects_.size())]};
    if (Chance(10)) draft.owners = {principals_.front()};
    absl::StatusOr<acl::Policy> policy = acl::CanonicalPolicy(draft);
    if (policy.ok()) return {std::move(draft), *std::move(policy)};
  }
}

std::vector<float> PipelineWorld::RandomVector() {
  // Few directions, so that some scores are equal.
  std::vector<float> vector(kWidth);
  double sum = 0;
  while (sum == 0) {
    for (float& x : vector) x = static_cast<float>(Below(3)) - 1;
    sum = Dot(vector, vector);
  }
  for (float& x : vector) x = static_cast<float>(x / std::sqrt(sum));
  return vector;
}

std::string PipelineWorld::RandomDocument() {
  static constexpr std::string_view kFolders[] = {"", "a/", "a/b/", "a/b/c/", "x/"};
  const size_t number = Below(kDocumentNames);
  return absl::StrCat(acl::ToAbsl(kFolders[number % std::size(kFolders)]), "d", number);
}

void PipelineWorld::ChangeMembership() {
  const std::string& group = groups_[Below(groups_.size())];
  const std::string& member = subjects_[Below(subjects_.size() - 1)];  // any but `everyone`
  const bool add = Chance(60);
  const std::vector<storage::MembershipRecord> change = {{group, member}};
  const auto result =
      add ? corpus_->UpdateMembers(Context(), change, {}, "") : corpus_->UpdateMembers(Context(), {}, change, "");
  EXPECT_TRUE(result.ok()) << result.status();
  if (add) {
    oracle_.members[group].insert(member);
  } else {
    oracle_.members[group].erase(member);
  }
}

void PipelineWorld::ChangeClearance() {
  storage::ClearanceRecord record;
  record.principal = principals_[Below(principals_.size())];
  record.clearance.level = static_cast<uint32_t>(Below(3));
  if (Chance(40)) record.clearance.compartments = {"finance"};
  oracle_.clearances[record.principal] = record.clearance;
  const auto result = corpus_->SetClearances(Context(), {record}, "");
  EXPECT_TRUE(result.ok()) << result.status();
}

void PipelineWorld::Forget(const std::string& document) {
  const std::string node = absl::StrCat("documents/", document);
  std::erase_if(oracle_.policies, [&](const auto& policy) {
    return policy.first == node || policy.first.starts_with(absl::StrCat(node, "/chunks/"));
  });
}

// A document without rules of its own inherits; one that was there keeps those it has, but for those of its chunks.
void PipelineWorld::GiveRules(corpus::PreparedDocument& prepared, bool is_new) {
  const std::string node = absl::StrCat("documents/", prepared.id);
  std::erase_if(oracle_.policies,
                [&](const auto& policy) { return policy.first.starts_with(absl::StrCat(node, "/chunks/")); });
  if (is_new || Chance(50)) std::tie(oracle_.policies[node], prepared.policy) = RandomPolicy();
  prepared.discard_chunk_policies = true;
  if (!Chance(30)) return;
  prepared.chunk_policies.emplace();
  for (uint32_t i = 0; i < prepared.chunks.size(); ++i) {
    if (!Chance(40)) continue;
    auto [draft, policy] = RandomPolicy();
    oracle_.policies[NodeOf(prepared.id, i)] = std::move(draft);
    prepared.chunk_policies->emplace_back(i, std::move(policy));
  }
}

void PipelineWorld::Upsert() {
  corpus::PreparedDocument prepared;
  prepared.id = RandomDocument();
  Document& document = documents_[prepared.id];
  const bool is_new = document.rows.empty();
  document.rows.clear();
  for (size_t i = 0, count = 1 + Below(8); i < count; ++i) {
    storage::ChunkRecord chunk;
    chunk.document_id = prepared.id;
    chunk.text = absl::StrCat("text ", i, " of ", prepared.id);
    prepared.chunks.push_back(std::move(chunk));
    document.rows.push_back(RandomVector());
    prepared.vectors.insert(prepared.vectors.end(), document.rows.back().begin(), document.rows.back().end());
  }
  GiveRules(prepared, is_new);
  const auto info = corpus_->GetCollection(tenant_, kCollection);
  ASSERT_TRUE(info.ok()) << info.status();
  const std::string id = prepared.id;
  const auto result = corpus_->UpsertDocuments(Context(), kCollection, info->record.id, {std::move(prepared)}, "");
  ASSERT_TRUE(result.ok()) << result.status();
  const auto stored = corpus_->GetDocument(tenant_, {kCollection, id});
  ASSERT_TRUE(stored.ok()) << stored.status();
  document.version = stored->version;
}

void PipelineWorld::Delete() {
  const std::string id = RandomDocument();
  documents_.erase(id);
  Forget(id);
  const auto result = corpus_->DeleteDocuments(Context(), kCollection, {id}, "");
  EXPECT_TRUE(result.ok()) << result.status();
}

void PipelineWorld::SetPolicy() {
  static const std::vector<std::string> kFolders = {"a", "a/b", "a/b/c", "x", "nothing/here"};
  auto [draft, policy] = RandomPolicy();
  corpus::PolicyUpdate update;
  update.node.collection = kCollection;
  update.policy = std::move(policy);
  const size_t kind = Below(100);
  std::string node;
  if (kind < 20 || documents_.empty()) {
    node = "";
  } else if (kind < 50) {
    update.node.folder = kFolders[Below(kFolders.size())];
    node = absl::StrCat("folders/", update.node.folder);
  } else {
    auto document = documents_.begin();
    std::advance(document, Below(documents_.size()));
    update.node.document = document->first;
    node = absl::StrCat("documents/", document->first);
    if (kind < 70) {
      update.node.chunk = static_cast<uint32_t>(Below(document->second.rows.size()));
      node = NodeOf(document->first, *update.node.chunk);
    }
  }
  oracle_.policies[node] = std::move(draft);
  const auto result = corpus_->SetPolicies(Context(), {std::move(update)}, "");
  EXPECT_TRUE(result.ok()) << result.status();
}

void PipelineWorld::Change() {
  const size_t kind = Below(100);
  if (kind < 20) {
    ChangeMembership();
  } else if (kind < 25) {
    ChangeClearance();
  } else if (kind < 50) {
    Upsert();
  } else if (kind < 58) {
    Delete();
  } else if (kind < 90) {
    SetPolicy();
  } else {
    const absl::Duration steps[] = {absl::Nanoseconds(1), absl::Minutes(20), absl::Hours(1)};
    clock_->Advance(steps[Below(3)]);
  }
}

bool PipelineWorld::MayRead(const acl::Asker& asker, const std::string& id, uint32_t chunk) const {
  const auto document = documents_.find(id);
  return document != documents_.end() && chunk < document->second.rows.size() &&
         oracle_.MayRead(asker, NodeOf(id, chunk), clock_->Now());
}

std::vector<PipelineWorld::Row> PipelineWorld::Ranking(const acl::Asker& asker, const std::vector<float>& query) const {
  std::vector<Row> rows;
  for (const auto& [id, document] : documents_) {
    for (uint32_t i = 0; i < document.rows.size(); ++i) {
      if (MayRead(asker, id, i)) rows.push_back({id, i, document.version, Dot(document.rows[i], query)});
    }
  }
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return std::tuple(-a.score, a.version, a.number) < std::tuple(-b.score, b.version, b.number);
  });
  return rows;
}

}  // namespace usher::pipeline
