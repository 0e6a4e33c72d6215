// Which links a text has, and which of them a model was given.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/guard/given_links.h"
#include "server/guard/written_links.h"

namespace usher::guard {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> TargetsIn(const std::string& text) {
  std::vector<std::string> targets;
  for (const WrittenLink& link : FindLinks(text)) targets.push_back(link.address.Target());
  return targets;
}

std::string WithoutLinks(const std::string& text) {
  sanitize::EditList edits;
  for (const WrittenLink& link : FindLinks(text)) TakeOut(link, edits);
  return edits.Apply(text).text;
}

TEST(WrittenLinksTest, EveryWayToWriteALinkIsFound) {
  for (const char* text : {"see [here](https://a.example/x)",
                           "![picture](https://a.example/x)",
                           "![p](<https://a.example/x>)",
                           "[here](https://a.example/x \"title\")",
                           "[here](\n https://a.example/x )",
                           "[here](ht&#116;ps://a.example/x)",
                           "[here](//a.example/x)",
                           "[r]: https://a.example/x",
                           "<https://a.example/x>",
                           "at https://a.example/x.",
                           "`https://a.example/x`",
                           "<a href=\"https://a.example/x\">here</a>",
                           "<a href=//a.example/x>here</a>",
                           "<img src='https://a.example/x'>",
                           "<IMG SRCSET=https://a.example/x>",
                           "<a href=\"https&colon;//a.example/x\">",
                           "<a href=\"https:a.example/x\">",
                           "(https://a.example/x)",
                           "**https://a.example/x**",
                           "[https://a.example/x]",
                           "```\ncurl https://a.example/x\n```",
                           "HTTPS://A.EXAMPLE/x"}) {
    EXPECT_THAT(TargetsIn(text), ElementsAre("a.example/x")) << text;
  }
  EXPECT_THAT(TargetsIn("go to www.a.example today"), ElementsAre("www.a.example/"));
}

TEST(WrittenLinksTest, PunctuationOfTheSentenceIsNotOfTheAddress) {
  EXPECT_THAT(TargetsIn("(see https://a.example/x_(y)), or https://b.example/z?q=1!"),
              ElementsAre("a.example/x_(y)", "b.example/z?q=1"));
  EXPECT_THAT(TargetsIn("\u89c1https://a.example/x\u3002\u8c22\u8c22"), ElementsAre("a.example/x"));
}

TEST(WrittenLinksTest, WhatIsNoLinkIsNotFound) {
  for (const char* text : {"://", "see section [1](#notes) and [2](other.md)", "x = y // comment", "[a][b] (c)",
                           "wwwx.y", "std::vector", "5 <b> 6"}) {
    EXPECT_THAT(TargetsIn(text), IsEmpty()) << text;
  }
}

TEST(WrittenLinksTest, TakingLinksOutLeavesTheirWords) {
  EXPECT_EQ(WithoutLinks("see [the *guide*](https://a.example/x), ![logo](https://a.example/i.png)"),
            "see the *guide*, logo");
  EXPECT_EQ(WithoutLinks("at https://a.example/x."), "at [LINK].");
  EXPECT_EQ(WithoutLinks("<a href=\"https://a.example/x\">here</a>"), "<a href=\"#\">here</a>");
  EXPECT_EQ(WithoutLinks("[a][r]\n\n[r]: https://a.example/x 'title'\nend"), "[a][r]\n\n\nend");
  EXPECT_THAT(TargetsIn(WithoutLinks("[![i](https://a.example/i)](https://b.example/b) www.c.example")), IsEmpty());
}

// Of this process, so that other work on the machine does not count.
double SecondsToFind(std::string_view unit, size_t bytes) {
  std::string text;
  while (text.size() < bytes) text += unit;
  const std::clock_t begin = std::clock();
  FindLinks(text);
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

TEST(WrittenLinksTest, FourTimesTheHostileTextTakesAboutFourTimesAsLong) {
  for (const char* unit : {"http://", "[a](", "<a b=\"", "[x]: http://y ", "www.", "(http://a", "![", "a://"}) {
    EXPECT_LT(SecondsToFind(unit, 80'000), 8 * SecondsToFind(unit, 20'000) + 0.05) << unit;
  }
}

GivenLinks::Verdict JudgeUrl(const GivenLinks& given, std::string_view url) { return given.Judge(*ParseAddress(url)); }

TEST(GivenLinksTest, WhatWasGivenMayBeRepeated) {
  GivenLinks given;
  given.AddText("Read [the guide](https://docs.example.org/a/b/guide?v=2) or wiki.example.net/start first.");
  EXPECT_TRUE(given.AddUrl("https://status.example.com/now"));
  for (const char* url :
       {"https://docs.example.org/a/b/guide?v=2", "http://DOCS.example.org/a/b/guide?v=2",
        "https://docs.example.org/a/b/guide", "https://docs.example.org/a/b/", "https://docs.example.org",
        "https://wiki.example.net/start", "https://status.example.com/now#today"}) {
    EXPECT_EQ(JudgeUrl(given, url), GivenLinks::Verdict::kGiven) << url;
  }
}

TEST(GivenLinksTest, WhatWasNotGivenIsTold) {
  GivenLinks given;
  given.AddText("Read https://docs.example.org/a/guide?v=2 first.");
  EXPECT_EQ(JudgeUrl(given, "https://evil.example/"), GivenLinks::Verdict::kOtherHost);
  EXPECT_EQ(JudgeUrl(given, "https://evil.docs.example.org/"), GivenLinks::Verdict::kOtherHost);
  EXPECT_EQ(JudgeUrl(given, "https://docs.example.org@evil.example/a/guide?v=2"), GivenLinks::Verdict::kOtherHost);
  for (const char* url : {"https://docs.example.org/a/guide?v=3", "https://docs.example.org/a/gui",
                          "https://docs.example.org/a/guide?v=2&d=secret", "https://docs.example.org/b"}) {
    EXPECT_EQ(JudgeUrl(given, url), GivenLinks::Verdict::kOtherAddress) << url;
  }
  const std::string long_fragment = absl::StrCat("https://docs.example.org/a/guide?v=2#", std::string(65, 'x'));
  EXPECT_EQ(JudgeUrl(given, long_fragment), GivenLinks::Verdict::kOtherAddress);
}

TEST(GivenLinksTest, AnAddressWithoutAHostIsNeverGiven) {
  GivenLinks given;
  given.AddText("https:/// and http://?x");
  EXPECT_FALSE(given.AddUrl("https://"));
  EXPECT_FALSE(given.AddUrl("page.html"));
  EXPECT_EQ(JudgeUrl(given, "https:///"), GivenLinks::Verdict::kOtherHost);
}

}  // namespace
}  // namespace usher::guard
