// Whether what the index answers is what it promises, held against the mirror of the same moment.
//
// Thread-safety: JudgeMoment may be called concurrently, each thread with a tally of its own.
#ifndef USHER_TESTS_PROPERTY_SEARCH_JUDGE_H_
#define USHER_TESTS_PROPERTY_SEARCH_JUDGE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "index/vector_index.h"
#include "tests/property/search_mirror.h"

namespace usher::index::testing {

// A snapshot and what it must answer for as long as it lives.
struct Moment {
  std::shared_ptr<const IndexSnapshot> snapshot;
  SearchMirror mirror;
};

struct SearchCase {
  std::vector<float> vector;
  std::set<uint32_t> classes;  // that the asker may read
  std::set<uint32_t> no_ones;  // that the entitlement holds too, and no row has
  int k = 1;
};

struct SearchTally {
  uint64_t answers = 0;      // of automatic mode, as all that follows
  uint64_t approximate = 0;  // of these, not by a full scan
  uint64_t wanted = 0;       // results of the approximate ones
  uint64_t found = 0;        // of the wanted, as good as those of a full scan
  double recall_sum = 0;     // over all answers that could hold anything, each counted alike
  uint64_t recall_answers = 0;
  uint64_t rows_judged = 0;
  std::map<std::string, uint64_t> paths;

  double recall() const { return recall_answers == 0 ? 1 : recall_sum / static_cast<double>(recall_answers); }
  double approximate_recall() const {
    return wanted == 0 ? 1 : static_cast<double>(found) / static_cast<double>(wanted);
  }
  void Add(const SearchTally& other);
};

// Asks in both modes, each twice. The first thing that is wrong, in words: a row that is forbidden, gone or there
// twice, fewer than min(k, authorised), an answer that changes when asked again, an exact answer that differs in a bit
// from the brute-force one.
std::optional<std::string> JudgeMoment(const Moment& moment, const SearchCase& asked, SearchTally* tally);

}  // namespace usher::index::testing

#endif  // USHER_TESTS_PROPERTY_SEARCH_JUDGE_H_
