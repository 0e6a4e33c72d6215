// Random histories of writes, seals and merges, of documents whose chunks differ in class; after each stretch the index
// must answer as the mirror does.
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/property/search_mirror.h"

namespace usher::index::testing {
namespace {

constexpr int kClasses = 12;

struct Tally {
  uint64_t rows_judged = 0;
  uint64_t wanted = 0;  // by graph searches
  uint64_t found = 0;   // of the wanted
  std::map<std::string_view, int> paths;
};

// A snapshot and what it must answer for as long as it lives.
struct Moment {
  std::shared_ptr<const IndexSnapshot> snapshot;
  SearchMirror mirror;
};

class History {
 public:
  History(uint32_t seed, int dimension, const IndexOptions& options)
      : random_(seed), dimension_(dimension), index_(dimension, options), mirror_(dimension) {}

  void Step() {
    const uint32_t dice = Below(100);
    if (dice < 55) {
      Insert();
    } else if (dice < 70) {
      const uint64_t version = AnyVersion();
      index_.Remove(acl::DocumentVersion(version));
      mirror_.Remove(version);
    } else if (dice < 85) {
      Reclassify(AnyVersion());
    } else if (dice < 93) {
      if (job_ == nullptr) job_ = index_.NextMaintenance();
    } else if (job_ != nullptr) {
      if (job_->Run([&] { return Below(200) == 0; })) index_.Install(std::move(job_));
      job_ = nullptr;
    }
  }

  void CheckNow(Tally* tally) { Check({index_.Snapshot(), mirror_}, tally); }

  Moment Remember() const { return {index_.Snapshot(), mirror_}; }

  void Check(const Moment& moment, Tally* tally) {
    const std::set<uint32_t> classes = AnyClasses();
    const std::vector<float> vector = AnyVector();
    const std::vector<Candidate> ranking = moment.mirror.Ranking(vector, classes);
    Query query;
    query.vector = vector;
    query.k = 1 + static_cast<int>(Below(Below(4) == 0 ? 400 : 20));
    // Classes that do not exist, and a count that is wrong, must not matter.
    std::vector<uint32_t> claimed(classes.begin(), classes.end());
    claimed.push_back(kClasses + Below(1'000));
    const acl::Entitlement entitlement = Entitled(claimed);
    ASSERT_EQ(moment.snapshot->live_rows(), moment.mirror.rows());

    query.mode = SearchMode::kExact;
    const auto exact = moment.snapshot->Search(query, entitlement);
    ASSERT_TRUE(exact.ok());
    ExpectSame(exact->candidates, ranking, std::min(static_cast<size_t>(query.k), ranking.size()));
    EXPECT_EQ(exact->scanned, ranking.size());

    query.mode = SearchMode::kAutomatic;
    const auto automatic = moment.snapshot->Search(query, entitlement);
    ASSERT_TRUE(automatic.ok());
    ExpectFullAndPermitted(*automatic, ranking, static_cast<size_t>(query.k), tally);
    tally->rows_judged += 2 * moment.mirror.rows();
  }

 private:
  uint32_t Below(uint32_t limit) { return static_cast<uint32_t>(random_() % limit); }

  uint64_t AnyVersion() { return 1 + random_() % (next_version_ + 1); }  // may be unknown

  void Insert() {
    // Now and then a version comes again, perhaps after it was sealed.
    const uint64_t version = Below(16) == 0 ? AnyVersion() : next_version_;
    if (version >= next_version_) next_version_ = version + 1;
    const uint32_t chunks = 1 + Below(Below(8) == 0 ? 30 : 6);
    std::vector<float> rows;
    for (uint32_t chunk = 0; chunk < chunks; ++chunk) {
      const std::vector<float> row = AnyVector();
      rows.insert(rows.end(), row.begin(), row.end());
    }
    const std::vector<ClassPiece> pieces = AnyPieces(chunks);
    if (pieces.size() == 1) {
      index_.Insert(acl::DocumentVersion(version), pieces.front().class_id, rows);
    } else {
      index_.Insert(acl::DocumentVersion(version), pieces, rows);
    }
    mirror_.Insert(version, pieces, rows);
  }

  void Reclassify(uint64_t version) {
    const std::vector<ClassPiece> pieces = AnyPieces(mirror_.chunks(version));
    if (pieces.size() == 1) {
      index_.Reclassify(acl::DocumentVersion(version), pieces.front().class_id);
    } else {
      index_.Reclassify(acl::DocumentVersion(version), pieces);
    }
    mirror_.Reclassify(version, pieces);
  }

  // Half of all documents have one class. Pieces may be empty, and neighbours may have the same class.
  std::vector<ClassPiece> AnyPieces(uint32_t chunks) {
    if (Below(2) == 0) return {{chunks, AnyClass()}};
    std::vector<ClassPiece> pieces;
    while (chunks > 0) {
      const uint32_t count = std::min(chunks, Below(4));
      pieces.push_back({count, AnyClass()});
      chunks -= count;
    }
    return pieces;
  }

  acl::ClassId AnyClass() { return Below(10) == 0 ? acl::kNoClass : acl::ClassId(Below(kClasses)); }

  // Some vectors come again and again, so that there are ties.
  std::vector<float> AnyVector() {
    if (!common_.empty() && Below(8) == 0) return common_[Below(static_cast<uint32_t>(common_.size()))];
    std::vector<float> vector = RandomRows(random_, 1, dimension_);
    if (common_.size() < 5) common_.push_back(vector);
    return vector;
  }

  std::set<uint32_t> AnyClasses() {
    std::set<uint32_t> classes;
    const uint32_t share = Below(101);
    for (uint32_t id = 0; id < kClasses; ++id) {
      if (Below(100) < share) classes.insert(id);
    }
    return classes;
  }

  static void ExpectSame(const std::vector<Candidate>& got, const std::vector<Candidate>& ranking, size_t count) {
    ASSERT_EQ(got.size(), count);
    for (size_t i = 0; i < count; ++i) {
      ASSERT_EQ(got[i].key, ranking[i].key) << "at place " << i;
      ASSERT_EQ(got[i].score, ranking[i].score) << "at place " << i;
    }
  }

  static void ExpectFullAndPermitted(const SearchResult& result, const std::vector<Candidate>& ranking, size_t k,
                                     Tally* tally) {
    ++tally->paths[result.path];
    if (result.path != "graph") return ExpectSame(result.candidates, ranking, std::min(k, ranking.size()));
    ASSERT_EQ(result.candidates.size(), std::min(k, ranking.size()));
    std::map<RowKey, float> permitted;
    for (const Candidate& candidate : ranking) permitted[candidate.key] = candidate.score;
    for (const Candidate& candidate : result.candidates) {
      const auto found = permitted.find(candidate.key);
      ASSERT_NE(found, permitted.end()) << "version " << candidate.key.version.value() << " is forbidden or came twice";
      EXPECT_EQ(candidate.score, found->second);
      permitted.erase(found);
    }
    const float worst = ranking[result.candidates.size() - 1].score;
    tally->wanted += result.candidates.size();
    for (const Candidate& candidate : result.candidates) tally->found += candidate.score >= worst ? 1 : 0;
  }

  std::mt19937 random_;
  int dimension_;
  VectorIndex index_;
  SearchMirror mirror_;
  std::unique_ptr<MaintenanceJob> job_;
  uint64_t next_version_ = 1;
  std::vector<std::vector<float>> common_;
};

class SearchOracleTest : public ::testing::TestWithParam<uint32_t> {};

TEST_P(SearchOracleTest, AnswersAsTheMirrorNowAndForEveryRememberedMoment) {
  const IndexOptions options = {
      .seal_rows = 40 + GetParam() % 3 * 100, .graph_min_authorized = 30, .graph_min_selectivity = 0.3};
  // From too narrow for codes to wide enough, in both of which the answers are the same.
  History history(GetParam(), 3 + static_cast<int>(GetParam() % 5 * 13), options);
  Tally tally;
  std::vector<Moment> moments;
  for (int step = 0; step < 1'500 && !HasFatalFailure(); ++step) {
    history.Step();
    if (step % 7 == 0) history.CheckNow(&tally);
    if (step % 300 == 150) moments.push_back(history.Remember());
  }
  for (const Moment& moment : moments) {
    for (int i = 0; i < 10 && !HasFatalFailure(); ++i) history.Check(moment, &tally);
  }
  const double recall = tally.wanted == 0 ? 1 : static_cast<double>(tally.found) / static_cast<double>(tally.wanted);
  RecordProperty("rows_judged", std::to_string(tally.rows_judged));
  RecordProperty("graph_recall", std::to_string(recall));
  for (const auto& [path, count] : tally.paths) RecordProperty(std::string(path), count);
  EXPECT_GT(tally.rows_judged, 200'000u);
  EXPECT_GT(tally.paths["graph"], 0) << "the history never used the graph";
  EXPECT_GT(recall, 0.9);
}

INSTANTIATE_TEST_SUITE_P(Seeds, SearchOracleTest, ::testing::Range(1u, 11u));

}  // namespace
}  // namespace usher::index::testing
