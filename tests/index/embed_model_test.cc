#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <xxhash.h>

#include <algorithm>
#include <fstream>
#include <iterator>
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

// An intact file of two tokens and one dimension, with the fields under test open to nonsense.
struct TinyFile {
  uint32_t dimension = 1;
  uint32_t unknown_id = 0;
  uint64_t reserved = 0;
  uint16_t weight = 7;
  std::string vocabulary = "\x01x\x01y";

  std::string Write() const {
    std::string bytes = "USHEREMB";
    const auto put = [&bytes](uint64_t value, int width) {
      for (int i = 0; i < width; ++i) bytes.push_back(static_cast<char>(i < 8 ? value >> (8 * i) & 0xFF : 0));
    };
    put(StaticModel::kFormatVersion, 4);
    put(dimension, 4);
    put(2, 4);
    put(unknown_id, 4);
    put(vocabulary.size(), 8);
    put(64 + 2 + 4 + vocabulary.size(), 8);
    put(0, 16);
    put(reserved, 8);
    bytes += "ab";
    put(weight, 2);
    put(weight, 2);
    bytes += vocabulary;
    XXH128_canonical_t digest;
    XXH128_canonicalFromHash(&digest, XXH3_128bits(bytes.data(), bytes.size()));
    std::copy(std::begin(digest.digest), std::end(digest.digest), bytes.begin() + 40);
    return bytes;
  }
};

TEST(StaticModelTest, IntactFileWithAnUnusableContentIsInvalid) {
  ASSERT_TRUE(StaticModel::Parse(TinyFile{}.Write()).ok()) << StaticModel::Parse(TinyFile{}.Write()).status();
  const TinyFile broken[] = {
      {.dimension = 0},
      {.dimension = 2},
      {.dimension = 1u << 31},
      {.unknown_id = 2},
      {.unknown_id = 0xFFFFFFFF},
      {.reserved = 1},
      {.weight = 32768},
      {.vocabulary = ""},
      {.vocabulary = "\x01x"},
      {.vocabulary = "\x01x\x09y"},
      {.vocabulary = "\x01x\x01x"},
      {.vocabulary = "\x01x\x01yz"},
  };
  for (const TinyFile& file : broken) {
    EXPECT_EQ(StaticModel::Parse(file.Write()).status().code(), absl::StatusCode::kInvalidArgument)
        << "case " << &file - broken;
  }
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
