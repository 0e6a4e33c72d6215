// Serves the figures over HTTP at /metrics, for Prometheus to read.
//
// Non-guarantees: there is no TLS and nobody is asked who they are (server/telemetry/NOTES.md), so whoever starts it
// gives it a loopback address. Thread-safety: everything const may run concurrently.
#ifndef USHER_SERVER_TELEMETRY_EXPOSER_H_
#define USHER_SERVER_TELEMETRY_EXPOSER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "server/telemetry/metrics.h"

namespace usher::telemetry {

class Exposer {
 public:
  // `address`: IP address and port, 0 for any that is free. `metrics` must outlive the exposer.
  // UNAVAILABLE when it cannot listen there.
  static absl::StatusOr<std::unique_ptr<Exposer>> Start(const std::string& address, const Metrics& metrics);
  ~Exposer();

  int port() const;

 private:
  struct State;
  explicit Exposer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace usher::telemetry

#endif  // USHER_SERVER_TELEMETRY_EXPOSER_H_
