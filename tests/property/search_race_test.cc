// Threads search while one writes and one seals and merges. Each publishes, with every change, the snapshot and a copy
// of the mirror of that moment, and every answer is held against the mirror of its own moment. Meant for the thread
// sanitizer, and to be true without it.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <iostream>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/index/prefer_path.h"
#include "tests/property/run_length.h"
#include "tests/property/search_judge.h"
#include "tests/property/search_world.h"

namespace usher::index::testing {
namespace {

constexpr int kReaders = 3;
constexpr size_t kMomentsKept = 12;
constexpr uint64_t kEnoughWrites = 400;
constexpr uint64_t kEnoughInstalls = 12;
constexpr uint64_t kEnoughAnswers = 300;
constexpr auto kLongest = std::chrono::seconds(60);

WorldShape TinySegments() {
  WorldShape shape;
  shape.name = "TinySegments";
  shape.dimension = 40;
  shape.rows = 400;
  shape.topics = 8;
  shape.options = Prefer(Path::kCells, 64);
  return shape;
}

class Race {
 public:
  Race() : world_(tests::Seed(), TinySegments()) {
    while (world_.Remember().mirror.rows() < TinySegments().rows / 2) world_.Write();
    Publish();
  }

  void Write() {
    while (!Enough() && std::chrono::steady_clock::now() < give_up_) {
      {
        const std::lock_guard lock(mutex_);
        world_.Write();
        Publish();
      }
      ++writes_;
      std::this_thread::sleep_for(std::chrono::microseconds(200));  // lets the others have the lock
    }
    done_ = true;
  }

  void Maintain() {
    while (!done_) {
      std::unique_ptr<MaintenanceJob> job;
      {
        const std::lock_guard lock(mutex_);
        job = world_.NextMaintenance();
      }
      if (job == nullptr || !job->Run([this] { return done_.load(); })) {
        std::this_thread::yield();
        continue;
      }
      const std::lock_guard lock(mutex_);
      world_.Install(std::move(job));
      Publish();
      ++installs_;
    }
  }

  void Read(uint64_t reader) {
    SearchCases cases(tests::Seed() + 1 + reader, TinySegments());
    SearchTally tally;
    while (!done_) {
      const std::shared_ptr<const Moment> moment = AnyMoment(cases);
      const auto wrong = JudgeMoment(*moment, cases.Any(), &tally);
      if (wrong) {
        ADD_FAILURE() << *wrong << "; seen with USHER_SEED=" << tests::Seed();
        done_ = true;
      }
      ++answers_;
    }
    const std::lock_guard lock(mutex_);
    tally_.Add(tally);
  }

  bool Enough() const { return writes_ >= kEnoughWrites && installs_ >= kEnoughInstalls && answers_ >= kEnoughAnswers; }

  // Only when all threads have ended.
  void Report() const {
    std::cout << writes_ << " writes, " << installs_ << " seals and merges, " << answers_
              << " questions asked four times, " << tally_.approximate << " answered approximately" << std::endl;
  }
  uint64_t approximate() const { return tally_.approximate; }

 private:
  // Under mutex_.
  void Publish() {
    moments_.push_back(std::make_shared<const Moment>(world_.Remember()));
    if (moments_.size() > kMomentsKept) moments_.pop_front();
  }

  // The newest, or one that others have written past already.
  std::shared_ptr<const Moment> AnyMoment(SearchCases& cases) {
    const std::lock_guard lock(mutex_);
    const size_t age = cases.Below(2) == 0 ? 0 : cases.Below(static_cast<uint32_t>(moments_.size()));
    return moments_[moments_.size() - 1 - age];
  }

  const std::chrono::steady_clock::time_point give_up_ = std::chrono::steady_clock::now() + kLongest;
  std::mutex mutex_;
  SearchWorld world_;                                  // guarded by mutex_
  std::deque<std::shared_ptr<const Moment>> moments_;  // guarded by mutex_; newest last
  SearchTally tally_;                                  // guarded by mutex_
  std::atomic<bool> done_ = false;
  std::atomic<uint64_t> writes_ = 0, installs_ = 0, answers_ = 0;
};

TEST(SearchRaceTest, EveryAnswerIsThatOfItsSnapshotsMomentWhileOthersWriteAndMaintain) {
  Race race;
  std::vector<std::thread> threads;
  for (uint64_t reader = 0; reader < kReaders; ++reader) threads.emplace_back([&, reader] { race.Read(reader); });
  threads.emplace_back([&] { race.Maintain(); });
  race.Write();
  for (std::thread& thread : threads) thread.join();
  race.Report();
  EXPECT_TRUE(race.Enough()) << "too little happened at the same time to prove anything";
  EXPECT_GT(race.approximate(), 0u) << "no question left the exact path";
}

}  // namespace
}  // namespace usher::index::testing
