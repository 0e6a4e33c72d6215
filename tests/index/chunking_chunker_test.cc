#include "index/chunking/chunker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "index/chunking/utf8.h"

namespace usher::chunking {
namespace {

using testing::ElementsAre;

std::vector<Piece> MustSplit(std::string_view source, Format format, const ChunkingOptions& options = {}) {
  absl::StatusOr<std::vector<Piece>> pieces = Split(source, format, options);
  EXPECT_TRUE(pieces.ok()) << pieces.status();
  return pieces.ok() ? *std::move(pieces) : std::vector<Piece>{};
}

std::string TextOf(std::string_view source, const Piece& piece) {
  return std::string(source.substr(piece.begin, piece.end - piece.begin));
}

std::string Words(int count) {
  std::string words;
  for (int i = 0; i < count; ++i) words += "word" + std::to_string(i) + (i % 9 == 8 ? ". " : " ");
  return words;
}

bool IsBoundary(std::string_view text, size_t at) {
  return at == text.size() || (static_cast<unsigned char>(text[at]) & 0xC0u) != 0x80u;
}

// Sizes, order, boundaries and coverage: what holds for every source.
void ExpectSound(std::string_view source, Format format, const ChunkingOptions& options) {
  const std::vector<Piece> pieces = MustSplit(source, format, options);
  std::vector<bool> covered(source.size(), false);
  size_t last_begin = 0;
  for (const Piece& piece : pieces) {
    ASSERT_LT(piece.begin, piece.end);
    ASSERT_LE(piece.end, source.size());
    EXPECT_LE(piece.end - piece.begin, static_cast<size_t>(options.max_bytes));
    EXPECT_GE(piece.begin, last_begin);
    EXPECT_TRUE(IsBoundary(source, piece.begin) && IsBoundary(source, piece.end));
    last_begin = piece.begin;
    std::fill(covered.begin() + static_cast<std::ptrdiff_t>(piece.begin),
              covered.begin() + static_cast<std::ptrdiff_t>(piece.end), true);
  }
  if (format == Format::kHtml) return;
  for (size_t i = 0; i < source.size(); ++i) {
    if (std::string_view(" \t\r\n\f\v").find(source[i]) == std::string_view::npos) {
      ASSERT_TRUE(covered[i]) << "byte " << i << " of " << source;
    }
  }
}

TEST(ChunkerTest, BlankSourceHasNoPieces) {
  for (const Format format : {Format::kPlain, Format::kMarkdown, Format::kHtml}) {
    EXPECT_TRUE(MustSplit("", format).empty());
    EXPECT_TRUE(MustSplit(" \n\n\t ", format).empty());
  }
}

TEST(ChunkerTest, MarkdownHeadingsBecomeTitleAndPath) {
  const std::string source = "# Manual\n\n" + Words(60) + "\n\n## Setup\n\n" + Words(60) + "\n\n### Linux\n\n" +
                             Words(60) + "\n\n## Use\n\n" + Words(60) + "\n";
  const std::vector<Piece> pieces = MustSplit(source, Format::kMarkdown);
  ASSERT_EQ(pieces.size(), 4u);
  EXPECT_THAT(pieces[0].headings, ElementsAre("Manual"));
  EXPECT_THAT(pieces[2].headings, ElementsAre("Manual", "Setup", "Linux"));
  EXPECT_THAT(pieces[3].headings, ElementsAre("Manual", "Use"));
  EXPECT_EQ(pieces[3].title, "Manual");
  EXPECT_EQ(TextOf(source, pieces[1]).find("## Setup"), 0u);
  EXPECT_EQ(TextOf(source, pieces[3]).find("## Use"), 0u);
}

TEST(ChunkerTest, TinySectionsShareAPiece) {
  const std::vector<Piece> pieces = MustSplit("# A\n\nx\n\n# B\n\ny\n\n# C\n\nz\n", Format::kMarkdown);
  ASSERT_EQ(pieces.size(), 1u);
  EXPECT_THAT(pieces[0].headings, ElementsAre("A"));
}

TEST(ChunkerTest, ATinyPreambleBelongsToTheFirstSection) {
  const std::string source = ".. licence\n\nTitle\n=====\n\n" + Words(60);
  const std::vector<Piece> pieces = MustSplit(source, Format::kPlain);
  ASSERT_FALSE(pieces.empty());
  EXPECT_THAT(TextOf(source, pieces[0]), testing::StartsWith(".. licence\n\nTitle\n=====\n\nword0"));
  EXPECT_THAT(pieces[0].headings, ElementsAre("Title"));
}

TEST(ChunkerTest, SectionThatGrowsLeavesItsTinyNeighbour) {
  const std::string source = "# A\n\ntiny\n\n# B\n\n" + Words(80);
  const std::vector<Piece> pieces = MustSplit(source, Format::kMarkdown);
  ASSERT_EQ(pieces.size(), 2u);
  EXPECT_EQ(TextOf(source, pieces[0]), "# A\n\ntiny");
  EXPECT_THAT(pieces[1].headings, ElementsAre("B"));
}

TEST(ChunkerTest, FencedCodeThatFitsStaysWhole) {
  const std::string code = "```\n# not a heading\n\n" + std::string(300, 'c') + "\n```\n";
  const std::string source = Words(150) + "\n\n" + code + "\n" + Words(40);
  const std::vector<Piece> pieces = MustSplit(source, Format::kMarkdown);
  int whole = 0;
  for (const Piece& piece : pieces) {
    whole += TextOf(source, piece).find(code.substr(0, code.size() - 1)) != std::string::npos ? 1 : 0;
    EXPECT_TRUE(piece.headings.empty());
  }
  EXPECT_GE(whole, 1);
}

TEST(ChunkerTest, UnderlinedTitlesOfPlainTextAreHeadings) {
  const std::string source =
      "=====\nGuide\n=====\n\n" + Words(60) + "\n\nSetup\n-----\n\n" + Words(60) + "\n\nMore\n~~~~\n\n" + Words(60);
  const std::vector<Piece> pieces = MustSplit(source, Format::kPlain);
  ASSERT_EQ(pieces.size(), 3u);
  EXPECT_EQ(pieces[0].title, "Guide");
  EXPECT_THAT(pieces[2].headings, ElementsAre("Guide", "Setup", "More"));
}

TEST(ChunkerTest, HtmlHeadingsAndTitleAreRead) {
  const std::string source =
      "<html><head><title> The  Book </title><script>var x = 1;</script></head><body><h1>One</h1><p>" + Words(60) +
      "</p><h2>Two <b>bold</b></h2><p>" + Words(60) + "</p></body></html>";
  const std::vector<Piece> pieces = MustSplit(source, Format::kHtml);
  ASSERT_EQ(pieces.size(), 2u);
  EXPECT_EQ(pieces[0].title, "The Book");
  EXPECT_THAT(pieces[1].headings, ElementsAre("One", "Two bold"));
  for (const Piece& piece : pieces) EXPECT_EQ(TextOf(source, piece).find("var x"), std::string::npos);
}

TEST(ChunkerTest, LaterPiecesOfASectionRepeatTheEndOfTheOneBefore) {
  const std::string source = Words(900);
  const std::vector<Piece> pieces = MustSplit(source, Format::kPlain);
  ASSERT_GT(pieces.size(), 2u);
  for (size_t i = 1; i < pieces.size(); ++i) {
    EXPECT_LT(pieces[i].begin, pieces[i - 1].end);
    EXPECT_LE(pieces[i - 1].end - pieces[i].begin, 150u);
  }
}

TEST(ChunkerTest, LongParagraphsAreCutBehindSentences) {
  const std::string source = Words(900);
  const std::vector<Piece> pieces = MustSplit(source, Format::kPlain);
  for (size_t i = 0; i + 1 < pieces.size(); ++i) EXPECT_EQ(source[pieces[i].end - 1], '.');
}

TEST(ChunkerTest, CutsDoNotSeparateACharacterFromItsMarks) {
  std::string source;
  for (int i = 0; i < 2000; ++i) source += "e\u0301";
  for (const Piece& piece : MustSplit(source, Format::kPlain)) EXPECT_EQ(source[piece.begin], 'e');
}

TEST(ChunkerTest, RandomSourcesAreSplitSoundly) {
  const std::vector<std::string> parts = {"word ",
                                          "\n",
                                          "\n\n",
                                          "# H\n",
                                          "## \u00E9t\u00E9\n",
                                          "- item\n",
                                          "> q\n",
                                          "```\n",
                                          "| a | b |\n",
                                          "Title\n=====\n",
                                          "\u65E5\u672C\u8A9E\u3002",
                                          "\U0001F469\u200D\U0001F4BB",
                                          "    code\n",
                                          "<p>",
                                          "</div>",
                                          "<!-- c -->",
                                          "1. x\n",
                                          "\r\n",
                                          "***\n",
                                          "e\u0301",
                                          std::string(90, 'w')};
  std::mt19937 random(7);
  ChunkingOptions small;
  small.target_bytes = 80;
  small.max_bytes = 120;
  small.overlap_bytes = 30;
  small.tiny_bytes = 20;
  for (int round = 0; round < 400; ++round) {
    std::string source;
    for (size_t n = random() % 80; n > 0; --n) source += parts[random() % parts.size()];
    for (const Format format : {Format::kPlain, Format::kMarkdown, Format::kHtml}) ExpectSound(source, format, small);
  }
}

TEST(ChunkerTest, EveryVisibleTextOfHtmlIsInAPiece) {
  std::string source = "<body>";
  for (int i = 0; i < 500; ++i) source += "<div><p>t" + std::to_string(i) + "x</p><!-- no --></div>\n";
  const std::vector<Piece> pieces = MustSplit(source, Format::kHtml);
  for (int i = 0; i < 500; ++i) {
    const std::string word = "t" + std::to_string(i) + "x";
    EXPECT_TRUE(std::any_of(pieces.begin(), pieces.end(), [&](const Piece& piece) {
      return TextOf(source, piece).find(word) != std::string::npos;
    })) << word;
  }
}

TEST(ChunkerTest, IllFormedTextAndOptionsAreRefusedWithAReason) {
  EXPECT_EQ(Split("ok \xC3", Format::kPlain, {}).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Split("\xED\xA0\x80", Format::kMarkdown, {}).status().code(), absl::StatusCode::kInvalidArgument);
  ChunkingOptions options;
  options.target_bytes = 5000;
  const absl::Status status = Split("x", Format::kPlain, options).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(status.message()), testing::HasSubstr("target_bytes"));
}

TEST(FormatTest, MediaTypesAreParsed) {
  for (const Format format : {Format::kPlain, Format::kMarkdown, Format::kHtml}) {
    EXPECT_EQ(*ParseFormat(FormatName(format)), format);
  }
  EXPECT_EQ(*ParseFormat("Text/HTML; charset=utf-8"), Format::kHtml);
  EXPECT_FALSE(ParseFormat("application/pdf").ok());
}

class HostileSourceTest : public testing::TestWithParam<Format> {};

std::string Repeat(std::string_view part, size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += part;
  return text;
}

TEST_P(HostileSourceTest, LargeOddSourcesAreSplitWithinBounds) {
  constexpr size_t kBytes = size_t{4} << 20;
  for (const std::string_view part :
       {"x",    ">",  "> ",  "- ",    "<div>", "<b>", "[",    "*",    "_a_",    "`", "<a b=\"",
        "<!--", "\n", "-\n", "# x\n", "=\n",   "1) ", "<?\n", "![](", "\u0301", "&", "<script>"}) {
    const std::string source = Repeat(part, kBytes);
    const std::vector<Piece> pieces = MustSplit(source, GetParam());
    EXPECT_LE(pieces.size(), source.size() / 400) << part;
  }
}

INSTANTIATE_TEST_SUITE_P(AllFormats, HostileSourceTest,
                         testing::Values(Format::kPlain, Format::kMarkdown, Format::kHtml));

}  // namespace
}  // namespace usher::chunking
