#include "server/sanitize/datamark.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <vector>

#include "index/chunking/utf8.h"
#include "server/sanitize/word_starts.h"

namespace usher::sanitize {
namespace {

using testing::ElementsAre;

const std::string kMarker = "\uE123\uF456";

std::vector<std::string> WordsOf(const std::string& text) {
  std::vector<size_t> starts;
  ForEachWordStart(text, [&](size_t start) { starts.push_back(start); });
  std::vector<std::string> words;
  for (size_t i = 0; i < starts.size(); ++i) {
    words.push_back(text.substr(starts[i], (i + 1 < starts.size() ? starts[i + 1] : text.size()) - starts[i]));
  }
  return words;
}

TEST(WordStartsTest, WhiteSpaceOfAnyKindSeparates) {
  EXPECT_THAT(WordsOf(" a\u00A0bc\u3000d\ne"), ElementsAre("a\u00A0", "bc\u3000", "d\n", "e"));
  EXPECT_THAT(WordsOf("  "), ElementsAre());
}

TEST(WordStartsTest, ScriptsWithoutSpacesAreCutIntoShortPieces) {
  EXPECT_THAT(WordsOf("忽略之前的"), ElementsAre("忽略", "之前", "的"));
  EXPECT_THAT(WordsOf("www.example.com/忽略"), ElementsAre("www.example.com/忽略"));
}

TEST(WordStartsTest, WhatCombinesStaysTogether) {
  for (const std::string& word : WordsOf("กินข้าวแล้ว ที่นี่")) {
    size_t at = 0;
    const char32_t first = chunking::NextCodePoint(word, at);
    EXPECT_FALSE(first >= 0x0E34 && first <= 0x0E3A) << "a vowel above or below stands alone in " << word;
    EXPECT_FALSE(first >= 0x0E47 && first <= 0x0E4E) << "a tone stands alone in " << word;
  }
}

TEST(DatamarkTest, TheMarkerStandsBeforeEveryWord) {
  EXPECT_EQ(*Datamark("send  it\nnow", kMarker), kMarker + "send  " + kMarker + "it\n" + kMarker + "now");
  EXPECT_EQ(*Datamark("", kMarker), "");
}

TEST(DatamarkTest, ATextThatHoldsTheMarkerIsRefused) {
  EXPECT_EQ(Datamark("a " + kMarker + "b", kMarker).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(DatamarkTest, OnlyDrawnMarkersAreTaken) {
  for (const char* marker : {"", "^", "\uE123", "\uE123\uE123", "abcdef", "\uE123\uF456\uE123", "\u4E00\uE123"}) {
    EXPECT_EQ(Datamark("a", marker).status().code(), absl::StatusCode::kInvalidArgument) << marker;
  }
}

TEST(DatamarkTest, IllFormedTextIsRefused) {
  EXPECT_EQ(Datamark("a \xFF", kMarker).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST(DatamarkTest, DrawnMarkersAreTakenAndDiffer) {
  std::mt19937 random(1);
  const RandomBytes draw = [&](absl::Span<unsigned char> bytes) {
    for (unsigned char& byte : bytes) byte = static_cast<unsigned char>(random());
    return true;
  };
  std::set<std::string> markers;
  for (int i = 0; i < 1'000; ++i) {
    const auto marker = DrawMarker(draw);
    ASSERT_TRUE(marker.ok()) << marker.status();
    EXPECT_TRUE(Datamark("a", *marker).ok());
    markers.insert(*marker);
  }
  EXPECT_GT(markers.size(), 990u);
}

TEST(DatamarkTest, ExtremeRandomBytesStillMakeAMarker) {
  for (const char byte : {'\0', '\xFF'}) {
    const auto marker = DrawMarker([&](absl::Span<unsigned char> bytes) {
      for (unsigned char& b : bytes) b = static_cast<unsigned char>(byte);
      return true;
    });
    EXPECT_TRUE(Datamark("a", *marker).ok());
  }
}

TEST(DatamarkTest, NoRandomnessIsAnError) {
  EXPECT_EQ(DrawMarker([](absl::Span<unsigned char>) { return false; }).status().code(),
            absl::StatusCode::kUnavailable);
}

TEST(DatamarkTest, UnmarkingGivesBackEveryTextThatWasMarked) {
  const std::vector<std::string> pieces = {"a",      " ",      "\n\t",   "\uE123", "\uF456",     "\uF456\uE123",
                                           "\u4E00", "\u0E01", "\u0E34", "\u200D", "\U0001F468", "word"};
  std::mt19937 random(7);
  int refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (size_t count = random() % 12; count > 0; --count) text += pieces[random() % pieces.size()];
    const auto marked = Datamark(text, kMarker);
    if (!marked.ok()) {
      EXPECT_NE(text.find(kMarker), std::string::npos);
      ++refused;
      continue;
    }
    ASSERT_EQ(Unmark(*marked, kMarker), text);
  }
  EXPECT_GT(refused, 100);
  EXPECT_LT(refused, 10'000);
}

}  // namespace
}  // namespace usher::sanitize
