// The corpus over a real store: what is written together is seen together, and is there again after a restart.
#include "index/corpus/corpus.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <thread>

#include "tests/index/corpus_fixture.h"

namespace usher::corpus {
namespace {

using acl::Effect;
using acl::Inheritance;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using CorpusTest = CorpusFixture;

TEST_F(CorpusTest, NobodyReadsWhatHasNoRule) {
  Create("docs", {});
  Upsert("docs", {Document("a")});
  EXPECT_EQ(corpus().Resolve(kTenant, "docs", AskerFor("user:ann")).status().code(), absl::StatusCode::kNotFound);
  EXPECT_FALSE(MayRead("user:ann", {"docs", "a"}));
}

TEST_F(CorpusTest, AHiddenCollectionAnswersLikeOneThatDoesNotExist) {
  Create("docs", {});
  Upsert("docs", {Document("a")});
  const absl::Status hidden = corpus().Resolve(kTenant, "docs", AskerFor("user:ann")).status();
  const absl::Status absent = corpus().Resolve(kTenant, "none", AskerFor("user:ann")).status();
  const absl::Status stranger = corpus().Resolve("other", "docs", AskerFor("user:ann")).status();
  EXPECT_EQ(hidden.code(), absent.code());
  EXPECT_EQ(hidden, stranger);
  const auto neutral = [](const absl::Status& status, const std::string& name) {
    std::string text(status.message());
    text.replace(text.find(name), name.size(), "X");
    return text;
  };
  EXPECT_EQ(neutral(hidden, "docs"), neutral(absent, "none"));
}

TEST_F(CorpusTest, DocumentsInheritTheCollectionsRules) {
  Create("docs", Allow({"user:ann"}));
  Upsert("docs", {Document("a"), Document("b")});
  EXPECT_THAT(Reads("docs", "user:ann"), ElementsAre("a", "b"));
  EXPECT_THAT(Reads("docs", "user:bob"), IsEmpty());
}

TEST_F(CorpusTest, AnUpsertWithoutRulesKeepsTheDocumentsRules) {
  Create("docs", {});
  Upsert("docs", {Document("a", Allow({"user:ann"}))});
  Upsert("docs", {Document("a")});
  EXPECT_THAT(Reads("docs", "user:ann"), ElementsAre("a"));
  EXPECT_EQ(corpus().GetCollection(kTenant, "docs")->chunk_count, 2u);
}

TEST_F(CorpusTest, GroupsCountAtAnyDepthAndInCycles) {
  Create("docs", Allow({"group:top"}));
  Upsert("docs", {Document("a")});
  AddMembers({{"group:top", "group:middle"},
              {"group:middle", "group:low"},
              {"group:low", "user:ann"},
              {"group:low", "group:top"}});
  EXPECT_THAT(Reads("docs", "user:ann"), ElementsAre("a"));
  EXPECT_TRUE(MayRead("user:ann", {"docs", "a"}));
}

TEST_F(CorpusTest, ARevokedMembershipIsInForceWhenTheWriteReturns) {
  Create("docs", Allow({"group:eng"}));
  Upsert("docs", {Document("a")});
  AddMembers({{"group:eng", "user:ann"}});
  ASSERT_THAT(Reads("docs", "user:ann"), ElementsAre("a"));
  ASSERT_TRUE(corpus().UpdateMembers(Context(), {}, {{"group:eng", "user:ann"}}, "").ok());
  EXPECT_THAT(Reads("docs", "user:ann"), IsEmpty());
}

TEST_F(CorpusTest, ChangingADocumentsRulesMovesItsChunksOnly) {
  Create("docs", Allow({"user:ann"}));
  Upsert("docs", {Document("a"), Document("b")});
  SetPolicy("docs", "a", Allow({"user:bob"}));
  EXPECT_THAT(Reads("docs", "user:ann"), ElementsAre("b"));
  EXPECT_THAT(Reads("docs", "user:bob"), ElementsAre("a"));
  EXPECT_EQ(corpus().GetCollection(kTenant, "docs")->class_count, 2u);
}

TEST_F(CorpusTest, ACollectionsDenyHoldsPastADocumentsReplace) {
  Create("docs", {});
  Upsert("docs", {Document("a", Allow({"user:ann", "user:bob"}))});
  acl::Policy deny = *acl::CanonicalPolicy(std::nullopt, {{Effect::kDeny, {"user:ann"}}});
  SetPolicy("docs", "", deny);
  EXPECT_THAT(Reads("docs", "user:ann"), IsEmpty());
  EXPECT_THAT(Reads("docs", "user:bob"), ElementsAre("a"));
}

TEST_F(CorpusTest, ARuleThatExpiresEndsWithoutAnyWrite) {
  Create("docs", {});
  acl::Rule rule{Effect::kAllow, {"user:ann"}};
  rule.expire_time = clock().Now() + absl::Minutes(5);
  Upsert("docs", {Document("a", *acl::CanonicalPolicy(std::nullopt, {rule}))});
  EXPECT_THAT(Reads("docs", "user:ann"), ElementsAre("a"));
  clock().Advance(absl::Minutes(5));
  EXPECT_THAT(Reads("docs", "user:ann"), IsEmpty());
  clock().Advance(-absl::Minutes(1));
  EXPECT_THAT(Reads("docs", "user:ann"), ElementsAre("a")) << "a clock that steps back is believed, not remembered";
}

TEST_F(CorpusTest, EverythingIsThereAfterARestart) {
  Create("docs", Allow({"group:eng"}));
  AddMembers({{"group:eng", "user:ann"}});
  Upsert("docs", {Document("a"), Document("b", Allow({"user:bob"}))});
  ASSERT_TRUE(corpus().DeleteDocuments(Context(), "docs", {"zzz"}, "").ok());
  const acl::Revision before = corpus().revision();
  Restart();
  EXPECT_EQ(corpus().revision(), before);
  EXPECT_THAT(Reads("docs", "user:ann"), ElementsAre("a"));
  EXPECT_THAT(Reads("docs", "user:bob"), ElementsAre("b"));
}

TEST_F(CorpusTest, DeletedDocumentsStayDeletedAfterARestart) {
  Create("docs", Allow({"user:ann"}));
  Upsert("docs", {Document("a"), Document("b")});
  ASSERT_TRUE(corpus().DeleteDocuments(Context(), "docs", {"a"}, "").ok());
  EXPECT_THAT(Reads("docs", "user:ann"), ElementsAre("b"));
  Restart();
  EXPECT_THAT(Reads("docs", "user:ann"), ElementsAre("b"));
}

TEST_F(CorpusTest, ADeletedCollectionIsGoneAndItsNameIsFree) {
  Create("docs", Allow({"user:ann"}));
  Upsert("docs", {Document("a")});
  ASSERT_TRUE(corpus().DeleteCollection(Context(), "docs", "").ok());
  EXPECT_THAT(Reads("docs", "user:ann"), IsEmpty());
  Create("docs", Allow({"user:ann"}));
  EXPECT_THAT(Reads("docs", "user:ann"), IsEmpty());
  Restart();
  EXPECT_THAT(Reads("docs", "user:ann"), IsEmpty());
}

TEST_F(CorpusTest, ARepeatedRequestIsCarriedOutOnceAndAnsweredAsTheFirstTime) {
  Create("docs", Allow({"user:ann"}));
  WriteContext context = Context();
  context.request_id = "r1";
  context.fingerprint = "f";
  const auto first = corpus().UpsertDocuments(context, "docs", Id("docs"), {Document("a")}, "answer");
  ASSERT_TRUE(first.ok()) << first.status();
  Restart();
  const auto second = corpus().UpsertDocuments(context, "docs", Id("docs"), {Document("a")}, "other");
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->revision, first->revision);
  EXPECT_EQ(second->response, "answer");
  EXPECT_EQ(corpus().revision(), first->revision);
}

TEST_F(CorpusTest, ARequestIdWithOtherContentIsRefused) {
  Create("docs", {});
  WriteContext context = Context();
  context.request_id = "r1";
  context.fingerprint = "f";
  ASSERT_TRUE(corpus().UpsertDocuments(context, "docs", Id("docs"), {Document("a")}, "").ok());
  context.fingerprint = "g";
  const auto again = corpus().UpsertDocuments(context, "docs", Id("docs"), {Document("b")}, "");
  EXPECT_EQ(again.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_FALSE(corpus().GetDocument(kTenant, {"docs", "b"}).ok());
}

TEST_F(CorpusTest, ARequestIdOfAnotherCallerIsAnotherRequest) {
  Create("docs", {});
  WriteContext context = Context();
  context.request_id = "r1";
  context.fingerprint = "f";
  ASSERT_TRUE(corpus().UpsertDocuments(context, "docs", Id("docs"), {Document("a")}, "").ok());
  context.caller = "user:other";
  context.fingerprint = "g";
  EXPECT_TRUE(corpus().UpsertDocuments(context, "docs", Id("docs"), {Document("b")}, "").ok());
}

TEST_F(CorpusTest, AStaleEtagChangesNothing) {
  Create("docs", {});
  Upsert("docs", {Document("a"), Document("b")});
  const acl::Revision seen = corpus().GetPolicy(kTenant, {"docs", "a"})->revision;
  SetPolicy("docs", "a", Allow({"user:bob"}));
  const std::vector<PolicyUpdate> updates = {{{"docs", "b"}, Allow({"user:ann"}), std::nullopt},
                                             {{"docs", "a"}, Allow({"user:ann"}), seen}};
  const auto result = corpus().SetPolicies(Context(), updates, "");
  EXPECT_EQ(result.status().code(), absl::StatusCode::kAborted);
  EXPECT_THAT(std::string(result.status().message()), HasSubstr("collections/docs/documents/a"));
  EXPECT_THAT(Reads("docs", "user:ann"), IsEmpty());
}

TEST_F(CorpusTest, DocumentsPreparedForADeletedCollectionAreRefused) {
  Create("docs", {});
  const acl::CollectionId old = Id("docs");
  ASSERT_TRUE(corpus().DeleteCollection(Context(), "docs", "").ok());
  Create("docs", {});
  const auto result = corpus().UpsertDocuments(Context(), "docs", old, {Document("a")}, "");
  EXPECT_EQ(result.status().code(), absl::StatusCode::kNotFound);
}

TEST_F(CorpusTest, VectorsOfTheWrongShapeAreRefused) {
  Create("docs", {});
  PreparedDocument document = Document("a");
  document.vectors.pop_back();
  const auto result = corpus().UpsertDocuments(Context(), "docs", Id("docs"), {document}, "");
  EXPECT_EQ(result.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(CorpusTest, TenantsDoNotSeeEachOther) {
  Create("docs", Allow({"everyone"}));
  Upsert("docs", {Document("a")});
  EXPECT_FALSE(corpus().Resolve("other", "docs", AskerFor("user:ann")).ok());
  EXPECT_FALSE(corpus().Check("other", {{AskerFor("user:ann"), {"docs", "a"}}})->allowed.front());
  EXPECT_FALSE(corpus().GetDocument("other", {"docs", "a"}).ok());
  EXPECT_THAT(corpus().ListCollections("other", "", 10), IsEmpty());
}

TEST_F(CorpusTest, ListsComeInOrderAndInPages) {
  Create("b", {});
  Create("a", {});
  Create("c", {});
  const auto first = corpus().ListCollections(kTenant, "", 2);
  ASSERT_EQ(first.size(), 2u);
  EXPECT_EQ(first[0].record.name, "a");
  const auto rest = corpus().ListCollections(kTenant, first[1].record.name, 2);
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(rest[0].record.name, "c");
}

TEST_F(CorpusTest, AViewKeepsItsRevisionWhileWritesGoOn) {
  Create("docs", Allow({"user:ann"}));
  Upsert("docs", {Document("a")});
  const auto view = corpus().Resolve(kTenant, "docs", AskerFor("user:ann"));
  ASSERT_TRUE(view.ok());
  ASSERT_TRUE(corpus().DeleteDocuments(Context(), "docs", {"a"}, "").ok());
  const auto found = Search(*view);
  EXPECT_EQ(found.size(), 2u) << "an old view is complete; the verify step decides what may leave";
  EXPECT_LT(view->revision, corpus().revision());
}

TEST_F(CorpusTest, WritesAndReadsFromManyThreadsEndInOneState) {
  Create("docs", Allow({"group:readers"}));
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([this, t] {
      const std::string user = "user:u" + std::to_string(t);
      for (int i = 0; i < 20; ++i) {
        WriteContext context = Context();
        ASSERT_TRUE(
            corpus().UpsertDocuments(context, "docs", Id("docs"), {Document(std::to_string(t * 100 + i))}, "").ok());
        ASSERT_TRUE(corpus().UpdateMembers(context, {{"group:readers", user}}, {}, "").ok());
        ASSERT_THAT(Reads("docs", user), testing::Not(IsEmpty()));
        ASSERT_TRUE(corpus().UpdateMembers(context, {}, {{"group:readers", user}}, "").ok());
        ASSERT_THAT(Reads("docs", user), IsEmpty());
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(corpus().GetCollection(kTenant, "docs")->document_count, 80u);
}

TEST_F(CorpusTest, StatisticsCountWhatIsThere) {
  Create("docs", Allow({"user:ann"}));
  Upsert("docs", {Document("a"), Document("b")});
  AddMembers({{"group:g", "user:ann"}});
  const TenantStatistics statistics = corpus().Statistics(kTenant);
  EXPECT_EQ(statistics.collections, 1u);
  EXPECT_EQ(statistics.documents, 2u);
  EXPECT_EQ(statistics.chunks, 4u);
  EXPECT_EQ(statistics.classes, 1u);
  EXPECT_EQ(statistics.groups, 1u);
}

}  // namespace
}  // namespace usher::corpus
