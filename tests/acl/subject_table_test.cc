#include "acl/subject_table.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "acl/names.h"

namespace usher::acl {
namespace {

TEST(SubjectTableTest, EveryoneIsAlwaysThere) {
  SubjectTable table;
  EXPECT_EQ(table.Find(kEveryone), SubjectTable::kEveryoneId);
  EXPECT_EQ(table.Intern(kEveryone), SubjectTable::kEveryoneId);
  EXPECT_EQ(table.size(), 1u);
}

TEST(SubjectTableTest, ANameKeepsItsId) {
  SubjectTable table;
  const SubjectId alice = table.Intern("user:alice");
  const SubjectId bob = table.Intern("user:bob");
  EXPECT_NE(alice, bob);
  EXPECT_EQ(table.Intern("user:alice"), alice);
  EXPECT_EQ(table.Find("user:bob"), bob);
  EXPECT_EQ(table.Name(alice), "user:alice");
  EXPECT_EQ(table.size(), 3u);
}

TEST(SubjectTableTest, LookingUpDoesNotIntern) {
  SubjectTable table;
  EXPECT_EQ(table.Find("user:alice"), std::nullopt);
  EXPECT_EQ(table.size(), 1u);
}

TEST(SubjectTableTest, TellsPrincipalsFromGroupsAndEveryone) {
  SubjectTable table;
  const uint32_t group = table.Intern("group:eng").value();
  const uint32_t ada = table.Intern("user:ada").value();
  table.Intern("user:ada");
  std::vector<uint32_t> principals;
  table.principals().ForEach([&](uint32_t id) { principals.push_back(id); });
  EXPECT_EQ(principals, std::vector<uint32_t>{ada});
  EXPECT_FALSE(table.principals().Contains(group));
}

TEST(SubjectTableTest, NamesDifferingInCaseAreDifferent) {
  SubjectTable table;
  EXPECT_NE(table.Intern("user:Alice"), table.Intern("user:alice"));
}

TEST(SubjectTableTest, NamesStayWhereTheyAreWhileTheTableGrows) {
  SubjectTable table;
  const std::string_view first = table.Name(table.Intern("user:0"));
  const char* const address = first.data();
  for (int i = 1; i < 10'000; ++i) table.Intern("user:" + std::to_string(i));
  EXPECT_EQ(first, "user:0");
  EXPECT_EQ(table.Name(*table.Find("user:0")).data(), address);
}

}  // namespace
}  // namespace usher::acl
