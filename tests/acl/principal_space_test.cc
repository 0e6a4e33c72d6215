#include "acl/principal_space.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace usher::acl {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class PrincipalSpaceTest : public testing::Test {
 protected:
  PrincipalSpaceTest() {
    for (const char* name : {"user:b", "group:g", "service:a"}) subjects_.Intern(name);
  }

  SubjectTable subjects_;
};

TEST_F(PrincipalSpaceTest, KnownSubjectsKeepTheirIds) {
  PrincipalSpace space(subjects_);
  for (const char* name : {"everyone", "user:b", "group:g", "service:a"}) {
    EXPECT_EQ(space.Find(name), subjects_.Find(name)->value());
    EXPECT_EQ(space.Add(name), subjects_.Find(name)->value());
    EXPECT_TRUE(space.IsInterned(space.Add(name)));
  }
  EXPECT_EQ(space.size(), subjects_.size() + 1);
}

TEST_F(PrincipalSpaceTest, LaterSubjectsGetNumbersBehind) {
  PrincipalSpace space(subjects_);
  EXPECT_EQ(space.Find("user:z"), std::nullopt);
  const uint32_t number = space.Add("user:z");
  EXPECT_GE(number, subjects_.size());
  EXPECT_LT(number, space.size());
  EXPECT_FALSE(space.IsInterned(number));
  EXPECT_EQ(space.Find("user:z"), number);
  EXPECT_EQ(space.Add("user:z"), number);
  EXPECT_NE(space.Add("user:y"), number);
  EXPECT_EQ(subjects_.Find("user:z"), std::nullopt);
}

TEST_F(PrincipalSpaceTest, OnlyValidPrincipalsArePrincipals) {
  subjects_.Intern("user:two words");
  PrincipalSpace space(subjects_);
  EXPECT_TRUE(space.IsPrincipal(*space.Find("user:b")));
  EXPECT_TRUE(space.IsPrincipal(space.Add("user:z")));
  for (const char* name : {"everyone", "group:g", "user:two words", "group:later", "user:"}) {
    EXPECT_FALSE(space.IsPrincipal(space.Add(name))) << name;
  }
}

TEST_F(PrincipalSpaceTest, EveryoneIsAllPrincipalsAndAnyoneElse) {
  PrincipalSpace space(subjects_);
  space.Add("user:z");
  space.Add("group:z");
  const Readers readers = space.ToReaders(space.everyone());
  EXPECT_THAT(readers.principals, ElementsAre("service:a", "user:b", "user:z"));
  EXPECT_TRUE(readers.everyone_else);
}

TEST_F(PrincipalSpaceTest, ReadersAreListedByName) {
  PrincipalSpace space(subjects_);
  IdBitmap set;
  for (const char* name : {"user:z", "user:b", "user:a"}) set.Insert(space.Add(name));
  EXPECT_EQ(space.ToReaders(set), (Readers{{"user:a", "user:b", "user:z"}, false}));
  EXPECT_THAT(space.ToReaders({}).principals, IsEmpty());
}

TEST_F(PrincipalSpaceTest, NamesOfPoliciesJoin) {
  PrincipalSpace space(subjects_);
  const Policy policy{Inheritance::kReplace, {{Effect::kDeny, {"user:r", "group:r"}}}, {}, {"user:c"}, {"user:owner"}};
  space.AddNamesOf({&policy});
  for (const char* name : {"user:r", "group:r", "user:c"}) EXPECT_NE(space.Find(name), std::nullopt) << name;
  EXPECT_EQ(space.Find("user:owner"), std::nullopt);
}

TEST_F(PrincipalSpaceTest, NamesAndEveryoneElseBothTellReadersApart) {
  const Readers readers{{"user:a"}, true};
  EXPECT_EQ(readers, (Readers{{"user:a"}, true}));
  EXPECT_NE(readers, (Readers{{"user:b"}, true}));
  EXPECT_NE(readers, (Readers{{"user:a"}, false}));
}

}  // namespace
}  // namespace usher::acl
