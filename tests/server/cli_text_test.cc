// What the command line prints: escaping, widths, tables, progress, labels.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/cli/duration_text.h"
#include "server/cli/escape.h"
#include "server/cli/exit_code.h"
#include "server/cli/explain_tree.h"
#include "server/cli/labels.h"
#include "server/cli/progress.h"
#include "server/cli/resource.h"
#include "server/cli/table.h"

namespace usher::cli {
namespace {

using nlohmann::json;

TEST(DurationTextTest, WhatIsShownCanBeTypedAgain) {
  for (const char* typed : {"24h", "1m", "1h1m1s", "87660h"}) {
    const auto sent = ApiDuration("--max-age", typed, absl::Minutes(1));
    ASSERT_TRUE(sent.ok()) << sent.status();
    const absl::StatusOr<std::string> again = ApiDuration("--max-age", ReadableDuration(*sent), absl::Minutes(1));
    ASSERT_TRUE(again.ok()) << again.status();
    EXPECT_EQ(*again, *sent);
  }
  EXPECT_EQ(ReadableDuration("86400s"), "24h");
  EXPECT_EQ(ReadableDuration("90s"), "1m30s");
  EXPECT_EQ(ReadableDuration("any"), "any");
}

TEST(EscapeTest, OrdinaryTextOfAnyScriptIsUnchanged) {
  EXPECT_EQ(EscapeText("Größe 日本 – naïve"), "Größe 日本 – naïve");
}

TEST(EscapeTest, WhatSteersATerminalOrHidesInTextBecomesVisible) {
  EXPECT_EQ(EscapeText("\x1b[2J"), "\\u{1b}[2J");
  EXPECT_EQ(EscapeText("\xc2\x9b"), "\\u{9b}");             // the one-character form of ESC [
  EXPECT_EQ(EscapeText("a\xe2\x80\xae"), "a\\u{202e}");     // right-to-left override
  EXPECT_EQ(EscapeText("a\xe2\x80\x8b"), "a\\u{200b}");     // zero-width space
  EXPECT_EQ(EscapeText("\xf3\xa0\x81\x81"), "\\u{e0041}");  // tag letter
  EXPECT_EQ(EscapeText("\xef\xb8\x8f"), "\\u{fe0f}");       // variation selector
  EXPECT_EQ(EscapeText("\xe2\x80\xa8"), "\\u{2028}");       // line separator
  EXPECT_EQ(EscapeText("\x7f"), "\\u{7f}");
}

TEST(EscapeTest, BytesThatAreNotUtf8AreShownOneByOne) {
  EXPECT_EQ(EscapeText("a\xff\xc3"), "a\\xff\\xc3");
  EXPECT_EQ(EscapeText("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // a surrogate
}

TEST(EscapeTest, LineBreaksAreJoinedOrKeptAsAsked) {
  EXPECT_EQ(EscapeText("a\r\n\tb"), "a b");
  EXPECT_EQ(EscapeText("a\r\n\tb", Lines::kKeep), "a\n\tb");
  EXPECT_EQ(EscapeText("shown\rhidden", Lines::kKeep), "shown\\u{d}hidden");
}

TEST(WidthTest, WideCharactersTakeTwoColumnsAndCombiningMarksNone) {
  EXPECT_EQ(DisplayWidth("日本"), 4u);
  EXPECT_EQ(DisplayWidth("e\xcc\x81"), 1u);
}

TEST(WidthTest, CuttingNeverExceedsTheWidthNorSplitsACharacter) {
  EXPECT_EQ(CutToWidth("handbook", 8), "handbook");
  EXPECT_EQ(CutToWidth("handbook", 5), "hand…");
  EXPECT_EQ(CutToWidth("日本語", 4), "日…");
  EXPECT_EQ(CutToWidth("日本語", 1), "…");
  EXPECT_EQ(CutToWidth("日本語", 0), "");
}

TEST(TableTest, ColumnsAlignByWhatIsSeen) {
  Table table({{.title = "NAME"}, {.title = "N", .align_right = true}});
  table.AddRow({"日本", "7"});
  table.AddRow({"a", "12"});
  EXPECT_EQ(table.Render(0), "NAME   N\n日本   7\na     12\n");
}

TEST(TableTest, FlexibleColumnsGiveWayToTheTerminal) {
  Table table({{.title = "ID"}, {.title = "TEXT", .flexible = true}});
  table.AddRow({"one", "a text that is much too long"});
  EXPECT_EQ(table.Render(20), "ID   TEXT\none  a text that is…\n");
}

TEST(TableTest, CellsCannotBreakOutOfTheirLine) {
  Table table({{.title = "TEXT"}});
  table.AddRow({"a\nb\x1b[A"});
  EXPECT_EQ(table.Render(0), "TEXT\na b\\u{1b}[A\n");
}

TEST(ProgressTest, TheBarShowsTheShareAndNeverMoreThanAll) {
  EXPECT_EQ(ProgressBar(1, 4, "5 documents"), "[#####               ]  25 %  5 documents");
  EXPECT_EQ(ProgressBar(9, 4, "x"), "[####################] 100 %  x");
}

TEST(ResourceTest, ShortNamesBecomeFullOnes) {
  EXPECT_EQ(*ResourceName("docs"), "collections/docs");
  EXPECT_EQ(*ResourceName("docs/a/b.md"), "collections/docs/documents/a/b.md");
  EXPECT_EQ(*ResourceName("collections/docs/documents/a/b.md"), "collections/docs/documents/a/b.md");
  EXPECT_EQ(*ChunkName("docs/a#b.md#12"), "collections/docs/documents/a#b.md/chunks/12");
  EXPECT_EQ(*ChunkName("collections/docs/documents/a/chunks/1"), "collections/docs/documents/a/chunks/1");
}

TEST(ResourceTest, AFolderEndsInASlashAndAChunkInItsNumber) {
  EXPECT_EQ(*ResourceName("docs/hr/"), "collections/docs/folders/hr");
  EXPECT_EQ(*ResourceName("docs/hr/pay/"), "collections/docs/folders/hr/pay");
  EXPECT_EQ(*ResourceName("docs/hr/leave.md#3"), "collections/docs/documents/hr/leave.md/chunks/3");
  EXPECT_EQ(*ResourceName("collections/docs/folders/hr"), "collections/docs/folders/hr");
  EXPECT_EQ(*ResourceName("collections/docs/documents/a#3"), "collections/docs/documents/a#3");
}

TEST(ResourceTest, NamesOfSomethingElseAreWrongUsage) {
  for (const char* text : {"", "/a", "docs/", "docs//", "docs/a//", "docs//a", "docs/#1", "collections/",
                           "collections/docs/a", "collections/docs/folders/a/", "collections/docs/documents/"}) {
    EXPECT_EQ(ExitCodeOf(ResourceName(text).status()), ExitCode::kUsage) << text;
  }
  EXPECT_FALSE(CollectionName("docs/a").ok());
  EXPECT_FALSE(DocumentName("docs").ok());
  EXPECT_FALSE(DocumentName("docs/a/").ok());
  EXPECT_FALSE(DocumentName("docs/a#1").ok());
  EXPECT_FALSE(ChunkName("docs/a").ok());
  EXPECT_FALSE(ChunkName("docs/a#x").ok());
}

TEST(ResourceTest, ShorteningIsTheWayBack) {
  for (const char* name : {"docs", "docs/a/b.md", "docs/a/", "docs/a/b#c"})
    EXPECT_EQ(ShortName(*ResourceName(name)), name);
  EXPECT_EQ(ShortName(*ChunkName("docs/a/b.md#3")), "docs/a/b.md#3");
  EXPECT_EQ(ShortName("elsewhere"), "elsewhere");
  EXPECT_EQ(ShortName("collections/docs/documents/a#3"), "collections/docs/documents/a#3") << "docs/a#3 is a chunk";
}

TEST(LabelsTest, APolicyReadsAsOneLine) {
  const json policy = {
      {"inheritance", "INHERITANCE_REPLACE"},
      {"rules",
       {{{"effect", "EFFECT_ALLOW"}, {"subjects", {"group:a", "user:b"}}, {"expire_time", "2027-01-01T00:00:00Z"}},
        {{"effect", "EFFECT_DENY"}, {"subjects", {"user:c"}}}}}};
  EXPECT_EQ(PolicyLine(policy), "replace: allow group:a, user:b until 2027-01-01T00:00:00Z; deny user:c");
  EXPECT_EQ(PolicyLine(json::object()), "no rules");
  const json narrowed = {{"label", {{"level", 2}, {"compartments", {"nato"}}, {"purposes", {"audit", "tax"}}}},
                         {"ceiling", {"group:eng"}},
                         {"owners", {"user:ann"}}};
  EXPECT_EQ(PolicyLine(narrowed),
            "no rules; label level 2, compartments nato, for audit, tax only; ceiling group:eng; owners user:ann");
}

TEST(ExplainTreeTest, EachNodeHangsBelowTheOneAboveItWithItsMatches) {
  const json explanation = {
      {"allowed", false},
      {"summary", "denied: user:ann"},
      {"nodes",
       {{{"resource", "collections/c"},
         {"inheritance", "INHERITANCE_INHERIT"},
         {"allowed_so_far", true},
         {"matches", {{{"effect", "EFFECT_ALLOW"}, {"subject", "everyone"}, {"state", "RULE_STATE_IN_FORCE"}}}}},
        {{"resource", "collections/c/documents/d"},
         {"inheritance", "INHERITANCE_RESTRICT"},
         {"allowed_so_far", false},
         {"matches",
          {{{"effect", "EFFECT_ALLOW"},
            {"subject", "group:g"},
            {"membership_path", {"user:ann", "group:g"}},
            {"state", "RULE_STATE_EXPIRED"},
            {"expire_time", "2026-01-01T00:00:00Z"}}}}}}}};
  std::string drawn;
  for (const TreeLine& line : ExplainTree(explanation)) drawn += line.text + "\n";
  EXPECT_EQ(drawn,
            "denied: user:ann\n"
            "c  [inherit]  may read\n"
            "├─ allow everyone\n"
            "└─ c/d  [restrict]  may not read\n"
            "   └─ allow group:g (expired 2026-01-01T00:00:00Z)  via user:ann → group:g\n");
}

TEST(ExplainTreeTest, LabelsCeilingsBreakGlassAndAgesOfSyncsAreShown) {
  const json explanation = {
      {"allowed", false},
      {"summary", "denied: user:ann"},
      {"nodes",
       {{{"resource", "collections/c"},
         {"inheritance", "INHERITANCE_REPLACE"},
         {"allowed_so_far", true},
         {"matches", json::array()},
         {"label", {{"level", 1}}},
         {"label_objection", ""},
         {"ceiling_path", {"user:ann", "group:eng"}}},
        {{"resource", "collections/c/folders/hr"},
         {"inheritance", "INHERITANCE_INHERIT"},
         {"allowed_so_far", false},
         {"matches", {{{"effect", "EFFECT_BREAK_GLASS"}, {"subject", "user:ann"}, {"state", "RULE_STATE_IN_FORCE"}}}},
         {"label", {{"level", 3}}},
         {"label_objection", "is cleared for level 1, not 3"},
         {"ceiling_blocks", true}}}},
      {"syncs",
       {{{"source", "okta"}, {"last_commit_time", "2026-01-01T00:00:00Z"}, {"stale", true}, {"denies", true}},
        {{"source", "ldap"}, {"stale", false}, {"denies", false}}}}};
  std::string drawn;
  for (const TreeLine& line : ExplainTree(explanation)) drawn += line.text + "\n";
  EXPECT_EQ(drawn,
            "denied: user:ann\n"
            "c  [replace]  may read\n"
            "├─ label level 1: satisfied\n"
            "├─ within the ceiling  via user:ann → group:eng\n"
            "└─ c/hr/  [inherit]  may not read\n"
            "   ├─ break glass user:ann\n"
            "   ├─ label level 3: is cleared for level 1, not 3\n"
            "   └─ the ceiling here does not name them\n"
            "source okta: last sync 2026-01-01T00:00:00Z, stale, so that nobody reads\n"
            "source ldap: no sync yet\n");
}

}  // namespace
}  // namespace usher::cli
