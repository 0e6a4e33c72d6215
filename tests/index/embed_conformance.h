// What every Embedder must do, whatever is behind it: the suite that all implementations run.
//
// A test file defines a fixture that owns an embedder and instantiates the suite with it:
//   INSTANTIATE_TYPED_TEST_SUITE_P(Static, EmbedderConformance, StaticFixture);
// The fixture has `Embedder& embedder()` and is default-constructible.
#ifndef USHER_TESTS_INDEX_EMBED_CONFORMANCE_H_
#define USHER_TESTS_INDEX_EMBED_CONFORMANCE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "index/embed/embedder.h"

namespace usher::embed {

template <typename Fixture>
class EmbedderConformance : public testing::Test {
 protected:
  absl::StatusOr<std::vector<float>> Embed(const std::vector<std::string_view>& texts) {
    return fixture_.embedder().Embed(texts, absl::Now() + absl::Seconds(20));
  }
  size_t width() { return static_cast<size_t>(fixture_.embedder().dimension()); }

  Fixture fixture_;
};

TYPED_TEST_SUITE_P(EmbedderConformance);

TYPED_TEST_P(EmbedderConformance, NamesItsModelAndDimension) {
  EXPECT_FALSE(this->fixture_.embedder().model_id().empty());
  EXPECT_GT(this->fixture_.embedder().dimension(), 0);
}

TYPED_TEST_P(EmbedderConformance, VectorsAreFiniteAndOfUnitLength) {
  const auto rows = this->Embed({"a salary report", "the quick brown fox", "boundary layer flow over a wing"});
  ASSERT_TRUE(rows.ok()) << rows.status();
  ASSERT_EQ(rows->size(), 3 * this->width());
  for (size_t row = 0; row < 3; ++row) {
    double squares = 0;
    for (size_t i = 0; i < this->width(); ++i) {
      const double value = (*rows)[row * this->width() + i];
      ASSERT_TRUE(std::isfinite(value));
      squares += value * value;
    }
    EXPECT_NEAR(squares, 1.0, 1e-5);
  }
}

TYPED_TEST_P(EmbedderConformance, RowsFollowTheOrderOfTheTexts) {
  const auto both = this->Embed({"tax law", "jet engine"});
  const auto second = this->Embed({"jet engine"});
  ASSERT_TRUE(both.ok()) << both.status();
  ASSERT_TRUE(second.ok()) << second.status();
  for (size_t i = 0; i < this->width(); ++i) EXPECT_NEAR((*both)[this->width() + i], (*second)[i], 1e-5);
}

TYPED_TEST_P(EmbedderConformance, NoTextsGiveNoRows) {
  const auto rows = this->Embed({});
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_TRUE(rows->empty());
}

TYPED_TEST_P(EmbedderConformance, EmptyTextIsRefusedByItsIndex) {
  const auto rows = this->Embed({"fine", ""});
  EXPECT_EQ(rows.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(rows.status().message()), testing::HasSubstr("text 1"));
}

TYPED_TEST_P(EmbedderConformance, InvalidUtf8IsRefusedByItsIndex) {
  const auto rows = this->Embed({"fine", "also fine", "bad \xff byte"});
  EXPECT_EQ(rows.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(rows.status().message()), testing::HasSubstr("text 2"));
}

TYPED_TEST_P(EmbedderConformance, PastDeadlineIsDeadlineExceeded) {
  const std::vector<std::string_view> texts = {"late"};
  const auto rows = this->fixture_.embedder().Embed(texts, absl::Now() - absl::Seconds(1));
  EXPECT_EQ(rows.status().code(), absl::StatusCode::kDeadlineExceeded);
}

TYPED_TEST_P(EmbedderConformance, ConcurrentCallsAgree) {
  const auto expected = this->Embed({"the same text from everyone"});
  ASSERT_TRUE(expected.ok()) << expected.status();
  std::vector<absl::StatusOr<std::vector<float>>> results(4, absl::UnknownError("never ran"));
  std::vector<std::thread> threads;
  for (auto& result : results) {
    threads.emplace_back([&] { result = this->Embed({"the same text from everyone"}); });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& result : results) {
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_EQ(*result, *expected);
  }
}

REGISTER_TYPED_TEST_SUITE_P(EmbedderConformance, NamesItsModelAndDimension, VectorsAreFiniteAndOfUnitLength,
                            RowsFollowTheOrderOfTheTexts, NoTextsGiveNoRows, EmptyTextIsRefusedByItsIndex,
                            InvalidUtf8IsRefusedByItsIndex, PastDeadlineIsDeadlineExceeded, ConcurrentCallsAgree);

}  // namespace usher::embed

#endif  // USHER_TESTS_INDEX_EMBED_CONFORMANCE_H_
