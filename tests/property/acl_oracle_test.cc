// Every way of answering "may X read Y at T" agrees with the naive oracle, in random worlds under random changes.
#include "tests/property/acl_oracle.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tests/property/acl_world.h"

namespace usher::acl_oracle {
namespace {

constexpr uint64_t kDecisionsPerShard = 500'000;
constexpr uint64_t kShards = 4;  // so that the runner can use several cores
constexpr uint64_t kDecisionsToCatchAFlaw = 20'000;
constexpr int kChangesPerWorld = 30;

struct Outcome {
  std::optional<std::string> disagreement;
  uint64_t decisions = 0;
  uint64_t allowed = 0;
  uint64_t reused = 0;
};

Outcome Compare(uint64_t first_seed, uint64_t decisions, Flaw flaw) {
  Outcome outcome;
  for (uint64_t seed = first_seed; outcome.decisions < decisions; ++seed) {
    World world(seed, flaw);
    for (int step = 0; step < kChangesPerWorld && !outcome.disagreement; ++step) {
      for (int moment = 0; moment < 3 && !outcome.disagreement; ++moment) {
        outcome.disagreement = world.Disagreement(world.RandomMoment());
      }
      if (outcome.disagreement) absl::StrAppend(&*outcome.disagreement, " (world ", seed, ", step ", step, ")");
      world.Change();
    }
    outcome.decisions += world.decisions();
    outcome.allowed += world.allowed();
    outcome.reused += world.reused();
    if (outcome.disagreement) break;
  }
  return outcome;
}

uint64_t Seed() {
  const char* text = std::getenv("USHER_SEED");
  uint64_t seed = 20'261'123;
  if (text != nullptr && !absl::SimpleAtoi(text, &seed)) ADD_FAILURE() << "USHER_SEED is not a number: " << text;
  return seed;
}

class EveryAnswer : public testing::TestWithParam<uint64_t> {};

TEST_P(EveryAnswer, AgreesWithTheOracle) {
  const uint64_t seed = Seed();
  const Outcome outcome = Compare(seed + GetParam() * 1'000'000'000, kDecisionsPerShard, Flaw::kNone);
  EXPECT_EQ(outcome.disagreement, std::nullopt)
      << outcome.disagreement.value_or("") << "; repeat with USHER_SEED=" << seed;
  EXPECT_GE(outcome.decisions, kDecisionsPerShard);
  EXPECT_GT(outcome.allowed, outcome.decisions / 10) << "the worlds allow too little to compare";
  EXPECT_LT(outcome.allowed, outcome.decisions / 10 * 9) << "the worlds deny too little to compare";
  EXPECT_GT(outcome.reused, outcome.decisions / 100) << "hardly any entitlement was used twice";
}

INSTANTIATE_TEST_SUITE_P(Shards, EveryAnswer, testing::Range(uint64_t{0}, kShards));

class WrongReading : public testing::TestWithParam<Flaw> {};

TEST_P(WrongReading, IsNoticed) {
  const Outcome outcome = Compare(Seed(), kDecisionsToCatchAFlaw, GetParam());
  EXPECT_NE(outcome.disagreement, std::nullopt) << "unnoticed for " << outcome.decisions << " decisions";
}

INSTANTIATE_TEST_SUITE_P(Flaws, WrongReading,
                         testing::Values(Flaw::kDenyDoesNotBeatAllow, Flaw::kReplaceForgetsDenyAbove,
                                         Flaw::kRestrictIgnoresParent, Flaw::kInheritIgnored, Flaw::kExpiryIsInclusive,
                                         Flaw::kNotBeforeIgnored, Flaw::kOnlyDirectMembersCount,
                                         Flaw::kEveryoneForgotten));

}  // namespace
}  // namespace usher::acl_oracle
