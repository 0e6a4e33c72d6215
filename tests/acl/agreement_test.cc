// The checker, the explanation and the search for readers compute one decision in three ways; on random worlds they
// must agree for everybody.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "acl/check.h"
#include "acl/explain.h"
#include "acl/preview.h"
#include "acl/readers.h"
#include "acl/rights.h"

namespace usher::acl {
namespace {

constexpr int kWorlds = 400;
constexpr int kChainsPerWorld = 6;
const absl::Time kNoon = absl::FromUnixSeconds(1'700'000'000);
const std::vector<std::string> kPrincipals = {"user:a", "user:b", "user:c", "user:d", "service:e", "user:f"};
const std::vector<std::string> kGroups = {"group:1", "group:2", "group:3", "group:4", "group:5"};
const std::vector<std::string> kWords = {"x", "y"};

class World {
 public:
  explicit World(uint32_t seed) : random_(seed) {
    for (int i = Below(14); i > 0; --i) graph_.Add(Member(), Pick(kGroups));
    for (int i = Below(5); i > 0; --i) clearances_.Set(Pick(kPrincipals), RandomClearance());
  }

  int Below(int bound) { return static_cast<int>(random_() % static_cast<uint32_t>(bound)); }
  const std::string& Pick(const std::vector<std::string>& from) { return from[random_() % from.size()]; }
  std::string Member() { return Below(3) == 0 ? Pick(kGroups) : Pick(kPrincipals); }
  Clearance RandomClearance() { return *CanonicalClearance(static_cast<uint32_t>(Below(3)), Words()); }

  std::vector<std::string> Words() {
    std::vector<std::string> words;
    for (const std::string& word : kWords) {
      if (Below(3) == 0) words.push_back(word);
    }
    return words;
  }

  std::vector<std::string> Subjects(int most) {
    std::vector<std::string> subjects;
    for (int i = 1 + Below(most); i > 0; --i) subjects.push_back(Below(5) == 0 ? "everyone" : Member());
    return subjects;
  }

  Policy RandomPolicy(bool top) {
    Policy policy{static_cast<Inheritance>(top ? 2 : Below(3))};
    for (int i = Below(4); i > 0; --i) {
      Rule rule{Below(4) == 0 ? Effect::kDeny : (Below(5) == 0 ? Effect::kBreakGlass : Effect::kAllow), Subjects(3)};
      if (Below(4) == 0) rule.not_before = kNoon + absl::Hours(Below(3) - 1);
      if (Below(4) == 0) rule.expire_time = kNoon + absl::Hours(Below(3) - 1);
      policy.rules.push_back(rule);
    }
    if (Below(4) == 0) policy.label = {static_cast<uint32_t>(Below(2)), Words(), Words()};
    if (Below(4) == 0) policy.ceiling = Subjects(4);
    return policy;
  }

  std::vector<Policy> RandomChain() {
    std::vector<Policy> chain = {RandomPolicy(true)};
    for (int i = Below(4); i > 0; --i) chain.push_back(RandomPolicy(false));
    return chain;
  }

  SubjectTable names_;
  GroupGraph graph_{&names_};
  ClearanceTable clearances_;

 private:
  std::mt19937 random_;
};

// What the checker says of everybody, in the form of the search for readers; also asks for explanations.
Readers AskOneByOne(const World& world, const std::vector<const Policy*>& chain, std::string_view purpose,
                    absl::Time open_until) {
  std::vector<ChainNode> nodes;
  for (const Policy* policy : chain) nodes.push_back({"node", policy});
  const auto reads = [&](const std::string& principal) {
    const Asker asker{principal, {}, std::string(purpose)};
    const bool allowed = Checker(world.graph_, world.clearances_, asker, kNoon).MayRead(chain, open_until);
    const Explanation why = Explain(world.graph_, world.clearances_, asker, nodes, kNoon, open_until, "too old");
    EXPECT_EQ(why.allowed, allowed) << why.summary;
    EXPECT_EQ(why.nodes.back().allowed_so_far, allowed) << why.summary;
    return allowed;
  };
  Readers readers;
  for (const std::string& principal : kPrincipals) {
    if (reads(principal)) readers.principals.push_back(principal);
  }
  std::sort(readers.principals.begin(), readers.principals.end());
  readers.everyone_else = reads("user:stranger");
  return readers;
}

std::vector<const Policy*> Views(const std::vector<Policy>& chain) {
  std::vector<const Policy*> views;
  for (const Policy& policy : chain) views.push_back(&policy);
  return views;
}

TEST(AgreementTest, CheckerExplanationAndReadersAgreeOnEverybody) {
  int yes = 0;
  int no = 0;
  for (uint32_t seed = 0; seed < kWorlds; ++seed) {
    World world(seed);
    for (const std::string& principal : kPrincipals) world.names_.Intern(principal);
    for (int i = 0; i < kChainsPerWorld; ++i) {
      const std::vector<Policy> chain = world.RandomChain();
      const std::string purpose = world.Below(2) == 0 ? "" : world.Pick(kWords);
      const absl::Time open_until = world.Below(9) == 0 ? kNoon : absl::InfiniteFuture();
      const Readers expected = AskOneByOne(world, Views(chain), purpose, open_until);
      EXPECT_EQ(FindReaders(world.graph_, world.clearances_, world.names_, Views(chain), purpose, kNoon, open_until),
                expected)
          << "seed " << seed;
      yes += static_cast<int>(expected.principals.size());
      no += static_cast<int>(kPrincipals.size() - expected.principals.size());
    }
  }
  EXPECT_GT(yes, 1'000);
  EXPECT_GT(no, 1'000);
}

TEST(AgreementTest, ProposedChangesAnswerAsTheMadeOnesDo) {
  int differences = 0;
  for (uint32_t seed = 0; seed < kWorlds; ++seed) {
    World world(seed);
    for (const std::string& principal : kPrincipals) world.names_.Intern(principal);
    for (const std::string& group : kGroups) world.names_.Intern(group);  // rights hold known names only
    MembershipDelta delta;
    ClearanceChanges clearances;
    for (int i = world.Below(5); i > 0; --i) delta.removed.emplace_back(world.Member(), world.Pick(kGroups));
    for (int i = world.Below(5); i > 0; --i) delta.added.emplace_back(world.Member(), world.Pick(kGroups));
    for (int i = world.Below(3); i > 0; --i) clearances[world.Pick(kPrincipals)] = world.RandomClearance();
    std::vector<std::vector<Policy>> chains;
    for (int i = 0; i < kChainsPerWorld; ++i) chains.push_back(world.RandomChain());

    const ProposedRights rights(world.names_, world.graph_, world.clearances_, delta, clearances);
    const std::vector<std::string> affected = rights.Affected();
    std::vector<Rights> rights_before;
    std::vector<Rights> rights_proposed;
    for (const std::string& principal : kPrincipals) {
      rights_before.push_back(RightsOf(world.graph_, world.clearances_, Asker{principal}));
      rights_proposed.push_back(rights.RightsOf(principal, ""));
    }
    PrincipalSpace space(world.names_);
    ReaderSets before(&space, world.graph_, world.clearances_);
    ReaderSets sets(&space, world.graph_, world.clearances_, delta, clearances);
    std::vector<Readers> proposed;
    for (const std::vector<Policy>& chain : chains) {
      proposed.push_back(space.ToReaders(sets.Of(Views(chain), "x", kNoon, absl::InfiniteFuture())));
      const Readers old = space.ToReaders(before.Of(Views(chain), "x", kNoon, absl::InfiniteFuture()));
      differences += old == proposed.back() ? 0 : 1;
    }
    for (const auto& [member, group] : delta.removed) world.graph_.Remove(member, group);
    for (const auto& [member, group] : delta.added) world.graph_.Add(member, group);
    for (const auto& [principal, clearance] : clearances) world.clearances_.Set(principal, clearance);
    for (size_t i = 0; i < kPrincipals.size(); ++i) {
      EXPECT_EQ(rights_proposed[i], RightsOf(world.graph_, world.clearances_, Asker{kPrincipals[i]}))
          << "seed " << seed;
      const bool listed = std::find(affected.begin(), affected.end(), kPrincipals[i]) != affected.end();
      EXPECT_TRUE(listed || rights_before[i] == rights_proposed[i]) << kPrincipals[i] << ", seed " << seed;
    }
    for (size_t i = 0; i < chains.size(); ++i) {
      EXPECT_EQ(proposed[i], AskOneByOne(world, Views(chains[i]), "x", absl::InfiniteFuture())) << "seed " << seed;
    }
  }
  EXPECT_GT(differences, 100);
}

}  // namespace
}  // namespace usher::acl
