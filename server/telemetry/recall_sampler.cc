#include "server/telemetry/recall_sampler.h"

#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/time/clock.h"

namespace usher::telemetry {
namespace {

// One after the other gives numbers without a pattern (the finaliser of SplitMix64), so that searches that come in a
// rhythm are chosen as often as others.
double Scattered(uint64_t number) {
  uint64_t bits = (number + 1) * 0x9e3779b97f4a7c15;
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
  bits ^= bits >> 31;
  return static_cast<double>(bits >> 11) * 0x1p-53;
}

}  // namespace

double RecallOf(absl::Span<const index::Candidate> found, absl::Span<const index::Candidate> best) {
  absl::flat_hash_set<index::RowKey> wanted;
  for (const index::Candidate& candidate : best) wanted.insert(candidate.key);
  size_t hits = 0;
  for (const index::Candidate& candidate : found) {
    if (wanted.contains(candidate.key) || candidate.score == best.back().score) ++hits;
  }
  return static_cast<double>(hits) / static_cast<double>(best.size());
}

bool RecallSampler::Choose() {
  return Scattered(offered_.fetch_add(1, std::memory_order_relaxed)) < options_.sample_share;
}

void RecallSampler::Offer(const index::Query& query, const std::shared_ptr<const index::IndexSnapshot>& snapshot,
                          const std::shared_ptr<const acl::Entitlement>& entitlement,
                          const index::SearchResult& result) {
  const std::optional<AccessShape> shape = ShapeOf(result.path, result.authorized, snapshot->live_rows());
  if (!shape || result.candidates.empty() || !Choose()) return;
  {
    // A search never waits for the thread that measures, which has the lowest priority there is.
    const std::unique_lock lock(mutex_, std::try_to_lock);
    if (lock.owns_lock() && samples_.size() < options_.most_kept) {
      samples_.push_back({{query.vector.begin(), query.vector.end()},
                          query.k,
                          query.filter == nullptr ? std::nullopt : std::optional(*query.filter),
                          snapshot,
                          entitlement,
                          result.candidates,
                          *shape,
                          std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(options_.max_age)});
      return;
    }
  }
  metrics_->CountSample(SampleFate::kDropped);
}

void RecallSampler::DropExpired() {
  std::vector<Sample> expired;  // freed after the lock
  {
    const std::unique_lock lock(mutex_);
    const auto now = std::chrono::steady_clock::now();
    for (; !samples_.empty() && samples_.front().expires <= now; samples_.pop_front()) {
      expired.push_back(std::move(samples_.front()));
    }
  }
  for (size_t i = 0; i < expired.size(); ++i) metrics_->CountSample(SampleFate::kExpired);
}

bool RecallSampler::MeasureNext(const std::function<bool()>& stop) {
  DropExpired();
  std::optional<Sample> sample;
  {
    const std::unique_lock lock(mutex_);
    if (samples_.empty()) return false;
    sample = std::move(samples_.front());
    samples_.pop_front();
  }
  Measure(*sample, stop);
  return true;
}

void RecallSampler::Measure(const Sample& sample, const std::function<bool()>& stop) {
  const auto left = sample.expires - std::chrono::steady_clock::now();
  const index::Query query{sample.vector,
                           sample.k,
                           index::SearchMode::kExact,
                           absl::Now() + absl::FromChrono(left),
                           stop,
                           sample.filter ? &*sample.filter : nullptr};
  const absl::StatusOr<index::SearchResult> exact = sample.snapshot->Search(query, *sample.entitlement);
  if (!exact.ok() || exact->candidates.empty()) {
    metrics_->CountSample(SampleFate::kFailed);
    return;
  }
  metrics_->CountRecall(sample.shape, RecallOf(sample.found, exact->candidates));
  metrics_->CountSample(SampleFate::kCompared);
}

IdleWorker::Duty RecallDuty(RecallSampler* sampler) {
  return {.name = "measuring recall",
          .rest_per_work = 49,
          .work = [sampler](const IdleWorker::Stopping& stopping) { return sampler->MeasureNext(stopping); },
          .while_resting = [sampler] { sampler->DropExpired(); }};
}

}  // namespace usher::telemetry
