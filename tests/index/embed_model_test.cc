#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <sstream>
#include <string>

#include "index/embed/static_embedder.h"
#include "index/embed/static_model.h"

namespace usher::embed {
namespace {

using testing::HasSubstr;

std::string ModelBytes() {
  std::ifstream file(DefaultStaticModelPath(), std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

TEST(StaticModelTest, ShippedModelLoads) {
  const auto model = StaticModel::Load(DefaultStaticModelPath());
  ASSERT_TRUE(model.ok()) << model.status();
  EXPECT_EQ(model->dimension(), 256);
  EXPECT_EQ(model->tokenizer().size(), 30522u);
  EXPECT_EQ(model->fingerprint().size(), 8u);
  EXPECT_EQ(model->weight(model->tokenizer().unknown_id()), 0);
}

TEST(StaticModelTest, EverySingleAlteredHeaderByteIsDetected) {
  const std::string bytes = ModelBytes();
  ASSERT_GT(bytes.size(), 64u);
  for (size_t place = 0; place < 64; ++place) {
    for (const char flip : {'\x01', '\x80'}) {
      std::string damaged = bytes;
      damaged[place] = static_cast<char>(damaged[place] ^ flip);
      EXPECT_FALSE(StaticModel::Parse(std::move(damaged)).ok()) << "byte " << place;
    }
  }
}

TEST(StaticModelTest, SingleAlteredBytesAllOverTheFileAreDataLoss) {
  const std::string bytes = ModelBytes();
  ASSERT_GT(bytes.size(), 64u);
  std::mt19937_64 random(5);
  std::vector<size_t> places = {64, bytes.size() - 1, bytes.size() / 2};
  for (int i = 0; i < 200; ++i) places.push_back(64 + random() % (bytes.size() - 64));
  for (const size_t place : places) {
    std::string damaged = bytes;
    damaged[place] = static_cast<char>(damaged[place] ^ (1 << random() % 8));
    EXPECT_EQ(StaticModel::Parse(std::move(damaged)).status().code(), absl::StatusCode::kDataLoss) << "byte " << place;
  }
}

TEST(StaticModelTest, TruncatedOrLengthenedFilesAreDataLoss) {
  const std::string bytes = ModelBytes();
  for (const size_t size : {size_t{0}, size_t{7}, size_t{63}, size_t{64}, bytes.size() / 2, bytes.size() - 1}) {
    EXPECT_EQ(StaticModel::Parse(bytes.substr(0, size)).status().code(), absl::StatusCode::kDataLoss) << size;
  }
  EXPECT_EQ(StaticModel::Parse(bytes + '\0').status().code(), absl::StatusCode::kDataLoss);
}

TEST(StaticModelTest, OtherFormatVersionSaysWhichVersionIsRead) {
  std::string bytes = ModelBytes();
  ASSERT_GT(bytes.size(), 64u);
  bytes[8] = 2;
  const absl::Status status = StaticModel::Parse(std::move(bytes)).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(status.message()), HasSubstr("version is 2"));
}

TEST(StaticModelTest, ForeignFileIsNotAModel) {
  const absl::Status status = StaticModel::Parse(std::string(1000, 'x')).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
}

TEST(StaticModelTest, MissingFileIsNamed) {
  const absl::Status status = StaticModel::Load("/nonexistent/model.bin").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(status.message()), HasSubstr("/nonexistent/model.bin"));
}

TEST(StaticModelTest, FolderIsRefused) { EXPECT_FALSE(StaticModel::Load("/").ok()); }

}  // namespace
}  // namespace usher::embed
