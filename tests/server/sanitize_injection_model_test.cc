// A weights file that is not the one of this release must not be used.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <cstring>
#include <string>

#include "server/sanitize/injection/injection_detector.h"
#include "server/sanitize/injection/linear_model.h"
#include "server/sanitize/injection/shipped_weights.h"

namespace usher::sanitize::injection {
namespace {

std::string ShippedBytes() { return std::string(ShippedWeights()); }

// As somebody would who changes a file on purpose.
void RenewChecksum(std::string& bytes) {
  const auto* data = reinterpret_cast<const Bytef*>(bytes.data());
  const auto sum = static_cast<uint32_t>(crc32_z(0, data, bytes.size() - sizeof(uint32_t)));
  std::memcpy(bytes.data() + bytes.size() - sizeof(sum), &sum, sizeof(sum));
}

TEST(InjectionWeightsTest, WeightsInTheProgramAreAcceptedAndSmall) {
  const std::string bytes = ShippedBytes();
  EXPECT_TRUE(LinearModel::Parse(bytes).ok());
  EXPECT_LE(bytes.size(), size_t{2} << 20);
}

TEST(InjectionWeightsTest, DamageIsRefused) {
  std::string bytes = ShippedBytes();
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  EXPECT_THAT(LinearModel::Parse(bytes).status().ToString(), testing::HasSubstr("checksum"));
}

TEST(InjectionWeightsTest, OtherFeatureVersionIsRefused) {
  std::string bytes = ShippedBytes();
  bytes[8] = static_cast<char>(bytes[8] + 1);
  RenewChecksum(bytes);
  EXPECT_THAT(LinearModel::Parse(bytes).status().ToString(), testing::HasSubstr("version"));
}

TEST(InjectionWeightsTest, CutFilesAreRefused) {
  for (const size_t size : {size_t{0}, size_t{7}, size_t{11}, size_t{40}, ShippedBytes().size() - 1}) {
    std::string bytes = ShippedBytes().substr(0, size);
    if (size > 12) RenewChecksum(bytes);
    EXPECT_EQ(LinearModel::Parse(bytes).status().code(), absl::StatusCode::kInvalidArgument) << size;
  }
}

TEST(InjectionWeightsTest, MissingFileIsNotFound) {
  EXPECT_EQ(InjectionDetector::Load("/nonexistent/weights.bin").status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace usher::sanitize::injection
