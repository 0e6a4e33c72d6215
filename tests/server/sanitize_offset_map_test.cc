#include "server/sanitize/offset_map.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "server/sanitize/edit_list.h"

namespace usher::sanitize {
namespace {

constexpr size_t kGone = static_cast<size_t>(-1);

// The naive account of an edited text: for each byte of it, the source byte it was kept from, or kGone.
struct Oracle {
  std::string text;
  std::vector<size_t> origin;
};

Oracle Identity(const std::string& source) {
  Oracle oracle{source, {}};
  for (size_t i = 0; i < source.size(); ++i) oracle.origin.push_back(i);
  return oracle;
}

Oracle ApplyNaively(const Oracle& before, const std::vector<std::pair<Span, std::string>>& edits) {
  Oracle after;
  size_t at = 0;
  const auto keep = [&](size_t end) {
    for (; at < end; ++at) {
      after.text.push_back(before.text[at]);
      after.origin.push_back(before.origin[at]);
    }
  };
  for (const auto& [range, replacement] : edits) {
    keep(range.begin);
    after.text += replacement;
    after.origin.insert(after.origin.end(), replacement.size(), kGone);
    at = range.end;
  }
  keep(before.text.size());
  return after;
}

std::vector<std::pair<Span, std::string>> RandomEdits(std::mt19937& random, size_t size) {
  std::vector<std::pair<Span, std::string>> edits;
  for (size_t at = 0; at < size;) {
    const size_t begin = at + random() % 6 + 1;
    const size_t end = begin + random() % 4;
    if (end > size) break;
    edits.push_back({{begin, end}, std::string(random() % 3, '#')});
    at = end + 1;
  }
  return edits;
}

// As RandomEdits, but most edits touch the one before.
std::vector<std::pair<Span, std::string>> TouchingEdits(std::mt19937& random, size_t size) {
  std::vector<std::pair<Span, std::string>> edits;
  size_t at = random() % 3;
  while (true) {
    const size_t end = at + random() % 4 + 1;
    if (end > size) return edits;
    edits.push_back({{at, end}, std::string(random() % 4, '#')});
    at = end + (random() % 4 == 0 ? random() % 5 : 0);
  }
}

// For each byte of the edited text, the source byte whose piece gets it: the one it was kept from, or the last one of
// the range that it replaced (of an insertion, the one before).
std::vector<size_t> OwnersOf(size_t size, const std::vector<std::pair<Span, std::string>>& edits) {
  std::vector<size_t> owners;
  size_t at = 0;
  for (const auto& [range, replacement] : edits) {
    for (; at < range.begin; ++at) owners.push_back(at);
    owners.insert(owners.end(), replacement.size(), std::max<size_t>(range.end, 1) - 1);
    at = range.end;
  }
  for (; at < size; ++at) owners.push_back(at);
  return owners;
}

Span ShareByOwners(const std::vector<size_t>& owners, Span source) {
  const auto begin = std::lower_bound(owners.begin(), owners.end(), source.begin);
  const auto end = std::lower_bound(owners.begin(), owners.end(), source.end);
  return {static_cast<size_t>(begin - owners.begin()), static_cast<size_t>(end - owners.begin())};
}

std::vector<Span> RandomPieces(std::mt19937& random, size_t size) {
  std::vector<Span> pieces;
  for (size_t at = 0; at < size;) {
    const size_t end = std::min<size_t>(size, at + random() % 9 + 1);
    pieces.push_back({at, end});
    at = end;
  }
  return pieces;
}

EditedText Apply(const std::string& text, const std::vector<std::pair<Span, std::string>>& edits) {
  EditList list;
  for (const auto& [range, replacement] : edits) list.Replace(range, replacement);
  return list.Apply(text);
}

void ExpectAgrees(const OffsetMap& map, const Oracle& oracle, size_t source_size) {
  ASSERT_EQ(map.source_size(), source_size);
  ASSERT_EQ(map.clean_size(), oracle.text.size());
  size_t last = 0;
  for (size_t clean = 0; clean < oracle.text.size(); ++clean) {
    const size_t source = map.ToSource(clean);
    EXPECT_GE(source, last) << "not monotone at " << clean;
    last = source;
    if (oracle.origin[clean] == kGone) continue;
    EXPECT_EQ(source, oracle.origin[clean]);
    EXPECT_EQ(map.ToClean(source), clean);
    EXPECT_EQ(map.ToSource(Span{clean, clean + 1}), (Span{source, source + 1}));
  }
  for (size_t source = 0; source + 1 < source_size; ++source) EXPECT_LE(map.ToClean(source), map.ToClean(source + 1));
}

TEST(OffsetMapTest, KeptBytesMapExactlyThereAndBack) {
  std::mt19937 random(1);
  for (int round = 0; round < 300; ++round) {
    const std::string source(random() % 80, 'x');
    const auto edits = RandomEdits(random, source.size());
    const EditedText edited = Apply(source, edits);
    const Oracle oracle = ApplyNaively(Identity(source), edits);
    EXPECT_EQ(edited.text, oracle.text);
    ExpectAgrees(edited.map, oracle, source.size());
  }
}

TEST(OffsetMapTest, ComposedMapLeadsThroughBothPasses) {
  std::mt19937 random(2);
  for (int round = 0; round < 300; ++round) {
    const std::string source(random() % 80, 'x');
    const auto first_edits = RandomEdits(random, source.size());
    const EditedText first = Apply(source, first_edits);
    const auto second_edits = RandomEdits(random, first.text.size());
    const EditedText second = Apply(first.text, second_edits);
    const Oracle oracle = ApplyNaively(ApplyNaively(Identity(source), first_edits), second_edits);
    ExpectAgrees(OffsetMap::Compose(first.map, second.map), oracle, source.size());
  }
}

TEST(OffsetMapTest, TouchingReplacementsKeepTheirOwnPlaces) {
  std::mt19937 random(3);
  for (int round = 0; round < 500; ++round) {
    const std::string source(random() % 80 + 1, 'x');
    const auto edits = round % 2 == 0 ? TouchingEdits(random, source.size()) : RandomEdits(random, source.size());
    const OffsetMap map = Apply(source, edits).map;
    ExpectAgrees(map, ApplyNaively(Identity(source), edits), source.size());
    const std::vector<size_t> owners = OwnersOf(source.size(), edits);
    for (const Span piece : RandomPieces(random, source.size())) {
      EXPECT_EQ(map.ShareOf(piece), ShareByOwners(owners, piece)) << piece.begin << " to " << piece.end;
    }
    for (const auto& [range, replacement] : edits) {
      if (range.size() == 0 || replacement.empty()) continue;
      EXPECT_EQ(map.ToClean(range).size(), replacement.size());
      EXPECT_EQ(map.ToSource(map.ToClean(range)), range);
    }
  }
}

TEST(OffsetMapTest, ComposedMapOfTouchingReplacementsIsExactForKeptBytesAndPartitions) {
  std::mt19937 random(4);
  for (int round = 0; round < 500; ++round) {
    const std::string source(random() % 80 + 1, 'x');
    const auto first_edits = round % 3 == 0 ? RandomEdits(random, source.size()) : TouchingEdits(random, source.size());
    const EditedText first = Apply(source, first_edits);
    const auto second_edits =
        round % 2 == 0 ? RandomEdits(random, first.text.size()) : TouchingEdits(random, first.text.size());
    const EditedText second = Apply(first.text, second_edits);
    const OffsetMap map = OffsetMap::Compose(first.map, second.map);
    ExpectAgrees(map, ApplyNaively(ApplyNaively(Identity(source), first_edits), second_edits), source.size());
    size_t at = 0;
    for (const Span piece : RandomPieces(random, source.size())) {
      EXPECT_EQ(map.ShareOf(piece).begin, at);
      at = map.ShareOf(piece).end;
    }
    EXPECT_EQ(at, second.text.size());
  }
}

TEST(OffsetMapTest, ComposingWithNothingChangesNothing) {
  std::mt19937 random(5);
  const std::string source(200, 'x');
  const EditedText edited = Apply(source, TouchingEdits(random, source.size()));
  const OffsetMap before = OffsetMap::Compose(OffsetMap::Identity(source.size()), edited.map);
  const OffsetMap after = OffsetMap::Compose(edited.map, OffsetMap::Identity(edited.text.size()));
  for (size_t at = 0; at <= source.size(); ++at) {
    EXPECT_EQ(before.ToClean(at), edited.map.ToClean(at));
    EXPECT_EQ(after.ToClean(at), edited.map.ToClean(at));
  }
}

// Each replacement of the second pass covers the end of one of the first pass and the start of the next.
TEST(OffsetMapTest, AChainOfOverlappingReplacementsCanStillBeCut) {
  constexpr size_t kLinks = 1'000;
  std::vector<std::pair<Span, std::string>> first_edits;
  std::vector<std::pair<Span, std::string>> second_edits;
  for (size_t i = 0; i < kLinks; ++i) first_edits.push_back({{i * 6, i * 6 + 6}, "####"});
  for (size_t i = 0; i + 1 < kLinks; ++i) second_edits.push_back({{i * 4 + 2, i * 4 + 6}, "###"});
  const EditedText first = Apply(std::string(kLinks * 6, 'x'), first_edits);
  const EditedText second = Apply(first.text, second_edits);
  const OffsetMap map = OffsetMap::Compose(first.map, second.map);
  for (size_t i = 0; i < kLinks; ++i) EXPECT_LE(map.ShareOf({i * 6, i * 6 + 6}).size(), 8u) << i;
  EXPECT_EQ(map.ShareOf({0, kLinks * 6}), (Span{0, second.text.size()}));
}

TEST(OffsetMapTest, AReplacementOfTheSecondPassLeadsToAllItCameFrom) {
  const EditedText first = Apply("&#97;&#98;&#99;d", {{{0, 5}, "a"}, {{5, 10}, "b"}, {{10, 15}, "c"}});
  const EditedText second = Apply(first.text, {{{1, 3}, "#"}});
  EXPECT_EQ(second.text, "a#d");
  const OffsetMap map = OffsetMap::Compose(first.map, second.map);
  EXPECT_EQ(map.ToSource(Span{1, 2}), (Span{5, 15}));
  EXPECT_EQ(map.ToSource(Span{0, 1}), (Span{0, 5}));
  EXPECT_EQ(map.ToClean(Span{5, 10}), (Span{1, 2}));
}

TEST(OffsetMapTest, WhatWasRemovedInsideALaterReplacementBelongsToIt) {
  const EditedText first = Apply("xa--by", {{{2, 4}, ""}});
  const OffsetMap map = OffsetMap::Compose(first.map, Apply(first.text, {{{1, 3}, "#"}}).map);
  EXPECT_EQ(map.ToSource(Span{1, 2}), (Span{1, 5}));
}

TEST(OffsetMapTest, WhatWasInsertedIntoAnEarlierReplacementBelongsToIt) {
  const EditedText first = Apply("x.y", {{{1, 2}, "pq"}});
  const OffsetMap map = OffsetMap::Compose(first.map, Apply(first.text, {{{2, 2}, "#"}}).map);
  EXPECT_EQ(map.ToClean(Span{1, 2}), (Span{1, 4}));
  EXPECT_EQ(map.ToSource(Span{1, 2}), (Span{1, 2}));
}

TEST(OffsetMapTest, WhatWasInsertedBeforeEverythingBelongsToTheFirstPiece) {
  const OffsetMap map = Apply("abc", {{{0, 0}, "##"}}).map;
  EXPECT_EQ(map.ShareOf({0, 2}), (Span{0, 4}));
  EXPECT_EQ(map.ShareOf({2, 3}), (Span{4, 5}));
}

TEST(OffsetMapTest, RemovedSpanIsEmptyInTheCleanText) {
  const OffsetMap map = Apply("keep gone keep", {{{5, 10}, ""}}).map;
  EXPECT_EQ(map.ToClean(Span{5, 10}), (Span{5, 5}));
  EXPECT_EQ(map.ToClean(Span{0, 14}), (Span{0, 9}));
  EXPECT_EQ(map.ToSource(Span{0, 9}), (Span{0, 14}));
}

TEST(OffsetMapTest, ReplacedSpanMapsToItsReplacement) {
  const OffsetMap map = Apply("a&amp;b", {{{1, 6}, "&"}}).map;
  EXPECT_EQ(map.ToClean(Span{1, 6}), (Span{1, 2}));
  EXPECT_EQ(map.ToSource(Span{1, 2}), (Span{1, 6}));
}

TEST(OffsetMapTest, OffsetsPastTheEndMapToTheEnd) {
  const OffsetMap map = Apply("abc", {{{1, 2}, ""}}).map;
  EXPECT_EQ(map.ToClean(size_t{99}), 2u);
  EXPECT_EQ(map.ToSource(size_t{99}), 3u);
  EXPECT_EQ(OffsetMap().ToClean(size_t{5}), 0u);
}

TEST(EditListTest, OverlappingEditsRemoveTheUnionAndKeepTheFirstReplacement) {
  EditList edits;
  edits.Replace({4, 8}, "late");
  edits.Replace({2, 6}, "first");
  edits.Replace({2, 4}, "shorter");
  EXPECT_EQ(edits.Apply("0123456789").text, "01first89");
}

TEST(EditListTest, TouchingEditsStayApart) {
  EditList edits;
  edits.Replace({2, 4}, "a");
  edits.Replace({4, 6}, "b");
  EXPECT_EQ(edits.Apply("01234567").text, "01ab67");
}

TEST(EditListTest, RangesPastTheEndAreCutToTheText) {
  EditList edits;
  edits.Remove({2, 100});
  const EditedText edited = edits.Apply("0123");
  EXPECT_EQ(edited.text, "01");
  EXPECT_EQ(edited.map.source_size(), 4u);
}

}  // namespace
}  // namespace usher::sanitize
