#include "acl/folder_policies.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "acl/compiled_policy.h"

namespace usher::acl {
namespace {

using ::testing::ElementsAre;

// A policy that says what is above holds on.
std::string Inherits() {
  std::string compiled;
  AppendCompiled({Inheritance::kInherit, std::nullopt, {}, {}}, compiled);
  return compiled;
}

// A policy that lets `subject` and nobody else read.
std::string Only(uint32_t subject) {
  std::string compiled;
  const IdRule allow{Effect::kAllow, absl::InfinitePast(), absl::InfiniteFuture(), {SubjectId(subject)}};
  AppendCompiled({Inheritance::kReplace, std::nullopt, {}, {allow}}, compiled);
  return compiled;
}

TEST(FolderPoliciesTest, TakingAwayAPolicyThatAFolderDoesNotHaveChangesNothing) {
  FolderPolicies policies(Inherits());
  const FolderId top = policies.InternFolder("hr");
  const FolderId below = policies.InternFolder("hr/pay");
  policies.SetPolicy(top, Only(1));
  const ControllerId controller = policies.ControllerOf(top);
  policies.AddClass(below, true);
  policies.SetPolicy(below, "");
  EXPECT_EQ(policies.PolicyOf(top), Only(1)) << "the policy above is not the folder's own";
  EXPECT_EQ(policies.PolicyOf(below), "");
  EXPECT_EQ(policies.ControllerOf(below), controller);
  EXPECT_THAT(policies.Get(controller).passing_classes, ElementsAre(ClassId(0)));
}

TEST(FolderPoliciesTest, TheCollectionKeepsItsPolicyWhateverItsFoldersAreGiven) {
  FolderPolicies policies(Only(7));
  const FolderId folder = policies.InternFolder("hr");
  policies.SetPolicy(folder, "");
  EXPECT_EQ(policies.PolicyOf(FolderTable::kRoot), Only(7));
  EXPECT_EQ(policies.ControllerOf(folder), FolderPolicies::kCollection);
  policies.SetPolicy(folder, Only(1));
  EXPECT_EQ(policies.PolicyOf(FolderTable::kRoot), Only(7));
  EXPECT_EQ(policies.PolicyOf(folder), Only(1));
  policies.SetPolicy(FolderTable::kRoot, Inherits());
  EXPECT_EQ(policies.PolicyOf(FolderTable::kRoot), Inherits());
  EXPECT_EQ(policies.PolicyOf(folder), Only(1));
}

}  // namespace
}  // namespace usher::acl
