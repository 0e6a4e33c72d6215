// Tells a search when to give up: its deadline has passed or its caller has gone. Not thread-safe.
#ifndef USHER_INDEX_SEARCH_BUDGET_H_
#define USHER_INDEX_SEARCH_BUDGET_H_

#include <cstddef>
#include <functional>

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace usher::index {

class SearchBudget {
 public:
  // `cancelled` may be empty and must outlive this.
  SearchBudget(absl::Time deadline, const std::function<bool()>& cancelled)
      : deadline_(deadline), cancelled_(cancelled) {}

  // Call after looking at `rows` rows; asks for the time once in about a thousand.
  absl::Status Charge(size_t rows) {
    unchecked_rows_ += rows;
    if (unchecked_rows_ < kRowsBetweenChecks) return absl::OkStatus();
    unchecked_rows_ = 0;
    return Check();
  }

  absl::Status Check() const {
    if (cancelled_ && cancelled_()) return absl::CancelledError("search: the caller cancelled the request");
    if (deadline_ != absl::InfiniteFuture() && absl::Now() >= deadline_) {
      return absl::DeadlineExceededError("search: the deadline passed; allow more time or ask for fewer results");
    }
    return absl::OkStatus();
  }

 private:
  static constexpr size_t kRowsBetweenChecks = 1'000;

  absl::Time deadline_;
  const std::function<bool()>& cancelled_;
  size_t unchecked_rows_ = 0;
};

}  // namespace usher::index

#endif  // USHER_INDEX_SEARCH_BUDGET_H_
