#include "index/fields/metadata.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "index/status_field.h"

namespace usher::fields {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

std::vector<std::pair<std::string, std::string>> ValuesOf(const std::string& json, const Schema& schema = {}) {
  const absl::StatusOr<FieldSet> set = FieldsOf(json, schema);
  EXPECT_TRUE(set.ok()) << set.status();
  std::vector<std::pair<std::string, std::string>> values;
  if (!set.ok()) return values;
  for (size_t i = 0; i < set->size(); ++i) values.emplace_back(set->field(i), set->term(i));
  return values;
}

std::string FieldOf(const absl::Status& status) {
  return std::string(status.GetPayload(kFieldDetail).value_or(absl::Cord("none")));
}

TEST(FieldsOfMetadata, AreScalarsAndListsOfScalars) {
  EXPECT_THAT(ValuesOf(R"({"year": 2020, "draft": false, "team": ["b", "a", "b"]})"),
              ElementsAre(Pair("draft", BooleanTerm(false)), Pair("team", TextTerm("a")), Pair("team", TextTerm("b")),
                          Pair("year", NumberTerm(2020))));
}

TEST(FieldsOfMetadata, HaveThePathOfTheirObjects) {
  EXPECT_THAT(ValuesOf(R"({"a": {"b": {"c": 1}, "d": "x"}})"),
              ElementsAre(Pair("a.b.c", NumberTerm(1)), Pair("a.d", TextTerm("x"))));
}

TEST(FieldsOfMetadata, LeaveOutNullsAndEmptyLists) {
  EXPECT_THAT(ValuesOf(R"({"a": null, "b": [], "c": {}, "d": [null]})"), IsEmpty());
  EXPECT_THAT(ValuesOf(""), IsEmpty());
}

TEST(FieldsOfMetadata, ThatCannotBeComparedOnlyExist) {
  const std::string text(kMaxTextBytes + 1, 'x');
  EXPECT_THAT(ValuesOf(R"({"long": ")" + text + R"("})"), ElementsAre(Pair("long", OtherTerm())));
  EXPECT_THAT(ValuesOf(R"({"list": [[1], {"x": 1}]})"), ElementsAre(Pair("list", OtherTerm())));
  EXPECT_THAT(ValuesOf(R"({"a": {"b": {"c": {"d": {"e": 1}}}}})"), ElementsAre(Pair("a.b.c.d", OtherTerm())));
}

TEST(FieldsOfMetadata, TakeTheTypeThatIsDeclared) {
  const absl::Time time = absl::FromCivil(absl::CivilSecond(2024, 2, 29, 12, 0, 0), absl::UTCTimeZone());
  EXPECT_THAT(ValuesOf(R"({"at": "2024-02-29T13:00:00+01:00"})", {{"at", Type::kTime}}),
              ElementsAre(Pair("at", *TimeTerm(time))));
  EXPECT_THAT(ValuesOf(R"({"n": [3, 4.0], "m": null})", {{"n", Type::kInteger}, {"m", Type::kText}}),
              ElementsAre(Pair("n", NumberTerm(3)), Pair("n", NumberTerm(4))));
}

TEST(FieldsOfMetadata, OfAnotherTypeThanDeclaredAreRefusedByPath) {
  const std::vector<std::pair<std::string, Type>> wrong = {
      {"1.5", Type::kInteger},
      {"1e300", Type::kInteger},
      {R"("7")", Type::kInteger},
      {"true", Type::kNumber},
      {"1", Type::kText},
      {R"("x")", Type::kBoolean},
      {R"("soon")", Type::kTime},
      {"1700000000", Type::kTime},
      {R"({"x": 1})", Type::kNumber},
      {"[1, null]", Type::kNumber},
      {R"("2024-01-01T00:00:00.0000001Z")", Type::kTime},
      {"\"" + std::string(kMaxTextBytes + 1, 'x') + "\"", Type::kText}};
  for (const auto& [value, type] : wrong) {
    const absl::Status status = FieldsOf(R"({"a": {"b": )" + value + "}}", {{"a.b", type}}).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << value;
    EXPECT_EQ("a.b", FieldOf(status)) << value;
    EXPECT_THAT(status.message(), HasSubstr("declared to be")) << value;
  }
}

TEST(FieldsOfMetadata, RefuseNamesThatNoFilterCouldHave) {
  EXPECT_TRUE(absl::IsInvalidArgument(FieldsOf(R"({"a": {"": 1}})", {}).status()));
  const std::string name(kMaxPathBytes, 'x');
  EXPECT_TRUE(FieldsOf(R"({")" + name + R"(": 1})", {}).ok());
  EXPECT_TRUE(absl::IsInvalidArgument(FieldsOf(R"({"a": {")" + name + R"(": 1}})", {}).status()));
}

TEST(FieldsOfMetadata, RefuseWhatIsNoObject) {
  for (const char* json : {"[1]", "1", "{", "null"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(FieldsOf(json, {}).status())) << json;
    EXPECT_TRUE(absl::IsInvalidArgument(JoinMetadata("", json).status())) << json;
  }
}

TEST(JoinedMetadata, TakesTheFieldsOfTheChunkWhole) {
  const auto joined = JoinMetadata(R"({"a": {"x": 1}, "b": 2})", R"({"a": {"y": 3}, "c": 4})");
  ASSERT_TRUE(joined.ok());
  EXPECT_THAT(ValuesOf(*joined),
              ElementsAre(Pair("a.y", NumberTerm(3)), Pair("b", NumberTerm(2)), Pair("c", NumberTerm(4))));
  EXPECT_EQ(R"({"a":1})", *JoinMetadata(R"({"a":1})", ""));
}

TEST(Terms, SortAsTheirValues) {
  const std::vector<double> numbers = {-1e308, -2, -1, -0.5, -1e-300, 0, 1e-300, 0.5, 1, 2, 3e9, 1e308};
  for (size_t i = 1; i < numbers.size(); ++i) {
    EXPECT_LT(NumberTerm(numbers[i - 1]), NumberTerm(numbers[i])) << numbers[i];
  }
  EXPECT_EQ(NumberTerm(0.0), NumberTerm(-0.0));
  EXPECT_LT(*TimeTerm(absl::FromUnixSeconds(-1)), *TimeTerm(absl::UnixEpoch()));
  EXPECT_LT(*TimeTerm(absl::UnixEpoch()), *TimeTerm(absl::FromUnixMicros(1)));
  EXPECT_LT(TextTerm("a"), TextTerm("ab"));
  EXPECT_LT(TextTerm("ab"), TextTerm("b"));
}

TEST(Terms, OfOneKindLieWithinItsBounds) {
  for (const std::string& term : {BooleanTerm(true), NumberTerm(-1e308), NumberTerm(1e308), TextTerm(""),
                                  TextTerm("\xff\xff"), *TimeTerm(absl::UnixEpoch()), OtherTerm()}) {
    EXPECT_LE(FirstOf(KindOf(term)), term);
    EXPECT_LT(term, EndOf(KindOf(term)));
  }
}

TEST(Terms, HoldNoTimeThatTheyCouldNotTellApart) {
  EXPECT_EQ(std::nullopt, TimeTerm(absl::FromUnixNanos(1)));
  EXPECT_EQ(std::nullopt, TimeTerm(absl::InfiniteFuture()));
  EXPECT_EQ(std::nullopt, TimeTerm(absl::FromCivil(absl::CivilSecond(10'000, 1, 1), absl::UTCTimeZone())));
}

}  // namespace
}  // namespace usher::fields
