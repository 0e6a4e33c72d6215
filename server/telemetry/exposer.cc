#include "server/telemetry/exposer.h"

#include <httplib.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <thread>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "acl/absl_view.h"

namespace usher::telemetry {
namespace {

// Prometheus and one more.
constexpr size_t kThreads = 2;
constexpr std::chrono::seconds kPatience{5};

// The library's own options let two servers share a port without a word.
void ReuseAddressOnly(socket_t socket) {
  const int on = 1;
  setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
}

void Limit(httplib::Server& server) {
  server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  server.set_socket_options(ReuseAddressOnly);
  server.set_payload_max_length(0);
  // A reader that stops halfway, or asks nothing more, does not hold one of the threads for long.
  server.set_read_timeout(kPatience);
  server.set_write_timeout(kPatience);
  server.set_keep_alive_timeout(1);
}

// 0 where that is not possible.
int Bind(httplib::Server& server, std::string_view address) {
  const size_t colon = address.rfind(':');
  int port = 0;
  if (colon == std::string_view::npos || !absl::SimpleAtoi(acl::ToAbsl(address.substr(colon + 1)), &port)) return 0;
  std::string host(address.substr(0, colon));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (port == 0) return std::max(0, server.bind_to_any_port(host));
  return server.bind_to_port(host, port) ? port : 0;
}

}  // namespace

struct Exposer::State {
  ~State() {
    // It can only be stopped once it runs.
    while (thread.joinable() && !server.is_running()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    server.stop();
    if (thread.joinable()) thread.join();
  }

  httplib::Server server;
  std::thread thread;
  int port = 0;
};

Exposer::Exposer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Exposer::~Exposer() = default;

absl::StatusOr<std::unique_ptr<Exposer>> Exposer::Start(const std::string& address, const Metrics& metrics) {
  auto state = std::make_unique<State>();
  Limit(state->server);
  state->server.Get("/metrics", [&metrics](const httplib::Request&, httplib::Response& response) {
    response.set_content(metrics.Text(), "text/plain; version=0.0.4; charset=utf-8");
  });
  state->port = Bind(state->server, address);
  if (state->port == 0) {
    return absl::UnavailableError(
        absl::StrCat("cannot serve metrics on '", address, "': is the port of metrics.address taken?"));
  }
  state->thread = std::thread([server = &state->server] { server->listen_after_bind(); });
  return std::unique_ptr<Exposer>(new Exposer(std::move(state)));
}

int Exposer::port() const { return state_->port; }

}  // namespace usher::telemetry
