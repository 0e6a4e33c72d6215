#include "index/storage/object_cache.h"

#include <gtest/gtest.h>
#include <rocksdb/cache.h>

#include <memory>
#include <string>

namespace usher::storage {
namespace {

const std::string kKey = "a key of twenty bytes";

std::shared_ptr<const void> Number(int number) { return std::make_shared<const int>(number); }
int NumberOf(const std::shared_ptr<const void>& object) { return *std::static_pointer_cast<const int>(object); }

TEST(ObjectCache, WhatIsKeptIsFound) {
  ObjectCache cache(rocksdb::NewLRUCache(1 << 20));
  EXPECT_EQ(cache.Find(kKey), nullptr);
  cache.Keep(kKey, Number(1), 100);
  EXPECT_EQ(NumberOf(cache.Find(kKey)), 1);
  cache.Keep(kKey, Number(2), 100);
  EXPECT_EQ(NumberOf(cache.Find(kKey)), 2);
}

TEST(ObjectCache, WhatIsFoundOutlivesItsPlace) {
  std::weak_ptr<const void> watched;
  {
    ObjectCache cache(rocksdb::NewLRUCache(1'000, 0));
    cache.Keep(kKey, Number(1), 600);
    const std::shared_ptr<const void> found = cache.Find(kKey);
    watched = found;
    cache.Keep(kKey + "2", Number(2), 600);
    EXPECT_EQ(cache.Find(kKey), nullptr) << "there is room for one";
    EXPECT_EQ(NumberOf(found), 1);
    EXPECT_EQ(NumberOf(cache.Find(kKey + "2")), 2);
  }
  EXPECT_TRUE(watched.expired());
}

TEST(ObjectCache, AKeyThatCouldBeABlocksIsNotUsed) {
  ObjectCache cache(rocksdb::NewLRUCache(1 << 20));
  const std::string block(16, 'b');
  cache.Keep(block, Number(1), 100);
  EXPECT_EQ(cache.Find(block), nullptr);
}

}  // namespace
}  // namespace usher::storage
