// Strict mode as a caller sees it: two tenants that differ only in what the reader may not see answer SEARCH_MODE_EXACT
// with the same bytes, errors included, and so does one tenant before and after writes that the reader must not notice.
// Repeat a run with USHER_SEED; compare more with USHER_PAIRS.
#include <cmath>
#include <cstdint>
#include <iostream>
#include <limits>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/property/run_length.h"
#include "tests/property/strict_world.h"

namespace usher::strict {
namespace {

constexpr uint64_t kUsualPairs = 760;
constexpr uint64_t kRounds = 10;
constexpr uint64_t kPairsPerWorld = 2 * kRounds - 1;
constexpr uint64_t kWorldsPerStage = 50;
constexpr size_t kQuestions = 6;  // of each world

using Question = std::variant<v1::SearchRequest, v1::GetChunksRequest>;

// Questions that a reader could use to learn about others, drawn alike for both sides.
class Questions {
 public:
  Questions(uint64_t seed, std::vector<float> query) : random_(seed), query_(std::move(query)) {}

  std::vector<Question> Draw() {
    v1::SearchRequest everything = Search(kOpenCollection);
    everything.set_k(1'000);
    std::vector<Question> questions = {everything};
    while (questions.size() < kQuestions) {
      if (Below(5) == 0) {
        questions.push_back(Chunks());
      } else {
        v1::SearchRequest request = Search(Below(3) == 0 ? kSecretCollection : kOpenCollection);
        if (Below(2) == 0) Spoil(request);
        questions.push_back(std::move(request));
      }
    }
    return questions;
  }

 private:
  size_t Below(size_t n) { return random_() % n; }

  v1::SearchRequest Search(const std::string& collection) {
    v1::SearchRequest request;
    request.set_collection(absl::StrCat("collections/", collection));
    const std::vector<float> vector = Below(2) == 0 ? query_ : RandomVector(random_);
    for (const float x : vector) request.mutable_vector()->add_values(x);
    request.set_k(static_cast<int32_t>(1 + Below(Below(3) == 0 ? 1'000 : 12)));
    request.set_mode(v1::SEARCH_MODE_EXACT);
    request.set_explain_plan(Below(2) == 0);
    request.set_output_form(static_cast<v1::OutputForm>(Below(v1::OutputForm_ARRAYSIZE)));
    if (Below(3) == 0) request.set_max_chunks_per_document(static_cast<int32_t>(1 + Below(3)));
    request.set_collapse_near_duplicates(Below(3) == 0);
    if (Below(4) == 0) request.set_purpose("audit");
    return request;
  }

  // Makes the request one that is refused.
  void Spoil(v1::SearchRequest& request) {
    switch (Below(10)) {
      case 0:
        return request.mutable_vector()->add_values(1);  // one dimension too many
      case 1:
        return request.set_k(Below(2) == 0 ? 0 : 1'001);
      case 2:
        return request.mutable_vector()->set_values(0, std::numeric_limits<float>::quiet_NaN());
      case 3:
        for (float& x : *request.mutable_vector()->mutable_values()) x = 0;
        return;
      case 4:
        return request.set_text("the collection has no model for text");
      case 5:
        return request.clear_query();
      case 6:
        return request.set_collection(Below(2) == 0 ? "collections/never-was" : "collections/Bad Name");
      case 7:
        return request.set_max_chunks_per_document(Below(2) == 0 ? -1 : 1'001);
      case 8:
        return request.mutable_consistency()->set_at_least_as_fresh("no token of ours");
      default:
        return request.set_purpose(std::string(65, 'p'));
    }
  }

  v1::GetChunksRequest Chunks() {
    v1::GetChunksRequest request;
    const std::string collection = Below(3) == 0 ? kSecretCollection : kOpenCollection;
    request.set_collection(absl::StrCat("collections/", collection));
    for (size_t i = 1 + Below(6); i > 0; --i) {
      const char* const prefixes[] = {"d", "h", "private/h"};
      request.add_names(
          absl::StrCat("collections/", collection, "/documents/", prefixes[Below(3)], Below(12), "/chunks/", Below(4)));
    }
    return request;
  }

  std::mt19937_64 random_;
  const std::vector<float> query_;
};

std::vector<std::string> Ask(Side& side, const std::vector<Question>& questions) {
  std::vector<std::string> transcripts;
  for (const Question& question : questions) {
    const auto* search = std::get_if<v1::SearchRequest>(&question);
    transcripts.push_back(search != nullptr ? side.Search(*search)
                                            : side.GetChunks(std::get<v1::GetChunksRequest>(question)));
  }
  return transcripts;
}

std::string InWords(const Question& question) {
  return std::visit([](const auto& request) { return request.ShortDebugString(); }, question);
}

class StrictResponse : public testing::Test {
 protected:
  struct Totals {
    uint64_t pairs = 0;
    uint64_t answers = 0;   // with chunks, compared
    uint64_t refusals = 0;  // compared
    uint64_t secrets = 0;   // pairs in which one side alone has the secret collection
    uint64_t sealed = 0;    // worlds with sealed segments at the end
    uint64_t hidden_writes = 0;
  };

  // Builds two sides alike to the reader, and compares them with the first answers round after round. With `leak`, one
  // side gets a document more that the reader may read.
  std::optional<std::string> CompareWorld(uint64_t number, bool leak) {
    const uint64_t seed = tests::Seed() + number;
    std::mt19937_64 random(seed);
    const std::vector<float> query = RandomVector(random);
    if (stage_ == nullptr || number % kWorldsPerStage == 0) {
      stage_ = nullptr;
      stage_ = std::make_unique<Stage>();
    }
    Side a(seed * 2, absl::StrCat("a", number), query, stage_.get());
    Side b(seed * 2 + 1, absl::StrCat("b", number), query, stage_.get());
    Build(random, a, b);
    if (leak) b.PutReadable({"d99", 0, {{true, query}}});
    const std::vector<Question> questions = Questions(seed, query).Draw();
    const std::vector<std::string> first = Ask(a, questions);
    for (uint64_t round = 0; round < kRounds; ++round) {
      for (Side* side : {&a, &b}) {
        if (round > 0) side->WriteHidden();
        if (round == 0 && side == &a) continue;
        if (auto found = Difference(questions, first, Ask(*side, questions))) {
          return absl::StrCat(*found, "\nin round ", round, " of the world of seed ", seed);
        }
        ++totals_.pairs;
        totals_.secrets += a.has_secret() != b.has_secret() ? 1 : 0;
      }
    }
    totals_.sealed += a.IsSealed() || b.IsSealed() ? 1 : 0;
    totals_.hidden_writes += a.hidden_writes() + b.hidden_writes();
    return std::nullopt;
  }

  const Totals& totals() const { return totals_; }

 private:
  // The same readable history on both sides, with whatever else each side does in between. Some worlds have nothing
  // that the reader may read.
  static void Build(std::mt19937_64& random, Side& a, Side& b) {
    const auto below = [&](size_t n) { return random() % n; };
    const auto hide = [&] {
      for (Side* side : {&a, &b}) {
        if (random() % 2 == 0) side->WriteHidden();
      }
    };
    for (size_t i = 0, count = below(12); i < count; ++i) {
      DocumentPlan plan{absl::StrCat("d", below(12)), below(4), {}};
      for (size_t chunks = 1 + below(5); chunks > 0; --chunks)
        plan.chunks.push_back({below(4) != 0, RandomVector(random)});
      const bool gone = below(5) == 0;
      hide();
      for (Side* side : {&a, &b}) {
        side->PutReadable(plan);
        if (gone) side->TakeAway(plan.id);
      }
    }
    hide();
  }

  std::optional<std::string> Difference(const std::vector<Question>& questions, const std::vector<std::string>& first,
                                        const std::vector<std::string>& second) {
    for (size_t i = 0; i < questions.size(); ++i) {
      if (first[i] != second[i]) {
        return absl::StrCat(InWords(questions[i]), "\nwas answered\n", first[i], "\nand\n", second[i]);
      }
      ++(first[i].starts_with("0\n") ? totals_.answers : totals_.refusals);
    }
    return std::nullopt;
  }

  std::unique_ptr<Stage> stage_;
  Totals totals_;
};

TEST_F(StrictResponse, WhatOneMayNotSeeChangesNoByteOfAnAnswerOrAnError) {
  const uint64_t pairs = tests::NumberFromEnvironment("USHER_PAIRS", kUsualPairs);
  for (uint64_t world = 0; world * kPairsPerWorld < pairs; ++world) {
    const auto difference = CompareWorld(world, false);
    ASSERT_EQ(difference, std::nullopt) << *difference << "; repeat with USHER_SEED=" << tests::Seed();
  }
  std::cout << "seed " << tests::Seed() << ": " << totals().pairs << " pairs alike, " << totals().answers
            << " answers and " << totals().refusals << " errors compared, " << totals().hidden_writes
            << " hidden writes, " << totals().secrets << " pairs with a collection on one side only, "
            << totals().sealed << " worlds with sealed rows" << std::endl;
  EXPECT_GT(totals().answers, pairs);
  EXPECT_GT(totals().refusals, pairs);
  EXPECT_GT(totals().secrets, pairs / 10);
  EXPECT_GT(totals().sealed, pairs / kPairsPerWorld / 4) << "too little was sealed";
}

TEST_F(StrictResponse, ADocumentThatOneMayReadIsNoticed) {
  for (uint64_t world = 0; world < 10; ++world) EXPECT_NE(CompareWorld(world, true), std::nullopt);
}

}  // namespace
}  // namespace usher::strict
