// What a policy does to text that is stored, found out before anybody asks for it.
//
// Each collection's chunks are cleaned as answers clean them, page by page, and counted; again whenever another policy
// applies to the collection, and after a restart. A review speaks of what was stored while it ran: what is written
// later is cleaned when it leaves, like everything. Guarantees: memory of one page; a canary in stored text is told to
// the log. Thread-safety: Step from one thread at a time, everything else from any.
#ifndef USHER_SERVER_PIPELINE_POLICY_REVIEW_H_
#define USHER_SERVER_PIPELINE_POLICY_REVIEW_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "acl/ids.h"
#include "index/storage/store.h"
#include "server/idle_worker.h"
#include "server/pipeline/clean_fields.h"
#include "server/sanitize/policy/policy_set.h"

namespace usher::pipeline {

struct PolicyReview {
  std::string policy_digest;
  bool finished = false;
  uint64_t chunks = 0;                     // looked at so far
  uint64_t quarantined = 0;                // of these, kept back
  uint64_t changed = 0;                    // of these, otherwise than they are stored, and not kept back
  uint64_t labelled = 0;                   // of these, as they are stored, with findings
  std::vector<std::string> canaries = {};  // names of chunks with planted strings, PolicyReviewer::kMostNamed at most
};

class PolicyReviewer {
 public:
  static constexpr size_t kMostNamed = 100;
  static constexpr size_t kPage = 64;  // chunks

  // Both must outlive the reviewer.
  PolicyReviewer(const storage::Store* store, const sanitize::PolicySet* policies)
      : store_(store), policies_(policies) {}

  // Looks at a page of chunks; false when everything has been reviewed, which is looked into every few seconds.
  bool Step(const IdleWorker::Stopping& stopping);

  // Policies changed: what is due is looked for at the next step.
  void LookNow() { look_now_.store(true, std::memory_order_relaxed); }

  // Nothing where the review has not begun.
  std::optional<PolicyReview> Of(acl::CollectionId collection) const;

  // Chunks with canaries that were met.
  uint64_t canary_alarms() const { return canary_alarms_.load(std::memory_order_relaxed); }
  uint64_t chunks_reviewed() const { return chunks_reviewed_.load(std::memory_order_relaxed); }

 private:
  struct Subject {
    acl::CollectionId id;
    std::string tenant, name;
    std::string after;  // the last document that was looked at
  };
  // The next collection whose review is due, in `subject_`.
  bool FindSubject();
  absl::Status Page(const sanitize::Sanitizer& sanitizer, const IdleWorker::Stopping& stopping);
  absl::Status Look(const sanitize::Sanitizer& sanitizer, const storage::DocumentRecord& document,
                    const IdleWorker::Stopping& stopping);
  void Count(const storage::ChunkRecord& record, const CleanFields& clean);

  const storage::Store* const store_;
  const sanitize::PolicySet* const policies_;
  std::optional<Subject> subject_;
  std::chrono::steady_clock::time_point next_look_{};
  std::atomic<bool> look_now_{false};
  std::atomic<uint64_t> canary_alarms_{0};
  std::atomic<uint64_t> chunks_reviewed_{0};
  mutable std::mutex mutex_;  // guards what follows
  std::map<acl::CollectionId, PolicyReview> reviews_;
};

// Reviews with a quarter of the time of one processor. `reviewer` must outlive it.
IdleWorker::Duty ReviewDuty(PolicyReviewer* reviewer);

}  // namespace usher::pipeline

#endif  // USHER_SERVER_PIPELINE_POLICY_REVIEW_H_
