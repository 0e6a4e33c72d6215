// Values that an earlier version wrote must stay readable, byte for byte, for as long as there are folders that hold
// them.
#include <fstream>
#include <map>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"
#include "index/storage/codec.h"
#include "tests/index/storage_testing.h"

namespace usher::storage {
namespace {

// Lines of: kind, value in hexadecimal. Each stands under its kind as key.
std::map<std::string, std::string> GoldenValues() {
  std::map<std::string, std::string> values;
  std::ifstream file(USHER_STORAGE_TEST_DATA "/values_v1.txt");
  for (std::string kind, hex; file >> kind >> hex;) values[kind] = absl::HexStringToBytes(hex);
  return values;
}

TEST(StorageGolden, ValuesOfFormatOneAreStillRead) {
  const std::map<std::string, std::string> values = GoldenValues();
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

}  // namespace
}  // namespace usher::storage
