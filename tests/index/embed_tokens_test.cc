#include <gtest/gtest.h>
#include <xxhash.h>

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "index/embed/static_embedder.h"
#include "index/embed/wordpiece.h"

namespace usher::embed {
namespace {

void AppendUtf8(uint32_t c, std::string& out) {
  const auto put = [&out](uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xC0 | c >> 6);
    put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12);
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | c >> 18);
    put(0x80 | (c >> 12 & 0x3F));
    put(0x80 | (c >> 6 & 0x3F));
    put(0x80 | (c & 0x3F));
  }
}

std::string SweepText(uint32_t first) {
  std::string text;
  for (uint32_t c = first; c < first + 256; ++c) {
    if (c >= 0xD800 && c < 0xE000) continue;
    text += 'a';
    AppendUtf8(c, text);
    text += "b ";
  }
  return text;
}

std::string Hex(const std::vector<int32_t>& ids) {
  std::string hex;
  for (const int32_t id : ids) {
    char digits[9];
    std::snprintf(digits, sizeof(digits), "%04x", static_cast<unsigned>(id));
    hex += digits;
  }
  return hex;
}

std::string Digest(const std::vector<int32_t>& ids) {
  char digits[17];
  std::snprintf(digits, sizeof(digits), "%016llx",
                static_cast<unsigned long long>(XXH3_64bits(ids.data(), ids.size() * sizeof(int32_t))));
  return digits;
}

TEST(WordPieceTest, EveryGoldenTextHasTheReferencesIds) {
  auto model = StaticModel::Load(DefaultStaticModelPath());
  ASSERT_TRUE(model.ok()) << model.status();
  std::ifstream golden(USHER_EMBED_TEST_DATA "/golden_tokens.jsonl");
  size_t texts = 0;
  size_t blocks = 0;
  size_t differences = 0;
  for (std::string line; std::getline(golden, line);) {
    const auto entry = nlohmann::json::parse(line, nullptr, false);
    ASSERT_FALSE(entry.is_discarded()) << line;
    const bool sweep = entry.contains("from");
    const std::string text = sweep ? SweepText(entry["from"].get<uint32_t>()) : entry["t"].get<std::string>();
    std::vector<int32_t> ids;
    ASSERT_TRUE(model->tokenizer().Tokenize(text, ids).ok()) << line;
    const std::string got = sweep ? Digest(ids) : Hex(ids);
    const std::string expected = entry[sweep ? "x" : "i"].get<std::string>();
    if (got != expected && ++differences <= 20) ADD_FAILURE() << line << "\ngot " << got;
    ++(sweep ? blocks : texts);
  }
  EXPECT_EQ(differences, 0u);
  EXPECT_GE(texts, 10000u);
  EXPECT_EQ(blocks, 0x110000u / 256);
}

absl::StatusOr<WordPiece> Tiny() { return WordPiece::Create({"[UNK]", "un", "##able", "able", "a", "##b", "!"}, 0); }

std::vector<int32_t> Ids(std::string_view text) {
  auto tokenizer = Tiny();
  std::vector<int32_t> ids;
  EXPECT_TRUE(tokenizer.ok() && tokenizer->Tokenize(text, ids).ok());
  return ids;
}

TEST(WordPieceTest, TakesTheLongestPieceFirst) { EXPECT_EQ(Ids("Unable able!"), (std::vector<int32_t>{1, 2, 3, 6})); }

TEST(WordPieceTest, WordWithoutAFullCoverIsOneUnknownToken) { EXPECT_EQ(Ids("unx un"), (std::vector<int32_t>{0, 1})); }

TEST(WordPieceTest, WordOfMoreThanAHundredCharactersIsUnknown) {
  EXPECT_EQ(Ids("a" + std::string(99, 'b')).size(), 100u);
  EXPECT_EQ(Ids("a" + std::string(100, 'b')), (std::vector<int32_t>{0}));
}

TEST(WordPieceTest, InvalidUtf8IsRefusedWithItsPlace) {
  auto tokenizer = Tiny();
  ASSERT_TRUE(tokenizer.ok());
  for (const char* text : {"a \xC3", "a \xED\xA0\x80", "a \xF4\x90\x80\x80", "a \xC0\xAF"}) {
    std::vector<int32_t> ids;
    const absl::Status status = tokenizer->Tokenize(text, ids);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_NE(status.message().find("byte 2"), absl::string_view::npos) << status;
  }
}

TEST(WordPieceTest, RepeatedOrEmptyVocabularyEntriesAreRefused) {
  EXPECT_FALSE(WordPiece::Create({"a", "b", "a"}, 0).ok());
  EXPECT_FALSE(WordPiece::Create({"a", ""}, 0).ok());
  EXPECT_FALSE(WordPiece::Create({"a"}, 1).ok());
  EXPECT_FALSE(WordPiece::Create({}, 0).ok());
}

}  // namespace
}  // namespace usher::embed
