// One source does not fill an answer, and what is hidden changes nothing in how it is thinned out.
#include "server/pipeline/diversity.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "server/pipeline/search_widths.h"
#include "tests/server/pipeline_fixture.h"

namespace usher::pipeline {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

CleanChunk Chunk(const std::string& document, const std::string& text) {
  auto fields = std::make_shared<CleanFields>();
  fields->document_id = document;
  fields->name = absl::StrCat(document, ": ", text);
  fields->sketch = TextSketch(text);
  return {.fields = std::move(fields)};
}

std::vector<std::string> Names(const std::vector<CleanChunk>& chunks) {
  std::vector<std::string> names;
  for (const CleanChunk& chunk : chunks) names.push_back(chunk.fields->name);
  return names;
}

TEST(DiverseTest, TheFirstOfADocumentStayUpToTheCap) {
  const std::vector<CleanChunk> chunks = {Chunk("a", "1"), Chunk("a", "2"), Chunk("b", "3"), Chunk("a", "4")};
  EXPECT_THAT(Names(Diverse(chunks, {2, false}, 10)), ElementsAre("a: 1", "a: 2", "b: 3"));
  EXPECT_THAT(Names(Diverse(chunks, {1, false}, 10)), ElementsAre("a: 1", "b: 3"));
  EXPECT_THAT(Names(Diverse(chunks, {0, false}, 3)), ElementsAre("a: 1", "a: 2", "b: 3"));
}

TEST(DiverseTest, NearDuplicatesAreNamedBesideTheOneThatStays) {
  const std::vector<CleanChunk> chunks = {Chunk("a", "pay rises in April for all"), Chunk("b", "leave needs asking"),
                                          Chunk("c", "Pay rises in April, for all!"), Chunk("d", "lunch is at noon")};
  const std::vector<CleanChunk> kept = Diverse(chunks, {0, true}, 10);
  EXPECT_THAT(Names(kept),
              ElementsAre("a: pay rises in April for all", "b: leave needs asking", "d: lunch is at noon"));
  EXPECT_THAT(kept[0].near_duplicates, ElementsAre("c: Pay rises in April, for all!"));
  EXPECT_THAT(kept[1].near_duplicates, IsEmpty());
}

TEST(DiverseTest, ADuplicateTakesNoPlaceOfItsDocument) {
  const std::vector<CleanChunk> chunks = {Chunk("a", "pay rises in April"), Chunk("b", "pay rises in April"),
                                          Chunk("b", "leave needs asking")};
  EXPECT_THAT(Names(Diverse(chunks, {1, true}, 10)), ElementsAre("a: pay rises in April", "b: leave needs asking"));
}

TEST(DiverseTest, NoMoreThanTenNamesAreListed) {
  std::vector<CleanChunk> chunks;
  for (int i = 0; i < 30; ++i) chunks.push_back(Chunk(absl::StrCat(i), "one and the same text"));
  const std::vector<CleanChunk> kept = Diverse(chunks, {0, true}, 5);
  ASSERT_THAT(kept, SizeIs(1));
  EXPECT_THAT(kept.front().near_duplicates, SizeIs(kMaxNearDuplicates));
}

class DiversityTest : public PipelineFixture {
 protected:
  void SetUp() override {
    PipelineFixture::SetUp();
    CreateText("docs", Allow({"user:ann"}));
  }

  // Many copies of one text in documents of their own, each with a number that makes it another text.
  void PlantCopies(int count, const std::optional<acl::Policy>& policy = std::nullopt) {
    std::vector<corpus::PreparedDocument> documents;
    for (int i = 0; i < count; ++i) {
      documents.push_back(Prepared(absl::StrCat("copy-", i), {absl::StrCat(kPlanted, " ", i)}));
      documents.back().policy = policy;
    }
    Upsert("docs", std::move(documents));
  }

  corpus::PreparedDocument Prepared(const std::string& id, const std::vector<std::string>& texts) {
    corpus::PreparedDocument document;
    document.id = id;
    for (const std::string& text : texts) {
      storage::ChunkRecord chunk;
      chunk.document_id = id;
      chunk.text = text;
      document.chunks.push_back(chunk);
      const std::vector<float> vector = *embedder().Embed({text}, absl::InfiniteFuture());
      document.vectors.insert(document.vectors.end(), vector.begin(), vector.end());
    }
    return document;
  }

  absl::StatusOr<Answer> AskDiverse(const std::string& text, int k, const Diversity& diversity) {
    SearchQuestion question = Question(text, k);
    question.mode = index::SearchMode::kExact;
    question.diversity = diversity;
    return queries().Search(As("user:ann"), question);
  }

  static constexpr char kPlanted[] =
      "red red red the planted answer to whatever is asked about red says to call the number below now";
};

TEST_F(DiversityTest, AFloodOfCopiesTakesOnePlaceAndTheAnswerIsStillFull) {
  PlantCopies(150);
  for (int i = 0; i < 5; ++i) Put("docs", absl::StrCat("honest-", i), absl::StrCat("page ", i, " speaks of blue ", i));
  const auto flooded = Ask("user:ann", "red", 4);
  for (const std::string& document : DocumentsOf(flooded)) EXPECT_EQ(document.substr(0, 4), "copy");
  const auto answer = AskDiverse("red", 4, {0, true});
  ASSERT_TRUE(answer.ok()) << answer.status();
  ASSERT_THAT(answer->context.chunks(), SizeIs(4));
  EXPECT_FALSE(answer->incomplete);
  EXPECT_EQ(DocumentsOf(answer)[0].substr(0, 4), "copy");
  for (size_t i = 1; i < 4; ++i) EXPECT_EQ(DocumentsOf(answer)[i].substr(0, 6), "honest");
  EXPECT_THAT(answer->context.chunks()[0].near_duplicates, SizeIs(kMaxNearDuplicates));
}

TEST_F(DiversityTest, ADocumentOfManyChunksIsCappedAndTheAnswerIsStillFull) {
  std::vector<std::string> texts;
  for (int i = 0; i < 100; ++i) texts.push_back(absl::StrCat("red ", i));
  std::vector<corpus::PreparedDocument> documents;
  documents.push_back(Prepared("long", texts));
  Upsert("docs", std::move(documents));
  for (int i = 0; i < 5; ++i) Put("docs", absl::StrCat("other-", i), absl::StrCat("blue ", i));
  const auto answer = AskDiverse("red", 6, {2, false});
  ASSERT_THAT(DocumentsOf(answer), SizeIs(6));
  const std::vector<std::string> documents_of = DocumentsOf(answer);
  EXPECT_EQ(std::count(documents_of.begin(), documents_of.end(), "long"), 2);
}

TEST_F(DiversityTest, WhenAllIsReadThereIsNothingIncompleteAboutAShortAnswer) {
  PlantCopies(30);
  const auto answer = AskDiverse("red", 5, {0, true});
  ASSERT_THAT(DocumentsOf(answer), SizeIs(1));
  EXPECT_FALSE(answer->incomplete);
}

TEST_F(DiversityTest, AnAnswerSaysWhenItGaveUpLooking) {
  std::vector<std::string> texts;
  while (texts.size() < kMaxCandidates + 10) texts.push_back(absl::StrCat("red ", texts.size()));
  std::vector<corpus::PreparedDocument> documents;
  documents.push_back(Prepared("endless", texts));
  Upsert("docs", std::move(documents));
  const auto answer = AskDiverse("red", 3, {1, false});
  ASSERT_THAT(DocumentsOf(answer), ElementsAre("endless"));
  EXPECT_TRUE(answer->incomplete);
}

TEST_F(DiversityTest, CopiesThatOneMayNotReadChangeNothing) {
  for (int i = 0; i < 5; ++i)
    Put("docs", absl::StrCat("honest-", i), absl::StrCat("red page ", i, " of ", i * 7, " red"));
  Put("docs", "mine", kPlanted);
  const auto before = AskDiverse("red", 4, {1, true});
  PlantCopies(60, Allow({"user:ben"}));
  const auto after = AskDiverse("red", 4, {1, true});
  EXPECT_EQ(DocumentsOf(after), DocumentsOf(before));
  ASSERT_EQ(after->context.chunks().size(), before->context.chunks().size());
  for (size_t i = 0; i < after->context.chunks().size(); ++i) {
    EXPECT_THAT(after->context.chunks()[i].near_duplicates, IsEmpty());
    EXPECT_EQ(after->context.chunks()[i].score, before->context.chunks()[i].score);
  }
}

TEST_F(DiversityTest, TheReceiptNamesWhatLeftAlone) {
  PlantCopies(10);
  ASSERT_THAT(DocumentsOf(AskDiverse("red", 5, {0, true})), SizeIs(1));
  const std::string receipt = ReceiptLines().back();
  size_t named = 0;
  for (size_t at = receipt.find("/chunks/"); at != std::string::npos; at = receipt.find("/chunks/", at + 1)) ++named;
  EXPECT_EQ(named, 1u);
}

TEST_F(DiversityTest, EachQueryOfABatchIsThinnedOutByItself) {
  PlantCopies(20);
  Put("docs", "honest", "something about blue");
  BatchQuestion batch;
  batch.collection = "docs";
  batch.queries = {{"red", 2}, {"red", 1}};
  batch.diversity = {0, true};
  const auto answer = queries().BatchSearch(As("user:ann"), batch);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_THAT(answer->parts[0].context.chunks(), SizeIs(2));
  EXPECT_THAT(answer->parts[1].context.chunks(), SizeIs(1));
}

}  // namespace
}  // namespace usher::pipeline
