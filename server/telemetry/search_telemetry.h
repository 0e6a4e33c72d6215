// What the pipeline tells of its searches to those who watch the server.
//
// Thread-safety: a value; what it points to may be used concurrently.
#ifndef USHER_SERVER_TELEMETRY_SEARCH_TELEMETRY_H_
#define USHER_SERVER_TELEMETRY_SEARCH_TELEMETRY_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "index/corpus/corpus_types.h"
#include "index/vector_index.h"
#include "server/telemetry/metrics.h"
#include "server/telemetry/recall_sampler.h"

namespace usher::telemetry {

// Null parts are told nothing.
struct SearchTelemetry {
  Metrics* metrics = nullptr;
  RecallSampler* recall = nullptr;

  void CallEnded(absl::StatusCode outcome, uint64_t queries, absl::Duration taken) const {
    if (metrics != nullptr) metrics->CountCall(outcome, queries, taken);
  }
  void Searched(const index::Query& query, const corpus::View& view, const index::SearchResult& result) const {
    if (metrics != nullptr) metrics->CountSearch(result.path, result.scanned);
    if (recall != nullptr) recall->Offer(query, view.snapshot, view.entitlement, result);
  }
};

}  // namespace usher::telemetry

#endif  // USHER_SERVER_TELEMETRY_SEARCH_TELEMETRY_H_
