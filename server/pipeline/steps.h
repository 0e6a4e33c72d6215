// What the ways to an answer have in common, for the source files of QueryPipeline.
//
// Thread-safety: free functions; values.
#ifndef USHER_SERVER_PIPELINE_STEPS_H_
#define USHER_SERVER_PIPELINE_STEPS_H_

#include <chrono>
#include <cstdint>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "acl/clock.h"
#include "server/pipeline/query_pipeline.h"
#include "server/status_detail.h"

namespace usher::pipeline {

// Each rerun takes a write that touched this very answer while it was made.
inline constexpr uint32_t kMaxReruns = 8;

inline constexpr std::string_view kBatchSearchMethod = "usher.v1.RetrievalService/BatchSearch";

// Measures the steps one after another. Not affected by changes of the system clock.
class StepTimer {
 public:
  absl::Duration Lap() {
    const auto now = std::chrono::steady_clock::now();
    return absl::FromChrono(now - std::exchange(last_, now));
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

inline absl::Status CheckAlive(const CallControl& call, absl::Time deadline, const acl::Clock& clock) {
  if (call.cancelled && call.cancelled()) return absl::CancelledError("the caller gave up");
  if (clock.Now() >= deadline) return absl::DeadlineExceededError("the deadline passed; nothing was returned");
  return absl::OkStatus();
}

inline absl::Status Overtaken() {
  return WithReason(
      RetryAfter(absl::AbortedError("rules or documents changed faster than the search could follow; retry"),
                 absl::Milliseconds(50)),
      "CONCURRENT_CHANGES");
}

// The answer to the one query that was asked.
inline absl::StatusOr<Answer> Single(absl::StatusOr<BatchAnswer> batch) {
  if (!batch.ok()) return batch.status();
  BatchAnswer::Part& part = batch->parts.front();
  return Answer{
      std::move(part.context),        batch->revision, std::move(batch->receipt_id), part.plan, part.incomplete,
      std::move(batch->policy_digest)};
}

}  // namespace usher::pipeline

#endif  // USHER_SERVER_PIPELINE_STEPS_H_
