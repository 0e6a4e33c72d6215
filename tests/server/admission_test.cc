// How many calls are let in, and for how long.
#include "server/admission/admission.h"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>
#include <vector>

#include "server/status_detail.h"
#include "tests/fake_clock.h"

namespace usher::admission {
namespace {

class AdmissionTest : public testing::Test {
 protected:
  absl::StatusOr<Ticket> Admit(WorkKind kind = WorkKind::kQuery, absl::Duration left = absl::InfiniteDuration()) {
    return admission_.Admit(kind, clock_.Now() + left);
  }

  tests::FakeClock clock_;
  Admission admission_{&clock_,
                       {.max_in_flight = 2, .max_query_time = absl::Seconds(30), .max_write_time = absl::Minutes(10)}};
};

TEST_F(AdmissionTest, AFullHouseRefusesAtOnceAndSaysWhenToRetry) {
  const auto first = Admit();
  const auto second = Admit(WorkKind::kWrite);
  ASSERT_TRUE(first.ok() && second.ok());
  const absl::Status refused = Admit().status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(DetailOf(refused, kRetryDetail), "200");
  EXPECT_EQ(DetailOf(refused, kReasonDetail), "TOO_MANY_CALLS");
}

TEST_F(AdmissionTest, ATicketThatGoesMakesRoomForExactlyOne) {
  auto first = Admit();
  {
    const auto second = Admit();
    ASSERT_TRUE(second.ok());
    for (int i = 0; i < 5; ++i) EXPECT_FALSE(Admit().ok()) << "a refusal must not leave room behind";
  }
  const auto third = Admit();
  EXPECT_TRUE(third.ok());
  EXPECT_FALSE(Admit().ok());
}

TEST_F(AdmissionTest, ACallOfSeveralQuestionsTakesAsManyPlaces) {
  {
    const auto both = admission_.Admit(WorkKind::kQuery, absl::InfiniteFuture(), 2);
    ASSERT_TRUE(both.ok());
    EXPECT_FALSE(Admit().ok());
  }
  const auto one = Admit();
  ASSERT_TRUE(one.ok());
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(admission_.Admit(WorkKind::kQuery, absl::InfiniteFuture(), 2).ok());
  EXPECT_TRUE(Admit().ok()) << "what was refused must not hold places";
}

TEST_F(AdmissionTest, MoreQuestionsThanPlacesTakeAnEmptyHouse) {
  {
    const auto all = admission_.Admit(WorkKind::kQuery, absl::InfiniteFuture(), 100);
    EXPECT_TRUE(all.ok());
    EXPECT_FALSE(Admit().ok());
  }
  const auto one = Admit();
  EXPECT_FALSE(admission_.Admit(WorkKind::kQuery, absl::InfiniteFuture(), 100).ok());
}

TEST_F(AdmissionTest, AMovedTicketIsStillOne) {
  std::optional<Ticket> kept = *Admit();
  Ticket moved = *std::move(kept);
  kept.reset();
  const auto second = Admit();
  ASSERT_TRUE(second.ok());
  EXPECT_FALSE(Admit().ok());
  EXPECT_GT(moved.deadline(), clock_.Now());
}

TEST_F(AdmissionTest, DeadlinesAreCappedByTheKindOfWork) {
  EXPECT_EQ(Admit(WorkKind::kQuery)->deadline(), clock_.Now() + absl::Seconds(30));
  EXPECT_EQ(Admit(WorkKind::kWrite)->deadline(), clock_.Now() + absl::Minutes(10));
  EXPECT_EQ(Admit(WorkKind::kQuery, absl::Seconds(5))->deadline(), clock_.Now() + absl::Seconds(5));
}

TEST_F(AdmissionTest, APassedDeadlineIsRefusedAndTakesNoPlace) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(Admit(WorkKind::kQuery, absl::ZeroDuration()).status().code(), absl::StatusCode::kDeadlineExceeded);
  }
  const auto first = Admit();
  const auto second = Admit();
  EXPECT_TRUE(first.ok() && second.ok());
}

TEST_F(AdmissionTest, ManyThreadsNeverHoldMoreThanTheLimit) {
  std::atomic<int> holding{0};
  std::atomic<int> admitted{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 2'000; ++i) {
        const auto ticket = Admit();
        if (!ticket.ok()) continue;
        EXPECT_LE(++holding, 2);
        ++admitted;
        --holding;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(admitted, 0);
  const auto first = Admit();
  const auto second = Admit();
  EXPECT_TRUE(first.ok() && second.ok()) << "every place was given back";
}

}  // namespace
}  // namespace usher::admission
