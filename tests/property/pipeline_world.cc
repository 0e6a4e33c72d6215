#include "tests/property/pipeline_world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"

namespace usher::pipeline {
namespace {

constexpr size_t kDocumentNames = 24;
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
  std::tie(collection_, record.policy) = RandomPolicy();
  const auto created = corpus_->CreateCollection(Context(), record, "");
  EXPECT_TRUE(created.ok()) << created.status();
  for (size_t i = 8 + Below(8); i > 0; --i) Upsert();
  for (size_t i = Below(12); i > 0; --i) ChangeMembership();
}

acl::Rule PipelineWorld::RandomRule() {
  acl::Rule rule;
  rule.effect = Chance(75) ? acl::Effect::kAllow : acl::Effect::kDeny;
  for (size_t i = 1 + Below(3); i > 0; --i) rule.subjects.push_back(subjects_[Below(subjects_.size())]);
  if (Chance(20)) rule.not_before = start_ + absl::Hours(static_cast<int64_t>(Below(kHours)));
  if (Chance(20)) rule.expire_time = start_ + absl::Hours(static_cast<int64_t>(Below(kHours)));
  return rule;
}

std::pair<acl_oracle::Draft, acl::Policy> PipelineWorld::RandomPolicy() {
  for (;;) {
    acl_oracle::Draft draft;
    if (Chance(50)) draft.inheritance = static_cast<acl::Inheritance>(Below(3));
    for (size_t i = Below(4); i > 0; --i) draft.rules.push_back(RandomRule());
    absl::StatusOr<acl::Policy> policy = acl::CanonicalPolicy(draft.inheritance, draft.rules);
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

std::string PipelineWorld::RandomDocument() { return absl::StrCat("d", Below(kDocumentNames)); }

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

void PipelineWorld::Upsert() {
  corpus::PreparedDocument prepared;
  prepared.id = RandomDocument();
  Document& document = documents_[prepared.id];
  const bool is_new = document.rows.empty();
  if (is_new || Chance(50)) {
    // A new document without rules of its own inherits; one that was there keeps those it has.
    auto [draft, policy] = RandomPolicy();
    document.draft = std::move(draft);
    prepared.policy = std::move(policy);
  }
  document.rows.clear();
  for (size_t i = 0, count = 1 + Below(6); i < count; ++i) {
    storage::ChunkRecord chunk;
    chunk.document_id = prepared.id;
    chunk.text = absl::StrCat("text ", i, " of ", prepared.id);
    prepared.chunks.push_back(std::move(chunk));
    document.rows.push_back(RandomVector());
    prepared.vectors.insert(prepared.vectors.end(), document.rows.back().begin(), document.rows.back().end());
  }
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
  const auto result = corpus_->DeleteDocuments(Context(), kCollection, {id}, "");
  EXPECT_TRUE(result.ok()) << result.status();
}

void PipelineWorld::SetPolicy() {
  auto [draft, policy] = RandomPolicy();
  corpus::PolicyUpdate update;
  update.node.collection = kCollection;
  update.policy = std::move(policy);
  if (Chance(30) || documents_.empty()) {
    collection_ = std::move(draft);
  } else {
    auto document = documents_.begin();
    std::advance(document, Below(documents_.size()));
    update.node.document = document->first;
    document->second.draft = std::move(draft);
  }
  const auto result = corpus_->SetPolicies(Context(), {std::move(update)}, "");
  EXPECT_TRUE(result.ok()) << result.status();
}

void PipelineWorld::Change() {
  const size_t kind = Below(100);
  if (kind < 25) {
    ChangeMembership();
  } else if (kind < 55) {
    Upsert();
  } else if (kind < 65) {
    Delete();
  } else if (kind < 90) {
    SetPolicy();
  } else {
    const absl::Duration steps[] = {absl::Nanoseconds(1), absl::Minutes(20), absl::Hours(1)};
    clock_->Advance(steps[Below(3)]);
  }
}

bool PipelineWorld::MayRead(const std::string& principal, const std::string& id) const {
  const auto document = documents_.find(id);
  return document != documents_.end() &&
         oracle_.MayRead(principal, {collection_, document->second.draft}, clock_->Now());
}

std::vector<PipelineWorld::Row> PipelineWorld::Ranking(const std::string& principal,
                                                       const std::vector<float>& query) const {
  std::vector<Row> rows;
  for (const auto& [id, document] : documents_) {
    if (!MayRead(principal, id)) continue;
    for (size_t i = 0; i < document.rows.size(); ++i) {
      rows.push_back({id, static_cast<uint32_t>(i), document.version, Dot(document.rows[i], query)});
    }
  }
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return std::tuple(-a.score, a.version, a.number) < std::tuple(-b.score, b.version, b.number);
  });
  return rows;
}

}  // namespace usher::pipeline
