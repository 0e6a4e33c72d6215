// Every answer of the whole pipeline equals what brute force over the documents that the naive oracle allows would
// give: no forbidden chunk, never short, best first. Repeat a run with USHER_SEED.
#include <cmath>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "tests/index/prefer_path.h"
#include "tests/property/pipeline_world.h"
#include "tests/property/run_length.h"
#include "tests/server/pipeline_fixture.h"

namespace usher::pipeline {
namespace {

using acl_oracle::Flaw;
using tests::Seed;

constexpr int kStepsPerWorld = 60;
constexpr int kQueriesPerStep = 3;
constexpr double kRounding = 1e-5;

class PipelineProperty : public PipelineFixture {
 protected:
  // Small segments, so that sealed ones and their graphs are searched too.
  corpus::CorpusOptions Options() const override {
    corpus::CorpusOptions options;
    options.index = index::testing::Prefer(index::Path::kGraph, 48);
    return options;
  }

  struct Totals {
    uint64_t queries = 0;
    uint64_t hidden = 0;  // of these, answered as if there were no collection
    uint64_t chunks = 0;
    uint64_t readable = 0;  // sum of what could have been read
    uint64_t graph = 0;
  };

  // Runs worlds until `queries` have been asked; the first difference in words, if there is one.
  std::optional<std::string> Run(Flaw flaw, uint64_t queries) {
    for (uint64_t world_number = 0; totals_.queries < queries; ++world_number) {
      const uint64_t seed = Seed() + world_number;
      PipelineWorld world(seed, flaw, absl::StrCat("t", world_number), &corpus(), &clock());
      std::map<std::string, CallControl> callers;
      for (const std::string& principal : world.principals()) {
        callers[principal].credentials = MakeCredentials(principal, auth::Role::kReader, false, world.tenant());
      }
      for (int step = 0; step < kStepsPerWorld; ++step) {
        for (int i = 0; i < kQueriesPerStep; ++i) {
          const acl::Asker asker = world.RandomAsker();
          auto found = CompareSearch(world, asker, callers[asker.principal]);
          if (!found) found = CompareGetChunks(world, asker, callers[asker.principal]);
          if (found) return absl::StrCat(*found, " (", asker.principal, ", world ", seed, ", step ", step, ")");
        }
        world.Change();
      }
    }
    return std::nullopt;
  }

  const Totals& totals() const { return totals_; }

 private:
  std::optional<std::string> CompareSearch(PipelineWorld& world, const acl::Asker& asker, const CallControl& call) {
    ++totals_.queries;
    SearchQuestion question;
    question.collection = PipelineWorld::kCollection;
    question.purpose = asker.purpose;
    const std::vector<float> vector = world.RandomVector();
    question.query = vector;
    question.k = static_cast<int>(1 + world.Below(world.Chance(30) ? 200 : 12));
    question.mode = world.Chance(50) ? index::SearchMode::kExact : index::SearchMode::kAutomatic;
    const std::vector<PipelineWorld::Row> ranking = world.Ranking(asker, vector);
    const auto answer = queries().Search(call, question);
    if (ranking.empty()) {
      ++totals_.hidden;
      if (absl::IsNotFound(answer.status())) return std::nullopt;
      return absl::StrCat("nothing is readable, but the answer is ", answer.status().ToString());
    }
    if (!answer.ok()) return answer.status().ToString();
    totals_.chunks += answer->context.chunks().size();
    totals_.readable += ranking.size();
    totals_.graph += answer->plan.path != "exact" ? 1 : 0;
    return Compare(*answer, ranking, static_cast<size_t>(question.k));
  }

  static std::optional<std::string> Compare(const Answer& answer, const std::vector<PipelineWorld::Row>& ranking,
                                            size_t k) {
    std::map<std::string, const PipelineWorld::Row*> readable;
    for (const PipelineWorld::Row& row : ranking) {
      readable[corpus::FormatChunkName(PipelineWorld::kCollection, row.document, row.number)] = &row;
    }
    const auto& chunks = answer.context.chunks();
    if (chunks.size() != std::min(k, ranking.size())) {
      return absl::StrCat("the answer has ", chunks.size(), " chunks; readable are ", ranking.size(), ", k is ", k);
    }
    if (answer.plan.authorized_chunks != ranking.size()) return "the count of readable chunks differs";
    const PipelineWorld::Row* previous = nullptr;
    for (size_t i = 0; i < chunks.size(); ++i) {
      const auto row = readable.find(chunks[i].fields->name);
      if (row == readable.end()) return absl::StrCat(chunks[i].fields->name, " is forbidden or was answered twice");
      const PipelineWorld::Row& now = *row->second;
      if (std::abs(chunks[i].score - now.score) > kRounding)
        return absl::StrCat("wrong score of ", chunks[i].fields->name);
      // The graph may miss some of the best, by its promise; the exact path may not.
      if (answer.plan.path == "exact" && std::abs(ranking[i].score - now.score) > kRounding) {
        return absl::StrCat(chunks[i].fields->name, " is not the one of rank ", i);
      }
      if (previous != nullptr && chunks[i - 1].score < chunks[i].score) return "not in the order of scores";
      const bool tied = previous != nullptr && chunks[i - 1].score == chunks[i].score;
      if (tied && std::pair(now.version, now.number) < std::pair(previous->version, previous->number)) {
        return "equal scores are not in the order of their keys";
      }
      previous = &now;
      readable.erase(row);
    }
    return std::nullopt;
  }

  std::optional<std::string> CompareGetChunks(PipelineWorld& world, const acl::Asker& asker, const CallControl& call) {
    ChunksQuestion question;
    question.collection = PipelineWorld::kCollection;
    question.purpose = asker.purpose;
    std::vector<std::string> expected;
    for (int i = 0; i < 4; ++i) {
      const std::string document = world.RandomDocument();
      const auto chunk = static_cast<uint32_t>(world.Below(3));
      question.names.push_back({question.collection, document, chunk});
      if (world.MayRead(asker, document, chunk)) expected.push_back(document);
    }
    const auto answer = queries().GetChunks(call, question);
    if (!answer.ok()) return answer.status().ToString();
    if (DocumentsOf(answer) != expected) return "GetChunks gave other documents than the oracle allows";
    return std::nullopt;
  }

  Totals totals_;
};

TEST_F(PipelineProperty, EveryAnswerIsWhatBruteForceOverTheReadableGives) {
  constexpr uint64_t kQueries = 4'000;
  const auto difference = Run(Flaw::kNone, kQueries);
  EXPECT_EQ(difference, std::nullopt) << difference.value_or("") << "; repeat with USHER_SEED=" << Seed();
  std::cout << "seed " << Seed() << ": " << totals().queries << " queries, " << totals().hidden << " hidden, "
            << totals().graph << " over graphs, " << totals().chunks << " chunks" << std::endl;
  EXPECT_EQ(queries().verify_defects(), 0u);
  EXPECT_GT(totals().hidden, kQueries / 50) << "the worlds hide too little to compare";
  EXPECT_LT(totals().hidden, kQueries / 2) << "the worlds show too little to compare";
  EXPECT_GT(totals().readable, 10 * kQueries);
  EXPECT_GT(totals().graph, 20u) << "hardly any graph was searched";
  const auto receipts = audit::VerifyReceipts(store());
  ASSERT_TRUE(receipts.ok()) << receipts.status();
  EXPECT_EQ(receipts->entries, 2 * totals().queries - totals().hidden) << "one receipt for each answer";
}

class PipelinePropertyFlaw : public PipelineProperty, public testing::WithParamInterface<Flaw> {};

TEST_P(PipelinePropertyFlaw, AWrongReadingOfTheRulesWouldBeNoticed) { EXPECT_NE(Run(GetParam(), 1'500), std::nullopt); }

INSTANTIATE_TEST_SUITE_P(Flaws, PipelinePropertyFlaw,
                         testing::Values(Flaw::kDenyDoesNotBeatAllow, Flaw::kReplaceForgetsDenyAbove,
                                         Flaw::kRestrictIgnoresParent, Flaw::kExpiryIsInclusive,
                                         Flaw::kOnlyDirectMembersCount, Flaw::kLabelIgnored, Flaw::kPurposeIgnored,
                                         Flaw::kCeilingIgnored, Flaw::kChunkRulesIgnored, Flaw::kFoldersIgnored));

}  // namespace
}  // namespace usher::pipeline
