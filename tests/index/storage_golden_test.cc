// Values that an earlier version wrote must stay readable, byte for byte, for as long as there are folders that hold
// them.
#include <fstream>
#include <map>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"
#include "index/storage/codec.h"
#include "tests/index/storage_access_testing.h"
#include "tests/index/storage_testing.h"

namespace usher::storage {
namespace {

// Lines of: kind, value in hexadecimal. Each stands under its kind as key.
std::map<std::string, std::string> GoldenValues(const std::string& name) {
  std::map<std::string, std::string> values;
  std::ifstream file(USHER_STORAGE_TEST_DATA "/" + name);
  for (std::string kind, hex; file >> kind >> hex;) values[kind] = absl::HexStringToBytes(hex);
  return values;
}

TEST(StorageGolden, ValuesOfFormatOneAreStillRead) {
  const std::map<std::string, std::string> values = GoldenValues("values_v1.txt");
  ASSERT_EQ(values.size(), 7u);
  ExpectEqual(*DecodeCollection("collection", values.at("collection")), ACollection(3, "handbook"));
  ExpectEqual(*DecodeDocument("document", values.at("document")), ADocument("d1", 7));
  ExpectEqual(*DecodeChunk("chunk", values.at("chunk")), AChunk("d1", "text"));
  EXPECT_EQ(*DecodeMembership("membership", values.at("membership")), (MembershipRecord{"group:eng", "user:alice"}));
  ExpectEqual(*DecodeApiKey("api_key", values.at("api_key")), AnApiKey("k1"));
  ExpectEqual(*DecodeRequest("request", values.at("request")), ARequest(9));
  std::vector<float> vector;
  ASSERT_TRUE(DecodeVector("vector", values.at("vector"), vector).ok());
  EXPECT_EQ(vector, AVector(2));
}

TEST(StorageGolden, ValuesOfTheAccessModelAreStillRead) {
  const std::map<std::string, std::string> values = GoldenValues("access_values_v1.txt");
  ASSERT_EQ(values.size(), 10u);
  ExpectEqual(*DecodeCollection("collection", values.at("collection")), ASyncedCollection("handbook"));
  ExpectEqual(*DecodeDocument("document", values.at("document")), ADocumentWithChunkRules("d1"));
  ExpectEqual(*DecodeApiKey("api_key", values.at("api_key")), AnApiKeyWithGroups("k1"));
  EXPECT_EQ(*DecodeFolder("folder", values.at("folder")), AFolder("a/b"));
  EXPECT_EQ(*DecodeClearance("clearance", values.at("clearance")), AClearance("user:alice"));
  EXPECT_EQ(*DecodeSource("source", values.at("source")), ASource("hr"));
  EXPECT_EQ(*DecodeSync("sync", values.at("sync")), ASync("hr", "s1"));
  EXPECT_EQ(*DecodeSyncPart("sync_part", values.at("sync_part")), ASyncPart("s1", 3));
  EXPECT_EQ(*DecodeBreakGlass("break_glass", values.at("break_glass")), ABreakGlass("b1"));
  EXPECT_EQ(*DecodeTenantSettings("settings", values.at("settings")), ASettings());
}

}  // namespace
}  // namespace usher::storage
