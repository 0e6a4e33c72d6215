// A vector index as anyone would write it: one list of rows, looked through from end to end. The index must agree with
// it.
#ifndef USHER_TESTS_PROPERTY_SEARCH_MIRROR_H_
#define USHER_TESTS_PROPERTY_SEARCH_MIRROR_H_

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "index/vector_index.h"
#include "tests/index/vector_index_fixture.h"

namespace usher::index::testing {

class SearchMirror {
 public:
  explicit SearchMirror(int dimension) : dimension_(dimension) {}

  void Insert(uint64_t version, uint32_t class_id, const std::vector<float>& rows) {
    documents_[version] = {class_id, rows};
  }
  void Remove(uint64_t version) { documents_.erase(version); }
  void Reclassify(uint64_t version, uint32_t class_id) {
    if (const auto found = documents_.find(version); found != documents_.end()) found->second.class_id = class_id;
  }

  // Every row of these classes, best first, equal scores by key.
  std::vector<Candidate> Ranking(const std::vector<float>& query, const std::set<uint32_t>& classes) const {
    std::vector<Candidate> ranking;
    for (const auto& [version, document] : documents_) {
      if (!classes.contains(document.class_id)) continue;
      const size_t dimension = static_cast<size_t>(dimension_);
      for (size_t i = 0; i * dimension < document.rows.size(); ++i) {
        const auto row = absl::MakeConstSpan(document.rows).subspan(i * dimension, dimension);
        ranking.push_back({{acl::DocumentVersion(version), static_cast<uint32_t>(i)}, Score(query, row)});
      }
    }
    std::stable_sort(ranking.begin(), ranking.end(), [](const Candidate& a, const Candidate& b) {
      return a.score != b.score ? a.score > b.score : a.key < b.key;
    });
    return ranking;
  }

  uint64_t rows() const {
    uint64_t rows = 0;
    for (const auto& [version, document] : documents_) rows += document.rows.size() / static_cast<size_t>(dimension_);
    return rows;
  }

 private:
  struct Document {
    uint32_t class_id = 0;
    std::vector<float> rows;
  };

  int dimension_;
  std::map<uint64_t, Document> documents_;
};

}  // namespace usher::index::testing

#endif  // USHER_TESTS_PROPERTY_SEARCH_MIRROR_H_
