#include "server/idle_worker.h"

#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <utility>

namespace usher {
namespace {

using std::chrono::steady_clock;

// What has come up waits at least so long.
constexpr std::chrono::milliseconds kTick(100);
constexpr int kLowestPriority = 19;

}  // namespace

IdleWorker::IdleWorker(Duty duty) : duty_(std::move(duty)), thread_([this] { Run(); }) {}

IdleWorker::~IdleWorker() {
  {
    const std::unique_lock lock(mutex_);
    stopping_.store(true, std::memory_order_relaxed);
  }
  stopped_.notify_one();
  thread_.join();
}

bool IdleWorker::Rest() {
  std::unique_lock lock(mutex_);
  return !stopped_.wait_for(lock, kTick, [this] { return stopping_.load(std::memory_order_relaxed); });
}

void IdleWorker::Run() {
  // On Linux this is about the calling thread alone.
  if (setpriority(PRIO_PROCESS, 0, kLowestPriority) != 0) {
    spdlog::warn("{} runs at ordinary priority: {}", duty_.name, std::strerror(errno));
  }
  const Stopping stopping = [this] { return stopping_.load(std::memory_order_relaxed); };
  steady_clock::time_point next_work = steady_clock::now();
  while (Rest()) {
    const steady_clock::time_point started = steady_clock::now();
    if (started < next_work) {
      duty_.while_resting();
      continue;
    }
    // Work that comes in small pieces is done until a tick is full, or ticks would be all that counts.
    steady_clock::time_point ended = started;
    bool worked = true;
    while (worked && ended - started < kTick && !stopping()) {
      worked = duty_.work(stopping);
      ended = steady_clock::now();
    }
    next_work = ended + duty_.rest_per_work * (ended - started);
  }
}

}  // namespace usher
