#include "acl/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace usher::acl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const absl::Time kNoon = absl::FromCivil(absl::CivilHour(2030, 1, 2, 12), absl::UTCTimeZone());

Rule Allow(std::vector<std::string> subjects) { return {.effect = Effect::kAllow, .subjects = std::move(subjects)}; }
Rule Deny(std::vector<std::string> subjects) { return {.effect = Effect::kDeny, .subjects = std::move(subjects)}; }

Rule BreakGlass(std::vector<std::string> subjects) {
  return {.effect = Effect::kBreakGlass, .subjects = std::move(subjects)};
}

// To a principal without claims, clearance or purpose, in an open collection.
Explanation ToPrincipal(const GroupGraph& graph, const std::string& principal, absl::Span<const ChainNode> chain) {
  return Explain(graph, ClearanceTable(), {principal, {}, ""}, chain, kNoon, absl::InfiniteFuture(), "");
}

class ExplainTest : public testing::Test {
 protected:
  ExplainTest() {
    graph_.Add("user:a", "group:team");
    graph_.Add("group:team", "group:company");
  }
  Explanation ForA(const Policy& collection, const Policy& document) {
    return ToPrincipal(graph_, "user:a", {{"collections/c", &collection}, {"documents/d", &document}});
  }

  Explanation ForAsker(const Asker& asker, const Policy& collection, const Policy& document = {}) {
    return Explain(graph_, clearances_, asker, {{"collections/c", &collection}, {"documents/d", &document}}, kNoon,
                   absl::InfiniteFuture(), "");
  }

  ClearanceTable clearances_;
  SubjectTable names_;
  GroupGraph graph_{&names_};
  const Policy nothing_{Inheritance::kInherit, {}};
  const Policy company_{Inheritance::kReplace, {Allow({"group:company"})}};
};

TEST_F(ExplainTest, GrantIsShownWithTheMembershipThatLeadsToIt) {
  const Explanation explanation = ForA(company_, nothing_);
  EXPECT_TRUE(explanation.allowed);
  EXPECT_EQ(explanation.summary, "user:a may read documents/d: an allow rule on collections/c names group:company");
  ASSERT_EQ(explanation.nodes.size(), 2u);
  EXPECT_EQ(explanation.nodes[0].resource, "collections/c");
  EXPECT_EQ(explanation.nodes[0].inheritance, Inheritance::kReplace);
  EXPECT_TRUE(explanation.nodes[0].allowed_so_far);
  ASSERT_EQ(explanation.nodes[0].matches.size(), 1u);
  const RuleMatch& match = explanation.nodes[0].matches[0];
  EXPECT_EQ(match.effect, Effect::kAllow);
  EXPECT_EQ(match.subject, "group:company");
  EXPECT_THAT(match.membership_path, ElementsAre("user:a", "group:team", "group:company"));
  EXPECT_EQ(match.state, RuleState::kInForce);
  EXPECT_EQ(explanation.nodes[1].resource, "documents/d");
  EXPECT_TRUE(explanation.nodes[1].allowed_so_far);
  EXPECT_THAT(explanation.nodes[1].matches, IsEmpty());
}

TEST_F(ExplainTest, RulesForOthersAreLeftOut) {
  const Explanation explanation =
      ForA({Inheritance::kReplace, {Deny({"user:z"}), Allow({"user:z", "user:a"})}}, nothing_);
  ASSERT_EQ(explanation.nodes[0].matches.size(), 1u);
  EXPECT_EQ(explanation.nodes[0].matches[0].subject, "user:a");
  EXPECT_THAT(explanation.nodes[0].matches[0].membership_path, ElementsAre("user:a"));
}

TEST_F(ExplainTest, DenyAboveIsTheReasonPastReplace) {
  const Explanation explanation = ForA({Inheritance::kReplace, {Deny({"group:team"}), Allow({"everyone"})}},
                                       {Inheritance::kReplace, {Allow({"user:a"})}});
  EXPECT_FALSE(explanation.allowed);
  EXPECT_EQ(explanation.summary, "user:a may not read documents/d: a deny rule on collections/c names group:team");
  EXPECT_FALSE(explanation.nodes[0].allowed_so_far);
  EXPECT_FALSE(explanation.nodes[1].allowed_so_far);
  EXPECT_EQ(explanation.nodes[1].matches.size(), 1u);
}

TEST_F(ExplainTest, TheFirstOfTwoDeniesIsTheReason) {
  const Explanation explanation =
      ForA({Inheritance::kInherit, {Deny({"user:a"})}}, {Inheritance::kInherit, {Deny({"everyone"})}});
  EXPECT_THAT(explanation.summary, HasSubstr("a deny rule on collections/c names user:a"));
}

TEST_F(ExplainTest, DeniesComeFirstHoweverTheyWereWritten) {
  const Explanation explanation = ForA({Inheritance::kReplace, {Allow({"user:a"}), Deny({"everyone"})}}, nothing_);
  ASSERT_EQ(explanation.nodes[0].matches.size(), 2u);
  EXPECT_EQ(explanation.nodes[0].matches[0].effect, Effect::kDeny);
  EXPECT_THAT(explanation.nodes[0].matches[0].membership_path, ElementsAre("user:a", "everyone"));
}

TEST_F(ExplainTest, ExpiredGrantIsNamedWithItsEnd) {
  Rule expired = Allow({"user:a"});
  expired.expire_time = kNoon;
  const Explanation explanation = ForA({Inheritance::kReplace, {expired}}, nothing_);
  EXPECT_FALSE(explanation.allowed);
  EXPECT_EQ(
      explanation.summary,
      "user:a may not read documents/d: no allow rule in force on collections/c names it; the one for user:a expired "
      "at 2030-01-02T12:00:00+00:00");
  EXPECT_EQ(explanation.nodes[0].matches[0].state, RuleState::kExpired);
}

TEST_F(ExplainTest, GrantOfTheFutureIsNamedWithItsStart) {
  Rule early = Allow({"user:a"});
  early.not_before = kNoon + absl::Hours(1);
  const Explanation explanation = ForA({Inheritance::kReplace, {early}}, nothing_);
  EXPECT_FALSE(explanation.allowed);
  EXPECT_THAT(explanation.summary, HasSubstr("the one for user:a begins at 2030-01-02T13:00:00+00:00"));
  EXPECT_EQ(explanation.nodes[0].matches[0].state, RuleState::kNotYet);
  EXPECT_EQ(explanation.nodes[0].matches[0].not_before, kNoon + absl::Hours(1));
}

TEST_F(ExplainTest, DenyOutsideItsWindowIsShownButDoesNotDeny) {
  Rule lifted = Deny({"user:a"});
  lifted.expire_time = kNoon;
  const Explanation explanation = ForA({Inheritance::kReplace, {lifted, Allow({"user:a"})}}, nothing_);
  EXPECT_TRUE(explanation.allowed);
  EXPECT_EQ(explanation.nodes[0].matches.size(), 2u);
}

TEST_F(ExplainTest, RestrictNamesBothGrants) {
  const Explanation explanation = ForA(company_, {Inheritance::kRestrict, {Allow({"user:a"})}});
  EXPECT_TRUE(explanation.allowed);
  EXPECT_EQ(explanation.summary,
            "user:a may read documents/d: an allow rule on documents/d names user:a, and an allow rule on "
            "collections/c names "
            "group:company");
}

TEST_F(ExplainTest, RestrictThatDoesNotNameThePrincipalIsTheReason) {
  const Explanation explanation = ForA(company_, {Inheritance::kRestrict, {Allow({"user:z"})}});
  EXPECT_FALSE(explanation.allowed);
  EXPECT_THAT(explanation.summary, HasSubstr("no allow rule in force on documents/d names it"));
}

TEST_F(ExplainTest, RestrictUnderARefusalKeepsTheReasonFromAbove) {
  const Explanation explanation =
      ForA({Inheritance::kReplace, {Allow({"user:z"})}}, {Inheritance::kRestrict, {Allow({"user:a"})}});
  EXPECT_FALSE(explanation.allowed);
  EXPECT_THAT(explanation.summary, HasSubstr("no allow rule in force on collections/c names it"));
}

TEST_F(ExplainTest, NoRulesAnywhereIsSaidPlainly) {
  EXPECT_THAT(ForA(nothing_, nothing_).summary, HasSubstr("no node of the chain gives access to anybody"));
  EXPECT_THAT(ForA({Inheritance::kRestrict, {Allow({"user:a"})}}, nothing_).summary,
              HasSubstr("collections/c restricts, but has nothing above it to restrict"));
}

TEST_F(ExplainTest, EmptyChainAllowsNobody) {
  const Explanation explanation = ToPrincipal(graph_, "user:a", {});
  EXPECT_FALSE(explanation.allowed);
  EXPECT_THAT(explanation.nodes, IsEmpty());
  EXPECT_EQ(explanation.summary, "user:a may not read anything: an empty chain allows nobody");
}

TEST_F(ExplainTest, NodeWithoutPolicyDenies) {
  const Explanation explanation =
      ToPrincipal(graph_, "user:a", {{"collections/c", nullptr}, {"documents/d", &company_}});
  EXPECT_FALSE(explanation.allowed);
  EXPECT_THAT(explanation.summary, HasSubstr("the rules of collections/c are not available"));
  EXPECT_EQ(explanation.nodes.size(), 2u);
  EXPECT_FALSE(explanation.nodes[1].allowed_so_far);
}

TEST_F(ExplainTest, WhoeverIsNoPrincipalMatchesNothing) {
  const Policy open{Inheritance::kReplace, {Allow({"everyone", "group:team"})}};
  const Explanation explanation = ToPrincipal(graph_, "group:team", {{"collections/c", &open}});
  EXPECT_FALSE(explanation.allowed);
  EXPECT_THAT(explanation.nodes[0].matches, IsEmpty());
  EXPECT_THAT(explanation.summary, HasSubstr("is not a valid principal"));
}

TEST_F(ExplainTest, ClaimedGroupStandsInTheMembershipPath) {
  const Explanation explanation = ForAsker({"user:b", {"group:team"}}, company_);
  EXPECT_TRUE(explanation.allowed);
  EXPECT_THAT(explanation.nodes[0].matches[0].membership_path, ElementsAre("user:b", "group:team", "group:company"));
}

TEST_F(ExplainTest, LowClearanceIsTheReason) {
  clearances_.Set("user:a", {1, {}});
  const Policy secret{Inheritance::kInherit, {}, {.level = 3}};
  const Explanation explanation = ForAsker({"user:a"}, company_, secret);
  EXPECT_FALSE(explanation.allowed);
  EXPECT_TRUE(explanation.nodes[0].allowed_so_far);
  EXPECT_EQ(explanation.nodes[0].label_objection, "");
  EXPECT_FALSE(explanation.nodes[1].allowed_so_far);
  EXPECT_EQ(explanation.nodes[1].label, secret.label);
  EXPECT_EQ(explanation.nodes[1].label_objection, "clearance 1 is below level 3");
  EXPECT_EQ(explanation.summary,
            "user:a may not read documents/d: the label of documents/d asks for more: clearance 1 is below level 3");
}

TEST_F(ExplainTest, LackingCompartmentsAreNamed) {
  clearances_.Set("user:a", {0, {"hr"}});
  const auto objection = [&](std::vector<std::string> compartments) {
    const Policy walled{Inheritance::kInherit, {}, {.level = 0, .compartments = std::move(compartments)}};
    return ForAsker({"user:a"}, company_, walled).nodes[1].label_objection;
  };
  EXPECT_EQ(objection({"hr"}), "");
  EXPECT_EQ(objection({"hr", "mna"}), "lacks compartment mna");
  EXPECT_EQ(objection({"board", "hr", "mna"}), "lacks compartments board, mna");
}

TEST_F(ExplainTest, PurposesThatWouldDoAreNamed) {
  const Policy held{Inheritance::kInherit, {}, {.level = 0, .compartments = {}, .purposes = {"audit", "legal"}}};
  for (const char* purpose : {"", "marketing"}) {
    const Explanation explanation = ForAsker({"user:a", {}, purpose}, company_, held);
    EXPECT_FALSE(explanation.allowed);
    EXPECT_EQ(explanation.nodes[1].label_objection, "purpose must be one of audit, legal");
  }
  EXPECT_TRUE(ForAsker({"user:a", {}, "legal"}, company_, held).allowed);
}

TEST_F(ExplainTest, AllThatALabelLacksIsSaidAtOnce) {
  const Policy held{Inheritance::kInherit, {}, {2, {"mna"}, {"audit"}}};
  EXPECT_EQ(ForAsker({"user:a"}, company_, held).nodes[1].label_objection,
            "clearance 0 is below level 2; lacks compartment mna; purpose must be one of audit");
}

TEST_F(ExplainTest, CeilingThatBlocksIsTheReasonPastReplaceAndBreakGlass) {
  const Policy capped{Inheritance::kReplace, {Allow({"everyone"})}, {}, {"group:team"}};
  const Policy generous{Inheritance::kReplace, {Allow({"everyone"}), BreakGlass({"everyone"})}};
  const Explanation explanation = ForAsker({"user:b"}, capped, generous);
  EXPECT_FALSE(explanation.allowed);
  EXPECT_TRUE(explanation.nodes[0].ceiling_blocks);
  EXPECT_THAT(explanation.nodes[0].ceiling_path, IsEmpty());
  EXPECT_FALSE(explanation.nodes[1].ceiling_blocks);
  EXPECT_EQ(explanation.summary, "user:b may not read documents/d: the ceiling of collections/c does not name it");
}

TEST_F(ExplainTest, CeilingThatHoldsShowsHowItNamesTheAsker) {
  const Policy capped{Inheritance::kReplace, {Allow({"everyone"})}, {}, {"group:company", "user:z"}};
  const Explanation explanation = ForAsker({"user:a"}, capped);
  EXPECT_TRUE(explanation.allowed);
  EXPECT_FALSE(explanation.nodes[0].ceiling_blocks);
  EXPECT_THAT(explanation.nodes[0].ceiling_path, ElementsAre("user:a", "group:team", "group:company"));
}

TEST_F(ExplainTest, BreakGlassIsTheReasonWhenNothingElseAllows) {
  const Policy broken{Inheritance::kInherit, {BreakGlass({"user:a"})}};
  const Policy closed{Inheritance::kReplace, {Allow({"user:z"})}};
  const Explanation explanation = ForAsker({"user:a"}, broken, closed);
  EXPECT_TRUE(explanation.allowed);
  EXPECT_TRUE(explanation.nodes[0].allowed_so_far);
  EXPECT_TRUE(explanation.nodes[1].allowed_so_far);
  EXPECT_EQ(explanation.nodes[0].matches[0].effect, Effect::kBreakGlass);
  EXPECT_EQ(explanation.summary, "user:a may read documents/d: a break-glass rule on collections/c names user:a");
}

TEST_F(ExplainTest, AnOrdinaryGrantIsNamedBeforeBreakGlass) {
  const Policy broken{Inheritance::kInherit, {BreakGlass({"user:a"})}};
  EXPECT_EQ(ForAsker({"user:a"}, company_, broken).summary,
            "user:a may read documents/d: an allow rule on collections/c names group:company");
}

TEST_F(ExplainTest, BreakGlassThatIsOverIsShownButDoesNotGrant) {
  Rule over = BreakGlass({"user:a"});
  over.expire_time = kNoon;
  const Explanation explanation = ForAsker({"user:a"}, {Inheritance::kInherit, {over}});
  EXPECT_FALSE(explanation.allowed);
  ASSERT_EQ(explanation.nodes[0].matches.size(), 1u);
  EXPECT_EQ(explanation.nodes[0].matches[0].state, RuleState::kExpired);
}

TEST_F(ExplainTest, BreakGlassComesLastAmongTheMatches) {
  const Explanation explanation =
      ForAsker({"user:a"}, {Inheritance::kReplace, {BreakGlass({"user:a"}), Allow({"user:a"}), Deny({"user:a"})}});
  ASSERT_EQ(explanation.nodes[0].matches.size(), 3u);
  EXPECT_EQ(explanation.nodes[0].matches[0].effect, Effect::kDeny);
  EXPECT_EQ(explanation.nodes[0].matches[1].effect, Effect::kAllow);
  EXPECT_EQ(explanation.nodes[0].matches[2].effect, Effect::kBreakGlass);
}

TEST_F(ExplainTest, ARuleOfNoKnownEffectDenies) {
  const Policy odd{Inheritance::kReplace, {{.effect = static_cast<Effect>(9), .subjects = {"user:a"}}}};
  const Explanation explanation = ForAsker({"user:a"}, company_, odd);
  EXPECT_FALSE(explanation.allowed);
  EXPECT_THAT(explanation.summary, HasSubstr("a deny rule on documents/d names user:a"));
}

TEST_F(ExplainTest, ClosedCollectionIsExplainedByTheCallersReason) {
  const auto at = [&](absl::Time open_until) {
    return Explain(graph_, clearances_, {"user:a"}, {{"collections/c", &company_}}, kNoon, open_until,
                   "the last sync of okta is too old");
  };
  EXPECT_TRUE(at(kNoon + absl::Nanoseconds(1)).allowed);
  const Explanation closed = at(kNoon);
  EXPECT_FALSE(closed.allowed);
  EXPECT_FALSE(closed.nodes[0].allowed_so_far);
  EXPECT_EQ(closed.nodes[0].matches.size(), 1u);
  EXPECT_EQ(closed.summary,
            "user:a may not read collections/c: nobody may read here now: the last sync of okta is too old");
}

}  // namespace
}  // namespace usher::acl
