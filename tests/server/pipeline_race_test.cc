// Writes that land in the middle of a query, at moments the test chooses: the answer is whole and of after the write.
#include "server/status_detail.h"
#include "tests/server/pipeline_fixture.h"

namespace usher::pipeline {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class RaceTest : public PipelineFixture {
 protected:
  void SetUp() override {
    PipelineFixture::SetUp();
    CreateText("docs", {});
    for (const char* id : {"best", "good", "fair"}) Put("docs", id, TextOf(id), Allow({"user:ann"}));
  }

  static std::string TextOf(const std::string& id) {
    return id == "best" ? "red green blue" : id == "good" ? "red green gold" : "red black white";
  }

  // Asks for the two best, and lets `write` land after the rules were resolved and before the search.
  absl::StatusOr<Answer> AskWhile(const std::function<void()>& write) {
    const CallControl call = As("user:ann");
    bool landed = false;
    embedder().on_embed = [&] {
      if (std::exchange(landed, true)) return;
      write();
    };
    auto answer = queries().Search(call, Question("red green blue", 2));
    embedder().on_embed = nullptr;
    EXPECT_TRUE(landed);
    return answer;
  }
};

TEST_F(RaceTest, WithoutAWriteTheAnswerIsTheTwoBest) {
  const auto answer = AskWhile([] {});
  EXPECT_THAT(DocumentsOf(answer), ElementsAre("best", "good"));
  EXPECT_EQ(answer->plan.reruns, 0u);
}

TEST_F(RaceTest, ARevocationDuringASearchIsObeyedAndTheAnswerIsStillFull) {
  const auto answer = AskWhile([&] { SetPolicy("docs", "best", Allow({"user:bob"})); });
  EXPECT_THAT(DocumentsOf(answer), ElementsAre("good", "fair"));
  EXPECT_EQ(answer->plan.reruns, 1u);
  EXPECT_EQ(answer->revision, corpus().revision());
  EXPECT_EQ(queries().verify_defects(), 0u);
}

TEST_F(RaceTest, ADeletionDuringASearchLeavesAFullAnswer) {
  const auto answer = AskWhile([&] { Delete("docs", "best"); });
  EXPECT_THAT(DocumentsOf(answer), ElementsAre("good", "fair"));
  EXPECT_EQ(answer->plan.reruns, 1u);
}

TEST_F(RaceTest, ADocumentReplacedDuringASearchIsReadAnew) {
  const auto answer = AskWhile([&] { Put("docs", "best", "blue green red"); });
  ASSERT_THAT(DocumentsOf(answer), ElementsAre("best", "good"));
  EXPECT_EQ(answer->context.chunks()[0].text(), "blue green red");
  EXPECT_EQ(answer->plan.reruns, 1u);
}

TEST_F(RaceTest, AMembershipThatEndsDuringASearchIsObeyed) {
  AddMembers({{"group:g", "user:ann"}});
  SetPolicy("docs", "best", Allow({"group:g"}));
  const auto answer = AskWhile([&] {
    ASSERT_TRUE(corpus().UpdateMembers(Context(), {}, {{"group:g", "user:ann"}}, "").ok());
  });
  EXPECT_THAT(DocumentsOf(answer), ElementsAre("good", "fair"));
}

TEST_F(RaceTest, ARuleThatExpiresDuringASearchIsObeyed) {
  acl::Rule rule{acl::Effect::kAllow, {"user:ann"}};
  rule.expire_time = clock().Now() + absl::Minutes(1);
  SetPolicy("docs", "best", *acl::CanonicalPolicy(std::nullopt, {rule}));
  const auto answer = AskWhile([&] { clock().Advance(absl::Minutes(1)); });
  EXPECT_THAT(DocumentsOf(answer), ElementsAre("good", "fair"));
  EXPECT_EQ(answer->plan.reruns, 1u);
  EXPECT_EQ(queries().verify_defects(), 0u) << "time moved on; the search was right in its day";
}

TEST_F(RaceTest, WhenNothingIsLeftTheCollectionIsHidden) {
  const auto answer = AskWhile([&] {
    for (const char* id : {"best", "good", "fair"}) Delete("docs", id);
  });
  EXPECT_EQ(answer.status(), Ask("user:ann", "red").status());
  EXPECT_EQ(answer.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(ReceiptLines(), IsEmpty());
}

TEST_F(RaceTest, ACollectionMadeAnewDuringASearchIsAnotherOne) {
  const auto answer = AskWhile([&] {
    ASSERT_TRUE(corpus().DeleteCollection(Context(), "docs", "").ok());
    CreateText("docs", Allow({"user:ann"}));
    Put("docs", "new", "red green blue");
  });
  EXPECT_THAT(DocumentsOf(answer), ElementsAre("new"));
}

TEST_F(RaceTest, AnEntitlementOfADeletedCollectionSaysNothingOfTheOneThatHasItsName) {
  const auto view = corpus().Resolve(kTenant, "docs", AskerFor("user:ann"));
  ASSERT_TRUE(view.ok()) << view.status();
  const storage::DocumentRecord best = **store().GetDocument(Id("docs"), "best");
  const auto entitled = [&] {
    return corpus().Entitled(kTenant, "docs", view->collection_id, *view->entitlement, {{&best, 0}});
  };
  EXPECT_THAT(entitled(), ElementsAre(true));
  ASSERT_TRUE(corpus().DeleteCollection(Context(), "docs", "").ok());
  EXPECT_THAT(entitled(), ElementsAre(false));
  CreateText("docs", {});
  Put("docs", "best", TextOf("best"), Allow({"user:ann"}));
  EXPECT_THAT(entitled(), ElementsAre(false));
}

TEST_F(RaceTest, WritesThatDoNotTouchTheAnswerCostNoRerun) {
  const auto answer = AskWhile([&] {
    Put("docs", "new", "red green blue", Allow({"user:bob"}));
    Delete("docs", "fair");
  });
  EXPECT_THAT(DocumentsOf(answer), ElementsAre("best", "good"));
  EXPECT_EQ(answer->plan.reruns, 0u);
}

TEST_F(RaceTest, AnAnswerClaimsNoLaterRevisionThanItsSearch) {
  const acl::Revision before = corpus().revision();
  const auto answer = AskWhile([&] { Put("docs", "new", "red green blue", Allow({"user:ann"})); });
  EXPECT_THAT(DocumentsOf(answer), ElementsAre("best", "good"));
  EXPECT_GE(answer->revision, before);
  EXPECT_LT(answer->revision, corpus().revision()) << "the new document is not in it";
}

TEST_F(RaceTest, ANamedChunkThatIsReplacedWhileItIsReadIsStillReturned) {
  CallControl call = As("user:ann");
  int asked = 0;
  call.cancelled = [&] {
    if (++asked == 2) Put("docs", "best", "blue green red");  // after the chunk was loaded, before it is verified
    return false;
  };
  ChunksQuestion question;
  question.collection = "docs";
  question.names = {{"docs", "best", 0}, {"docs", "none", 0}};
  const auto answer = queries().GetChunks(call, question);
  ASSERT_THAT(DocumentsOf(answer), ElementsAre("best"));
  EXPECT_EQ(answer->context.chunks()[0].text(), "blue green red");
  EXPECT_EQ(answer->plan.reruns, 1u);
}

TEST_F(RaceTest, ANamedChunkThatIsDeletedOrHiddenWhileItIsReadIsLeftOut) {
  ChunksQuestion question;
  question.collection = "docs";
  question.names = {{"docs", "best", 0}, {"docs", "good", 0}, {"docs", "fair", 0}};
  CallControl call = As("user:ann");
  int asked = 0;
  call.cancelled = [&] {
    if (++asked == 2) {
      Delete("docs", "best");
      SetPolicy("docs", "good", Allow({"user:bob"}));
    }
    return false;
  };
  EXPECT_THAT(DocumentsOf(queries().GetChunks(call, question)), ElementsAre("fair"));
}

TEST_F(RaceTest, NamedChunksClaimNoLaterRevisionThanTheRulesTheyWereLookedUpBy) {
  Put("docs", "hidden", "red", Allow({"user:bob"}));
  const acl::Revision before = corpus().revision();
  ChunksQuestion question;
  question.collection = "docs";
  question.names = {{"docs", "best", 0}, {"docs", "hidden", 0}};
  CallControl call = As("user:ann");
  int asked = 0;
  call.cancelled = [&] {
    if (++asked == 2) SetPolicy("docs", "hidden", Allow({"user:ann"}));
    return false;
  };
  const auto answer = queries().GetChunks(call, question);
  ASSERT_THAT(DocumentsOf(answer), ElementsAre("best"));
  EXPECT_GE(answer->revision, before);
  EXPECT_LT(answer->revision, corpus().revision()) << "the chunk that became readable is not in it";
}

TEST_F(RaceTest, AnAnswerThatIsOvertakenEachTimeIsGivenUp) {
  CallControl call = As("user:ann");
  int asked = 0;
  call.cancelled = [&] {
    // Asked at the start of each round, and again by the search, which holds its snapshot by then.
    if (++asked % 2 == 0) Put("docs", "best", TextOf("best"));
    return false;
  };
  const absl::Status status = queries().Search(call, Question("red green blue", 2)).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(DetailOf(status, kReasonDetail), "CONCURRENT_CHANGES");
  EXPECT_TRUE(DetailOf(status, kRetryDetail).has_value());
  EXPECT_GT(asked, 4) << "it was tried more than twice";
  EXPECT_THAT(ReceiptLines(), IsEmpty());
}

TEST_F(RaceTest, ADeadlineThatPassesBetweenRoundsEndsTheQuery) {
  CallControl call = As("user:ann");
  call.deadline = std::max(clock().Now(), absl::Now()) + absl::Hours(1);
  bool landed = false;
  embedder().on_embed = [&] {
    if (std::exchange(landed, true)) return;
    Delete("docs", "best");
    clock().Advance(call.deadline - clock().Now());
  };
  EXPECT_EQ(queries().Search(call, Question("red", 2)).status().code(), absl::StatusCode::kDeadlineExceeded);
}

TEST_F(RaceTest, AnAnswerThatIsReadyAfterItsDeadlineDoesNotLeave) {
  CallControl call = As("user:ann");
  call.deadline = std::max(clock().Now(), absl::Now()) + absl::Hours(1);
  embedder().on_embed = [&] { clock().Advance(call.deadline - clock().Now()); };
  EXPECT_EQ(queries().Search(call, Question("red", 2)).status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_THAT(ReceiptLines(), IsEmpty());
}

}  // namespace
}  // namespace usher::pipeline
