#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "index/storage/keys.h"
#include "tests/index/storage_testing.h"

namespace usher::storage {
namespace {

TEST(StorageKeys, AreThoseThatOldFoldersHold) {
  EXPECT_EQ(CollectionKey("t1", "docs"), std::string("c\0\0\0\2t1docs", 11));
  EXPECT_EQ(MembershipKey("t1", "g", "user:a"), std::string("m\0\0\0\2t1\0\0\0\1guser:a", 18));
  EXPECT_EQ(DocumentKey(acl::CollectionId(258), "d"), std::string("\0\0\0\0\0\0\1\2d", 9));
  EXPECT_EQ(ChunkRowKey(acl::CollectionId(1), {acl::DocumentVersion(2), 3}),
            std::string("\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\2\0\0\0\3", 20));
  EXPECT_EQ(RequestKey("t", "u", "r"), std::string("\0\0\0\1t\0\0\0\1ur", 11));
  EXPECT_EQ(FolderKey(acl::CollectionId(258), "a/b"), std::string("f\0\0\0\0\0\0\1\2a/b", 12));
  EXPECT_EQ(ClearanceKey("t", "user:a"), std::string("p\0\0\0\1tuser:a", 12));
  EXPECT_EQ(SourceKey("t", "hr"), std::string("s\0\0\0\1thr", 8));
  EXPECT_EQ(SyncKey("t", "hr", "s1"), std::string("y\0\0\0\1t\0\0\0\2hrs1", 14));
  EXPECT_EQ(BreakGlassKey("t", "b1"), std::string("b\0\0\0\1tb1", 8));
  EXPECT_EQ(BreakGlassRangePrefix("t"), std::string("b\0\0\0\1t", 6));
  EXPECT_EQ(SettingsKey("t"), std::string("t\0\0\0\1t", 6));
  EXPECT_EQ(SyncPartKey("t", "hr", "s", 3), std::string("\0\0\0\1t\0\0\0\2hr\0\0\0\1s\0\0\0\3", 20));
  EXPECT_EQ(ChangeRowKey("t", {acl::Revision(258), 3}), std::string("\0\0\0\1t\0\0\0\0\0\0\1\2\0\0\0\3", 17));
}

TEST(StorageKeys, NoTwoTriplesOfHostileStringsShareAKey) {
  std::vector<std::string> strings = HostileStrings();
  strings.pop_back();  // the long one only costs time here
  std::map<std::string, std::vector<std::string>> membership_keys, request_keys, sync_keys, part_keys;
  for (const std::string& a : strings) {
    for (const std::string& b : strings) {
      for (const std::string& c : strings) {
        EXPECT_TRUE(membership_keys.emplace(MembershipKey(a, b, c), std::vector{a, b, c}).second);
        EXPECT_TRUE(request_keys.emplace(RequestKey(a, b, c), std::vector{a, b, c}).second);
        EXPECT_TRUE(sync_keys.emplace(SyncKey(a, b, c), std::vector{a, b, c}).second);
        EXPECT_TRUE(part_keys.emplace(SyncPartKey(a, b, c, 1), std::vector{a, b, c}).second);
      }
    }
  }
  EXPECT_EQ(membership_keys.size(), strings.size() * strings.size() * strings.size());
}

TEST(StorageKeys, GiveBackTheTenant) {
  for (const std::string& tenant : HostileStrings()) {
    EXPECT_EQ(TenantOfKey(CollectionKey(tenant, "name")), tenant);
    EXPECT_EQ(TenantOfKey(MembershipKey(tenant, "group:g", "user:u")), tenant);
    EXPECT_EQ(TenantOfKey(ClearanceKey(tenant, "user:u")), tenant);
    EXPECT_EQ(TenantOfKey(SyncKey(tenant, "hr", "s")), tenant);
    EXPECT_EQ(TenantOfKey(SettingsKey(tenant)), tenant);
  }
  EXPECT_EQ(TenantOfKey("c"), std::nullopt);
  EXPECT_EQ(TenantOfKey(std::string("c\0\0\0\5four", 9)), std::nullopt);
}

TEST(StorageKeys, SortAsTheirNumbersDo) {
  const std::vector<uint64_t> numbers = {0, 1, 127, 128, 255, 256, 65'535, 1ull << 32, ~0ull};
  for (uint64_t a : numbers) {
    EXPECT_EQ(ParseBigEndian64(BigEndian64(a)), a);
    for (uint64_t b : numbers) {
      EXPECT_EQ(BigEndian64(a) < BigEndian64(b), a < b);
      const std::string key_a = ChunkRowKey(acl::CollectionId(1), {acl::DocumentVersion(a), 5});
      const std::string key_b = ChunkRowKey(acl::CollectionId(1), {acl::DocumentVersion(b), 5});
      EXPECT_EQ(key_a < key_b, a < b);
    }
  }
  EXPECT_EQ(ParseBigEndian64("seven b"), std::nullopt);
}

TEST(StorageKeys, NoSyncsPartsLieWithinTheRangeOfAnother) {
  std::vector<std::string> strings = HostileStrings();
  strings.pop_back();
  for (const std::string& a : strings) {
    for (const std::string& b : strings) {
      const std::string prefix = SyncPartPrefix(a, b, a);
      for (const std::string& c : strings) {
        EXPECT_EQ(SyncPartKey(c, b, a, 7).starts_with(prefix), c == a);
        EXPECT_EQ(SyncPartKey(a, b, c, 7).starts_with(prefix), c == a);
      }
    }
  }
}

TEST(StorageKeys, GiveBackTheRevisionAndThePartOfAChange) {
  const std::string prefix = ChangePrefix("acme");
  const std::string key = ChangeRowKey("acme", {acl::Revision(1ull << 40), 9});
  EXPECT_EQ(ParseChangeRowKey(prefix, key)->revision, acl::Revision(1ull << 40));
  EXPECT_EQ(ParseChangeRowKey(prefix, key)->part, 9u);
  EXPECT_FALSE(ParseChangeRowKey(prefix, key + "x").has_value());
  EXPECT_FALSE(ParseChangeRowKey(prefix, prefix).has_value());
}

TEST(StorageKeys, DocumentsSortByIdWithinTheirCollection) {
  const std::vector<std::string> ids = HostileStrings();
  for (const std::string& a : ids) {
    for (const std::string& b : ids) {
      EXPECT_EQ(DocumentKey(acl::CollectionId(9), a) < DocumentKey(acl::CollectionId(9), b), a < b);
      EXPECT_LT(DocumentKey(acl::CollectionId(9), a), DocumentKey(acl::CollectionId(10), b));
    }
  }
}

TEST(StorageKeys, ThePrefixEndIsAboveTheRangeAndNotAboveTheNext) {
  for (uint64_t id : {0ull, 254ull, 255ull, 65'535ull, ~0ull - 1}) {
    const std::optional<std::string> end = PrefixEnd(CollectionRangePrefix(acl::CollectionId(id)));
    ASSERT_TRUE(end.has_value());
    EXPECT_LT(DocumentKey(acl::CollectionId(id), std::string(1000, '\xFF')), *end);
    EXPECT_LE(*end, CollectionRangePrefix(acl::CollectionId(id + 1)));
  }
  EXPECT_EQ(PrefixEnd(""), std::nullopt);
  EXPECT_EQ(PrefixEnd("\xFF\xFF"), std::nullopt);
}

TEST(StorageKeys, AChunkRowKeyOfAnotherLengthIsRefused) {
  const std::string key = ChunkRowKey(acl::CollectionId(1), {acl::DocumentVersion(2), 3});
  EXPECT_EQ(ParseChunkRowKey(key)->version, acl::DocumentVersion(2));
  EXPECT_EQ(ParseChunkRowKey(key)->number, 3u);
  EXPECT_FALSE(ParseChunkRowKey(key + "x").has_value());
  EXPECT_FALSE(ParseChunkRowKey(key.substr(1)).has_value());
}

}  // namespace
}  // namespace usher::storage
