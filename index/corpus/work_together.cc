#include "index/corpus/work_together.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

namespace usher::corpus {

absl::Status WorkTogether(size_t count, absl::FunctionRef<absl::Status(size_t)> work) {
  std::atomic<size_t> next{0};
  std::mutex mutex;
  size_t failed = count;  // guarded by mutex
  absl::Status failure;   // of piece `failed`; guarded by mutex
  const auto take_pieces = [&] {
    for (size_t i = next.fetch_add(1); i < count; i = next.fetch_add(1)) {
      absl::Status status = work(i);
      if (status.ok()) continue;
      next.store(count);
      const std::unique_lock lock(mutex);
      if (i < failed) failure = std::move(status);
      failed = std::min(failed, i);
    }
  };
  const size_t wanted = std::min(count, size_t{std::max(1u, std::thread::hardware_concurrency())});
  std::vector<std::thread> others;
  for (size_t i = 1; i < wanted; ++i) others.emplace_back(take_pieces);
  take_pieces();
  for (std::thread& other : others) other.join();
  return failure;
}

}  // namespace usher::corpus
