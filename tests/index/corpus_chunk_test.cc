// Single chunks as nodes: what the search itself finds under their own rules, and that only those that exist are nodes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/index/corpus_fixture.h"

namespace usher::corpus {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CorpusChunk : public CorpusFixture {
 protected:
  void SetUp() override {
    CorpusFixture::SetUp();
    Create("docs", Allow({"user:ann", "user:bob"}));
  }

  static NodeName Chunk(uint32_t number) { return {"docs", "readme", "", number}; }

  // Numbers of the chunks that the search by itself finds for the principal, before anything is checked again.
  std::vector<uint32_t> Finds(const std::string& principal) {
    std::vector<uint32_t> numbers;
    const auto view = corpus().Resolve(kTenant, "docs", AskerFor(principal));
    if (!view.ok()) return numbers;
    for (const index::Candidate& candidate : Search(*view)) numbers.push_back(candidate.key.number);
    std::sort(numbers.begin(), numbers.end());
    return numbers;
  }

  void ExpectOnlyAnnFindsTheLast() {
    EXPECT_THAT(Finds("user:bob"), ElementsAre(0));
    EXPECT_THAT(Finds("user:ann"), ElementsAre(0, 1));
  }
};

TEST_F(CorpusChunk, RulesWrittenForAChunkHoldInTheSearch) {
  Upsert("docs", {Document("readme")});
  EXPECT_THAT(Finds("user:bob"), ElementsAre(0, 1));
  SetPolicy(Chunk(1), Allow({"user:ann"}));
  ExpectOnlyAnnFindsTheLast();
  Restart();
  ExpectOnlyAnnFindsTheLast();
  SetPolicy(Chunk(1), acl::Policy());
  EXPECT_THAT(Finds("user:bob"), ElementsAre(0, 1));
}

TEST_F(CorpusChunk, RulesThatComeWithAChunkHoldInTheSearch) {
  PreparedDocument document = Document("readme");
  document.chunk_policies = {{1, Allow({"user:ann"})}};
  Upsert("docs", {document});
  ExpectOnlyAnnFindsTheLast();
}

TEST_F(CorpusChunk, RulesOfTheFirstChunkAreNotThoseOfTheNext) {
  Upsert("docs", {Document("readme")});
  SetPolicy(Chunk(0), Allow({"user:ann"}));
  EXPECT_THAT(Finds("user:bob"), ElementsAre(1));
  SetPolicy(Chunk(1), Allow({"user:ann"}));
  EXPECT_THAT(Finds("user:bob"), IsEmpty());
  EXPECT_THAT(Finds("user:ann"), ElementsAre(0, 1));
}

TEST_F(CorpusChunk, AChunkBeyondTheLastOneIsNoNode) {
  Upsert("docs", {Document("readme")});
  EXPECT_TRUE(MayRead("user:ann", Chunk(1)));
  EXPECT_FALSE(MayRead("user:ann", Chunk(2)));
  EXPECT_TRUE(corpus().GetPolicy(kTenant, Chunk(1)).ok());
  EXPECT_EQ(corpus().GetPolicy(kTenant, Chunk(2)).status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace usher::corpus
