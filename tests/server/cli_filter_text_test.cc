#include "server/cli/filter_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace usher::cli {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

json Parsed(const std::string& text) {
  const auto filter = FilterFromText(text);
  EXPECT_TRUE(filter.ok()) << text << ": " << filter.status();
  return filter.ok() ? *filter : json();
}

json Equals(const char* field, const json& value) { return {{"equals", {{"field", field}, {"value", value}}}}; }
json List(const char* how, const std::vector<json>& filters) { return {{how, {{"filters", filters}}}}; }

TEST(FilterText, ComparesWithNumbersTextBooleansAndTimes) {
  EXPECT_EQ(Equals("year", {{"number_value", 2020.0}}), Parsed("year=2020"));
  EXPECT_EQ(Equals("x", {{"number_value", -1.5}}), Parsed("x = -1.5"));
  EXPECT_EQ(Equals("author.team", {{"string_value", "red"}}), Parsed("author.team = red"));
  EXPECT_EQ(Equals("draft", {{"bool_value", true}}), Parsed("draft = true"));
  EXPECT_EQ(Equals("at", {{"timestamp_value", "2026-11-23T12:00:00+01:00"}}),
            Parsed("at = time(2026-11-23T12:00:00+01:00)"));
  EXPECT_EQ(Equals("day", {{"string_value", "2026-11-23"}}), Parsed("day = 2026-11-23"));
  EXPECT_EQ(Equals("word", {{"string_value", "nan"}}), Parsed("word = nan"));
}

TEST(FilterText, TakesQuotedTextAsItIs) {
  EXPECT_EQ(Equals("a field", {{"string_value", "2020"}}), Parsed(R"('a field' = "2020")"));
  EXPECT_EQ(Equals("x", {{"string_value", "say \"it\" \\ 's"}}), Parsed(R"(x = "say \"it\" \\ 's")"));
  EXPECT_EQ(Equals("has", {{"string_value", "not"}}), Parsed("'has' = 'not'"));
}

TEST(FilterText, MakesRangesListsAndQuestionsForFields) {
  EXPECT_EQ((json{{"range", {{"field", "n"}, {"at_least", {{"number_value", 1.0}}}}}}), Parsed("n >= 1"));
  EXPECT_EQ((json{{"range", {{"field", "n"}, {"less_than", {{"number_value", 1.0}}}}}}), Parsed("n<1"));
  EXPECT_EQ((json{{"in_list", {{"field", "team"}, {"values", {{{"string_value", "a"}}, {{"string_value", "b c"}}}}}}}),
            Parsed("team in (a, 'b c')"));
  EXPECT_EQ((json{{"exists", {{"field", "team"}}}}), Parsed("has team"));
}

TEST(FilterText, BindsAndCloserThanOrAndNotClosest) {
  const json a = Equals("a", {{"number_value", 1.0}});
  const json b = Equals("b", {{"number_value", 2.0}});
  const json c = Equals("c", {{"number_value", 3.0}});
  EXPECT_EQ(List("any_of", {a, List("all_of", {b, c})}), Parsed("a=1 or b=2 and c=3"));
  EXPECT_EQ(List("all_of", {List("any_of", {a, b}), c}), Parsed("(a=1 or b=2) and c=3"));
  EXPECT_EQ(List("all_of", {List("none_of", {a}), b}), Parsed("not a=1 and b=2"));
  EXPECT_EQ(List("none_of", {a}), Parsed("a != 1"));
}

TEST(FilterText, SaysWhatWasExpectedWhere) {
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"", "character 1: expected the name of a field"},
      {"a", "character 2: expected one of"},
      {"a =", "character 4: expected a value"},
      {"a = 1 b = 2", "character 7: expected `and`, `or` or the end"},
      {"(a = 1", "character 7: expected `)`"},
      {"a in 1", "character 6: expected `(`"},
      {"a in (1", "character 8: expected `,` or `)`"},
      {"a = 'x", "character 5: the quote is never closed"},
      {"a = 1 & b = 2", "character 7: `&` means nothing"},
      {"a = time(2026", "character 14: expected `)`"},
      {std::string(100, '('), "too many parentheses"}};
  for (const auto& [text, message] : wrong) {
    const auto filter = FilterFromText(text);
    EXPECT_TRUE(absl::IsInvalidArgument(filter.status())) << text;
    EXPECT_THAT(filter.status().message(), HasSubstr(message)) << text;
  }
}

}  // namespace
}  // namespace usher::cli
