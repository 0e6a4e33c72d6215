// Readers search snapshots while a writer writes and maintains. Meant for the thread sanitizer, and to be true without
// it.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "index/vector_index.h"
#include "tests/index/vector_index_fixture.h"

namespace usher::index::testing {
namespace {

constexpr int kDimension = 8;
constexpr int kReaders = 3;
constexpr uint64_t kMaxRounds = 20'000;
constexpr int kEnoughInstalls = 6;
constexpr int kEnoughSearches = 200;

// Every document has two chunks and starts in class 0. The writer moves it to class 1, then removes it, so that at
// every moment the rows of class 0 and of class 1 together are those that live.
class Hammer {
 public:
  Hammer() : index_(kDimension, {.seal_rows = 64, .graph_min_authorized = 40, .graph_min_selectivity = 0.2}) {}

  void Write() {
    std::mt19937 random(1);
    for (uint64_t version = 1; version <= kMaxRounds && !Enough(); ++version) {
      std::this_thread::sleep_for(std::chrono::microseconds(20));  // lets the others have the lock
      const std::vector<float> rows = RandomRows(random, 2, kDimension);
      const std::lock_guard lock(mutex_);
      index_.Insert(acl::DocumentVersion(version), acl::ClassId(0), rows);
      if (version > 100) index_.Reclassify(acl::DocumentVersion(version - 100), acl::ClassId(1));
      if (version > 200) index_.Remove(acl::DocumentVersion(version - 200));
    }
    done_ = true;
  }

  void Maintain() {
    while (!done_) {
      std::unique_ptr<MaintenanceJob> job;
      {
        const std::lock_guard lock(mutex_);
        job = index_.NextMaintenance();
      }
      if (job == nullptr || !job->Run({})) {
        std::this_thread::yield();
        continue;
      }
      const std::lock_guard lock(mutex_);
      index_.Install(std::move(job));
      ++installed_;
    }
  }

  void Read(uint32_t seed) {
    std::mt19937 random(seed);
    while (!done_) {
      std::shared_ptr<const IndexSnapshot> snapshot;
      {
        const std::lock_guard lock(mutex_);
        snapshot = index_.Snapshot();
      }
      const std::vector<float> vector = RandomRows(random, 1, kDimension);
      const size_t of_class_0 = Found(*snapshot, vector, {0}, 1'000);
      const size_t of_class_1 = Found(*snapshot, vector, {1}, 1'000);
      EXPECT_EQ(of_class_0 + of_class_1, snapshot->live_rows());
      EXPECT_EQ(Found(*snapshot, vector, {0, 1}, 10), std::min<uint64_t>(10, snapshot->live_rows()));
      ++searches_;
    }
  }

  bool Enough() const { return installed_ >= kEnoughInstalls && searches_ >= kEnoughSearches; }

 private:
  static size_t Found(const IndexSnapshot& snapshot, const std::vector<float>& vector, std::vector<uint32_t> classes,
                      int k) {
    Query query;
    query.vector = vector;
    query.k = k;
    const auto result = snapshot.Search(query, Entitled(std::move(classes)));
    EXPECT_TRUE(result.ok()) << result.status();
    return result.ok() ? result->candidates.size() : 0;
  }

  std::mutex mutex_;
  VectorIndex index_;
  std::atomic<bool> done_ = false;
  std::atomic<int> installed_ = 0;
  std::atomic<int> searches_ = 0;
};

TEST(SearchConcurrencyTest, ReadersSeeWholeMomentsWhileWritersAndMaintenanceWork) {
  Hammer hammer;
  std::vector<std::thread> threads;
  for (uint32_t reader = 0; reader < kReaders; ++reader) threads.emplace_back([&, reader] { hammer.Read(reader + 1); });
  threads.emplace_back([&] { hammer.Maintain(); });
  hammer.Write();
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(hammer.Enough()) << "too little happened at the same time to prove anything";
}

}  // namespace
}  // namespace usher::index::testing
