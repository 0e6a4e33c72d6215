// A random collection of vectors with a mirror beside it: documents of one or several classes around topics, rows that
// are there many times, and writes, seals and merges in any order.
//
// Thread-safety: SearchWorld needs external mutual exclusion, except that jobs it handed out run by themselves;
// SearchCases is for one thread.
#ifndef USHER_TESTS_PROPERTY_SEARCH_WORLD_H_
#define USHER_TESTS_PROPERTY_SEARCH_WORLD_H_

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "index/vector_index.h"
#include "tests/property/search_judge.h"
#include "tests/property/search_mirror.h"

namespace usher::index::testing {

struct WorldShape {
  std::string name;
  int dimension = 8;
  uint32_t rows = 300;  // around which the number of live rows stays
  uint32_t classes = 12;
  uint32_t topics = 0;          // 0: rows lie anywhere
  bool class_by_topic = false;  // documents of a topic mostly share a class
  uint32_t most_k = 400;
  IndexOptions options;
};

// Vectors of one shape. The topics depend on the shape alone, so that rows and questions of different sources meet.
class VectorSource {
 public:
  VectorSource(const WorldShape& shape, uint64_t seed);

  uint32_t Below(uint32_t limit) { return static_cast<uint32_t>(random_() % limit); }
  bool Chance(uint32_t percent) { return Below(100) < percent; }
  // 0 where there are no topics.
  uint32_t AnyTopic() { return topics_.empty() ? 0 : Below(static_cast<uint32_t>(topics_.size())); }
  // Near the topic; now and then one of a few that come again and again, so that scores are equal.
  std::vector<float> Near(uint32_t topic);

 private:
  std::mt19937_64 random_;
  int dimension_;
  std::vector<std::vector<float>> topics_;
  std::vector<std::vector<float>> common_;
};

class SearchWorld {
 public:
  SearchWorld(uint64_t seed, const WorldShape& shape);

  // One random write: a document that comes, comes again, changes class, is hidden or goes.
  void Write();
  // Takes a job, or works on the one taken: to its end, or stopped on the way.
  void Maintain();
  Moment Remember() const { return {index_.Snapshot(), mirror_}; }

  // For maintenance by somebody else.
  std::unique_ptr<MaintenanceJob> NextMaintenance() const { return index_.NextMaintenance(); }
  void Install(std::unique_ptr<MaintenanceJob> job);
  uint64_t installed() const { return installed_; }

 private:
  uint64_t AnyVersion() { return 1 + source_.Below(static_cast<uint32_t>(next_version_) + 1); }  // may be unknown
  void Insert();
  void Remove();
  void Reclassify();
  acl::ClassId AnyClass(uint32_t topic);
  std::vector<ClassPiece> AnyPieces(uint32_t chunks, uint32_t topic);

  const WorldShape shape_;
  VectorSource source_;
  VectorIndex index_;
  SearchMirror mirror_;
  std::unique_ptr<MaintenanceJob> job_;
  uint64_t next_version_ = 1;
  uint64_t installed_ = 0;
};

// What is asked of worlds of a shape.
class SearchCases {
 public:
  SearchCases(uint64_t seed, const WorldShape& shape) : shape_(shape), source_(shape, seed) {}
  SearchCase Any();
  uint32_t Below(uint32_t limit) { return source_.Below(limit); }

 private:
  const WorldShape shape_;
  VectorSource source_;
};

}  // namespace usher::index::testing

#endif  // USHER_TESTS_PROPERTY_SEARCH_WORLD_H_
