// Resolution against the rules read one by one, over random tenants that keep changing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/acl/random_world.h"

namespace usher::acl {
namespace {

class ClassTableRandomTest : public testing::TestWithParam<uint32_t> {
 protected:
  Entitlement Resolve(const Asker& asker, absl::Time at) const {
    return world_.table().Resolve(RightsOf(world_.groups(), world_.clearances(), asker), at);
  }

  RandomWorld world_{GetParam()};
};

TEST_P(ClassTableRandomTest, ResolvesWhatTheRulesSay) {
  for (int step = 0; step < 400; ++step) {
    world_.Change();
    world_.Advance();
    const Asker asker = world_.MakeAsker();
    ASSERT_EQ(Resolve(asker, world_.now()).classes(), world_.Readable(asker, world_.now())) << "step " << step;
  }
}

TEST_P(ClassTableRandomTest, EntitlementStaysRightUntilItsEnd) {
  for (int step = 0; step < 400; ++step) {
    world_.Change();
    const Asker asker = world_.MakeAsker();
    const Entitlement entitlement = Resolve(asker, world_.now());
    ASSERT_GT(entitlement.valid_until(), world_.now());
    for (int later = 0; later < 24; ++later) {
      const absl::Time at = world_.now() + absl::Milliseconds(500) * later;
      if (at >= entitlement.valid_until()) break;
      ASSERT_EQ(entitlement.classes(), world_.Readable(asker, at)) << "step " << step << ", later " << later;
    }
  }
}

TEST_P(ClassTableRandomTest, ChainsAreRebuiltAsTheyWereGiven) {
  for (int step = 0; step < 200; ++step) world_.Change();
  for (const RandomWorld::Kept& kept : world_.classes()) {
    const std::vector<Policy> chain = world_.table().ChainOf(kept.id);
    const std::vector<const Policy*> given = world_.Chain(kept);
    std::vector<std::string> rebuilt_bytes;
    std::vector<std::string> given_bytes;
    const std::string silent = PolicyFingerprint(Policy());
    for (const Policy& policy : chain) rebuilt_bytes.push_back(PolicyFingerprint(policy));
    for (const Policy* policy : given) given_bytes.push_back(PolicyFingerprint(*policy));
    // A policy of owners alone, or of a chunk that says nothing, is not kept: it makes no difference to reading.
    std::erase(rebuilt_bytes, silent);
    std::erase(given_bytes, silent);
    EXPECT_EQ(rebuilt_bytes, given_bytes) << kept.id.value();
    EXPECT_EQ(world_.table().Find(kept.folder, kept.document, kept.chunk ? &*kept.chunk : nullptr), kept.id);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ClassTableRandomTest, testing::Range(uint32_t{1}, uint32_t{25}));

}  // namespace
}  // namespace usher::acl
