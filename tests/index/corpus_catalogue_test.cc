#include "index/corpus/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace usher::corpus {
namespace {

using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr acl::ClassId kOld{3};
constexpr acl::ClassId kNew{5};

std::vector<std::string> OfClass(const Catalogue& catalogue, acl::ClassId id) {
  std::vector<std::string> found;
  catalogue.ForEachOfClass(id, [&](const Catalogue::Entry& entry) {
    EXPECT_EQ(entry.class_id, id) << entry.id;
    found.emplace_back(entry.id);
    return true;
  });
  EXPECT_EQ(catalogue.CountOfClass(id), found.size());
  return found;
}

TEST(CatalogueTest, DocumentsAreFoundUnderTheClassTheyHaveNowHoweverOthersLeftIt) {
  Catalogue catalogue;
  for (const char* id : {"a", "b", "c", "d"}) catalogue.Put(id, {kOld, {}}, 1, false);
  catalogue.Remove("a");
  catalogue.Put("d", {kNew, {}}, 1, false);
  EXPECT_THAT(OfClass(catalogue, kOld), UnorderedElementsAre("b", "c"));
  EXPECT_THAT(OfClass(catalogue, kNew), UnorderedElementsAre("d"));
  catalogue.Put("b", {kNew, {}}, 1, false);
  catalogue.Put("c", {kNew, {}}, 1, false);
  EXPECT_THAT(OfClass(catalogue, kOld), IsEmpty());
  EXPECT_THAT(OfClass(catalogue, kNew), UnorderedElementsAre("b", "c", "d"));
}

}  // namespace
}  // namespace usher::corpus
