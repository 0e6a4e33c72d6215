// What FAISS does when it is used without care. Each test shows a leak or a loss that index/faiss_graph.cc avoids; one
// that fails after an upgrade of FAISS says that the reason for some care there is gone.
#include <faiss/IndexFlat.h>
#include <faiss/IndexHNSW.h>
#include <faiss/impl/IDSelector.h>

#include <algorithm>
#include <random>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/index/vector_index_fixture.h"

namespace usher::index {
namespace {

constexpr int kDimension = 16;
constexpr int kRows = 2'000;

// Allows the tenth of the rows that is farthest from the query.
struct FarRows final : faiss::IDSelector {
  bool is_member(idx_t id) const override { return allowed[static_cast<size_t>(id)]; }
  std::vector<bool> allowed = std::vector<bool>(kRows, false);
};

class FaissTrapsTest : public ::testing::Test {
 protected:
  FaissTrapsTest() : random_(1), index_(kDimension, 16, faiss::METRIC_INNER_PRODUCT) {
    const std::vector<float> rows = testing::RandomRows(random_, kRows, kDimension);
    index_.add(kRows, rows.data());
    parameters_.sel = &selector_;
    query_ = testing::RandomRows(random_, 1, kDimension);
    std::vector<std::pair<float, size_t>> scored;
    for (size_t i = 0; i < kRows; ++i)
      scored.emplace_back(Dot(query_.data(), rows.data() + i * kDimension, kDimension), i);
    std::sort(scored.begin(), scored.end());
    for (size_t i = 0; i < kRows / 10; ++i) selector_.allowed[scored[i].second] = true;
  }

  std::vector<faiss::Index::idx_t> Search(int k) {
    std::vector<faiss::Index::idx_t> rows(static_cast<size_t>(k));
    std::vector<float> distances(static_cast<size_t>(k));
    index_.search(1, query_.data(), k, distances.data(), rows.data(), &parameters_);
    return rows;
  }

  int Forbidden(int k) {
    int forbidden = 0;
    for (const auto row : Search(k)) forbidden += row >= 0 && !selector_.is_member(row) ? 1 : 0;
    return forbidden;
  }

  std::mt19937 random_;
  faiss::IndexHNSWFlat index_;
  FarRows selector_;
  faiss::SearchParametersHNSW parameters_;
  std::vector<float> query_;
};

TEST_F(FaissTrapsTest, TheSelectorHoldsWithTheSettingsWeUse) { EXPECT_EQ(Forbidden(50), 0); }

TEST_F(FaissTrapsTest, AnUnboundedQueueReturnsForbiddenRows) {
  index_.hnsw.search_bounded_queue = false;
  EXPECT_GT(Forbidden(50), 0);
}

TEST_F(FaissTrapsTest, AWideUpperBeamReturnsForbiddenRows) {
  index_.hnsw.upper_beam = 4;
  EXPECT_GT(Forbidden(50), 0);
}

TEST_F(FaissTrapsTest, AnEfSearchAboveTheGraphsOwnChangesNothing) {
  parameters_.sel = nullptr;
  parameters_.efSearch = index_.hnsw.efSearch;
  const auto narrow = Search(10);
  parameters_.efSearch = 500;
  EXPECT_EQ(Search(10), narrow);
}

TEST_F(FaissTrapsTest, ForbiddenRowsCrowdOutAuthorizedOnes) {
  int found = 0;
  for (const auto row : Search(10)) found += row >= 0 ? 1 : 0;
  EXPECT_LT(found, 10) << "200 rows are authorised, yet FAISS now finds ten: the fallback may have become rare";
}

}  // namespace
}  // namespace usher::index
