#include "index/corpus/preview_turns.h"

namespace usher::corpus {

PreviewTurns::PreviewTurns(const Tenant& tenant, const acl::Clock* clock, absl::Time deadline,
                           std::chrono::milliseconds turn)
    : tenant_(tenant),
      clock_(clock),
      deadline_(deadline),
      turn_(turn),
      lock_(tenant.mutex),
      revision_(tenant.revision),
      since_(std::chrono::steady_clock::now()) {}

absl::Status PreviewTurns::Check() {
  if (!status_.ok()) return status_;
  if (clock_->Now() >= deadline_) {
    status_ = absl::DeadlineExceededError(
        "the preview was not complete by its deadline; propose fewer changes or look at fewer collections");
    return status_;
  }
  if (std::chrono::steady_clock::now() - since_ < turn_) return status_;
  lock_.unlock();
  lock_.lock();
  since_ = std::chrono::steady_clock::now();
  if (tenant_.revision != revision_) {
    status_ = absl::AbortedError("something was written faster than the preview could follow; retry");
  }
  return status_;
}

absl::Status RetryAborted(const std::function<absl::Status(std::chrono::milliseconds turn)>& attempt) {
  constexpr std::chrono::milliseconds kShortest{4};
  constexpr std::chrono::milliseconds kLongest{256};
  absl::Status status;
  for (auto turn = kShortest; turn <= kLongest; turn *= 2) {
    status = attempt(turn);
    if (!absl::IsAborted(status)) break;
  }
  return status;
}

}  // namespace usher::corpus
