#include "acl/entitlement_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "tests/acl/random_world.h"

namespace usher::acl {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const absl::Time kNoon = absl::FromUnixSeconds(1'700'000'000);

Policy For(std::vector<std::string> subjects, absl::Time expire_time = absl::InfiniteFuture()) {
  PolicyDraft draft;
  draft.rules.push_back({.effect = Effect::kAllow, .subjects = std::move(subjects), .expire_time = expire_time});
  return *CanonicalPolicy(std::move(draft));
}

class EntitlementCacheTest : public testing::Test {
 protected:
  EntitlementCache::Found Get(const Asker& asker, absl::Time now = kNoon) {
    return cache_.Get(table_, {groups_, clearances_, groups_.epoch(), clearances_epoch_}, asker, now);
  }
  EntitlementCache::Found Get(std::string principal, absl::Time now = kNoon) {
    return Get(Asker{std::move(principal), {}, ""}, now);
  }
  // How many resolutions the call of Get took.
  uint64_t Resolutions(const std::string& principal, absl::Time now = kNoon) {
    const uint64_t before = cache_.resolutions();
    Get(principal, now);
    return cache_.resolutions() - before;
  }

  SubjectTable names_;
  GroupGraph groups_{&names_};
  ClearanceTable clearances_;
  uint64_t clearances_epoch_ = 0;
  ClassTable table_{&names_, Policy()};
  EntitlementCache cache_{1'000, 1 << 20};
};

TEST_F(EntitlementCacheTest, SecondQuestionIsAnsweredFromMemory) {
  const ClassId id = table_.Intern("", For({"user:a"}), nullptr);
  table_.AddChunks(id, 3);
  const EntitlementCache::Found first = Get("user:a");
  EXPECT_THAT(first.entitlement->classes(), ElementsAre(id));
  EXPECT_EQ(first.chunks, 3u);
  const EntitlementCache::Found second = Get("user:a");
  EXPECT_EQ(second.entitlement, first.entitlement);
  EXPECT_EQ(second.chunks, 3u);
  EXPECT_EQ(cache_.resolutions(), 1u);
}

TEST_F(EntitlementCacheTest, AskersWhomNoRuleTellsApartShareOneEntitlement) {
  table_.Intern("", For({"group:team"}), nullptr);
  groups_.Add("user:a", "group:team");
  groups_.Add("user:b", "group:team");
  groups_.Add("user:b", "group:unheard-of");
  EXPECT_EQ(Get("user:a").entitlement, Get("user:b").entitlement);
  EXPECT_EQ(cache_.resolutions(), 1u);
  EXPECT_NE(Get("user:c").entitlement, Get("user:a").entitlement);
}

TEST_F(EntitlementCacheTest, SharersPartWhenARuleFirstNamesOneOfThem) {
  table_.Intern("", For({"everyone"}), nullptr);
  ASSERT_EQ(Get("user:a").entitlement, Get("user:b").entitlement);
  const ClassId own = table_.Intern("", For({"user:b"}), nullptr);
  EXPECT_FALSE(Get("user:a").entitlement->Contains(own));
  EXPECT_TRUE(Get("user:b").entitlement->Contains(own));
  EXPECT_FALSE(Get("user:c").entitlement->Contains(own));
}

TEST_F(EntitlementCacheTest, DenyThatIsTheFirstToMentionTheAskerHolds) {
  table_.SetCollectionPolicy(For({"everyone"}));
  const ClassId open = table_.Intern("", Policy(), nullptr);
  const Asker claiming{"user:b", {"group:never-heard-of"}, ""};
  ASSERT_TRUE(Get("user:a").entitlement->Contains(open));
  ASSERT_TRUE(Get(claiming).entitlement->Contains(open));
  PolicyDraft draft;
  draft.rules.push_back({.effect = Effect::kDeny, .subjects = {"user:a", "group:never-heard-of"}});
  const ClassId fresh = table_.Intern("", *CanonicalPolicy(std::move(draft)), nullptr);
  EXPECT_THAT(Get("user:a").entitlement->classes(), ElementsAre(open));
  EXPECT_THAT(Get(claiming).entitlement->classes(), ElementsAre(open));
  EXPECT_THAT(Get("user:b").entitlement->classes(), ElementsAre(open, fresh));
}

TEST_F(EntitlementCacheTest, PurposeAndClaimsBelongToTheQuestion) {
  const ClassId id = table_.Intern("", For({"group:team"}), nullptr);
  EXPECT_THAT(Get("user:a").entitlement->classes(), IsEmpty());
  EXPECT_THAT(Get(Asker{"user:a", {"group:team"}, ""}).entitlement->classes(), ElementsAre(id));
  EXPECT_THAT(Get("user:a").entitlement->classes(), IsEmpty());
  PolicyDraft draft;
  draft.label.purposes = {"audit"};
  const Policy labelled = *CanonicalPolicy(std::move(draft));
  const ClassId audited = table_.Intern("", For({"user:a"}), &labelled);
  EXPECT_THAT(Get("user:a").entitlement->classes(), IsEmpty());
  EXPECT_THAT(Get(Asker{"user:a", {}, "audit"}).entitlement->classes(), ElementsAre(audited));
}

TEST_F(EntitlementCacheTest, RevokedMembershipIsSeenByTheNextQuestion) {
  table_.Intern("", For({"group:team"}), nullptr);
  groups_.Add("user:a", "group:team");
  ASSERT_EQ(Get("user:a").entitlement->classes().size(), 1u);
  groups_.Remove("user:a", "group:team");
  EXPECT_THAT(Get("user:a").entitlement->classes(), IsEmpty());
}

TEST_F(EntitlementCacheTest, MembershipOfOthersCostsNoResolution) {
  table_.Intern("", For({"group:team"}), nullptr);
  Get("user:a");
  groups_.Add("user:b", "group:team");
  EXPECT_EQ(Resolutions("user:a"), 0u);
}

TEST_F(EntitlementCacheTest, LoweredClearanceIsSeenByTheNextQuestion) {
  PolicyDraft draft;
  draft.label.level = 2;
  const Policy secret = *CanonicalPolicy(std::move(draft));
  const ClassId id = table_.Intern("", For({"user:a"}), &secret);
  clearances_.Set("user:a", {2, {"mna"}});
  EXPECT_THAT(Get("user:a").entitlement->classes(), ElementsAre(id));
  clearances_.Set("user:a", {1, {}});
  ++clearances_epoch_;
  EXPECT_THAT(Get("user:a").entitlement->classes(), IsEmpty());
}

TEST_F(EntitlementCacheTest, NewClassOfOthersLeavesTheEntitlementAsItIs) {
  table_.Intern("", For({"user:a"}), nullptr);
  const auto before = Get("user:a").entitlement;
  table_.Intern("", For({"user:b"}), nullptr);
  EXPECT_EQ(Get("user:a").entitlement, before);
  EXPECT_EQ(cache_.resolutions(), 1u);
}

TEST_F(EntitlementCacheTest, NewReadableClassIsAddedWithItsChunks) {
  const ClassId old = table_.Intern("", For({"user:a"}), nullptr);
  table_.AddChunks(old, 2);
  Get("user:a");
  const ClassId fresh = table_.Intern("", For({"user:a", "user:b"}), nullptr);
  table_.AddChunks(fresh, 5);
  table_.AddChunks(old, -1);
  const EntitlementCache::Found found = Get("user:a");
  EXPECT_THAT(found.entitlement->classes(), ElementsAre(old, fresh));
  EXPECT_EQ(found.chunks, 6u);
  EXPECT_EQ(cache_.resolutions(), 1u);
}

TEST_F(EntitlementCacheTest, NewTimedClassBoundsTheEntitlement) {
  table_.Intern("", For({"user:a"}), nullptr);
  Get("user:a");
  const ClassId timed = table_.Intern("", For({"user:a"}, kNoon + absl::Hours(1)), nullptr);
  EXPECT_TRUE(Get("user:a").entitlement->Contains(timed));
  EXPECT_FALSE(Get("user:a", kNoon + absl::Hours(1)).entitlement->Contains(timed));
}

TEST_F(EntitlementCacheTest, FolderPolicyThatTakesSomethingAwayIsSeenByTheNextQuestion) {
  table_.SetCollectionPolicy(For({"everyone"}));
  const ClassId open = table_.Intern("", Policy(), nullptr);
  const ClassId in_folder = table_.Intern("hr/pay", Policy(), nullptr);
  ASSERT_THAT(Get("user:a").entitlement->classes(), ElementsAre(open, in_folder));
  table_.SetFolderPolicy("hr", For({"user:b"}));
  EXPECT_THAT(Get("user:a").entitlement->classes(), ElementsAre(open));
  EXPECT_THAT(Get("user:b").entitlement->classes(), ElementsAre(open, in_folder));
}

TEST_F(EntitlementCacheTest, FolderPolicyThatSaysTheSameOfTheAskerCostsNoResolution) {
  table_.SetFolderPolicy("hr", For({"user:b"}));
  table_.Intern("hr", Policy(), nullptr);
  Get("user:a");
  table_.SetFolderPolicy("hr", For({"user:b", "user:c"}));
  EXPECT_EQ(Resolutions("user:a"), 0u);
  EXPECT_EQ(Resolutions("user:c"), 1u);
}

TEST_F(EntitlementCacheTest, ClosedCollectionIsReadByNobodyUntilItOpensAgain) {
  const ClassId id = table_.Intern("", For({"user:a"}), nullptr);
  table_.AddChunks(id, 1);
  Get("user:a");
  table_.SetOpenUntil(kNoon);
  EXPECT_THAT(Get("user:a").entitlement->classes(), IsEmpty());
  EXPECT_EQ(Get("user:a").chunks, 0u);
  table_.SetOpenUntil(kNoon + absl::Seconds(1));
  EXPECT_THAT(Get("user:a").entitlement->classes(), ElementsAre(id));
  EXPECT_EQ(cache_.resolutions(), 1u);
}

TEST_F(EntitlementCacheTest, ClockThatStepsBackRevivesNothing) {
  const ClassId id = table_.Intern("", For({"user:a"}, kNoon + absl::Hours(1)), nullptr);
  EXPECT_THAT(Get("user:a", kNoon + absl::Hours(2)).entitlement->classes(), IsEmpty());
  EXPECT_THAT(Get("user:a", kNoon).entitlement->classes(), ElementsAre(id));
  EXPECT_THAT(Get("user:a", kNoon + absl::Hours(1)).entitlement->classes(), IsEmpty());
}

TEST_F(EntitlementCacheTest, MoreChangesThanAreRememberedAreResolvedAnew) {
  const ClassId own = table_.Intern("", For({"user:a"}), nullptr);
  Get("user:a");
  for (int i = 0; i < 20'000; ++i) table_.Intern("", For({"user:n" + std::to_string(i)}), nullptr);
  const ClassId last = table_.Intern("", For({"user:a", "user:b"}), nullptr);
  EXPECT_THAT(Get("user:a").entitlement->classes(), ElementsAre(own, last));
  EXPECT_EQ(cache_.resolutions(), 2u);
}

TEST_F(EntitlementCacheTest, MoreChangesThanAreWorthReplayingAreResolvedAnew) {
  Get("user:a");
  for (int i = 0; i < 5'000; ++i) table_.Intern("", For({"user:n" + std::to_string(i)}), nullptr);
  EXPECT_EQ(Resolutions("user:a"), 1u);
}

TEST_F(EntitlementCacheTest, MoreCountsThanAreRememberedAreCountedAnew) {
  std::vector<ClassId> ids;
  for (int i = 0; i < 20'000; ++i)
    ids.push_back(table_.Intern("", For({"user:a", "user:n" + std::to_string(i)}), nullptr));
  Get("user:a");
  for (const ClassId id : ids) table_.AddChunks(id, 2);
  EXPECT_EQ(Get("user:a").chunks, 40'000u);
  table_.AddChunks(ids[7], -2);
  EXPECT_EQ(Get("user:a").chunks, 39'998u);
}

TEST_F(EntitlementCacheTest, NoPrincipalNoAnswer) {
  table_.Intern("", For({"everyone"}), nullptr);
  EXPECT_THAT(Get("group:team").entitlement->classes(), IsEmpty());
  table_.Intern("", For({"everyone", "group:team"}), nullptr);
  EXPECT_THAT(Get("group:team").entitlement->classes(), IsEmpty());
  EXPECT_THAT(Get(Asker{"", {"group:team"}, ""}).entitlement->classes(), IsEmpty());
}

TEST_F(EntitlementCacheTest, KeepsWithinItsBytesAndDropsWhatIsNotAskedFor) {
  for (int i = 0; i < 2'000; ++i) table_.Intern("", For({"user:n" + std::to_string(i)}), nullptr);
  EntitlementCache small(10'000, 64 << 10);
  const EntitlementCache::Source source{groups_, clearances_, 0, 0};
  for (int i = 0; i < 2'000; ++i) {
    small.Get(table_, source, Asker{"user:n" + std::to_string(i), {}, ""}, kNoon);
    small.Get(table_, source, Asker{"user:n0", {}, ""}, kNoon);
    EXPECT_LE(small.bytes(), size_t{65} << 10);
  }
  EXPECT_EQ(small.resolutions(), 2'000u) << "the one who kept asking was never dropped";
}

TEST_F(EntitlementCacheTest, KeepsWithinItsEntries) {
  EntitlementCache small(10, 1 << 20);
  const EntitlementCache::Source source{groups_, clearances_, 0, 0};
  for (int i = 0; i < 100; ++i) table_.Intern("", For({"user:n" + std::to_string(i)}), nullptr);
  for (int i = 0; i < 100; ++i) small.Get(table_, source, Asker{"user:n" + std::to_string(i), {}, ""}, kNoon);
  small.Get(table_, source, Asker{"user:n99", {}, ""}, kNoon);
  EXPECT_EQ(small.resolutions(), 100u);
  small.Get(table_, source, Asker{"user:n0", {}, ""}, kNoon);
  EXPECT_EQ(small.resolutions(), 101u);
}

TEST_F(EntitlementCacheTest, GivesBackItsBytesWhenTheLastHolderLetsGo) {
  const ByteMeter meter;
  auto held = meter.Make(Entitlement(), 100);
  EXPECT_EQ(meter.held(), 100u);
  auto again = held;
  held.reset();
  EXPECT_EQ(meter.held(), 100u);
  again.reset();
  EXPECT_EQ(meter.held(), 0u);
}

TEST_F(EntitlementCacheTest, ManyThreadsGetTheSameAnswer) {
  for (int i = 0; i < 50; ++i) table_.Intern("", For({"user:n" + std::to_string(i % 7)}), nullptr);
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 500; ++i) {
        const Asker asker{"user:n" + std::to_string((i + t) % 7), {}, ""};
        const Rights rights = RightsOf(groups_, clearances_, asker);
        if (Get(asker).entitlement->classes() != table_.Resolve(rights, kNoon).classes()) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

class EntitlementCacheRandomTest : public testing::TestWithParam<uint32_t> {};

TEST_P(EntitlementCacheRandomTest, AlwaysAnswersAsAFreshResolution) {
  RandomWorld world(GetParam());
  EntitlementCache cache(world.Below(2) == 0 ? 40 : 1'000, 1 << 20);
  for (int step = 0; step < 600; ++step) {
    for (size_t changes = world.Below(4); changes > 0; --changes) world.Change();
    world.Advance();
    for (size_t questions = 1 + world.Below(4); questions > 0; --questions) {
      const Asker asker = world.MakeAsker();
      const auto found = cache.Get(world.table(), world.groups(), world.clearances(), world.groups().epoch(),
                                   world.clearances_epoch(), asker, world.now());
      const Rights rights = RightsOf(world.groups(), world.clearances(), asker);
      const Entitlement fresh = world.table().Resolve(rights, world.now());
      ASSERT_EQ(found.entitlement->classes(), fresh.classes()) << "step " << step;
      ASSERT_EQ(found.entitlement->classes(), world.Readable(asker, world.now())) << "step " << step;
      ASSERT_EQ(found.chunks, world.table().CountChunks(fresh)) << "step " << step;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, EntitlementCacheRandomTest, testing::Range(uint32_t{1}, uint32_t{21}));

}  // namespace
}  // namespace usher::acl
