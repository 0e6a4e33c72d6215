// Strict mode at the level of the index: two collections that differ only in what the asker may not read give the same
// answer to the bit, wherever their rows lie by now. Repeat a run with USHER_SEED; compare more with USHER_PAIRS.
//
// Compared are the results, the path and the number of rows looked at. How many of these were scored in full, the bytes
// read and the time expected depend on how far rows have been sealed, and so on writes of others: they are not for
// readers, and the test of whole responses would notice them there.
#include <bit>
#include <cstdint>
#include <iostream>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/index/vector_index_fixture.h"
#include "tests/property/run_length.h"

namespace usher::index::testing {
namespace {

constexpr uint32_t kReadableClasses = 4;  // classes from here on are hidden from the asker
constexpr uint32_t kHiddenClasses = 5;
constexpr uint32_t kHiddenVersions = 1'000'000;  // versions are readable below, and alike on both sides
constexpr uint64_t kUsualPairs = 600;
constexpr uint64_t kLargeEvery = 300;  // in so many pairs one is of some hundred documents
constexpr int kQuestions = 2;
constexpr int kMostChunks = 4;

// One way in which a readable chunk came to be what it is now, and everything hidden beside it.
class Side {
 public:
  Side(uint64_t seed, int dimension, RowFormat format, const std::vector<float>& query)
      : random_(static_cast<uint32_t>(seed)),
        dimension_(dimension),
        query_(query),
        index_(dimension, {.seal_rows = 4 + Below(20), .row_format = format}) {}

  uint32_t Below(uint32_t limit) { return static_cast<uint32_t>(random_() % limit); }

  // A document of `chunks`, of which those with a class are the asker's to read. The others are this side's own, and so
  // is how the readable ones came by their class.
  void Readable(uint64_t version, const std::vector<acl::ClassId>& classes, const std::vector<float>& rows) {
    std::vector<ClassPiece> final_pieces, first_pieces;
    std::vector<float> own = rows;
    for (size_t i = 0; i < classes.size(); ++i) {
      const bool hidden = classes[i] == acl::kNoClass;
      if (hidden) PutHiddenRow(own, i);
      final_pieces.push_back({1, hidden ? HiddenClass() : classes[i]});
      first_pieces.push_back({1, HiddenClass()});
    }
    for (uint32_t extra = Below(3); extra > 0; --extra) {  // hidden chunks after the last readable one
      own.resize(own.size() + static_cast<size_t>(dimension_));
      PutHiddenRow(own, final_pieces.size());
      final_pieces.push_back({1, HiddenClass()});
      first_pieces.push_back({1, HiddenClass()});
    }
    if (Below(3) != 0) return index_.Insert(acl::DocumentVersion(version), final_pieces, own);
    index_.Insert(acl::DocumentVersion(version), first_pieces, own);
    Meanwhile();
    index_.Reclassify(acl::DocumentVersion(version), final_pieces);
  }

  // Nobody's, another's, or truly gone: all the same to the asker.
  void NoLongerReadable(uint64_t version) {
    if (Below(2) == 0) return index_.Remove(acl::DocumentVersion(version));
    index_.Reclassify(acl::DocumentVersion(version), HiddenClass());
  }

  // The best answer there can be, for those who may read `class_id`.
  void Leak(acl::ClassId class_id) { index_.Insert(acl::DocumentVersion(kHiddenVersions - 1), class_id, query_); }

  // Hidden writes, and seals and merges of everything.
  void Meanwhile() {
    for (uint32_t i = Below(busy_); i > 0; --i) {
      const uint32_t dice = Below(10);
      if (dice < 5) {
        std::vector<float> rows(static_cast<size_t>(dimension_));
        PutHiddenRow(rows, 0);
        index_.Insert(acl::DocumentVersion(kHiddenVersions + ++hidden_), HiddenClass(), rows);
      } else if (dice < 7) {
        index_.Remove(acl::DocumentVersion(kHiddenVersions + Below(hidden_ + 1)));
      } else if (dice < 8) {
        index_.Reclassify(acl::DocumentVersion(kHiddenVersions + Below(hidden_ + 1)), HiddenClass());
      } else {
        Maintain();
      }
    }
  }

  void Settle() {
    if (Below(2) == 0) RunMaintenance(&index_);
  }
  uint64_t installed() const { return installed_; }

  absl::StatusOr<SearchResult> Ask(int k, const acl::Entitlement& entitlement) const {
    Query query;
    query.vector = query_;
    query.k = k;
    query.mode = SearchMode::kExact;
    return index_.Snapshot()->Search(query, entitlement);
  }

 private:
  acl::ClassId HiddenClass() {
    return Below(6) == 0 ? acl::kNoClass : acl::ClassId(kReadableClasses + Below(kHiddenClasses));
  }

  // Anything, or what would be the best answer.
  void PutHiddenRow(std::vector<float>& rows, size_t place) {
    const std::vector<float> row = Below(3) == 0 ? query_ : RandomRows(random_, 1, dimension_);
    std::copy(row.begin(), row.end(), rows.begin() + static_cast<ptrdiff_t>(place * row.size()));
  }

  void Maintain() {
    auto job = index_.NextMaintenance();
    if (job == nullptr || !job->Run([this] { return Below(300) == 0; })) return;
    index_.Install(*job);
    ++installed_;
  }

  std::mt19937 random_;
  int dimension_;
  const std::vector<float>& query_;
  VectorIndex index_;
  uint32_t busy_ = 1 + Below(9);
  uint32_t hidden_ = 0;
  uint64_t installed_ = 0;
};

std::optional<std::string> Difference(const SearchResult& a, const SearchResult& b) {
  if (a.path != b.path) return "the path differs";
  if (a.scanned != b.scanned) return absl::StrCat(a.scanned, " rows looked at, and ", b.scanned);
  if (a.candidates.size() != b.candidates.size()) return "the number of results differs";
  for (size_t i = 0; i < a.candidates.size(); ++i) {
    const Candidate& one = a.candidates[i];
    const Candidate& other = b.candidates[i];
    if (one.key != other.key) return absl::StrCat("another chunk at place ", i);
    if (std::bit_cast<uint32_t>(one.score) != std::bit_cast<uint32_t>(other.score)) {
      return absl::StrCat("another score at place ", i);
    }
  }
  return std::nullopt;
}

class StrictIndex : public ::testing::Test {
 protected:
  // Compares one pair. With `leak`, one side has one readable row more.
  std::optional<std::string> ComparePair(uint64_t seed, bool leak) {
    std::mt19937 random(static_cast<uint32_t>(seed));
    const auto below = [&](uint32_t limit) { return static_cast<uint32_t>(random() % limit); };
    const int dimension = 2 + static_cast<int>(below(below(4) == 0 ? 140 : 40));
    const std::vector<float> query = RandomRows(random, 1, dimension);
    const RowFormat format = seed % 4 == 0 ? RowFormat::kFloat16 : RowFormat::kFloat32;
    Side a(seed * 2, dimension, format, query), b(seed * 2 + 1, dimension, format, query);
    Build(random, seed % kLargeEvery == 0 ? 250 : 3 + below(18), dimension, query, a, b);
    if (leak) b.Leak(acl::ClassId(0));
    a.Settle();
    b.Settle();
    ++pairs_;
    sealed_ += a.installed() + b.installed();
    for (int i = 0; i < kQuestions; ++i) {
      const acl::Entitlement entitlement = i == 0 ? Entitled({0, 1, 2, 3, 77}) : Entitled({below(kReadableClasses)});
      const int k = static_cast<int>(1 + below(i == 0 ? 100 : 5));
      const auto from_a = a.Ask(k, entitlement);
      const auto from_b = b.Ask(k, entitlement);
      if (!from_a.ok() || !from_b.ok()) return "a search failed";
      results_ += from_a->candidates.size();
      if (auto found = Difference(*from_a, *from_b)) return absl::StrCat(*found, " in the pair of seed ", seed);
    }
    return std::nullopt;
  }

  uint64_t pairs_ = 0;
  uint64_t sealed_ = 0;  // seals and merges
  uint64_t results_ = 0;

 private:
  // The same readable history on both sides, with whatever else each side does in between.
  static void Build(std::mt19937& random, uint32_t documents, int dimension, const std::vector<float>& query, Side& a,
                    Side& b) {
    for (uint64_t version = 1; version <= documents; ++version) {
      std::vector<acl::ClassId> classes(1 + random() % kMostChunks);
      for (acl::ClassId& id : classes) {
        id = random() % 4 == 0 ? acl::kNoClass : acl::ClassId(static_cast<uint32_t>(random() % kReadableClasses));
      }
      std::vector<float> rows = RandomRows(random, classes.size(), dimension);
      if (random() % 5 == 0) std::copy(query.begin(), query.end(), rows.begin());  // ties
      const uint64_t gone = random() % 4 == 0 ? 1 + random() % version : 0;
      for (Side* side : {&a, &b}) {
        side->Meanwhile();
        side->Readable(version, classes, rows);
        side->Meanwhile();
        if (gone != 0) side->NoLongerReadable(gone);
      }
    }
  }
};

TEST_F(StrictIndex, WhatOneMayNotReadChangesNoBitOfAnExactAnswer) {
  const uint64_t pairs = tests::NumberFromEnvironment("USHER_PAIRS", kUsualPairs);
  for (uint64_t i = 0; i < pairs; ++i) {
    const auto difference = ComparePair(tests::Seed() + i, false);
    ASSERT_EQ(difference, std::nullopt) << *difference << "; repeat with USHER_SEED=" << tests::Seed();
  }
  std::cout << "seed " << tests::Seed() << ": " << pairs_ << " pairs alike, " << sealed_ << " seals and merges, "
            << results_ << " results" << std::endl;
  EXPECT_GT(sealed_, pairs) << "too little was sealed";
  EXPECT_GT(results_, 10 * pairs) << "too little could be read";
}

TEST_F(StrictIndex, ARowThatOneMayReadIsNoticed) {
  for (uint64_t i = 0; i < 200; ++i) EXPECT_NE(ComparePair(tests::Seed() + i, true), std::nullopt);
}

}  // namespace
}  // namespace usher::index::testing
