// Rows and entitlements for the tests of the vector index.
#ifndef USHER_TESTS_INDEX_VECTOR_INDEX_FIXTURE_H_
#define USHER_TESTS_INDEX_VECTOR_INDEX_FIXTURE_H_

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <random>
#include <vector>

#include "absl/time/time.h"
#include "acl/entitlement.h"
#include "acl/ids.h"
#include "index/aligned_floats.h"
#include "index/kernels/dot.h"
#include "index/row_format.h"
#include "index/vector_index.h"

namespace usher::index::testing {

inline acl::Entitlement Entitled(std::vector<uint32_t> classes) {
  std::sort(classes.begin(), classes.end());
  std::vector<acl::ClassId> ids;
  for (const uint32_t id : classes) ids.push_back(acl::ClassId(id));
  return acl::Entitlement(ids, absl::InfiniteFuture());
}

// `count` random unit vectors of `dimension` floats, one after another.
inline std::vector<float> RandomRows(std::mt19937& random, size_t count, int dimension) {
  std::normal_distribution<float> normal;
  std::vector<float> rows;
  for (size_t i = 0; i < count; ++i) {
    double norm = 0;
    for (int j = 0; j < dimension; ++j) {
      rows.push_back(normal(random));
      norm += static_cast<double>(rows.back()) * static_cast<double>(rows.back());
    }
    for (size_t j = rows.size() - static_cast<size_t>(dimension); j < rows.size(); ++j) {
      rows[j] = static_cast<float>(rows[j] / std::sqrt(norm));
    }
  }
  return rows;
}

// The nearest number with eleven significant bits that is a multiple of 2^-24, by arithmetic alone.
inline float NearestHalf(float value) {
  int exponent = 0;
  std::frexp(value, &exponent);
  const double quantum = std::ldexp(1.0, std::max(exponent - 11, -24));
  return static_cast<float>(std::nearbyint(value / quantum) * quantum);
}

// What an index of this format keeps of rows.
inline std::vector<float> Kept(std::vector<float> rows, RowFormat format) {
  if (format == RowFormat::kFloat16) std::transform(rows.begin(), rows.end(), rows.begin(), NearestHalf);
  return rows;
}

// The score the index gives: over rows padded with zeros.
inline float Score(absl::Span<const float> a, absl::Span<const float> b) {
  AlignedFloats left(RowStride(static_cast<int>(a.size())));
  AlignedFloats right(RowStride(static_cast<int>(b.size())));
  std::copy(a.begin(), a.end(), left.data());
  std::copy(b.begin(), b.end(), right.data());
  return Dot(left.data(), right.data(), RowStride(static_cast<int>(a.size())));
}

// Does all the work there is; returns the number of jobs.
inline int RunMaintenance(VectorIndex* index) {
  int jobs = 0;
  while (auto job = index->NextMaintenance()) {
    if (!job->Run({})) return -1;
    index->Install(*job);
    ++jobs;
  }
  return jobs;
}

}  // namespace usher::index::testing

#endif  // USHER_TESTS_INDEX_VECTOR_INDEX_FIXTURE_H_
