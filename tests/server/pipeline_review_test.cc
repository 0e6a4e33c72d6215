// What a policy does to stored text is counted as answers would have it, whatever changes meanwhile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/pipeline/policy_review.h"
#include "tests/server/pipeline_fixture.h"
#include "tests/temporary_folder.h"

namespace usher::pipeline {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr char kMail[] = "jane.roe@example.org";

class PolicyReviewTest : public PipelineFixture {
 protected:
  void SetUp() override {
    PipelineFixture::SetUp();
    Write("version: 1\n");
    auto set = sanitize::PolicySet::Open(policies_folder_.path(), std::string(32, 'k'));
    ASSERT_TRUE(set.ok()) << set.status();
    set_ = *std::move(set);
    reviewer_ = std::make_unique<PolicyReviewer>(&store(), set_.get());
    CreateText("docs", Allow({"user:ann"}));
  }

  void Write(const std::string& yaml) { std::ofstream(policies_folder_.path() + "/default.yaml") << yaml; }
  void Load(const std::string& yaml) {
    Write(yaml);
    EXPECT_THAT(set_->Reload().refused, IsEmpty());
    reviewer_->LookNow();
  }
  bool Step() {
    return reviewer_->Step([] { return false; });
  }
  PolicyReview Review() {
    while (Step()) {
    }
    const auto review = reviewer_->Of(Id("docs"));
    return review.value_or(PolicyReview());
  }

  tests::TemporaryFolder policies_folder_;
  std::unique_ptr<sanitize::PolicySet> set_;
  std::unique_ptr<PolicyReviewer> reviewer_;
};

TEST_F(PolicyReviewTest, CountsAreThoseOfAnswers) {
  std::mt19937 random(7);
  uint64_t mails = 0, plain = 0;
  for (int i = 0; i < 150; ++i) {
    const bool mail = random() % 3 == 0;
    (mail ? mails : plain) += 1;
    Put("docs", absl::StrCat("d", i), absl::StrCat("lunch of day ", i, mail ? " by " : "", mail ? kMail : ""));
  }
  EXPECT_EQ(Review().labelled, mails);
  Load("version: 1\npersonal_data: {action: mask}\n");
  PolicyReview review = Review();
  EXPECT_TRUE(review.finished);
  EXPECT_EQ(review.chunks, mails + plain);
  EXPECT_EQ(review.changed, mails);
  EXPECT_EQ(review.labelled, 0u);
  Load("version: 1\npersonal_data: {action: quarantine}\n");
  review = Review();
  EXPECT_EQ(review.quarantined, mails);
  EXPECT_EQ(review.changed, 0u);
  EXPECT_EQ(reviewer_->chunks_reviewed(), 3 * (mails + plain));
}

TEST_F(PolicyReviewTest, APolicyThatChangesUnderwayStartsItAnew) {
  for (size_t i = 0; i < 3 * PolicyReviewer::kPage; ++i) Put("docs", absl::StrCat("d", i), absl::StrCat(kMail, " ", i));
  ASSERT_TRUE(Step());
  const auto half = reviewer_->Of(Id("docs"));
  ASSERT_TRUE(half);
  EXPECT_FALSE(half->finished);
  EXPECT_EQ(half->labelled, PolicyReviewer::kPage);
  Load("version: 1\npersonal_data: {action: mask}\n");
  const PolicyReview review = Review();
  EXPECT_NE(review.policy_digest, half->policy_digest);
  EXPECT_EQ(review.chunks, 3 * PolicyReviewer::kPage);
  EXPECT_EQ(review.changed, 3 * PolicyReviewer::kPage);
}

TEST_F(PolicyReviewTest, WhatWasReviewedIsLeftAloneUntilThePolicyChanges) {
  Put("docs", "menu", "lunch");
  EXPECT_EQ(Review().chunks, 1u);
  reviewer_->LookNow();
  EXPECT_FALSE(Step());
  EXPECT_EQ(reviewer_->chunks_reviewed(), 1u);
}

TEST_F(PolicyReviewTest, ADeletedCollectionIsForgotten) {
  for (size_t i = 0; i < 2 * PolicyReviewer::kPage; ++i) Put("docs", absl::StrCat("d", i), "lunch");
  const acl::CollectionId id = Id("docs");
  ASSERT_TRUE(Step());
  ASSERT_TRUE(corpus().DeleteCollection(Context(), "docs", "").ok());
  while (Step()) {
  }
  reviewer_->LookNow();
  EXPECT_FALSE(Step());
  EXPECT_EQ(reviewer_->Of(id), std::nullopt);
}

TEST_F(PolicyReviewTest, CanariesInTheStoreAreNamedAndRaiseAnAlarm) {
  Put("docs", "trap", "lunch menu blue-heron-4711");
  Put("docs", "menu", "lunch menu of the week");
  Load("version: 1\ncanaries: [blue-heron-4711]\n");
  const PolicyReview review = Review();
  EXPECT_THAT(review.canaries, ElementsAre("collections/docs/documents/trap/chunks/0"));
  EXPECT_EQ(review.quarantined, 1u);
  EXPECT_EQ(reviewer_->canary_alarms(), 1u);
}

TEST_F(PolicyReviewTest, WithoutPoliciesThereIsNothingToDo) {
  const sanitize::PolicySet none;
  PolicyReviewer reviewer(&store(), &none);
  EXPECT_FALSE(reviewer.Step([] { return false; }));
}

}  // namespace
}  // namespace usher::pipeline
