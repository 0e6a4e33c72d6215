#include "server/telemetry/exposer.h"

#include <prometheus/exposer.h>

#include <exception>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace usher::telemetry {

struct Exposer::State {
  std::shared_ptr<prometheus::Collectable> collectable;  // the exposer keeps a weak pointer only
  prometheus::Exposer exposer;
};

Exposer::Exposer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Exposer::~Exposer() = default;

// The library reports by exceptions; they end here.
absl::StatusOr<std::unique_ptr<Exposer>> Exposer::Start(const std::string& address, const Metrics& metrics) {
  try {
    // A reader that stops halfway does not hold one of the two threads for long.
    const std::vector<std::string> options = {"listening_ports",    address, "num_threads", "2",
                                              "request_timeout_ms", "5000"};
    std::unique_ptr<State> state(new State{metrics.collectable(), prometheus::Exposer(options)});
    state->exposer.RegisterCollectable(state->collectable);
    return std::unique_ptr<Exposer>(new Exposer(std::move(state)));
  } catch (const std::exception& error) {
    return absl::UnavailableError(
        absl::StrCat("cannot serve metrics on '", address, "': is the port of metrics.address taken? ", error.what()));
  }
}

int Exposer::port() const {
  const std::vector<int> ports = state_->exposer.GetListeningPorts();
  return ports.empty() ? 0 : ports.front();
}

}  // namespace usher::telemetry
