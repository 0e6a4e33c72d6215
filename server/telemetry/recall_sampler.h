// Live recall: keeps a small share of the searches that may have missed something, to repeat them exactly later and
// compare.
//
// Guarantees: the answer that is sampled does not wait for it, and does not depend on it; which searches are chosen
// does not depend on what they ask or find; at most `most_kept` samples wait, each for at most `max_age`, and with it
// the snapshot it searched; nothing of a sample leaves but its recall. Non-guarantees: chunks removed or revoked since
// the search stay in memory, for nobody to find, as long as a sample of it waits. Thread-safety: all methods may be
// called concurrently.
#ifndef USHER_SERVER_TELEMETRY_RECALL_SAMPLER_H_
#define USHER_SERVER_TELEMETRY_RECALL_SAMPLER_H_

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "acl/entitlement.h"
#include "index/fields/filter.h"
#include "index/vector_index.h"
#include "server/idle_worker.h"
#include "server/telemetry/metrics.h"

namespace usher::telemetry {

struct RecallOptions {
  double sample_share = 0.001;  // of the searches on an approximate path; 0 to 1
  size_t most_kept = 4;
  absl::Duration max_age = absl::Seconds(10);
};

// Share of `best` that is in `found`, where what scores like the last of `best` is as good. `best` must not be empty.
double RecallOf(absl::Span<const index::Candidate> found, absl::Span<const index::Candidate> best);

class RecallSampler {
 public:
  // `metrics` must outlive the sampler.
  RecallSampler(const RecallOptions& options, Metrics* metrics) : options_(options), metrics_(metrics) {}

  // Copies what it keeps of the search, if it keeps it at all.
  void Offer(const index::Query& query, const std::shared_ptr<const index::IndexSnapshot>& snapshot,
             const std::shared_ptr<const acl::Entitlement>& entitlement, const index::SearchResult& result);

  // Lets go of samples that have waited too long.
  void DropExpired();

  // Repeats the search of the oldest sample; false when there is none. `stop` ends it early and may be empty.
  bool MeasureNext(const std::function<bool()>& stop);

 private:
  struct Sample {
    std::vector<float> vector;
    int k = 0;
    std::optional<fields::Filter> filter;
    std::shared_ptr<const index::IndexSnapshot> snapshot;
    std::shared_ptr<const acl::Entitlement> entitlement;
    std::vector<index::Candidate> found;
    AccessShape shape;
    std::chrono::steady_clock::time_point expires;
  };

  bool Choose();
  void Measure(const Sample& sample, const std::function<bool()>& stop);

  const RecallOptions options_;
  Metrics* const metrics_;
  std::atomic<uint64_t> offered_{0};
  std::mutex mutex_;
  std::deque<Sample> samples_;  // oldest first; guarded by mutex_
};

// Measures with a fiftieth of the time of one processor, however many samples there are. `sampler` must outlive it.
IdleWorker::Duty RecallDuty(RecallSampler* sampler);

}  // namespace usher::telemetry

#endif  // USHER_SERVER_TELEMETRY_RECALL_SAMPLER_H_
