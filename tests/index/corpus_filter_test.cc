// Filters through the corpus: which documents and chunks match, who learns of fields, what restarts and changes keep.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "index/status_field.h"
#include "tests/index/corpus_fixture.h"

namespace usher::corpus {
namespace {

using fields::Filter;
using fields::NumberTerm;
using fields::TextTerm;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class FilterTest : public CorpusFixture {
 protected:
  void SetUp() override {
    CorpusFixture::SetUp();
    Create("docs", Allow({"user:ann"}));
  }

  static PreparedDocument With(const std::string& id, const std::string& metadata) {
    PreparedDocument document = Document(id);
    document.metadata_json = metadata;
    return document;
  }

  absl::StatusOr<index::SearchResult> Find(const std::string& principal, const Filter& filter) {
    const auto view = corpus().Resolve(kTenant, "docs", AskerFor(principal));
    if (!view.ok()) return view.status();
    Filter bound = filter;
    if (absl::Status status = fields::Bind(*view->schema, bound); !status.ok()) return status;
    const std::vector<float> vector = {1, 0, 0, 0};
    index::Query query;
    query.vector = vector;
    query.k = 1'000;
    query.filter = &bound;
    return view->snapshot->Search(query, *view->entitlement);
  }

  // Names of the chunks found, e.g. "a#1", sorted.
  std::vector<std::string> Found(const std::string& principal, const Filter& filter) {
    const auto result = Find(principal, filter);
    EXPECT_TRUE(result.ok()) << result.status();
    if (!result.ok()) return {};
    EXPECT_EQ(result->candidates.size(), result->authorized);
    std::vector<storage::ChunkKey> keys;
    for (const auto& candidate : result->candidates) keys.push_back({candidate.key.version, candidate.key.number});
    const auto chunks = store().GetChunks(Id("docs"), keys);
    std::vector<std::string> names;
    for (size_t i = 0; i < keys.size(); ++i) {
      names.push_back((*chunks)[i]->document_id + "#" + std::to_string(keys[i].number));
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  std::string ReasonOf(const std::string& principal, const Filter& filter) {
    const absl::Status status = Find(principal, filter).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    return std::string(status.GetPayload(kReasonDetail).value_or(absl::Cord("none")));
  }
};

TEST_F(FilterTest, FindsTheChunksOfDocumentsThatMatch) {
  Upsert("docs", {With("a", R"({"year": 2019})"), With("b", R"({"year": 2021})"), With("c", "")});
  EXPECT_THAT(Found("user:ann", Filter::Between("year", fields::Bound{NumberTerm(2020)}, std::nullopt)),
              ElementsAre("b#0", "b#1"));
  EXPECT_THAT(Found("user:ann", Filter::None({Filter::Exists("year")})), ElementsAre("c#0", "c#1"));
}

TEST_F(FilterTest, TakesTheFieldsOfAChunkBeforeThoseOfItsDocument) {
  PreparedDocument document = With("a", R"({"page": 0, "team": "red"})");
  document.chunks[1].metadata_json = R"({"page": 7})";
  Upsert("docs", {document});
  const Filter seven = Filter::All({Filter::In("page", {NumberTerm(7)}), Filter::In("team", {TextTerm("red")})});
  EXPECT_THAT(Found("user:ann", seven), ElementsAre("a#1"));
  EXPECT_THAT(Found("user:ann", Filter::In("page", {NumberTerm(0)})), ElementsAre("a#0"));
  Restart();
  EXPECT_THAT(Found("user:ann", seven), ElementsAre("a#1"));
}

TEST_F(FilterTest, FollowsChangesOfMetadataAlone) {
  Upsert("docs", {With("a", R"({"state": "draft"})"), With("b", R"({"state": "final"})")});
  Upsert("docs", {With("a", R"({"state": "final"})")});
  EXPECT_THAT(Found("user:ann", Filter::In("state", {TextTerm("final")})), ElementsAre("a#0", "a#1", "b#0", "b#1"));
  EXPECT_THAT(Found("user:ann", Filter::In("state", {TextTerm("draft")})), IsEmpty());
  Restart();
  EXPECT_THAT(Found("user:ann", Filter::In("state", {TextTerm("draft")})), IsEmpty());
}

TEST_F(FilterTest, KeepsItsAnswersWhenRulesChange) {
  Upsert("docs", {With("a", R"({"x": 1})"), With("b", R"({"x": 1})")});
  SetPolicy("docs", "a", *acl::CanonicalPolicy(acl::Inheritance::kRestrict, {{acl::Effect::kAllow, {"user:bob"}}}));
  EXPECT_THAT(Found("user:ann", Filter::In("x", {NumberTerm(1)})), ElementsAre("b#0", "b#1"));
  SetPolicy("docs", "a", acl::Policy());
  EXPECT_THAT(Found("user:ann", Filter::In("x", {NumberTerm(1)})), ElementsAre("a#0", "a#1", "b#0", "b#1"));
}

TEST_F(FilterTest, FieldsOfHiddenDocumentsAreUnknown) {
  PreparedDocument secret = With("secret", R"({"codename": "heron", "size": "big"})");
  secret.policy = *acl::CanonicalPolicy(acl::Inheritance::kReplace, {{acl::Effect::kAllow, {"user:bob"}}});
  Upsert("docs", {With("a", R"({"size": 3})"), secret});
  const Filter codename = Filter::Exists("codename");
  const Filter nowhere = Filter::Exists("elsewhere");
  EXPECT_EQ("UNKNOWN_FIELD", ReasonOf("user:ann", codename));
  EXPECT_EQ("UNKNOWN_FIELD", ReasonOf("user:ann", nowhere));
  EXPECT_THAT(Found("user:bob", codename), ElementsAre("secret#0", "secret#1"));
  EXPECT_EQ("FIELD_TYPE_MISMATCH", ReasonOf("user:ann", Filter::In("size", {TextTerm("big")})));
  EXPECT_THAT(Found("user:bob", Filter::In("size", {TextTerm("big")})), ElementsAre("secret#0", "secret#1"));
}

TEST_F(FilterTest, WhatIsSaidOfAFieldIsTheSameWithAndWithoutHiddenDocuments) {
  Upsert("docs", {With("a", R"({"size": 3})")});
  const std::vector<Filter> filters = {Filter::Exists("codename"), Filter::In("size", {TextTerm("big")}),
                                       Filter::None({Filter::In("codename", {NumberTerm(1)})}),
                                       Filter::In("size", {NumberTerm(3)})};
  std::vector<absl::StatusOr<index::SearchResult>> before;
  for (const Filter& filter : filters) before.push_back(Find("user:ann", filter));
  PreparedDocument secret = With("secret", R"({"codename": 1, "size": "big"})");
  secret.policy = *acl::CanonicalPolicy(acl::Inheritance::kReplace, {{acl::Effect::kAllow, {"user:bob"}}});
  Upsert("docs", {secret});
  for (size_t i = 0; i < filters.size(); ++i) {
    const auto after = Find("user:ann", filters[i]);
    EXPECT_EQ(before[i].status(), after.status());
    if (!after.ok()) continue;
    EXPECT_EQ(before[i]->authorized, after->authorized);
    EXPECT_EQ(before[i]->scanned, after->scanned);
    EXPECT_EQ(before[i]->candidates.size(), after->candidates.size());
  }
}

TEST_F(FilterTest, FieldsBecomeUnknownWithTheirLastDocument) {
  Upsert("docs", {With("a", R"({"old": 1})"), With("b", "")});
  EXPECT_THAT(Found("user:ann", Filter::Exists("old")), ElementsAre("a#0", "a#1"));
  ASSERT_TRUE(corpus().DeleteDocuments(Context(), "docs", {"a"}, "").ok());
  EXPECT_EQ("UNKNOWN_FIELD", ReasonOf("user:ann", Filter::Exists("old")));
}

TEST_F(FilterTest, DeclaredFieldsAreKnownWithoutDocumentsAndKeepTheirType) {
  storage::CollectionRecord record;
  record.name = "typed";
  record.dimension = kDimension;
  record.fields = {{"year", fields::Type::kInteger}};
  ASSERT_TRUE(corpus().CreateCollection(Context(), record, "").ok());
  const auto result = corpus().UpsertDocuments(Context(), "typed", Id("typed"),
                                               {With("a", R"({"year": 2020})"), With("b", R"({"year": "old"})")}, "");
  EXPECT_TRUE(absl::IsInvalidArgument(result.status()));
  EXPECT_EQ("documents[1].metadata.year", std::string(result.status().GetPayload(kFieldDetail).value()));
  Filter year = Filter::Exists("year");
  EXPECT_TRUE(fields::Bind(record.fields, year).ok());
  EXPECT_TRUE(year.declared);
  Filter text = Filter::In("year", {TextTerm("old")});
  EXPECT_TRUE(absl::IsInvalidArgument(fields::Bind(record.fields, text)));
}

TEST_F(FilterTest, ACollectionHasABoundedNumberOfFields) {
  const auto named = [](size_t first, size_t count) {
    std::string json = "{\"x\": 1";
    for (size_t i = first; i < first + count; ++i) json += ", \"f" + std::to_string(i) + "\": 1";
    return json + "}";
  };
  Upsert("docs", {With("a", named(0, 1'000)), With("b", named(1'000, 23))});
  const auto refused = corpus().UpsertDocuments(Context(), "docs", Id("docs"), {With("c", named(2'000, 1))}, "");
  EXPECT_TRUE(absl::IsInvalidArgument(refused.status())) << refused.status();
  Upsert("docs", {With("b", named(3'000, 1))});
  Restart();
  Upsert("docs", {With("c", named(2'000, 22))});
}

}  // namespace
}  // namespace usher::corpus
