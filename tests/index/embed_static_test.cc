#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <numeric>
#include <string>
#include <vector>

#include "index/embed/static_embedder.h"
#include "tests/index/embed_conformance.h"

namespace usher::embed {
namespace {

class StaticFixture {
 public:
  StaticFixture() {
    auto loaded = StaticEmbedder::Load(DefaultStaticModelPath(), clock_);
    if (!loaded.ok()) {
      ADD_FAILURE() << loaded.status();
      std::abort();
    }
    embedder_ = *std::move(loaded);
  }
  Embedder& embedder() { return *embedder_; }

 private:
  acl::SystemClock clock_;
  std::unique_ptr<StaticEmbedder> embedder_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Static, EmbedderConformance, StaticFixture);

class StaticEmbedderTest : public testing::Test {
 protected:
  absl::StatusOr<std::vector<float>> Embed(const std::vector<std::string_view>& texts) {
    return fixture_.embedder().Embed(texts, absl::InfiniteFuture());
  }
  double Similarity(std::string_view a, std::string_view b) {
    const auto rows = Embed({a, b});
    EXPECT_TRUE(rows.ok()) << rows.status();
    return std::inner_product(rows->begin(), rows->begin() + 256, rows->begin() + 256, 0.0);
  }

  StaticFixture fixture_;
};

TEST_F(StaticEmbedderTest, VectorsEqualTheReferenceImplementation) {
  std::ifstream golden(USHER_EMBED_TEST_DATA "/golden_vectors.jsonl");
  size_t checked = 0;
  for (std::string line; std::getline(golden, line); ++checked) {
    const auto entry = nlohmann::json::parse(line, nullptr, false);
    ASSERT_FALSE(entry.is_discarded());
    const auto rows = Embed({entry["t"].get<std::string>()});
    ASSERT_TRUE(rows.ok()) << rows.status();
    ASSERT_EQ(entry["v"].size(), rows->size());
    for (size_t i = 0; i < rows->size(); ++i) EXPECT_NEAR((*rows)[i], entry["v"][i].get<double>(), 2e-7) << line;
  }
  EXPECT_GE(checked, 20u);
}

TEST_F(StaticEmbedderTest, RelatedTextsAreCloserThanUnrelatedOnes) {
  EXPECT_GT(Similarity("how do I change my password", "resetting the password of an account"),
            Similarity("how do I change my password", "the river flooded the valley in spring") + 0.2);
}

TEST_F(StaticEmbedderTest, EveryTokenOfALongTextCounts) {
  std::string text;
  for (int i = 0; i < 20000; ++i) text += "finance ";
  const std::string with_tail = text + text + " " + std::string(5000, '!');
  EXPECT_NEAR(Similarity(text, "finance"), 1.0, 1e-5);
  EXPECT_LT(Similarity(with_tail, "finance"), 1.0 - 1e-9);
}

TEST_F(StaticEmbedderTest, TextAboveTheLimitIsRefused) {
  const std::string text(StaticEmbedder::kMaxTextBytes + 1, 'a');
  const auto rows = Embed({text});
  EXPECT_EQ(rows.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(rows.status().message()), testing::HasSubstr("text 0"));
}

TEST_F(StaticEmbedderTest, TextWithoutAnyKnownTokenIsRefused) {
  const auto rows = Embed({"\U0001F9FF \U0001F9FF"});
  EXPECT_EQ(rows.status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace usher::embed
