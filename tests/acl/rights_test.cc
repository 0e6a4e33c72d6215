#include "acl/rights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace usher::acl {
namespace {

using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

class RightsTest : public testing::Test {
 protected:
  RightsTest() {
    groups_.Add("user:a", "group:team");
    groups_.Add("group:claimed", "group:above");
    clearances_.Set("user:a", {3, {"mna"}});
    clearances_.Set("group:team", {9, {}});
  }
  std::vector<std::string_view> Names(const Rights& rights) const {
    std::vector<std::string_view> names;
    for (const SubjectId id : rights.subjects) names.push_back(names_.Name(id));
    return names;
  }

  SubjectTable names_;
  GroupGraph groups_{&names_};
  ClearanceTable clearances_;
};

TEST_F(RightsTest, HoldGroupsClearanceAndPurpose) {
  const Rights rights = RightsOf(groups_, clearances_, {"user:a", {}, "audit"});
  EXPECT_THAT(Names(rights), UnorderedElementsAre("user:a", "group:team", "everyone"));
  EXPECT_EQ(rights.clearance, (Clearance{3, {"mna"}}));
  EXPECT_EQ(rights.purpose, "audit");
}

TEST_F(RightsTest, ClaimedGroupsCountWithWhatIsAboveThem) {
  const Rights rights = RightsOf(groups_, clearances_, {"user:b", {"group:claimed"}, ""});
  EXPECT_THAT(Names(rights), UnorderedElementsAre("group:claimed", "group:above", "everyone"));
  EXPECT_TRUE(rights.clearance.empty());
}

TEST_F(RightsTest, WhoeverIsNoPrincipalHasNone) {
  const Rights rights = RightsOf(groups_, clearances_, {"group:team", {"group:claimed"}, "audit"});
  EXPECT_THAT(rights.subjects, IsEmpty());
  EXPECT_EQ(rights, Rights());
}

TEST_F(RightsTest, EqualRightsAreEqualWhoeverHasThem) {
  const Rights a = RightsOf(groups_, clearances_, {"user:x", {"group:claimed"}, ""});
  EXPECT_EQ(a, RightsOf(groups_, clearances_, {"user:y", {"group:claimed"}, ""}));
  EXPECT_NE(a, RightsOf(groups_, clearances_, {"user:y", {"group:claimed"}, "audit"}));
}

}  // namespace
}  // namespace usher::acl
