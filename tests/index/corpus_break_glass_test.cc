// Emergency grants and the feed of changes, through a corpus over a real store.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/index/corpus_fixture.h"

namespace usher::corpus {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CorpusBreakGlass : public CorpusFixture {
 protected:
  void SetUp() override {
    CorpusFixture::SetUp();
    Create("docs", Allow({"user:boss"}));
    Upsert("docs", {Document("a/x", Allow({"user:boss"})), Document("a/y"), Document("z")});
  }

  storage::BreakGlassRecord Request(const NodeName& node, const std::string& id = "bg-1") {
    storage::BreakGlassRecord record;
    record.id = id;
    record.resource = FormatNodeName(node);
    record.principal = "user:ann";
    record.reason = "the pump room is flooding";
    record.requested_by = "user:admin";
    record.duration = absl::Hours(1);
    const auto made = corpus().RequestBreakGlass(Context(), node, record);
    EXPECT_TRUE(made.ok()) << made.status();
    return made.ok() ? *made : record;
  }

  absl::StatusCode Approve(const std::string& id, const std::string& approver = "user:other") {
    return corpus().ApproveBreakGlass(Context(), id, approver).status().code();
  }

  storage::BreakGlassState StateOf(const std::string& id) {
    const auto grant = corpus().GetBreakGlass(kTenant, id);
    EXPECT_TRUE(grant.ok()) << grant.status();
    return grant.ok() ? grant->state : storage::BreakGlassState::kEnded;
  }

  std::vector<std::string> Listed(const std::string& tenant) {
    std::vector<std::string> ids;
    const auto all = corpus().ListBreakGlass(tenant);
    EXPECT_TRUE(all.ok()) << all.status();
    for (const auto& record : *all) ids.push_back(record.id);
    return ids;
  }
};

TEST_F(CorpusBreakGlass, AGrantTakesTwoAdministratorsAndEndsByItself) {
  Request({"docs", "", "a"});
  EXPECT_THAT(Reads("docs", "user:ann"), IsEmpty());
  EXPECT_EQ(Approve("bg-1", "user:admin"), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(Reads("docs", "user:ann"), IsEmpty());
  EXPECT_EQ(Approve("bg-1"), absl::StatusCode::kOk);
  EXPECT_THAT(Reads("docs", "user:ann"), ElementsAre("a/x", "a/y")) << "also past the document's own rules";
  EXPECT_EQ(Approve("bg-1"), absl::StatusCode::kFailedPrecondition);
  Restart();
  EXPECT_THAT(Reads("docs", "user:ann"), ElementsAre("a/x", "a/y"));
  clock().Advance(absl::Hours(1));
  EXPECT_THAT(Reads("docs", "user:ann"), IsEmpty());
  EXPECT_EQ(StateOf("bg-1"), storage::BreakGlassState::kEnded);
}

TEST_F(CorpusBreakGlass, GrantsAreListedNewestFirstAndOfTheTenantOnly) {
  Request({"docs", "z"}, "bg-2");
  clock().Advance(absl::Minutes(1));
  Request({"docs", "z"}, "bg-1");
  clock().Advance(absl::Minutes(1));
  Request({"docs", "z"}, "bg-3");
  EXPECT_THAT(Listed(kTenant), ElementsAre("bg-3", "bg-1", "bg-2"));
  EXPECT_THAT(Listed("other"), IsEmpty());
  EXPECT_EQ(corpus().GetBreakGlass("other", "bg-1").status().code(), absl::StatusCode::kNotFound);
}

TEST_F(CorpusBreakGlass, AnAdministratorEndsAGrantEarly) {
  Request({"docs", "z"});
  ASSERT_EQ(Approve("bg-1"), absl::StatusCode::kOk);
  EXPECT_THAT(Reads("docs", "user:ann"), ElementsAre("z"));
  ASSERT_TRUE(corpus().EndBreakGlass(Context(), "bg-1", "user:other").ok());
  EXPECT_THAT(Reads("docs", "user:ann"), IsEmpty());
  EXPECT_EQ(corpus().GetPolicy(kTenant, {"docs", "z"})->policy, acl::Policy());
  EXPECT_EQ(corpus().EndBreakGlass(Context(), "bg-1", "user:other").status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(CorpusBreakGlass, AGrantStaysWhenRulesAreReplaced) {
  Request({"docs", "z"});
  ASSERT_EQ(Approve("bg-1"), absl::StatusCode::kOk);
  SetPolicy("docs", "z", Allow({"user:boss"}));
  Upsert("docs", {Document("z", Allow({"user:carl"}))});
  EXPECT_THAT(Reads("docs", "user:ann"), ElementsAre("z"));
}

TEST_F(CorpusBreakGlass, ADenyStillHolds) {
  SetPolicy("docs", "", *acl::CanonicalPolicy(acl::Inheritance::kReplace, {{acl::Effect::kDeny, {"user:ann"}}}));
  Request({"docs", "z"});
  ASSERT_EQ(Approve("bg-1"), absl::StatusCode::kOk);
  EXPECT_THAT(Reads("docs", "user:ann"), IsEmpty());
}

TEST_F(CorpusBreakGlass, AGrantOnOneChunkIsForThatChunk) {
  Request({"docs", "z", "", 1});
  ASSERT_EQ(Approve("bg-1"), absl::StatusCode::kOk);
  EXPECT_EQ(corpus().Resolve(kTenant, "docs", AskerFor("user:ann"))->authorized_chunks, 1u);
  EXPECT_FALSE(MayRead("user:ann", {"docs", "z", "", 0}));
}

TEST_F(CorpusBreakGlass, WhatDoesNotExistCannotBeAskedFor) {
  storage::BreakGlassRecord record;
  record.id = "bg-9";
  EXPECT_EQ(corpus().RequestBreakGlass(Context(), {"docs", "none"}, record).status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(Approve("bg-9"), absl::StatusCode::kNotFound);
}

TEST_F(CorpusBreakGlass, AGrantCanBeEndedAfterItsNodeIsGone) {
  Request({"docs", "z"});
  ASSERT_EQ(Approve("bg-1"), absl::StatusCode::kOk);
  ASSERT_TRUE(corpus().DeleteDocuments(Context(), "docs", {"z"}, "").ok());
  EXPECT_TRUE(corpus().EndBreakGlass(Context(), "bg-1", "user:other").ok());
}

class CorpusChanges : public CorpusFixture {
 protected:
  CorpusOptions Options() const override {
    CorpusOptions options;
    options.change_retention = absl::Hours(1);
    return options;
  }

  // "KIND first" of every change after a revision.
  std::vector<std::string> ChangesAfter(acl::Revision after, size_t most = 1'000) {
    std::vector<std::string> told;
    const auto reached = corpus().ReadChanges(kTenant, after, [&](const ChangeBatch& batch) {
      for (const storage::AccessChange& change : batch.changes) {
        told.push_back(std::to_string(change.kind) + " " + change.first);
      }
      return told.size() < most;
    });
    EXPECT_TRUE(reached.ok()) << reached.status();
    if (reached.ok()) reached_ = *reached;
    return told;
  }

  acl::Revision reached_;
};

TEST_F(CorpusChanges, EveryChangeIsToldOnceAndInOrderAlsoAfterARestart) {
  Create("docs", Allow({"user:ann"}));
  AddMembers({{"group:g", "user:ann"}});
  AddMembers({{"group:g", "user:ann"}});  // changes nothing
  const acl::Revision middle = corpus().revision();
  Upsert("docs", {Document("a", Allow({"user:bob"}))});
  SetPolicy({"docs", "", "f"}, Allow({"user:ann"}));
  ASSERT_TRUE(corpus().DeleteDocuments(Context(), "docs", {"a"}, "").ok());
  const std::vector<std::string> first = {"5 collections/docs", "3 collections/docs", "1 group:g"};
  const std::vector<std::string> rest = {"5 collections/docs/documents/a", "3 collections/docs/documents/a",
                                         "3 collections/docs/folders/f", "6 collections/docs/documents/a"};
  EXPECT_EQ(ChangesAfter(middle), rest);
  Restart();
  std::vector<std::string> all = first;
  all.insert(all.end(), rest.begin(), rest.end());
  EXPECT_EQ(ChangesAfter(acl::Revision()), all);
  EXPECT_EQ(reached_, corpus().revision());
  EXPECT_THAT(ChangesAfter(reached_), IsEmpty());
}

TEST_F(CorpusChanges, AReaderThatStopsGoesOnWhereItStopped) {
  Create("docs", {});
  for (int i = 0; i < 5; ++i) AddMembers({{"group:g", "user:" + std::to_string(i)}});
  std::vector<std::string> told;
  acl::Revision at;
  for (int i = 0; i < 10; ++i) {
    const auto some = ChangesAfter(at, 1);
    told.insert(told.end(), some.begin(), some.end());
    at = reached_;
  }
  EXPECT_EQ(told.size(), 6u);
}

TEST_F(CorpusChanges, ALargeWriteComesInParts) {
  std::vector<storage::MembershipRecord> many;
  for (int i = 0; i < 1'200; ++i) many.push_back({"group:g", "user:" + std::to_string(i)});
  AddMembers(many);
  std::vector<bool> last;
  ASSERT_TRUE(corpus()
                  .ReadChanges(kTenant, acl::Revision(),
                               [&](const ChangeBatch& batch) {
                                 last.push_back(batch.last_part);
                                 return true;
                               })
                  .ok());
  EXPECT_THAT(last, ElementsAre(false, false, true));
}

TEST_F(CorpusChanges, WhatIsNoLongerKeptIsSaidAndNotSkipped) {
  AddMembers({{"group:g", "user:1"}});
  AddMembers({{"group:g", "user:2"}});
  clock().Advance(absl::Hours(2));
  AddMembers({{"group:g", "user:3"}});
  const auto told = corpus().ReadChanges(kTenant, acl::Revision(), [](const ChangeBatch&) { return true; });
  EXPECT_EQ(told.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(ChangesAfter(acl::Revision(2)), ElementsAre("1 group:g"));
}

TEST_F(CorpusChanges, ARevisionFromTheFutureIsRefused) {
  const auto told = corpus().ReadChanges(kTenant, acl::Revision(99), [](const ChangeBatch&) { return true; });
  EXPECT_EQ(told.status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace usher::corpus
