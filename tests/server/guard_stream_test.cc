// What a stream holds back, and that nothing leaves before it has been judged whole.
#include "server/guard/guard_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/guard/open_marks.h"

namespace usher::guard {
namespace {

using sanitize::Finding;
using sanitize::Kind;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const std::string kSecret = absl::StrCat("AKIA", "Q7RK2VT9", "ZPL4XWC8");

std::string Prose(size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += "The report of the team is ready and has a few pages on it. ";
  return text;
}

class GuardStreamTest : public testing::Test {
 protected:
  static const Guard& TheGuard() {
    static const auto* const kGuard = new Guard(std::make_shared<sanitize::Sanitizer>(
        std::make_shared<sanitize::Policy>(), sanitize::PseudonymKey(), sanitize::Use::kModelOutput));
    return *kGuard;
  }

  static GuardStream Open(size_t max_length = 0) {
    Terms terms;
    terms.max_length = max_length;
    return GuardStream(TheGuard(), terms);
  }

  // Sends `text` byte by byte; `out` is what was released before the end.
  static GuardStream::Piece PushEach(GuardStream& stream, const std::string& text) {
    GuardStream::Piece out;
    for (const char c : text) EXPECT_TRUE(stream.Push(std::string_view(&c, 1), out).ok());
    return out;
  }

  static GuardStream::Piece Whole(const std::string& text, size_t max_length = 0) {
    GuardStream stream = Open(max_length);
    GuardStream::Piece out = PushEach(stream, text);
    EXPECT_TRUE(stream.Finish(out).ok());
    return out;
  }
};

TEST_F(GuardStreamTest, ProseLeavesShortlyAfterItCame) {
  const std::string text = Prose(5'000);
  GuardStream stream = Open();
  GuardStream::Piece out;
  size_t most_behind = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    ASSERT_TRUE(stream.Push(text.substr(i, 1), out).ok());
    ASSERT_EQ(out.text, text.substr(0, out.text.size()));
    most_behind = std::max(most_behind, i + 1 - out.text.size());
  }
  EXPECT_LT(most_behind, 2 * GuardStream::kAhead + 2 * GuardStream::kLeastStep);
  EXPECT_THAT(out.findings, IsEmpty());
}

TEST_F(GuardStreamTest, AShortTextLeavesAtItsEnd) {
  GuardStream stream = Open();
  GuardStream::Piece out = PushEach(stream, "Hello.");
  EXPECT_EQ(out.text, "");
  ASSERT_TRUE(stream.Finish(out).ok());
  EXPECT_EQ(out.text, "Hello.");
  EXPECT_FALSE(stream.flagged());
}

TEST_F(GuardStreamTest, NoPartOfASecretLeavesWhereverItStands) {
  for (size_t before = 0; before < 700; before += 7) {
    const std::string text = absl::StrCat(Prose(1'200).substr(0, 400 + before), " ", kSecret, " ", Prose(600));
    const GuardStream::Piece out = Whole(text);
    EXPECT_THAT(out.text, Not(HasSubstr(kSecret.substr(0, 8)))) << before;
    EXPECT_THAT(out.text, HasSubstr("[SECRET ")) << before;
    ASSERT_THAT(out.findings, SizeIs(1)) << before;
    const Finding& found = out.findings[0];
    EXPECT_EQ(text.substr(found.source.begin, found.source.size()), kSecret);
    EXPECT_THAT(out.text.substr(found.clean.begin, found.clean.size()), testing::StartsWith("[SECRET "));
  }
}

TEST_F(GuardStreamTest, ALinkWithLongWordsIsHeldUntilItsAddressIsKnown) {
  const std::string words = Prose(900);
  const GuardStream::Piece out =
      Whole(absl::StrCat(Prose(500), "![", words, "](https://evil.example/x) and more. ", Prose(500)));
  EXPECT_THAT(out.text, Not(HasSubstr("evil.example")));
  EXPECT_THAT(out.text, Not(HasSubstr("![")));
  EXPECT_THAT(out.findings, SizeIs(1));
}

TEST_F(GuardStreamTest, APrivateKeyIsHeldUntilItsEnd) {
  std::string key = absl::StrCat("-----BEGIN RSA ", "PRIVATE KEY-----\n");
  for (int i = 0; i < 25; ++i)
    absl::StrAppend(&key, "MIIEpAIBAAKCAQEAq7Rk2Vt9ZpL4xWc8mB1nDq7Rk2Vt9ZpL4xWc8mB1nD", 1'000 + i, "\n");
  absl::StrAppend(&key, "-----END RSA ", "PRIVATE KEY-----\n");
  const GuardStream::Piece out = Whole(absl::StrCat(Prose(700), key, Prose(700)));
  EXPECT_THAT(out.text, Not(HasSubstr("MIIEpAIB")));
  EXPECT_EQ(out.text, absl::StrCat(Prose(700), "[SECRET private_key]\n", Prose(700)));
}

TEST_F(GuardStreamTest, AnEndlessMarkIsLetGoAtTheLimit) {
  const std::string text = absl::StrCat("<!-- ", Prose(60'000));
  GuardStream stream = Open();
  GuardStream::Piece out;
  size_t most_behind = 0;
  for (size_t i = 0; i < text.size(); i += 100) {
    ASSERT_TRUE(stream.Push(text.substr(i, 100), out).ok());
    most_behind = std::max(most_behind, i + 100 - std::min(i, out.text.size()));
  }
  EXPECT_LT(most_behind, 2 * GuardStream::kMostHeld);
  ASSERT_TRUE(stream.Finish(out).ok());
  EXPECT_EQ(out.text, text);
}

TEST_F(GuardStreamTest, CharactersMayComeInPieces) {
  const std::string text = "Gr\u00fc\u00dfe \U0001F600 \u4f60\u597d";
  EXPECT_EQ(Whole(text).text, text);
}

TEST_F(GuardStreamTest, ScriptsWithoutSpacesLeaveTooAndNothingIsCutInside) {
  std::string text;
  while (text.size() < 3'000) text += "\u4f60\u597d\u4e16\u754c\u3002";
  GuardStream stream = Open();
  const GuardStream::Piece out = PushEach(stream, text);
  EXPECT_GT(out.text.size(), 2'000u);
  EXPECT_EQ(out.text, text.substr(0, out.text.size()));
}

TEST_F(GuardStreamTest, WhatIsNotUtf8IsRefused) {
  for (const std::string bad : {"ab\xFFz", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80", "\xF5\x80\x80\x80", "a\x80"}) {
    GuardStream stream = Open();
    GuardStream::Piece out;
    EXPECT_TRUE(absl::IsInvalidArgument(stream.Push(bad, out))) << bad;
  }
  GuardStream stream = Open();
  GuardStream::Piece out;
  ASSERT_TRUE(stream.Push("ab\xE4\xBD", out).ok());
  EXPECT_TRUE(absl::IsInvalidArgument(stream.Finish(out)));
}

TEST_F(GuardStreamTest, NothingAndTooMuchAreRefused) {
  GuardStream::Piece out;
  GuardStream empty = Open();
  EXPECT_TRUE(absl::IsInvalidArgument(empty.Finish(out)));
  GuardStream full = Open();
  absl::Status status;
  for (size_t sent = 0; sent < kMaxTextBytes && status.ok(); sent += 65'536) {
    status = full.Push(std::string(65'536, ' '), out);
  }
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_TRUE(absl::IsInvalidArgument(full.Push(" ", out)));
}

TEST_F(GuardStreamTest, TextBeyondTheExpectedLengthIsTheLastFinding) {
  const std::string text = absl::StrCat(kSecret, " ", Prose(2'000));
  const GuardStream::Piece out = Whole(text, 1'000);
  ASSERT_THAT(out.findings, SizeIs(2));
  EXPECT_EQ(out.findings[1].kind, Kind::kLength);
  EXPECT_EQ(out.findings[1].source, (sanitize::Span{1'000, text.size()}));
  const size_t shift = out.text.size() - text.size();
  EXPECT_EQ(out.findings[1].clean, (sanitize::Span{1'000 + shift, out.text.size()}));
}

TEST_F(GuardStreamTest, TwiceTheHostileTextTakesAboutTwiceAsLong) {
  const auto seconds = [](std::string_view unit, size_t bytes) {
    std::string text;
    while (text.size() < bytes) text += unit;
    const std::clock_t begin = std::clock();  // of this process alone
    GuardStream stream = Open();
    GuardStream::Piece out;
    for (size_t i = 0; i < text.size(); i += 1'000) EXPECT_TRUE(stream.Push(text.substr(i, 1'000), out).ok()) << unit;
    return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  };
  for (const char* unit : {"[", "<a ", "<!--", "](", "-----BEGIN ", "https://", "www.", "a", "' "}) {
    EXPECT_LT(seconds(unit, 64'000), 3.5 * seconds(unit, 32'000) + 0.1) << unit;  // both are past what is ever held
  }
}

TEST(OpenMarksTest, WhatHasBegunAndNotEndedIsOpen) {
  for (const char* text : {"ab[", "ab[cd", "ab[cd]", "ab[cd](", "ab[cd](x y", "ab[c[d]e", "ab<a", "ab<a href='", "ab</",
                           "ab<", "ab<!-- c d > e", "ab-----BEGIN X", "ab[c](d(e)"}) {
    EXPECT_EQ(FirstOpenMark(text, 0), 2u) << text;
  }
}

TEST(OpenMarksTest, WhatHasEndedOrNeverBeginsIsNotOpen) {
  for (const std::string text : {"ab[cd] e", "ab[cd](e) f", "[a]\n\n", "[a\n\nb", "a < b", "<a>b", "a <!-- b --> c",
                                 "a)]b", "-----BEGIN X -----END X", "[c](d(e)) "}) {
    EXPECT_EQ(FirstOpenMark(text, 0), text.size()) << text;
  }
  const std::string old = absl::StrCat("[", std::string(kLongestMark, 'x'));
  EXPECT_EQ(FirstOpenMark(old, 0), old.size());
  EXPECT_EQ(FirstOpenMark("[a", 1), 2u);
}

}  // namespace
}  // namespace usher::guard
