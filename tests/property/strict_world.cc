#include "tests/property/strict_world.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"

namespace usher::strict {
namespace {

constexpr char kReader[] = "user:reader";
constexpr char kOther[] = "user:other";
constexpr char kTeam[] = "group:team";      // of the reader
constexpr char kOthers[] = "group:others";  // not of the reader
constexpr size_t kHiddenIds = 12;

acl::Policy Canonical(acl::PolicyDraft draft) { return *acl::CanonicalPolicy(std::move(draft)); }

acl::Policy Allow(std::vector<std::string> subjects) {
  return Canonical({.rules = {{acl::Effect::kAllow, std::move(subjects)}}});
}

template <typename T>
void Expect(const absl::StatusOr<T>& done) {
  EXPECT_TRUE(done.ok()) << done.status();
}

storage::ChunkRecord Chunk(const std::string& document, const std::string& text) {
  storage::ChunkRecord chunk;
  chunk.document_id = document;
  chunk.text = text;
  chunk.source_end = text.size();
  return chunk;
}

acl::Policy ReadablePolicy(size_t audience) {
  switch (audience % 4) {
    case 0:
      return Allow({"everyone"});
    case 1:
      return Allow({kReader, kOther});
    case 2:
      return Allow({kTeam});
    default:
      return Canonical({.rules = {{acl::Effect::kAllow, {"everyone"}}, {acl::Effect::kDeny, {kOthers}}}});
  }
}

}  // namespace

std::vector<float> RandomVector(std::mt19937_64& random) {
  // Few directions, so that some scores are equal.
  std::vector<float> vector(kWidth);
  double sum = 0;
  while (sum == 0) {
    for (float& x : vector) {
      x = static_cast<float>(random() % 5) - 2;
      sum += double{x} * double{x};
    }
  }
  for (float& x : vector) x = static_cast<float>(x / std::sqrt(sum));
  return vector;
}

Side::Side(uint64_t seed, const std::string& tenant, std::vector<float> query, Stage* stage)
    : random_(seed), tenant_(tenant), query_(std::move(query)), stage_(stage) {
  credential_ = stage_->Credential(tenant_, kReader);
  Expect(stage_->corpus().UpdateMembers(Context(), {{kTeam, kReader}, {kOthers, kOther}}, {}, ""));
  CreateCollection(kOpenCollection, kWidth);
}

Side::~Side() {
  // Its vectors go; later worlds of the same store need their room.
  Expect(stage_->corpus().DeleteCollection(Context(), kOpenCollection, ""));
  if (has_secret_) Expect(stage_->corpus().DeleteCollection(Context(), kSecretCollection, ""));
}

void Side::CreateCollection(const std::string& name, int width) {
  storage::CollectionRecord record;
  record.name = name;
  record.dimension = width;
  Expect(stage_->corpus().CreateCollection(Context(), record, ""));
}

void Side::Upsert(const std::string& collection, corpus::PreparedDocument document) {
  const auto info = stage_->corpus().GetCollection(tenant_, collection);
  ASSERT_TRUE(info.ok()) << info.status();
  std::vector<corpus::PreparedDocument> documents;
  documents.push_back(std::move(document));
  Expect(stage_->corpus().UpsertDocuments(Context(), collection, info->record.id, std::move(documents), ""));
}

void Side::PutReadable(const DocumentPlan& plan) {
  corpus::PreparedDocument document;
  document.id = plan.id;
  document.title = absl::StrCat("Title of ", plan.id);
  document.metadata_json = R"({"kind": "note"})";
  document.policy = ReadablePolicy(plan.audience);
  document.chunk_policies.emplace();
  for (const ChunkPlan& chunk : plan.chunks) {
    const size_t number = document.chunks.size();
    const std::string text = chunk.readable ? absl::StrCat("part ", number, " of ", plan.id)
                                            : absl::StrCat("hidden ", std::string(Below(40), '?'));
    document.chunks.push_back(Chunk(plan.id, text));
    const std::vector<float> vector = chunk.readable ? chunk.vector : HiddenVector();
    document.vectors.insert(document.vectors.end(), vector.begin(), vector.end());
    if (!chunk.readable) document.chunk_policies->emplace_back(static_cast<uint32_t>(number), HiddenPolicy());
  }
  Upsert(kOpenCollection, std::move(document));
}

void Side::TakeAway(const std::string& id) {
  if (Below(2) == 0) return Expect(stage_->corpus().DeleteDocuments(Context(), kOpenCollection, {id}, ""));
  Expect(stage_->corpus().SetPolicies(Context(), {{{kOpenCollection, id}, HiddenPolicy(), std::nullopt}}, ""));
}

// Anything, or what would be the best answer.
std::vector<float> Side::HiddenVector() { return Below(3) == 0 ? query_ : RandomVector(random_); }

acl::Policy Side::HiddenPolicy() {
  acl::PolicyDraft draft;
  switch (Below(5)) {
    case 0:
      return Allow({kOther});
    case 1:
      return Allow({kOthers, absl::StrCat("user:", Below(20))});
    case 2:
      return Canonical({.rules = {{acl::Effect::kAllow, {"everyone"}}, {acl::Effect::kDeny, {kReader}}}});
    case 3:
      draft.label.level = static_cast<uint32_t>(1 + Below(3));
      draft.rules = {{acl::Effect::kAllow, {"everyone"}}};
      return Canonical(std::move(draft));
    default:
      draft.ceiling = {kOthers};
      draft.rules = {{acl::Effect::kAllow, {"everyone"}}};
      return Canonical(std::move(draft));
  }
}

corpus::PreparedDocument Side::HiddenDocument() {
  corpus::PreparedDocument document;
  document.id = absl::StrCat(Below(2) == 0 ? "" : "private/", "h", Below(kHiddenIds));
  document.title = "Nobody's business";
  document.policy = HiddenPolicy();
  document.discard_chunk_policies = true;
  for (size_t i = 1 + Below(3); i > 0; --i) {
    document.chunks.push_back(Chunk(document.id, std::string(1 + Below(60), 's')));
    const std::vector<float> vector = HiddenVector();
    document.vectors.insert(document.vectors.end(), vector.begin(), vector.end());
  }
  return document;
}

void Side::ChangeSecretCollection() {
  if (has_secret_) {
    Expect(stage_->corpus().DeleteCollection(Context(), kSecretCollection, ""));
  } else {
    const bool same_width = Below(2) == 0;
    CreateCollection(kSecretCollection, same_width ? kWidth : kWidth + 3);
    if (same_width) Upsert(kSecretCollection, HiddenDocument());
  }
  has_secret_ = !has_secret_;
}

void Side::ChangePeople() {
  const std::vector<storage::MembershipRecord> members = {{kOthers, absl::StrCat("user:", Below(20))}};
  switch (Below(4)) {
    case 0:
      return Expect(stage_->corpus().UpdateMembers(Context(), members, {}, ""));
    case 1:
      return Expect(stage_->corpus().UpdateMembers(Context(), {}, members, ""));
    case 2: {
      storage::ClearanceRecord clearance;
      clearance.principal = kOther;
      clearance.clearance.level = static_cast<uint32_t>(Below(4));
      return Expect(stage_->corpus().SetClearances(Context(), {clearance}, ""));
    }
    default:
      stage_->Credential(tenant_, kOther);
  }
}

void Side::ChangeHiddenRules() {
  corpus::NodeName node{kOpenCollection};
  if (hidden_.empty() || Below(3) == 0) {
    node.folder = Below(2) == 0 ? "private" : "private/deeper";
  } else {
    node.document = hidden_[Below(hidden_.size())];
  }
  Expect(stage_->corpus().SetPolicies(Context(), {{node, HiddenPolicy(), std::nullopt}}, ""));
}

void Side::WriteHidden() {
  ++hidden_writes_;
  const size_t dice = Below(100);
  if (dice < 50) {
    corpus::PreparedDocument document = HiddenDocument();
    if (std::find(hidden_.begin(), hidden_.end(), document.id) == hidden_.end()) hidden_.push_back(document.id);
    Upsert(kOpenCollection, std::move(document));
  } else if (dice < 65 && !hidden_.empty()) {
    const size_t which = Below(hidden_.size());
    Expect(stage_->corpus().DeleteDocuments(Context(), kOpenCollection, {hidden_[which]}, ""));
    hidden_.erase(hidden_.begin() + static_cast<ptrdiff_t>(which));
  } else if (dice < 80) {
    ChangeHiddenRules();
  } else if (dice < 90) {
    ChangePeople();
  } else {
    ChangeSecretCollection();
  }
}

bool Side::IsSealed() const {
  const auto view = stage_->corpus().Resolve(tenant_, kOpenCollection, {kReader, {}, ""});
  if (!view.ok()) return false;
  index::Query query;
  query.vector = query_;
  query.k = 1;
  const auto found = view->snapshot->Search(query, *view->entitlement);
  return found.ok() && found->path == "cells";
}

}  // namespace usher::strict
