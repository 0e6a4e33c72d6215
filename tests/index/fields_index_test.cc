// Filters over sealed rows, beside an evaluator that knows nothing of terms, intervals or postings.
#include "index/fields/field_index.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "index/fields/field_census.h"
#include "index/fields/metadata.h"
#include "index/fields/row_fields.h"
#include "tests/index/fields_random.h"

namespace usher::fields {
namespace {

using nlohmann::json;

FieldSet SetOf(const json& metadata) {
  absl::StatusOr<FieldSet> set = FieldsOf(metadata.dump(), {});
  EXPECT_TRUE(set.ok()) << set.status();
  return *std::move(set);
}

FieldIndex IndexOf(const std::vector<json>& rows) {
  FieldIndexBuilder builder(static_cast<uint32_t>(rows.size()));
  for (uint32_t row = 0; row < rows.size(); ++row) builder.Add(row, SetOf(rows[row]));
  return std::move(builder).Build();
}

void ExpectSame(const std::vector<json>& rows, const FieldIndex& index, const Filter& filter,
                const NaiveFilter& naive) {
  const RowBits bits = index.Evaluate(filter);
  ASSERT_EQ((rows.size() + 63) / 64, bits.size());
  size_t set = 0;
  for (size_t row = 0; row < rows.size(); ++row) {
    ASSERT_EQ(naive(rows[row]), HasRow(bits, row)) << rows[row];
    ASSERT_EQ(naive(rows[row]), SetOf(rows[row]).Matches(filter)) << rows[row];
    set += HasRow(bits, row) ? 1 : 0;
  }
  size_t counted = 0;
  for (const uint64_t word : bits) counted += static_cast<size_t>(std::popcount(word));
  EXPECT_EQ(set, counted) << "bits beyond the last row are set";
}

TEST(FieldIndex, AnswersRandomFiltersAsReadingTheRowsDoes) {
  std::mt19937 random(7);
  for (int round = 0; round < 15; ++round) {
    std::vector<json> rows;
    const size_t count = std::uniform_int_distribution<size_t>(0, 300)(random);
    for (size_t i = 0; i < count; ++i) rows.push_back(RandomMetadata(random));
    const FieldIndex index = IndexOf(rows);
    for (int i = 0; i < 25; ++i) {
      const auto [filter, naive] = RandomFilter(random, 3);
      ExpectSame(rows, index, filter, naive);
    }
  }
}

TEST(FieldIndex, KeepsItsAnswersWhenRowsAreCarriedToAnother) {
  std::mt19937 random(8);
  std::vector<json> rows;
  for (int i = 0; i < 900; ++i) rows.push_back(RandomMetadata(random));
  const FieldIndex index = IndexOf(rows);
  std::vector<uint32_t> places(rows.size(), FieldIndexBuilder::kDropped);
  std::vector<json> kept;
  for (size_t row = rows.size(); row-- > 0;) {
    if (row % 3 == 0) continue;
    places[row] = static_cast<uint32_t>(kept.size());
    kept.push_back(rows[row]);
  }
  FieldIndexBuilder builder(static_cast<uint32_t>(kept.size()));
  builder.Carry(index, places);
  const FieldIndex carried = std::move(builder).Build();
  for (int i = 0; i < 30; ++i) {
    const auto [filter, naive] = RandomFilter(random, 3);
    ExpectSame(kept, carried, filter, naive);
  }
}

TEST(RowFields, AnswerAsTheIndexOfTheSameRows) {
  std::mt19937 random(9);
  std::vector<json> rows;
  RowFields fields;
  while (rows.size() < 300) {
    const auto first = static_cast<uint32_t>(rows.size());
    const auto count = static_cast<uint32_t>(1 + Pick(random, 6));
    const json shared = RandomMetadata(random);
    VersionFields version{SetOf(shared).empty() ? nullptr : std::make_shared<FieldSet>(SetOf(shared)), {}};
    for (uint32_t number = 0; number < count; ++number) {
      rows.push_back(shared);
      if (Pick(random, 3) > 0) continue;
      rows.back() = RandomMetadata(random);
      version.own.emplace_back(number, std::make_shared<FieldSet>(SetOf(rows.back())));
    }
    fields.Append(first, count, version);
  }
  const FieldIndex index = IndexOf(rows);
  for (int i = 0; i < 50; ++i) {
    const auto [filter, naive] = RandomFilter(random, 3);
    EXPECT_EQ(index.Evaluate(filter), fields.Evaluate(filter, rows.size()));
    if (filter.op != Filter::Op::kHolds || filter.intervals.empty()) continue;
    for (uint32_t part = 0; part < 5; ++part) {
      const auto wanted = [part](uint32_t row) { return row % 40 == part; };
      EXPECT_EQ(index.AnyRow(filter.field, filter.intervals.front(), wanted),
                fields.AnyRow(filter.field, filter.intervals.front(), wanted));
    }
  }
}

TEST(FieldIndex, FindsManyAndFewRowsOfAValue) {
  std::vector<json> rows;
  for (int i = 0; i < 10'000; ++i) rows.push_back({{"common", i % 2}, {"own", i}});
  const FieldIndex index = IndexOf(rows);
  ExpectSame(rows, index, Filter::In("common", {NumberTerm(1)}), [](const json& row) { return row["common"] == 1; });
  ExpectSame(rows, index, Filter::Between("own", Bound{NumberTerm(100), false}, Bound{NumberTerm(7'000)}),
             [](const json& row) { return row["own"] > 100 && row["own"] <= 7'000; });
}

TEST(FieldIndex, CostsLittleForCommonValuesAndAFewBytesForUniqueOnes) {
  std::vector<json> rows;
  for (int i = 0; i < 20'000; ++i) rows.push_back({{"common", i % 2 == 0 ? "yes" : "no"}});
  EXPECT_LT(IndexOf(rows).bytes(), rows.size());
  rows.clear();
  for (int i = 0; i < 20'000; ++i) rows.push_back({{"own", i}});
  EXPECT_LT(IndexOf(rows).bytes(), rows.size() * 32);
}

TEST(FieldIndex, AsksOnlyWantedRowsWhetherAFieldIsThere) {
  const FieldIndex index = IndexOf({{{"a", 1}}, {{"a", "x"}}, {{"b", 1}}});
  const Interval any{FirstOf(Kind::kBoolean), EndOf(Kind::kOther)};
  const Interval text{FirstOf(Kind::kText), EndOf(Kind::kText)};
  EXPECT_TRUE(index.AnyRow("a", any, [](uint32_t row) { return row == 0; }));
  EXPECT_FALSE(index.AnyRow("a", text, [](uint32_t row) { return row == 0; }));
  EXPECT_TRUE(index.AnyRow("a", text, [](uint32_t row) { return row == 1; }));
  EXPECT_FALSE(index.AnyRow("b", any, [](uint32_t row) { return row < 2; }));
  EXPECT_FALSE(index.AnyRow("c", any, [](uint32_t) { return true; }));
}

TEST(FieldCensus, CountsDifferentFieldsOfDocumentsThatAreThere) {
  FieldCensus census;
  const VersionFields one{std::make_shared<FieldSet>(SetOf({{"a", {1, 2}}, {"b", 1}})),
                          {{3, std::make_shared<FieldSet>(SetOf({{"c", 1}}))}}};
  EXPECT_EQ((std::vector<std::string>{"a", "b", "c"}), NamesOf(one));
  CensusChange change;
  for (const std::string& name : NamesOf(one)) ++change[name];
  EXPECT_EQ(3u, census.SizeAfter(change));
  census.Apply(change);
  EXPECT_EQ(3u, census.size());
  change = {{"a", 0}, {"b", -1}, {"c", 1}, {"d", 1}};
  EXPECT_EQ(3u, census.SizeAfter(change));
  census.Apply(change);
  EXPECT_EQ(3u, census.size());
}

}  // namespace
}  // namespace usher::fields
