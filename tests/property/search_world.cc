#include "tests/property/search_world.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace usher::index::testing {
namespace {

constexpr uint64_t kTopicSeed = 7;
constexpr size_t kCommonVectors = 5;
constexpr float kTopicWidth = 0.7f;  // length of what is added to a topic's centre, which has length 1
constexpr uint32_t kManyChunks = 30;
constexpr uint32_t kFewChunks = 6;

}  // namespace

VectorSource::VectorSource(const WorldShape& shape, uint64_t seed) : random_(seed), dimension_(shape.dimension) {
  std::mt19937 of_shape(kTopicSeed);
  for (uint32_t i = 0; i < shape.topics; ++i) topics_.push_back(RandomRows(of_shape, 1, dimension_));
  for (size_t i = 0; i < kCommonVectors; ++i) common_.push_back(RandomRows(of_shape, 1, dimension_));
}

std::vector<float> VectorSource::Near(uint32_t topic) {
  if (Chance(12)) return common_[Below(kCommonVectors)];
  std::mt19937 draw(static_cast<uint32_t>(random_()));
  std::vector<float> vector = RandomRows(draw, 1, dimension_);
  if (topics_.empty()) return vector;
  double norm = 0;
  for (size_t i = 0; i < vector.size(); ++i) {
    vector[i] = topics_[topic][i] + kTopicWidth * vector[i];
    norm += double{vector[i]} * double{vector[i]};
  }
  for (float& x : vector) x = static_cast<float>(x / std::sqrt(norm));
  return vector;
}

SearchWorld::SearchWorld(uint64_t seed, const WorldShape& shape)
    : shape_(shape), source_(shape, seed), index_(shape.dimension, shape.options), mirror_(shape.dimension) {}

void SearchWorld::Write() {
  const bool small = mirror_.rows() < shape_.rows;
  const uint32_t dice = source_.Below(100);
  if (dice < (small ? 65u : 35u)) {
    Insert();
  } else if (dice < 75) {
    Remove();
  } else {
    Reclassify();
  }
}

void SearchWorld::Maintain() {
  if (job_ == nullptr) {
    job_ = index_.NextMaintenance();
  } else if (job_->Run([this] { return source_.Below(400) == 0; })) {
    Install(std::move(job_));
  } else {
    job_ = nullptr;
  }
}

void SearchWorld::Install(std::unique_ptr<MaintenanceJob> job) {
  index_.Install(*job);
  ++installed_;
}

void SearchWorld::Insert() {
  // Now and then a version comes again, perhaps after it was sealed.
  const uint64_t version = source_.Below(16) == 0 ? AnyVersion() : next_version_;
  next_version_ = std::max(next_version_, version + 1);
  const uint32_t chunks = 1 + source_.Below(source_.Below(8) == 0 ? kManyChunks : kFewChunks);
  const uint32_t topic = source_.AnyTopic();
  std::vector<float> rows;
  for (uint32_t chunk = 0; chunk < chunks; ++chunk) {
    const std::vector<float> row = source_.Near(topic);
    rows.insert(rows.end(), row.begin(), row.end());
  }
  const std::vector<ClassPiece> pieces = AnyPieces(chunks, topic);
  if (pieces.size() == 1) {
    index_.Insert(acl::DocumentVersion(version), pieces.front().class_id, rows);
  } else {
    index_.Insert(acl::DocumentVersion(version), pieces, rows);
  }
  mirror_.Insert(version, pieces, Kept(std::move(rows), shape_.options.row_format));
}

void SearchWorld::Remove() {
  const uint64_t version = AnyVersion();
  index_.Remove(acl::DocumentVersion(version));
  mirror_.Remove(version);
}

void SearchWorld::Reclassify() {
  const uint64_t version = AnyVersion();
  const std::vector<ClassPiece> pieces = AnyPieces(mirror_.chunks(version), source_.AnyTopic());
  if (pieces.size() == 1) {
    index_.Reclassify(acl::DocumentVersion(version), pieces.front().class_id);
  } else {
    index_.Reclassify(acl::DocumentVersion(version), pieces);
  }
  mirror_.Reclassify(version, pieces);
}

acl::ClassId SearchWorld::AnyClass(uint32_t topic) {
  if (source_.Below(10) == 0) return acl::kNoClass;
  if (shape_.class_by_topic && source_.Chance(90)) return acl::ClassId(topic % shape_.classes);
  return acl::ClassId(source_.Below(shape_.classes));
}

// Half of all documents have one class. Pieces may be empty, and neighbours may have the same class.
std::vector<ClassPiece> SearchWorld::AnyPieces(uint32_t chunks, uint32_t topic) {
  if (source_.Below(2) == 0) return {{chunks, AnyClass(topic)}};
  std::vector<ClassPiece> pieces;
  while (chunks > 0) {
    const uint32_t count = std::min(chunks, source_.Below(4));
    pieces.push_back({count, AnyClass(topic)});
    chunks -= count;
  }
  return pieces;
}

SearchCase SearchCases::Any() {
  SearchCase asked;
  asked.vector = source_.Near(source_.AnyTopic());
  const uint32_t share = source_.Chance(25) ? 100 : source_.Below(101);
  for (uint32_t id = 0; id < shape_.classes; ++id) {
    if (source_.Chance(share)) asked.classes.insert(id);
  }
  asked.no_ones.insert(shape_.classes + source_.Below(1'000));
  asked.k = static_cast<int>(1 + source_.Below(source_.Chance(25) ? shape_.most_k : 20));
  return asked;
}

}  // namespace usher::index::testing
