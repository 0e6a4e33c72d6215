// Every way of answering "may X read Y at T" agrees with the naive oracle, in random stories about access.
//
// ACL_ORACLE_DECISIONS=300000000 ACL_ORACLE_SEED=2 asks for a long run with other stories and prints how it went;
// several processes of it with different seeds share the work.
#include "tests/property/acl_oracle.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/time/clock.h"
#include "tests/property/acl_story.h"
#include "tests/property/acl_world.h"

namespace usher::acl_oracle {
namespace {

constexpr uint64_t kDecisionsPerShard = 260'000;
constexpr uint64_t kShards = 4;  // so that the runner can use several cores
constexpr uint64_t kDecisionsToCatchAFlaw = 100'000;
constexpr uint64_t kShortEnough = 8;  // things that happen in a story that was cut down

struct Outcome {
  std::optional<std::string> disagreement;
  uint64_t seed = 0;  // of the last story
  uint64_t decisions = 0;
  uint64_t allowed = 0;
  uint64_t stories = 0;
  uint64_t gets = 0;         // from the cache
  uint64_t resolutions = 0;  // that they took
};

std::optional<std::string> Live(const Story& story, World& world) {
  for (const Change& change : story.beginning) world.Happen(change);
  for (const Step& step : story.steps) {
    world.Happen(step.change);
    if (std::optional<std::string> found = world.Disagreement(story.askers, step.moment)) return found;
  }
  return std::nullopt;
}

Outcome Compare(uint64_t first_seed, uint64_t decisions, Flaw flaw, std::optional<Engine> only = std::nullopt) {
  Outcome outcome;
  for (uint64_t seed = first_seed; outcome.decisions < decisions && !outcome.disagreement; ++seed) {
    World world(flaw, only);
    outcome.seed = seed;
    outcome.disagreement = Live(AnyStory(seed), world);
    outcome.decisions += world.decisions();
    outcome.allowed += world.allowed();
    outcome.gets += world.classes().gets();
    outcome.resolutions += world.classes().resolutions();
    ++outcome.stories;
  }
  return outcome;
}

bool Disagrees(const Story& story, Flaw flaw) {
  World world(flaw);
  return Live(story, world).has_value();
}

Story ShortestDisagreement(uint64_t seed, Flaw flaw) {
  return Shortest(seed, [flaw](const Story& story) { return Disagrees(story, flaw); });
}

// What a person needs to see where the rules were read differently.
std::string Report(const Outcome& outcome, Flaw flaw) {
  if (!outcome.disagreement) return "no disagreement";
  const Story shortest = ShortestDisagreement(outcome.seed, flaw);
  World world(flaw);
  const std::string words = Live(shortest, world).value_or("gone in the shortest story");
  return *outcome.disagreement + "\nstory " + std::to_string(outcome.seed) + ", cut down: " + words + "\n" +
         InWords(shortest);
}

uint64_t Setting(const char* name, uint64_t usual) {
  const char* text = std::getenv(name);
  uint64_t value = usual;
  if (text != nullptr && !absl::SimpleAtoi(text, &value)) ADD_FAILURE() << name << " is not a number: " << text;
  return value;
}

class EveryAnswer : public testing::TestWithParam<uint64_t> {};

TEST_P(EveryAnswer, AgreesWithTheOracle) {
  const uint64_t seed = Setting("ACL_ORACLE_SEED", 1);
  const uint64_t decisions = Setting("ACL_ORACLE_DECISIONS", kDecisionsPerShard * kShards) / kShards;
  const absl::Time began = absl::Now();
  const Outcome outcome = Compare((seed * kShards + GetParam()) * 1'000'000'000, decisions, Flaw::kNone);
  const double seconds = absl::ToDoubleSeconds(absl::Now() - began);
  std::cout << "seed " << seed << ": " << outcome.decisions << " decisions in " << outcome.stories << " stories, "
            << outcome.allowed << " allowed, " << outcome.resolutions << " resolutions for " << outcome.gets
            << " questions, " << static_cast<uint64_t>(static_cast<double>(outcome.decisions) / seconds)
            << " a second\n";
  EXPECT_EQ(outcome.disagreement, std::nullopt) << Report(outcome, Flaw::kNone);
  EXPECT_GE(outcome.decisions, decisions);
  EXPECT_GT(outcome.allowed, outcome.decisions / 10) << "the stories allow too little to compare";
  EXPECT_LT(outcome.allowed, outcome.decisions / 10 * 9) << "the stories deny too little to compare";
  EXPECT_LT(outcome.resolutions, outcome.gets / 10 * 9) << "hardly any cached entitlement was used again";
}

INSTANTIATE_TEST_SUITE_P(Shards, EveryAnswer, testing::Range(uint64_t{0}, kShards));

class WrongReading : public testing::TestWithParam<int> {
 protected:
  Flaw flaw() const { return static_cast<Flaw>(GetParam()); }
};

TEST_P(WrongReading, IsNoticedAndToldInAShortStory) {
  const Outcome outcome = Compare(1, kDecisionsToCatchAFlaw, flaw());
  ASSERT_NE(outcome.disagreement, std::nullopt) << "unnoticed for " << outcome.decisions << " decisions";
  const Story shortest = ShortestDisagreement(outcome.seed, flaw());
  EXPECT_LE(shortest.beginning.size() + shortest.steps.size(), kShortEnough) << InWords(shortest);
}

TEST_P(WrongReading, IsNoticedInEachWayOfAnswering) {
  const bool of_claims = flaw() == Flaw::kClaimsIgnored || flaw() == Flaw::kClaimsNotNested;
  for (const Engine engine : {Engine::kChecker, Engine::kExplain, Engine::kClasses, Engine::kReaders}) {
    if (engine == Engine::kReaders && (of_claims || flaw() == Flaw::kAnyNameIsAPrincipal))
      continue;  // it knows of neither
    const Outcome outcome = Compare(1, kDecisionsToCatchAFlaw, flaw(), engine);
    EXPECT_NE(outcome.disagreement, std::nullopt) << "unnoticed by engine " << static_cast<int>(engine);
  }
}

INSTANTIATE_TEST_SUITE_P(Flaws, WrongReading, testing::Range(1, kFlawCount));

}  // namespace
}  // namespace usher::acl_oracle
