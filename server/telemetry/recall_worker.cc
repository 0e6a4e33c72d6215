#include "server/telemetry/recall_worker.h"

#include <spdlog/spdlog.h>
#include <sys/resource.h>

#include <cerrno>
#include <chrono>
#include <cstring>

namespace usher::telemetry {
namespace {

using std::chrono::steady_clock;

// Samples wait so long at least to be measured, and at most so much longer than their age allows.
constexpr std::chrono::milliseconds kTick(100);
constexpr int kRestPerWork = 49;
constexpr int kLowestPriority = 19;

}  // namespace

RecallWorker::RecallWorker(RecallSampler* sampler) : sampler_(sampler), thread_([this] { Run(); }) {}

RecallWorker::~RecallWorker() {
  {
    const std::unique_lock lock(mutex_);
    stopping_.store(true, std::memory_order_relaxed);
  }
  stopped_.notify_one();
  thread_.join();
}

bool RecallWorker::Rest() {
  std::unique_lock lock(mutex_);
  return !stopped_.wait_for(lock, kTick, [this] { return stopping_.load(std::memory_order_relaxed); });
}

void RecallWorker::Run() {
  // On Linux this is about the calling thread alone.
  if (setpriority(PRIO_PROCESS, 0, kLowestPriority) != 0) {
    spdlog::warn("recall is measured at ordinary priority: {}", std::strerror(errno));
  }
  steady_clock::time_point next_work = steady_clock::now();
  while (Rest()) {
    const steady_clock::time_point started = steady_clock::now();
    if (started < next_work) {
      sampler_->DropExpired();
      continue;
    }
    if (!sampler_->MeasureNext([this] { return stopping_.load(std::memory_order_relaxed); })) continue;
    const steady_clock::time_point ended = steady_clock::now();
    next_work = ended + kRestPerWork * (ended - started);
  }
}

}  // namespace usher::telemetry
