// Several queries asked together: each answered as if it were asked alone, all at one revision and under one receipt.
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "server/status_detail.h"
#include "tests/server/pipeline_fixture.h"

namespace usher::pipeline {
namespace {

using Json = nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

class BatchTest : public PipelineFixture {
 protected:
  void SetUp() override {
    PipelineFixture::SetUp();
    CreateText("docs", {});
    for (int i = 0; i < 20; ++i) {
      Put("docs", absl::StrCat("red-", i), absl::StrCat("red page ", i), Allow({i % 2 == 0 ? "user:ann" : "user:ben"}));
      Put("docs", absl::StrCat("blue-", i), absl::StrCat("blue page ", i), Allow({"everyone"}));
    }
  }

  static BatchQuestion Batch(const std::vector<std::string>& texts, int k = 5) {
    BatchQuestion batch;
    batch.collection = "docs";
    for (const std::string& text : texts) batch.queries.push_back({text, k});
    return batch;
  }

  static std::vector<std::string> NamesOf(const CleanContext& context) {
    std::vector<std::string> names;
    for (const CleanChunk& chunk : context.chunks()) names.push_back(chunk.fields->name);
    return names;
  }

  absl::Status BatchStatus(const BatchQuestion& batch) { return queries().BatchSearch(As("user:ann"), batch).status(); }
};

TEST_F(BatchTest, EveryQueryIsAnsweredAsIfAskedAlone) {
  std::vector<std::string> texts;
  for (int i = 0; i < 10; ++i) texts.push_back(absl::StrCat(i % 2 == 0 ? "red page " : "blue page ", i));
  for (const char* principal : {"user:ann", "user:ben", "user:stranger"}) {
    for (const index::SearchMode mode : {index::SearchMode::kAutomatic, index::SearchMode::kExact}) {
      BatchQuestion batch = Batch(texts);
      batch.mode = mode;
      for (size_t i = 0; i < texts.size(); ++i) batch.queries[i].k = static_cast<int>(i) + 1;
      const auto together = queries().BatchSearch(As(principal), batch);
      ASSERT_TRUE(together.ok()) << together.status();
      ASSERT_EQ(together->parts.size(), texts.size());
      for (size_t i = 0; i < texts.size(); ++i) {
        SearchQuestion question = Question(texts[i], static_cast<int>(i) + 1);
        question.mode = mode;
        const auto alone = queries().Search(As(principal), question);
        ASSERT_TRUE(alone.ok()) << alone.status();
        const auto& mine = together->parts[i].context.chunks();
        const auto& its = alone->context.chunks();
        ASSERT_EQ(NamesOf(together->parts[i].context), NamesOf(alone->context)) << texts[i];
        for (size_t c = 0; c < its.size(); ++c) {
          EXPECT_EQ(mine[c].score, its[c].score);
          EXPECT_EQ(mine[c].text(), its[c].text());
        }
        EXPECT_EQ(together->parts[i].plan.authorized_chunks, alone->plan.authorized_chunks);
        EXPECT_EQ(together->parts[i].plan.scanned_chunks, alone->plan.scanned_chunks);
        EXPECT_EQ(together->revision, alone->revision);
      }
    }
  }
}

TEST_F(BatchTest, TextsAndVectorsMayBeAskedTogether) {
  const auto embedded = embedder().Embed({"blue page 3"}, absl::InfiniteFuture());
  BatchQuestion batch = Batch({"blue page 1", "", "blue page 2"}, 1);
  batch.queries[1].content = *embedded;
  const auto answer = queries().BatchSearch(As("user:ann"), batch);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_THAT(NamesOf(answer->parts[0].context), ElementsAre("collections/docs/documents/blue-1/chunks/0"));
  EXPECT_THAT(NamesOf(answer->parts[1].context), ElementsAre("collections/docs/documents/blue-3/chunks/0"));
  EXPECT_THAT(NamesOf(answer->parts[2].context), ElementsAre("collections/docs/documents/blue-2/chunks/0"));
}

TEST_F(BatchTest, OneReceiptNamesTheChunksOfEveryQuery) {
  BatchQuestion batch = Batch({"red page 2", "blue page 4"}, 2);
  batch.queries[0].k = 3;
  const auto answer = queries().BatchSearch(As("user:ann"), batch);
  ASSERT_TRUE(answer.ok()) << answer.status();
  ASSERT_EQ(ReceiptLines().size(), 1u);
  const Json receipt = Json::parse(ReceiptLines().front());
  EXPECT_EQ(receipt["receipt"], answer->receipt_id);
  EXPECT_EQ(receipt["method"], "usher.v1.RetrievalService/BatchSearch");
  EXPECT_EQ(receipt["chunks_per_question"], Json({3, 2}));
  std::vector<std::string> names = NamesOf(answer->parts[0].context);
  for (const std::string& name : NamesOf(answer->parts[1].context)) names.push_back(name);
  EXPECT_EQ(receipt["chunks"], Json(names));
}

TEST_F(BatchTest, ASingleSearchLeavesNoCountsPerQuestion) {
  ASSERT_TRUE(Ask("user:ann", "red").ok());
  EXPECT_FALSE(Json::parse(ReceiptLines().front()).contains("chunks_per_question"));
}

TEST_F(BatchTest, TheMarkersOfOneResultAreNotThoseOfAnother) {
  BatchQuestion batch = Batch({"red page 2", "blue page 4"});
  batch.form = OutputForm::kDelimited;
  const auto answer = queries().BatchSearch(As("user:ann"), batch);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_THAT(answer->parts[0].context.boundary(), Not(IsEmpty()));
  EXPECT_NE(answer->parts[0].context.boundary(), answer->parts[1].context.boundary());
}

TEST_F(BatchTest, ABadVectorIsNamedAndNothingIsAnswered) {
  BatchQuestion batch = Batch({"red", "", "blue"});
  batch.queries[1].content = std::vector<float>(3, 1.0f);
  const absl::Status status = BatchStatus(batch);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(DetailOf(status, kFieldDetail), "queries[1].vector");
  EXPECT_EQ(DetailOf(status, kReasonDetail), "DIMENSION_MISMATCH");
  EXPECT_THAT(ReceiptLines(), IsEmpty());
}

TEST_F(BatchTest, TextForACollectionOfVectorsIsNamed) {
  Create("bare", Allow({"everyone"}));
  Upsert("bare", {Document("a")});
  BatchQuestion batch = Batch({"", "red", "blue"});
  batch.collection = "bare";
  batch.queries[0].content = std::vector<float>{1, 0, 0, 0};
  const absl::Status status = BatchStatus(batch);
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(DetailOf(status, kFieldDetail), "queries[1].text");
  EXPECT_EQ(DetailOf(status, kReasonDetail), "NO_EMBEDDING_MODEL");
}

TEST_F(BatchTest, AHiddenCollectionIsRefusedAsASearchRefusesIt) {
  BatchQuestion batch = Batch({"red"});
  batch.collection = "none";
  SearchQuestion question = Question("red", 5, "none");
  EXPECT_EQ(BatchStatus(batch), queries().Search(As("user:ann"), question).status());
}

TEST_F(BatchTest, ACallerWhoGivesUpBetweenQueriesGetsNothing) {
  CallControl call = As("user:ann");
  int asked = 0;
  call.cancelled = [&] { return ++asked > 20; };
  std::vector<std::string> texts(50, "red");
  EXPECT_EQ(queries().BatchSearch(call, Batch(texts)).status().code(), absl::StatusCode::kCancelled);
  EXPECT_THAT(ReceiptLines(), IsEmpty());
}

TEST_F(BatchTest, WhatIsRevokedWhileABatchRunsIsInNoResult) {
  // The first embedding is over before anything is searched, so the grant is gone when the chunks are verified.
  bool revoked = false;
  embedder().on_embed = [&] {
    if (std::exchange(revoked, true)) return;
    SetPolicy("docs", "red-0", Allow({"user:ben"}));
  };
  const auto answer = queries().BatchSearch(As("user:ann"), Batch({"red page 0", "red page 2", "red page 0"}, 20));
  ASSERT_TRUE(answer.ok()) << answer.status();
  for (const BatchAnswer::Part& part : answer->parts) {
    EXPECT_EQ(part.context.chunks().size(), 20u) << "9 red and 20 blue ones are left";
    EXPECT_EQ(part.plan.reruns, 1u);
    for (const std::string& name : NamesOf(part.context)) EXPECT_THAT(name, Not(testing::HasSubstr("/red-0/")));
  }
  EXPECT_EQ(answer->revision, corpus().revision());
}

TEST_F(BatchTest, ABatchTakesAPlaceForEachQuery) {
  // The fixture lets 64 in at once.
  bool inside = false;
  embedder().on_embed = [&] {
    if (std::exchange(inside, true)) return;
    EXPECT_EQ(BatchStatus(Batch({"a", "b", "c"})).code(), absl::StatusCode::kResourceExhausted);
    EXPECT_TRUE(BatchStatus(Batch({"a", "b"})).ok());
  };
  EXPECT_TRUE(BatchStatus(Batch(std::vector<std::string>(62, "red"))).ok());
  EXPECT_TRUE(BatchStatus(Batch(std::vector<std::string>(64, "red"))).ok()) << "all places are free again";
}

}  // namespace
}  // namespace usher::pipeline
