// Chunks that answer everything are noticed, and told to those who manage the collection alone.
#include "server/pipeline/hub_watch.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <random>

#include "absl/strings/str_cat.h"
#include "tests/server/pipeline_fixture.h"

namespace usher::pipeline {
namespace {

using Json = nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr acl::CollectionId kCollection{7};
constexpr uint64_t kReadable = 10'000;

class HubWatchTest : public testing::Test {
 protected:
  std::vector<float> AnyQuery() {
    std::normal_distribution<float> normal;
    std::vector<float> query(32);
    for (float& x : query) x = normal(random_);
    return query;
  }

  // Ten chunks that differ from answer to answer, but for those given, which come first.
  std::vector<CleanChunk> AnswerWith(const std::vector<uint32_t>& numbers) {
    std::vector<CleanChunk> chunks;
    for (const uint32_t number : numbers) chunks.push_back(Chunk(number));
    while (chunks.size() < 10) chunks.push_back(Chunk(1'000 + static_cast<uint32_t>(random_() % 9'000)));
    return chunks;
  }

  static CleanChunk Chunk(uint32_t number) {
    auto fields = std::make_shared<CleanFields>();
    fields->name = absl::StrCat("chunk ", number);
    return {.fields = std::move(fields), .key = {acl::DocumentVersion(1), number}};
  }

  std::vector<std::string> HubNames(acl::CollectionId collection = kCollection) {
    std::vector<std::string> names;
    for (const Hub& hub : watch_.Hubs(collection)) names.push_back(hub.name);
    return names;
  }

  HubWatch watch_;
  std::mt19937_64 random_{5};
};

TEST_F(HubWatchTest, AChunkThatAnswersEverythingIsFoundOnce) {
  int found = 0;
  for (uint64_t i = 0; i < 2 * HubWatch::kWindow; ++i) {
    for (const Hub& hub : watch_.Saw(kCollection, AnyQuery(), kReadable, AnswerWith({1}))) {
      EXPECT_EQ(hub.name, "chunk 1");
      EXPECT_GE(hub.answers, HubWatch::kMinAnswers);
      ++found;
    }
  }
  EXPECT_EQ(found, 1);
  EXPECT_THAT(HubNames(), ElementsAre("chunk 1"));
  EXPECT_EQ(watch_.count(), 1u);
}

TEST_F(HubWatchTest, TheMostFrequentHubIsListedFirst) {
  for (uint64_t i = 0; i < HubWatch::kWindow; ++i) {
    watch_.Saw(kCollection, AnyQuery(), kReadable, i % 2 == 0 ? AnswerWith({1, 2}) : AnswerWith({2}));
  }
  EXPECT_THAT(HubNames(), ElementsAre("chunk 2", "chunk 1"));
}

TEST_F(HubWatchTest, OrdinaryAnswersHaveNoHubs) {
  for (uint64_t i = 0; i < HubWatch::kWindow; ++i) watch_.Saw(kCollection, AnyQuery(), kReadable, AnswerWith({}));
  EXPECT_THAT(HubNames(), IsEmpty());
}

TEST_F(HubWatchTest, AnAnswerToOnePopularQuestionIsNoHub) {
  const std::vector<float> popular = AnyQuery();
  for (uint64_t i = 0; i < HubWatch::kWindow; ++i) {
    const bool asked = i % 3 == 0;
    watch_.Saw(kCollection, asked ? popular : AnyQuery(), kReadable, asked ? AnswerWith({1}) : AnswerWith({}));
  }
  EXPECT_THAT(HubNames(), IsEmpty());
}

TEST_F(HubWatchTest, WhereOnlyOneThingIsAskedNothingIsSaidOfEverything) {
  const std::vector<float> only = AnyQuery();
  for (uint64_t i = 0; i < HubWatch::kWindow; ++i) watch_.Saw(kCollection, only, kReadable, AnswerWith({1}));
  EXPECT_THAT(HubNames(), IsEmpty());
}

TEST_F(HubWatchTest, InASmallCollectionEveryChunkComesOftenAndNoneIsAHub) {
  for (uint64_t i = 0; i < HubWatch::kWindow; ++i) watch_.Saw(kCollection, AnyQuery(), 50, AnswerWith({1}));
  EXPECT_THAT(HubNames(), IsEmpty());
}

TEST_F(HubWatchTest, AHubIsForgottenAfterTwoWindowsWithoutIt) {
  for (uint64_t i = 0; i < HubWatch::kWindow; ++i) watch_.Saw(kCollection, AnyQuery(), kReadable, AnswerWith({1}));
  for (uint64_t i = 0; i < HubWatch::kWindow; ++i) watch_.Saw(kCollection, AnyQuery(), kReadable, AnswerWith({}));
  EXPECT_THAT(HubNames(), ElementsAre("chunk 1"));
  watch_.Saw(kCollection, AnyQuery(), kReadable, AnswerWith({}));
  EXPECT_THAT(HubNames(), IsEmpty());
}

TEST_F(HubWatchTest, CollectionsAreCountedApartAndTheLeastUsedIsForgotten) {
  for (uint64_t i = 0; i < HubWatch::kWindow; ++i) watch_.Saw(kCollection, AnyQuery(), kReadable, AnswerWith({1}));
  EXPECT_THAT(HubNames(acl::CollectionId{8}), IsEmpty());
  for (uint64_t other = 0; other < HubWatch::kMaxCollections; ++other) {
    watch_.Saw(acl::CollectionId{100 + other}, AnyQuery(), kReadable, AnswerWith({1}));
  }
  EXPECT_THAT(HubNames(), IsEmpty());
}

TEST_F(HubWatchTest, AnEmptyAnswerCountsForNothing) {
  for (uint64_t i = 0; i < HubWatch::kWindow; ++i) {
    EXPECT_THAT(watch_.Saw(kCollection, AnyQuery(), 0, {}), IsEmpty());
  }
  EXPECT_EQ(watch_.count(), 0u);
}

// Through the pipeline: a planted vector that lies near every question.
class HubPipelineTest : public PipelineFixture {
 protected:
  void SetUp() override {
    PipelineFixture::SetUp();
    Create("bare", Allow({"everyone"}));
    std::vector<corpus::PreparedDocument> documents;
    for (int i = 0; i < 400; ++i) documents.push_back(Vector(absl::StrCat("d", i), Turned(i)));
    documents.push_back(Vector("hub", {0, 0, 0, 1}));
    Upsert("bare", std::move(documents));
  }

  // Directions all around in three dimensions; the hub lies along the fourth.
  static std::vector<float> Turned(int i) {
    std::mt19937 random(static_cast<unsigned>(i));
    std::normal_distribution<float> normal;
    std::vector<float> vector = {normal(random), normal(random), normal(random), 0};
    float norm = 0;
    for (const float x : vector) norm += x * x;
    for (float& x : vector) x /= std::sqrt(norm);
    return vector;
  }

  static corpus::PreparedDocument Vector(const std::string& id, const std::vector<float>& vector) {
    corpus::PreparedDocument document;
    document.id = id;
    storage::ChunkRecord chunk;
    chunk.document_id = id;
    chunk.text = "text of " + id;
    document.chunks.push_back(chunk);
    document.vectors = vector;
    return document;
  }

  absl::StatusOr<Answer> AskAround(int i) {
    SearchQuestion question = Question("", 3, "bare");
    std::vector<float> query = Turned(10'000 + i);
    query[3] = 4;
    question.query = query;
    return queries().Search(As(i % 2 == 0 ? "user:ann" : "user:ben"), question);
  }
};

TEST_F(HubPipelineTest, AHubGoesIntoTheAuditLogAndIntoNoAnswer) {
  absl::StatusOr<Answer> last = absl::UnknownError("nothing was asked");
  for (uint64_t i = 0; i < HubWatch::kWindow; ++i) last = AskAround(static_cast<int>(i));
  ASSERT_TRUE(last.ok()) << last.status();
  const auto id = corpus().GetCollection(kTenant, "bare")->record.id;
  ASSERT_THAT(queries().hubs().Hubs(id), SizeIs(1));
  EXPECT_EQ(queries().hubs().Hubs(id).front().name, "collections/bare/documents/hub/chunks/0");
  std::vector<Json> events;
  for (const std::string& line : ReceiptLines()) {
    if (line.find("hub.found") != std::string::npos) events.push_back(Json::parse(line));
  }
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0]["detail"]["rule"], "retrieval.hub");
  EXPECT_EQ(events[0]["detail"]["chunk"], "collections/bare/documents/hub/chunks/0");
  bool shown = false;
  for (const CleanChunk& chunk : last->context.chunks()) {
    shown = shown || chunk.fields->document_id == "hub";
    EXPECT_THAT(chunk.fields->findings, IsEmpty());
  }
  EXPECT_TRUE(shown);
}

}  // namespace
}  // namespace usher::pipeline
