// The last check by itself: it is handed chunks that no search should have named, and lets none of them out.
#include "server/pipeline/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <type_traits>

#include "tests/index/corpus_fixture.h"

namespace usher::pipeline {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

static_assert(!std::is_default_constructible_v<VerifiedChunk>);
static_assert(!std::is_constructible_v<VerifiedChunk, LoadedChunk>);
static_assert(!std::is_constructible_v<VerifiedChunk, LoadedChunk, storage::DocumentRecord>);
static_assert(!std::is_aggregate_v<VerifiedChunk>, "an aggregate could be made with braces");

class VerifyTest : public corpus::CorpusFixture {
 protected:
  void SetUp() override {
    CorpusFixture::SetUp();
    verifier_ = std::make_unique<Verifier>(&corpus(), &store(), &clock());
    Create("docs", {});
  }

  // A chunk of a document as it is stored now, whoever may read it.
  LoadedChunk Load(const std::string& document, uint32_t number = 0) {
    const auto record = store().GetDocument(Id("docs"), document);
    EXPECT_TRUE(record.ok() && record->has_value());
    const storage::ChunkKey key{(*record)->version, number};
    const auto chunks = store().GetChunks(Id("docs"), {key});
    EXPECT_TRUE(chunks.ok() && chunks->front().has_value());
    return {{key.version, key.number}, 1.0f, *chunks->front()};
  }

  // A source of rules that was synced just now and closes the collection at this age.
  void SyncSource(const std::string& name, absl::Duration max_age) {
    storage::SourceRecord source;
    source.name = name;
    source.agents = {"service:sync"};
    source.max_age = max_age;
    source.deny_when_stale = true;
    ASSERT_TRUE(corpus().SetSource(Context(), source).ok());
    const auto sync = corpus().BeginSync(Context(), name);
    ASSERT_TRUE(sync.ok()) << sync.status();
    const auto committed = corpus().CommitSync(Context(), name, *sync, 0);
    ASSERT_TRUE(committed.ok()) << committed.status();
  }

  // A request by Ann as of the newest revision.
  VerifyRequest Request() { return {kTenant, ann_, "docs", Id("docs"), corpus().revision(), absl::InfiniteFuture()}; }

  Verification Verify(const VerifyRequest& request, std::vector<LoadedChunk> loaded) {
    const size_t given = loaded.size();
    auto verified = verifier_->Verify(request, std::move(loaded));
    EXPECT_TRUE(verified.ok()) << verified.status();
    if (!verified.ok()) return {};
    EXPECT_EQ(verified->chunks.size() + verified->dropped, given) << "a chunk is let out or counted as dropped";
    EXPECT_LE(verified->defects, verified->dropped);
    return *std::move(verified);
  }

  static std::vector<std::string> DocumentsOf(const Verification& verified) {
    std::vector<std::string> documents;
    for (const VerifiedChunk& chunk : verified.chunks) documents.push_back(chunk.document().id);
    return documents;
  }

  void ExpectDroppedWithoutDefect(const Verification& verified) {
    EXPECT_THAT(verified.chunks, IsEmpty());
    EXPECT_EQ(verified.dropped, 1u);
    EXPECT_EQ(verified.defects, 0u) << "the rules moved on; the search was right in its day";
  }

  const Verifier& verifier() { return *verifier_; }

 private:
  const acl::Asker ann_ = AskerFor("user:ann");
  std::unique_ptr<Verifier> verifier_;
};

TEST_F(VerifyTest, WhatMayBeReadLeavesInTheOrderGiven) {
  Upsert("docs", {Document("a", Allow({"user:ann"})), Document("b", Allow({"everyone"}))});
  const Verification verified = Verify(Request(), {Load("b"), Load("a"), Load("b")});
  EXPECT_THAT(DocumentsOf(verified), ElementsAre("b", "a", "b"));
  EXPECT_EQ(verified.revision, corpus().revision());
}

TEST_F(VerifyTest, AForbiddenChunkThatASearchLetThroughIsDroppedAndCountedAsADefect) {
  Upsert("docs", {Document("a", Allow({"user:ann"})), Document("b", Allow({"user:bob"})), Document("c")});
  const Verification verified = Verify(Request(), {Load("b"), Load("a"), Load("c")});
  EXPECT_THAT(DocumentsOf(verified), ElementsAre("a"));
  EXPECT_EQ(verified.dropped, 2u);
  EXPECT_EQ(verified.defects, 2u);
}

TEST_F(VerifyTest, ADeniedChunkIsDroppedAlthoughAnotherRuleAllowsIt) {
  const acl::Policy policy =
      *acl::CanonicalPolicy(std::nullopt, {{acl::Effect::kAllow, {"everyone"}}, {acl::Effect::kDeny, {"user:ann"}}});
  Upsert("docs", {Document("a", policy)});
  EXPECT_EQ(Verify(Request(), {Load("a")}).defects, 1u);
}

TEST_F(VerifyTest, AChunkWhoseRulesChangedAfterTheSearchIsDropped) {
  Upsert("docs", {Document("a", Allow({"user:ann"}))});
  const LoadedChunk loaded = Load("a");
  const VerifyRequest request = Request();
  SetPolicy("docs", "a", Allow({"user:bob"}));
  ExpectDroppedWithoutDefect(Verify(request, {loaded}));
}

TEST_F(VerifyTest, AChunkOfADocumentDeletedAfterTheSearchIsDropped) {
  Upsert("docs", {Document("a", Allow({"user:ann"}))});
  const LoadedChunk loaded = Load("a");
  const VerifyRequest request = Request();
  ASSERT_TRUE(corpus().DeleteDocuments(Context(), "docs", {"a"}, "").ok());
  ExpectDroppedWithoutDefect(Verify(request, {loaded}));
}

TEST_F(VerifyTest, AChunkOfADocumentReplacedAfterTheSearchIsDropped) {
  Upsert("docs", {Document("a", Allow({"user:ann"}))});
  const LoadedChunk loaded = Load("a");
  const VerifyRequest request = Request();
  Upsert("docs", {Document("a")});
  ExpectDroppedWithoutDefect(Verify(request, {loaded}));
}

TEST_F(VerifyTest, AChunkWhoseReaderLeftTheGroupAfterTheSearchIsDropped) {
  Upsert("docs", {Document("a", Allow({"group:eng"}))});
  AddMembers({{"group:eng", "user:ann"}});
  const VerifyRequest request = Request();
  EXPECT_THAT(DocumentsOf(Verify(request, {Load("a")})), ElementsAre("a"));
  ASSERT_TRUE(corpus().UpdateMembers(Context(), {}, {{"group:eng", "user:ann"}}, "").ok());
  ExpectDroppedWithoutDefect(Verify(request, {Load("a")}));
}

TEST_F(VerifyTest, AChunkWhoseRuleExpiredAfterTheSearchIsDropped) {
  acl::Rule rule{acl::Effect::kAllow, {"user:ann"}};
  rule.expire_time = clock().Now() + absl::Minutes(1);
  Upsert("docs", {Document("a", *acl::CanonicalPolicy(std::nullopt, {rule}))});
  VerifyRequest request = Request();
  request.entitled_until = rule.expire_time;
  clock().Advance(absl::Minutes(1) - absl::Nanoseconds(1));
  EXPECT_THAT(DocumentsOf(Verify(request, {Load("a")})), ElementsAre("a"));
  clock().Advance(absl::Nanoseconds(1));
  ExpectDroppedWithoutDefect(Verify(request, {Load("a")}));
}

TEST_F(VerifyTest, AChunkOfADeletedCollectionIsDroppedEvenWhenTheNameIsUsedAgain) {
  Upsert("docs", {Document("a", Allow({"user:ann"}))});
  const LoadedChunk loaded = Load("a");
  const VerifyRequest request = Request();
  ASSERT_TRUE(corpus().DeleteCollection(Context(), "docs", "").ok());
  ExpectDroppedWithoutDefect(Verify(request, {loaded}));
  Create("docs", Allow({"everyone"}));
  ExpectDroppedWithoutDefect(Verify(request, {loaded}));
}

TEST_F(VerifyTest, ADeletedCollectionsDocumentIsNotReadByTheRulesOfTheOneThatHasItsName) {
  Upsert("docs", {Document("a", Allow({"user:ann"}))});
  const LoadedChunk loaded = Load("a");
  const VerifyRequest request = Request();
  const storage::DocumentRecord left_over = **store().GetDocument(Id("docs"), "a");
  ASSERT_TRUE(corpus().DeleteCollection(Context(), "docs", "").ok());
  Create("docs", Allow({"everyone"}));
  storage::Batch batch;
  batch.PutDocument(request.collection_id, left_over);
  ASSERT_TRUE(store().Commit(std::move(batch), acl::Revision(store().last_revision().value() + 1)).ok());
  ExpectDroppedWithoutDefect(Verify(request, {loaded}));
}

TEST_F(VerifyTest, AChunkThatClaimsToBeOfAnotherDocumentIsDropped) {
  Upsert("docs", {Document("a", Allow({"user:ann"})), Document("b", Allow({"user:bob"}))});
  LoadedChunk disguised = Load("b");
  disguised.record.document_id = "a";
  EXPECT_THAT(Verify(Request(), {disguised}).chunks, IsEmpty());
}

TEST_F(VerifyTest, EachChunkIsJudgedByItsOwnRules) {
  Upsert("docs", {Document("a", Allow({"user:ann"})), Document("b", Allow({"user:ann"}))});
  SetPolicy({"docs", "a", "", 1}, Allow({"user:bob"}));
  SetPolicy({"docs", "b", "", 0}, Allow({"user:bob"}));
  const Verification verified = Verify(Request(), {Load("a", 0), Load("a", 1), Load("b", 0), Load("b", 1)});
  EXPECT_THAT(DocumentsOf(verified), ElementsAre("a", "b"));
  EXPECT_EQ(verified.defects, 2u);
}

TEST_F(VerifyTest, WhatLeavesCarriesNoRules) {
  Upsert("docs", {Document("a", Allow({"user:ann"}))});
  SetPolicy({"docs", "a", "", 1}, Allow({"user:bob"}));
  const Verification verified = Verify(Request(), {Load("a")});
  ASSERT_THAT(DocumentsOf(verified), ElementsAre("a"));
  EXPECT_EQ(verified.chunks.front().document().policy, acl::Policy());
  EXPECT_THAT(verified.chunks.front().document().chunk_policies, IsEmpty());
}

TEST_F(VerifyTest, AFoldersDenyHoldsForTheDocumentsBelowIt) {
  Upsert("docs", {Document("hr/pay", Allow({"everyone"}))});
  SetPolicy({"docs", "", "hr"}, *acl::CanonicalPolicy(std::nullopt, {{acl::Effect::kDeny, {"user:ann"}}}));
  EXPECT_EQ(Verify(Request(), {Load("hr/pay")}).defects, 1u);
}

TEST_F(VerifyTest, NothingLeavesOnceTheFirstOfSeveralSourcesIsStale) {
  Upsert("docs", {Document("a", Allow({"user:ann"}))});
  SyncSource("okta", absl::Hours(1));
  SyncSource("workday", absl::Hours(5));
  VerifyRequest request = Request();
  request.entitled_until = clock().Now() + absl::Hours(1);
  EXPECT_THAT(DocumentsOf(Verify(request, {Load("a")})), ElementsAre("a"));
  clock().Advance(absl::Hours(1));
  ExpectDroppedWithoutDefect(Verify(request, {Load("a")}));
}

// As the store shows it to a reader while a write waits for its turn to come into force.
TEST_F(VerifyTest, ADocumentOfAWriteThatIsNotInForceYetIsNotReadWithTheOlderRules) {
  Upsert("docs", {Document("a", Allow({"user:ann"}))});
  const VerifyRequest request = Request();
  ASSERT_TRUE(corpus().UpdateMembers({"other", "user:admin", "", ""}, {{"group:x", "user:bob"}}, {}, "").ok());
  storage::DocumentRecord ahead = **store().GetDocument(Id("docs"), "a");
  ahead.revision = corpus().revision();
  ASSERT_GT(ahead.revision, request.searched_revision);
  storage::Batch batch;
  batch.PutDocument(Id("docs"), ahead);
  ASSERT_TRUE(store().Commit(std::move(batch), acl::Revision(store().last_revision().value() + 1)).ok());
  const Verification verified = Verify(request, {Load("a")});
  EXPECT_EQ(verified.outdated, 1u);
  ExpectDroppedWithoutDefect(verified);
}

TEST_F(VerifyTest, NothingLeavesWhenTheRulesOfOneDocumentCannotBeRead) {
  Upsert("docs", {Document("a", Allow({"user:ann"})), Document("b", Allow({"user:ann"}))});
  const std::vector<LoadedChunk> loaded = {Load("a"), Load("b")};
  storage::DocumentRecord damaged = **store().GetDocument(Id("docs"), "b");
  damaged.policy.rules.front().subjects = {"nobody who could be named"};
  storage::Batch batch;
  batch.PutDocument(Id("docs"), damaged);
  ASSERT_TRUE(store().Commit(std::move(batch), acl::Revision(store().last_revision().value() + 1)).ok());
  const auto verified = verifier().Verify(Request(), loaded);
  EXPECT_EQ(verified.status().code(), absl::StatusCode::kDataLoss) << verified.status();
}

TEST_F(VerifyTest, WritesElsewhereDropNothing) {
  Upsert("docs", {Document("a", Allow({"user:ann"}))});
  const VerifyRequest request = Request();
  Create("other", Allow({"everyone"}));
  AddMembers({{"group:x", "user:bob"}});
  EXPECT_THAT(DocumentsOf(Verify(request, {Load("a")})), ElementsAre("a"));
}

TEST_F(VerifyTest, NothingLeavesForATenantWithoutRules) {
  Upsert("docs", {Document("a", Allow({"everyone"}))});
  VerifyRequest request = Request();
  request.tenant = "stranger";
  EXPECT_FALSE(verifier().Verify(request, {Load("a")}).ok());
}

}  // namespace
}  // namespace usher::pipeline
