// Where tags begin and end in text that is not HTML as a whole, and that hostile markup takes no longer than other
// text.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "index/chunking/html_tokenizer.h"

namespace usher::chunking {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// The tags that begin at each '<' of `text`.
std::vector<std::string> TagsIn(std::string_view text) {
  std::vector<std::string> tags;
  HtmlTagReader reader(text);
  HtmlToken tag;
  for (size_t at = text.find('<'); at < text.size(); at = text.find('<', at + 1)) {
    if (reader.Read(at, tag)) tags.emplace_back(text.substr(tag.begin, tag.end - tag.begin));
  }
  return tags;
}

TEST(HtmlTagReaderTest, TagsInTheAttributesOfOthersAreReadAsWell) {
  EXPECT_THAT(TagsIn("a <b c='<i d>'> e"), ElementsAre("<b c='<i d>'>", "<i d>"));
  EXPECT_THAT(TagsIn("<b c='<i d' e>"), ElementsAre("<b c='<i d' e>", "<i d' e>"));
  EXPECT_THAT(TagsIn("<b c='<i d' e"), IsEmpty());
  EXPECT_THAT(TagsIn("<b <i>"), ElementsAre("<i>"));
}

// Far behind where the inner tag began, both read the same attributes; what was noted of the outer one must hold there.
TEST(HtmlTagReaderTest, ATagInAnotherEndsWhereItEndsByItself) {
  std::string attributes;
  for (int i = 0; i < 100; ++i) attributes += " name" + std::to_string(i) + "=value";
  for (const std::string_view end : {">", "", "<"}) {
    const std::string inner = "<i d=\"\"" + attributes + std::string(end);
    const std::string text = "<b c=\"" + inner;
    const std::vector<std::string> alone = TagsIn(inner);
    std::vector<std::string> expected = alone;
    if (end == ">") expected.insert(expected.begin(), text);
    EXPECT_EQ(TagsIn(text), expected);
  }
}

TEST(HtmlTagReaderTest, WhatWasReadBeforeChangesNothing) {
  const std::vector<std::string> parts = {"<b", "<i ", "</p ", " c=", "\"", "'",
                                          "=",  " ",   ">",    "/",   "x",  std::string(70, 'y')};
  std::mt19937 random(1);
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (size_t n = random() % 60; n > 0; --n) text += parts[random() % parts.size()];
    HtmlTagReader reader(text);
    for (size_t at = text.find('<'); at < text.size(); at = text.find('<', at + 1)) {
      HtmlToken tag;
      HtmlToken alone;
      const bool read = reader.Read(at, tag);
      ASSERT_EQ(read, HtmlTagReader(text).Read(at, alone)) << text << " at " << at;
      if (!read) continue;
      ASSERT_EQ(tag.end, alone.end) << text << " at " << at;
    }
  }
}

// Of this process, so that other work on the machine does not count.
double SecondsFor(std::string_view unit, size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += unit;
  const std::clock_t begin = std::clock();
  TagsIn(text);
  HtmlTokenizer tokenizer(text, HtmlTokenizer::Mode::kEmbedded);
  HtmlToken token;
  while (tokenizer.Next(token)) {
  }
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

TEST(HtmlTagReaderTest, FourTimesTheHostileTextTakesAboutFourTimesAsLong) {
  for (const char* unit :
       {"<?", "<!a", "<a b=\"\" c=\"", "<a b='' c='", "<a b='\" c=\"", "<a b=\"", "<a ", "</a", "<!--"}) {
    EXPECT_LT(SecondsFor(unit, 400'000), 8 * SecondsFor(unit, 100'000) + 0.05) << unit;
  }
}

}  // namespace
}  // namespace usher::chunking
