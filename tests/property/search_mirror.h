// A vector index as anyone would write it: one list of rows, looked through from end to end. The index must agree with
// it. Copies share their documents, so that a copy can be kept of every moment.
#ifndef USHER_TESTS_PROPERTY_SEARCH_MIRROR_H_
#define USHER_TESTS_PROPERTY_SEARCH_MIRROR_H_

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "index/vector_index.h"
#include "tests/index/vector_index_fixture.h"

namespace usher::index::testing {

class SearchMirror {
 public:
  explicit SearchMirror(int dimension) : dimension_(static_cast<size_t>(dimension)) {}

  // `pieces` cover the rows.
  void Insert(uint64_t version, const std::vector<ClassPiece>& pieces, std::vector<float> rows) {
    documents_[version] = {ByChunk(pieces), std::make_shared<const std::vector<float>>(std::move(rows))};
  }
  void Remove(uint64_t version) { documents_.erase(version); }
  // Unknown versions are ignored; else `pieces` cover the version's chunks.
  void Reclassify(uint64_t version, const std::vector<ClassPiece>& pieces) {
    if (const auto found = documents_.find(version); found != documents_.end()) found->second.classes = ByChunk(pieces);
  }

  // 0 for unknown versions.
  uint32_t chunks(uint64_t version) const {
    const auto found = documents_.find(version);
    return found == documents_.end() ? 0 : static_cast<uint32_t>(found->second.classes->size());
  }

  // Every row of these classes, best first, equal scores by key.
  std::vector<Candidate> Ranking(const std::vector<float>& query, const std::set<uint32_t>& classes) const {
    std::vector<Candidate> ranking;
    for (const auto& [version, document] : documents_) {
      for (size_t i = 0; i < document.classes->size(); ++i) {
        if (!classes.contains((*document.classes)[i].value())) continue;
        const auto row = absl::MakeConstSpan(*document.rows).subspan(i * dimension_, dimension_);
        ranking.push_back({{acl::DocumentVersion(version), static_cast<uint32_t>(i)}, Score(query, row)});
      }
    }
    std::sort(ranking.begin(), ranking.end(), [](const Candidate& a, const Candidate& b) {
      return a.score != b.score ? a.score > b.score : a.key < b.key;
    });
    return ranking;
  }

  // Those that somebody could find.
  uint64_t rows() const {
    uint64_t rows = 0;
    for (const auto& [version, document] : documents_) {
      for (const acl::ClassId id : *document.classes) rows += id == acl::kNoClass ? 0 : 1;
    }
    return rows;
  }

 private:
  using Classes = std::vector<acl::ClassId>;  // one a chunk
  struct Document {
    std::shared_ptr<const Classes> classes;
    std::shared_ptr<const std::vector<float>> rows;
  };

  static std::shared_ptr<const Classes> ByChunk(const std::vector<ClassPiece>& pieces) {
    auto classes = std::make_shared<Classes>();
    for (const ClassPiece& piece : pieces) classes->insert(classes->end(), piece.count, piece.class_id);
    return classes;
  }

  size_t dimension_;
  std::map<uint64_t, Document> documents_;
};

}  // namespace usher::index::testing

#endif  // USHER_TESTS_PROPERTY_SEARCH_MIRROR_H_
