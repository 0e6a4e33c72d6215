// Previews tell changes before they are made, and make none.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "index/corpus/preview_turns.h"
#include "tests/index/corpus_fixture.h"

namespace usher::corpus {
namespace {

using acl::Effect;
using acl::Inheritance;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const std::string kDocs = "collections/docs/documents/";

PolicyUpdate Propose(NodeName node, acl::Policy policy) { return {std::move(node), std::move(policy), std::nullopt}; }

acl::Policy Deny(std::vector<std::string> subjects) {
  return *acl::CanonicalPolicy(Inheritance::kInherit, {{Effect::kDeny, std::move(subjects)}});
}

class CorpusPreviewTest : public CorpusFixture {
 protected:
  PreviewResult Preview(const ProposedChanges& changes, const PreviewLimits& limits = {}) {
    const auto result = corpus().Preview(kTenant, changes, "", limits);
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? *result : PreviewResult();
  }

  QueryDifference Ask(const ProposedChanges& changes, const std::string& principal, int k) {
    const auto result =
        corpus().PreviewQueries(kTenant, changes, "", {{principal, "docs", {1, 0, 0, 0}, k}}, absl::InfiniteFuture());
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? result->front() : QueryDifference();
  }
};

TEST_F(CorpusPreviewTest, ARevokedMembershipLosesWhatTheGroupReads) {
  Create("docs", {});
  AddMembers({{"group:team", "user:ann"}, {"group:team", "user:bob"}});
  Upsert("docs", {Document("b", Allow({"group:team"})), Document("a", Allow({"group:team"})),
                  Document("c", Allow({"group:team", "user:ann"}))});
  const PreviewResult result = Preview({{}, {{"group:team", "user:ann"}}, {}, {}});
  ASSERT_THAT(result.differences, SizeIs(1));
  EXPECT_EQ(result.differences[0].principal, "user:ann");
  EXPECT_EQ(result.differences[0].lost_chunks, 4u);
  EXPECT_EQ(result.differences[0].gained_chunks, 0u);
  EXPECT_THAT(result.differences[0].lost_documents, ElementsAre(kDocs + "a", kDocs + "b"));
  EXPECT_FALSE(result.everyone_else.has_value());
  EXPECT_TRUE(MayRead("user:ann", {"docs", "a"})) << "a preview changes nothing";
}

TEST_F(CorpusPreviewTest, WhatAnotherGroupStillGivesIsNotLost) {
  Create("docs", Allow({"group:all"}));
  AddMembers({{"group:all", "group:team"}, {"group:team", "user:ann"}, {"group:all", "user:ann"}});
  Upsert("docs", {Document("a")});
  EXPECT_THAT(Preview({{}, {{"group:team", "user:ann"}}, {}, {}}).differences, IsEmpty());
}

TEST_F(CorpusPreviewTest, ADenyOnAFolderConcernsWhatLiesBelowItOnly) {
  Create("docs", Allow({"user:ann", "user:bob"}));
  Upsert("docs", {Document("hr/pay/x"), Document("hr/y"), Document("hrs/z"), Document("top")});
  const PreviewResult result = Preview({{}, {}, {Propose({"docs", "", "hr", {}}, Deny({"user:ann"}))}, {}});
  ASSERT_THAT(result.differences, SizeIs(1));
  EXPECT_EQ(result.differences[0].lost_chunks, 4u);
  EXPECT_THAT(result.differences[0].lost_documents, ElementsAre(kDocs + "hr/pay/x", kDocs + "hr/y"));
}

TEST_F(CorpusPreviewTest, ALoweredClearanceLosesWhatIsLabelledAboveIt) {
  acl::PolicyDraft secret{Inheritance::kReplace, {{Effect::kAllow, {"everyone"}}}, {.level = 3}, {}, {}};
  Create("docs", Allow({"everyone"}));
  Upsert("docs", {Document("open"), Document("secret", *acl::CanonicalPolicy(secret))});
  ASSERT_TRUE(corpus().SetClearances(Context(), {{"user:ann", {5, {}}, {}}}, "").ok());
  const PreviewResult result = Preview({{}, {}, {}, {{"user:ann", {2, {}}, {}}, {"user:new", {3, {}}, {}}}});
  ASSERT_THAT(result.differences, SizeIs(2));
  EXPECT_THAT(result.differences[0].lost_documents, ElementsAre(kDocs + "secret"));
  EXPECT_EQ(result.differences[1].principal, "user:new");
  EXPECT_THAT(result.differences[1].gained_documents, ElementsAre(kDocs + "secret"));
}

TEST_F(CorpusPreviewTest, ARuleOfOneChunkConcernsThatChunkAlone) {
  Create("docs", Allow({"user:ann"}));
  Upsert("docs", {Document("a"), Document("b")});
  const PreviewResult result = Preview({{}, {}, {Propose({"docs", "a", "", 1}, Allow({"user:bob"}))}, {}});
  ASSERT_THAT(result.differences, SizeIs(2));
  EXPECT_EQ(result.differences[0].lost_chunks, 1u);
  EXPECT_THAT(result.differences[0].lost_documents, ElementsAre(kDocs + "a"));
  EXPECT_EQ(result.differences[1].principal, "user:bob");
  EXPECT_EQ(result.differences[1].gained_chunks, 1u);
}

TEST_F(CorpusPreviewTest, WhomNothingNamesIsToldAsEveryoneElse) {
  Create("docs", Allow({"user:ann"}));
  Upsert("docs", {Document("a")});
  const PreviewResult result = Preview({{}, {}, {Propose({"docs", "", "", {}}, Allow({"everyone"}))}, {}});
  ASSERT_TRUE(result.everyone_else.has_value());
  EXPECT_EQ(result.everyone_else->gained_chunks, 2u);
  EXPECT_THAT(result.everyone_else->gained_documents, ElementsAre(kDocs + "a"));
  EXPECT_THAT(result.differences, IsEmpty());
}

TEST_F(CorpusPreviewTest, AGrantByBreakGlassStaysWhateverIsProposed) {
  Create("docs", {});
  Upsert("docs", {Document("a")});
  storage::BreakGlassRecord record;
  record.resource = kDocs + "a";
  record.principal = "user:ann";
  record.requested_by = "user:admin";
  record.reason = "the site is down";
  record.duration = absl::Hours(1);
  const auto requested = corpus().RequestBreakGlass(Context(), {"docs", "a"}, record);
  ASSERT_TRUE(requested.ok()) << requested.status();
  ASSERT_TRUE(corpus().ApproveBreakGlass(Context(), requested->id, "user:other").ok());
  const PreviewResult result = Preview({{}, {}, {Propose({"docs", "a"}, Allow({"user:bob"}))}, {}});
  ASSERT_THAT(result.differences, SizeIs(1));
  EXPECT_EQ(result.differences[0].principal, "user:bob");
}

TEST_F(CorpusPreviewTest, NobodyLosesOrGainsInAClosedCollection) {
  Create("docs", Allow({"everyone"}));
  Upsert("docs", {Document("a")});
  storage::SourceRecord source;
  source.name = "crm";
  source.max_age = absl::Hours(1);
  ASSERT_TRUE(corpus().SetSource(Context(), source).ok());
  ASSERT_FALSE(MayRead("user:ann", {"docs", "a"})) << "the source has never been synced";
  const ProposedChanges changes{{}, {}, {Propose({"docs", "a"}, Allow({"user:bob"}))}, {}};
  EXPECT_THAT(Preview(changes).differences, IsEmpty());
  EXPECT_FALSE(Preview(changes).everyone_else.has_value());
  EXPECT_THAT(Ask(changes, "user:bob", 5).appearing, IsEmpty());
}

TEST_F(CorpusPreviewTest, ManyPrincipalsWithRightsOfTheirOwnAreTakenTogether) {
  constexpr int kUsers = 100;
  Create("docs", {});
  std::vector<storage::MembershipRecord> members;
  std::vector<PreparedDocument> documents = {Document("board", Allow({"group:board"}))};
  for (int i = 0; i < kUsers; ++i) {
    const std::string user = "user:" + std::to_string(i);
    members.push_back({"group:crew", user});
    documents.push_back(Document("own/" + std::to_string(i), Allow({user})));
  }
  AddMembers(members);
  Upsert("docs", std::move(documents));
  const PreviewResult result = Preview({{{"group:board", "group:crew"}}, {}, {}, {}});
  EXPECT_EQ(result.principal_count, static_cast<uint64_t>(kUsers));
  for (const AccessDifference& difference : result.differences) {
    EXPECT_EQ(difference.gained_chunks, 2u) << difference.principal;
    EXPECT_THAT(difference.gained_documents, ElementsAre(kDocs + "board"));
  }
}

TEST_F(CorpusPreviewTest, ListsAreCutButCountsAreNot) {
  Create("docs", Allow({"user:a", "user:b", "user:c"}));
  Upsert("docs", {Document("3"), Document("1"), Document("2")});
  PreviewLimits limits;
  limits.max_principals = 2;
  limits.max_names = 1;
  const PreviewResult result = Preview({{}, {}, {Propose({"docs"}, {})}, {}}, limits);
  EXPECT_EQ(result.principal_count, 3u);
  ASSERT_THAT(result.differences, SizeIs(2));
  EXPECT_EQ(result.differences[1].principal, "user:b");
  EXPECT_EQ(result.differences[1].lost_chunks, 6u);
  EXPECT_THAT(result.differences[1].lost_documents, ElementsAre(kDocs + "1"));
}

TEST_F(CorpusPreviewTest, OtherCollectionsAreLeftOutWhenSomeAreNamed) {
  for (const std::string name : {"docs", "more"}) {
    Create(name, Allow({"group:team"}));
    Upsert(name, {Document("a")});
  }
  PreviewLimits limits;
  limits.collections = {"more"};
  const PreviewResult result = Preview({{{"group:team", "user:ann"}}, {}, {}, {}}, limits);
  ASSERT_THAT(result.differences, SizeIs(1));
  EXPECT_THAT(result.differences[0].gained_documents, ElementsAre("collections/more/documents/a"));
}

TEST_F(CorpusPreviewTest, WhatDoesNotExistIsNamed) {
  Create("docs", {});
  Upsert("docs", {Document("a")});
  const std::vector<std::pair<NodeName, std::string>> missing = {
      {{"none"}, "collections/none"}, {{"docs", "b"}, kDocs + "b"}, {{"docs", "a", "", 2}, kDocs + "a/chunks/2"}};
  for (const auto& [node, name] : missing) {
    const ProposedChanges changes{{}, {}, {Propose({"docs", "a"}, {}), Propose(node, {})}, {}};
    for (const char* tenant : {kTenant, "stranger"}) {
      EXPECT_EQ(corpus().Preview(tenant, changes, "", {}).status().code(), absl::StatusCode::kNotFound);
    }
    EXPECT_THAT(std::string(corpus().Preview(kTenant, changes, "", {}).status().message()),
                HasSubstr(node.document.empty() ? node.collection : name));
  }
  PreviewLimits limits;
  limits.collections = {"none"};
  EXPECT_EQ(corpus().Preview(kTenant, {}, "", limits).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(CorpusPreviewTest, ADeadlineThatHasPassedEndsThePreview) {
  Create("docs", Allow({"everyone"}));
  Upsert("docs", {Document("a")});
  PreviewLimits limits;
  limits.deadline = clock().Now();
  const ProposedChanges changes{{}, {}, {Propose({"docs"}, {})}, {}};
  EXPECT_EQ(corpus().Preview(kTenant, changes, "", limits).status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(corpus()
                .PreviewQueries(kTenant, changes, "", {{"user:ann", "docs", {1, 0, 0, 0}, 1}}, limits.deadline)
                .status()
                .code(),
            absl::StatusCode::kDeadlineExceeded);
}

TEST_F(CorpusPreviewTest, AnAnswerFillsUpWithWhatComesNext) {
  Create("docs", Allow({"user:ann"}));
  std::vector<PreparedDocument> documents;
  for (int i = 0; i < 20; ++i) documents.push_back(Document("d" + std::to_string(i)));
  Upsert("docs", std::move(documents));
  const QueryDifference nothing = Ask({}, "user:ann", 3);
  EXPECT_THAT(nothing.appearing, IsEmpty());
  EXPECT_THAT(nothing.disappearing, IsEmpty());
  ProposedChanges changes;
  for (int i = 0; i < 15; ++i)
    changes.policies.push_back(Propose({"docs", "d" + std::to_string(i)}, Allow({"user:x"})));
  const QueryDifference difference = Ask(changes, "user:ann", 3);
  EXPECT_EQ(difference.appearing.size(), difference.disappearing.size()) << "five documents stay readable";
  for (const std::string& name : difference.appearing) EXPECT_TRUE(name >= kDocs + "d15" && name < kDocs + "d2");
  EXPECT_THAT(Ask(changes, "user:x", 100).appearing, SizeIs(30));
}

TEST(PreviewTurnsTest, AnAbortedAttemptIsRepeatedWithLongerAndLongerTurns) {
  std::vector<int64_t> turns;
  const auto abort = [&](std::chrono::milliseconds turn) {
    turns.push_back(turn.count());
    return absl::AbortedError("written");
  };
  EXPECT_TRUE(absl::IsAborted(RetryAborted(abort)));
  EXPECT_THAT(turns, ::testing::ElementsAre(4, 8, 16, 32, 64, 128, 256));
}

TEST(PreviewTurnsTest, AnAttemptThatEndsIsNotRepeated) {
  int attempts = 0;
  const absl::Status status = RetryAborted([&](std::chrono::milliseconds) {
    return ++attempts < 3 ? absl::AbortedError("written") : absl::DeadlineExceededError("late");
  });
  EXPECT_TRUE(absl::IsDeadlineExceeded(status));
  EXPECT_EQ(attempts, 3);
}

}  // namespace
}  // namespace usher::corpus
