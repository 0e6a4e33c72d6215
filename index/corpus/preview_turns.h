// A long reading of a tenant's rules that lets writers in now and then.
//
// The reader holds the tenant's lock shared, but never for much longer than a turn between two calls of Check. What was
// read before still holds after, or Check says ABORTED. Thread-safety: one thread.
#ifndef USHER_INDEX_CORPUS_PREVIEW_TURNS_H_
#define USHER_INDEX_CORPUS_PREVIEW_TURNS_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <shared_mutex>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "acl/clock.h"
#include "index/corpus/tenant_state.h"

namespace usher::corpus {

class PreviewTurns {
 public:
  // Takes the lock of `tenant`, which must outlive it as `clock` must.
  PreviewTurns(const Tenant& tenant, const acl::Clock* clock, absl::Time deadline, std::chrono::milliseconds turn);

  // The newest write that is in force, as long as Check says OK.
  acl::Revision revision() const { return revision_; }

  // DEADLINE_EXCEEDED once the deadline has passed; ABORTED once something was written.
  absl::Status Check();

 private:
  const Tenant& tenant_;
  const acl::Clock* clock_;
  absl::Time deadline_;
  std::chrono::milliseconds turn_;
  std::shared_lock<acl::WriterFirstMutex> lock_;
  acl::Revision revision_;
  std::chrono::steady_clock::time_point since_;
  absl::Status status_;
};

// Calls `attempt` until it is not ABORTED, but not for ever: first with turns of 4 ms, which writers hardly notice,
// then with longer and longer ones up to a quarter of a second, so that a tenant that is written to all the time gets
// its previews as well.
absl::Status RetryAborted(const std::function<absl::Status(std::chrono::milliseconds turn)>& attempt);

}  // namespace usher::corpus

#endif  // USHER_INDEX_CORPUS_PREVIEW_TURNS_H_
