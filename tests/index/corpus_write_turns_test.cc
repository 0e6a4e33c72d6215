#include "index/corpus/write_turns.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

namespace usher::corpus {
namespace {

// Threads that take a turn each, and the order in which they had it.
class Queue {
 public:
  explicit Queue(WriteTurns* turns) : turns_(turns) {}
  ~Queue() { Join(); }

  void Add(Haste haste) {
    threads_.emplace_back([this, haste] {
      ++started_;
      const WriteTurns::Turn turn(turns_, haste);
      order_.push_back(haste);  // whoever has the turn is alone
    });
  }
  // Until all have had the time to queue up.
  void Settle() const {
    while (started_ < static_cast<int>(threads_.size())) std::this_thread::yield();
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  const std::vector<Haste>& Join() {
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
    return order_;
  }

 private:
  WriteTurns* turns_;
  std::atomic<int> started_ = 0;
  std::vector<Haste> order_;
  std::vector<std::thread> threads_;
};

TEST(WriteTurns, WhatChangesRightsGoesBeforeLoadsThatWaitedLonger) {
  WriteTurns turns;
  Queue queue(&turns);
  {
    const WriteTurns::Turn first(&turns, Haste::kBulk);
    for (int i = 0; i < 4; ++i) queue.Add(Haste::kBulk);
    queue.Settle();
    queue.Add(Haste::kPrompt);
    queue.Settle();
  }
  const std::vector<Haste>& order = queue.Join();
  ASSERT_EQ(order.size(), 5u);
  EXPECT_EQ(order.front(), Haste::kPrompt);
}

TEST(WriteTurns, ALoadHasItsTurnAmongManyChangesOfRights) {
  WriteTurns turns;
  Queue queue(&turns);
  {
    const WriteTurns::Turn first(&turns, Haste::kPrompt);
    queue.Add(Haste::kBulk);
    for (int i = 0; i < 2 * WriteTurns::kMostInARow; ++i) queue.Add(Haste::kPrompt);
    queue.Settle();
  }
  const std::vector<Haste>& order = queue.Join();
  const auto load = std::find(order.begin(), order.end(), Haste::kBulk);
  EXPECT_EQ(load - order.begin(), WriteTurns::kMostInARow);
}

TEST(WriteTurns, NobodyWritesAtTheSameTimeAndAllDo) {
  WriteTurns turns;
  constexpr int kRounds = 2'000;
  int inside = 0;
  int written = 0;
  bool alone = true;
  std::vector<std::thread> threads;
  for (const Haste haste : {Haste::kPrompt, Haste::kBulk, Haste::kPrompt, Haste::kBulk}) {
    threads.emplace_back([&, haste] {
      for (int i = 0; i < kRounds; ++i) {
        const WriteTurns::Turn turn(&turns, haste);
        alone = alone && ++inside == 1;
        ++written;
        --inside;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(alone);
  EXPECT_EQ(written, 4 * kRounds);
}

}  // namespace
}  // namespace usher::corpus
