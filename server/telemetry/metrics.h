// The figures of a running server, for those who operate it, in the form that Prometheus reads.
//
// Guarantees: labels take a fixed, small number of values, all of this program's own choosing, and every series exists
// from the start; no tenant, principal, collection, document or text is in any of them. Non-guarantees: the figures
// count what all callers may not see as well, so they are not for callers. Thread-safety: all methods may be called
// concurrently.
#ifndef USHER_SERVER_TELEMETRY_METRICS_H_
#define USHER_SERVER_TELEMETRY_METRICS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "index/corpus/corpus_types.h"
#include "server/telemetry/access_shape.h"

namespace usher::telemetry {

// What others count already, asked for whenever the figures are read.
struct ServerFigures {
  uint64_t verify_defects = 0;
  corpus::IndexFigures index;
  uint64_t hubs = 0;  // chunks that answer everything
  uint64_t canary_alarms = 0;
  uint64_t refused_policies = 0;  // files that did not load when they were read last
  uint64_t chunks_reviewed = 0;   // by the background review of policies
};

// What became of a query that was chosen to be repeated exactly.
enum class SampleFate {
  kCompared,
  kDropped,  // too many were waiting
  kExpired,  // it waited too long
  kFailed,   // the exact search gave an error, or was not done in time
};

// How a request to an external detector ended.
enum class DetectorOutcome {
  kLabelled,
  kTimeout,
  kRefused,    // not reached, not trusted, or a status other than 200
  kMalformed,  // an answer that is too long or does not judge the texts
  kOpen,       // not sent: the detector failed before
  kBusy,       // not sent: too many were waiting
};

class Metrics {
 public:
  // `read` is called by whoever reads the figures, at any time, and must stay valid as long as this.
  explicit Metrics(std::function<ServerFigures()> read);
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // A call of `queries` queries ended after `taken`.
  void CountCall(absl::StatusCode outcome, uint64_t queries, absl::Duration taken);
  // One search of an index; `path` and `scanned` as in index::SearchResult.
  void CountSearch(std::string_view path, uint64_t scanned);
  // `recall`: 0 to 1.
  void CountRecall(const AccessShape& shape, double recall);
  void CountSample(SampleFate fate);
  void CountDetectorCall(DetectorOutcome outcome);

  // All figures in Prometheus' text format.
  std::string Text() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace usher::telemetry

#endif  // USHER_SERVER_TELEMETRY_METRICS_H_
