// Filtered searches of an index that lives: inserts, removals, changes of rights, seals and merges, beside a list of
// chunks that is read from end to end.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "index/fields/metadata.h"
#include "index/status_field.h"
#include "index/vector_index.h"
#include "tests/index/fields_random.h"

namespace usher::index {
namespace {

using fields::Filter;
using nlohmann::json;

constexpr int kDimension = 8;
constexpr uint32_t kClasses = 4;

struct Chunk {
  acl::ClassId class_id;
  json metadata;
};

class World {
 public:
  explicit World(unsigned seed) : random_(seed), index_(kDimension, {.seal_rows = 64}) {}

  std::mt19937& random() { return random_; }
  VectorIndex& index() { return index_; }
  int Pick(int end) { return fields::Pick(random_, end); }

  void Insert() {
    const acl::DocumentVersion version(++versions_);
    const json shared = fields::RandomMetadata(random_);
    fields::VersionFields version_fields{SetOf(shared), {}};
    std::vector<ClassPiece> pieces;
    std::vector<float> rows;
    for (int number = 0, count = 1 + Pick(6); number < count; ++number) {
      Chunk chunk{acl::ClassId(static_cast<uint32_t>(Pick(kClasses))), shared};
      if (Pick(4) == 0) {
        chunk.metadata = fields::RandomMetadata(random_);
        version_fields.own.emplace_back(number, SetOf(chunk.metadata));
      }
      pieces.push_back({1, chunk.class_id});
      for (int i = 0; i < kDimension; ++i) rows.push_back(static_cast<float>(Pick(2'001) - 1'000) / 1'000);
      chunks_[{version, static_cast<uint32_t>(number)}] = chunk;
    }
    index_.Insert(version, pieces, rows, version_fields);
  }

  void Remove() {
    const acl::DocumentVersion version(1 + static_cast<uint64_t>(Pick(static_cast<int>(versions_))));
    index_.Remove(version);
    std::erase_if(chunks_, [&](const auto& entry) { return entry.first.version == version; });
  }

  void Reclassify() {
    const acl::DocumentVersion version(1 + static_cast<uint64_t>(Pick(static_cast<int>(versions_))));
    std::vector<ClassPiece> pieces;
    for (auto& [key, chunk] : chunks_) {
      if (key.version != version) continue;
      chunk.class_id = Pick(5) == 0 ? acl::kNoClass : acl::ClassId(static_cast<uint32_t>(Pick(kClasses)));
      pieces.push_back({1, chunk.class_id});
    }
    if (!pieces.empty()) index_.Reclassify(version, pieces);
  }

  void Maintain() {
    std::unique_ptr<MaintenanceJob> job = index_.NextMaintenance();
    if (job == nullptr) return;
    // What is written while a job runs must not be lost by it.
    const int meanwhile = Pick(3);
    ASSERT_TRUE(job->Run({}));
    if (meanwhile == 1) Remove();
    if (meanwhile == 2) Reclassify();
    index_.Install(*job);
  }

  acl::Entitlement RandomRights() {
    std::vector<acl::ClassId> classes;
    for (uint32_t id = 0; id < kClasses; ++id) {
      if (Pick(2) == 0) classes.push_back(acl::ClassId(id));
    }
    return {classes, absl::InfiniteFuture()};
  }

  std::vector<RowKey> Expected(const fields::NaiveFilter& naive, const acl::Entitlement& rights) const {
    std::vector<RowKey> keys;
    for (const auto& [key, chunk] : chunks_) {
      if (rights.Contains(chunk.class_id) && naive(chunk.metadata)) keys.push_back(key);
    }
    return keys;
  }

  // Whether a chunk that may be read has such a field, with a value of the kind that is asked for.
  bool Known(const Filter& condition, const acl::Entitlement& rights) const {
    return std::any_of(chunks_.begin(), chunks_.end(), [&](const auto& entry) {
      const auto values = fields::ValuesAt(entry.second.metadata, condition.field);
      return rights.Contains(entry.second.class_id) && std::any_of(values.begin(), values.end(), [&](const json& v) {
               return !condition.kind || fields::KindOf(fields::TermOf(v)) == *condition.kind;
             });
    });
  }

  absl::StatusOr<SearchResult> Search(const Filter& filter, const acl::Entitlement& rights, int k) {
    const std::vector<float> vector = {1, 0, 0, 0, 0, 0, 0, 0};
    Query query;
    query.vector = vector;
    query.k = k;
    query.mode = Pick(2) == 0 ? SearchMode::kExact : SearchMode::kAutomatic;
    query.filter = &filter;
    return index_.Snapshot()->Search(query, rights);
  }

 private:
  static fields::FieldSetPtr SetOf(const json& metadata) {
    return std::make_shared<const fields::FieldSet>(*fields::FieldsOf(metadata.dump(), {}));
  }

  std::mt19937 random_;
  VectorIndex index_;
  std::map<RowKey, Chunk> chunks_;
  uint64_t versions_ = 0;
};

void CheckOne(World& world) {
  const auto [filter, naive] = fields::RandomFilter(world.random(), 2);
  const acl::Entitlement rights = world.RandomRights();
  const std::vector<RowKey> expected = world.Expected(naive, rights);
  const bool known = filter
                         .ForEachCondition([&](const Filter& condition) {
                           return world.Known(condition, rights) ? absl::OkStatus() : absl::NotFoundError("");
                         })
                         .ok();
  const auto all = world.Search(filter, rights, 10'000);
  ASSERT_EQ(known, all.ok()) << all.status();
  if (!known) return;
  std::vector<RowKey> found;
  for (const Candidate& candidate : all->candidates) found.push_back(candidate.key);
  std::sort(found.begin(), found.end());
  ASSERT_EQ(expected, found);
  ASSERT_EQ(expected.size(), all->authorized);
  const auto best = world.Search(filter, rights, 3);
  ASSERT_TRUE(best.ok()) << best.status();
  ASSERT_EQ(std::min<size_t>(3, expected.size()), best->candidates.size());
  for (size_t i = 0; i < best->candidates.size(); ++i) {
    EXPECT_EQ(all->candidates[i].score, best->candidates[i].score);
  }
}

TEST(FilteredSearch, FindsWhatReadingEveryChunkFinds) {
  for (unsigned seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE(seed);
    World world(seed);
    for (int step = 0; step < 400; ++step) {
      const int what = world.Pick(20);
      if (what < 12 || step == 0) {
        world.Insert();
      } else if (what < 15) {
        world.Remove();
      } else if (what < 18) {
        world.Reclassify();
      } else {
        world.Maintain();
      }
      if (step % 5 == 0) CheckOne(world);
      if (testing::Test::HasFatalFailure()) return;
    }
  }
}

// All conditions are of one field, so that nothing but it decides.
class OneField : public testing::Test {
 protected:
  OneField() : index_(kDimension, {.seal_rows = 4}) {
    Insert(1, acl::ClassId(0), R"({"size": 3})");
    Insert(2, acl::ClassId(1), R"({"size": "big", "codename": "heron"})");
    Insert(3, acl::ClassId(0), R"({})");
    Insert(4, acl::ClassId(1), R"({"size": 4})");
  }

  void Insert(uint64_t version, acl::ClassId class_id, const std::string& metadata) {
    const std::vector<float> row = {1, 0, 0, 0, 0, 0, 0, 0};
    const ClassPiece piece{1, class_id};
    index_.Insert(acl::DocumentVersion(version), {&piece, 1}, row,
                  {std::make_shared<const fields::FieldSet>(*fields::FieldsOf(metadata, {})), {}});
  }

  std::string ReasonFor(const Filter& filter) {
    const std::vector<float> vector = {1, 0, 0, 0, 0, 0, 0, 0};
    Query query;
    query.vector = vector;
    query.filter = &filter;
    const acl::Entitlement rights({acl::ClassId(0)}, absl::InfiniteFuture());
    const absl::Status status = index_.Snapshot()->Search(query, rights).status();
    return std::string(status.GetPayload(kReasonDetail).value_or(absl::Cord(status.ToString())));
  }

  VectorIndex index_;
};

TEST_F(OneField, IsUnknownWhereOnlyHiddenRowsHaveItBeforeAndAfterSealing) {
  for (const bool sealed : {false, true}) {
    SCOPED_TRACE(sealed);
    EXPECT_EQ("UNKNOWN_FIELD", ReasonFor(Filter::Exists("codename")));
    EXPECT_EQ("UNKNOWN_FIELD", ReasonFor(Filter::None({Filter::In("codename", {fields::TextTerm("heron")})})));
    EXPECT_EQ("FIELD_TYPE_MISMATCH", ReasonFor(Filter::In("size", {fields::TextTerm("big")})));
    EXPECT_EQ("OK", ReasonFor(Filter::In("size", {fields::NumberTerm(4)})));
    auto job = index_.NextMaintenance();
    if (job == nullptr) continue;
    ASSERT_TRUE(job->Run({}));
    index_.Install(*job);
  }
}

TEST_F(OneField, ThatIsDeclaredIsNeverUnknown) {
  Filter filter = Filter::Exists("codename");
  filter.declared = true;
  EXPECT_EQ("OK", ReasonFor(filter));
}

TEST_F(OneField, IsUnknownOnceItsLastReadableRowIsRemoved) {
  EXPECT_EQ("OK", ReasonFor(Filter::Exists("size")));
  index_.Remove(acl::DocumentVersion(1));
  EXPECT_EQ("UNKNOWN_FIELD", ReasonFor(Filter::Exists("size")));
}

}  // namespace
}  // namespace usher::index
