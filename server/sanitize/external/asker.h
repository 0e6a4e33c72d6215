// Puts texts to a detector over HTTP, a bounded number of requests at once.
//
// Guarantees: `workers` requests are under way at most and `most_waiting` wait; more are refused at once. Answers
// longer than 1 MiB are dropped. A failing service is left alone for a while (circuit_breaker.h). When the service
// refuses a batch because of what is in it (HTTP 400, 413, 422), its halves are asked for separately, so that one text
// does not keep the others from being judged. Each request counts once in the metrics; no text and no key is logged.
// Non-guarantees: a text that makes the service itself slow or fail counts against the service, and may open the
// circuit for all. Thread-safety: Submit may be called concurrently; destroyed once, waits for requests under way.
#ifndef USHER_SERVER_SANITIZE_EXTERNAL_ASKER_H_
#define USHER_SERVER_SANITIZE_EXTERNAL_ASKER_H_

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "acl/clock.h"
#include "index/http/http_post.h"
#include "server/sanitize/external/adapter.h"
#include "server/sanitize/external/circuit_breaker.h"
#include "server/telemetry/metrics.h"

namespace usher::sanitize::external {

struct AskerOptions {
  std::string url;                                   // as http::CheckUrl accepts it
  std::string api_key;                               // bearer key; empty for none
  std::string ca_file;                               // PEM bundle; empty for the system's
  absl::Duration timeout = absl::Milliseconds(500);  // of one request; half of it to connect
  int workers = 4;
  size_t most_waiting = 64;
  int failures_to_open = 5;
  absl::Duration open_for = absl::Seconds(30);
};

// In the order of the texts; nullopt where nobody judged.
using Scores = std::vector<std::optional<double>>;

class Asker {
 public:
  struct Request {
    std::vector<std::string> texts;    // 1 to adapter.batch_size()
    absl::Time deadline;               // not sent after that
    std::function<void(Scores)> done;  // called at most once, by a worker; not after the asker's end
  };

  // INVALID_ARGUMENT naming what to change. `clock` and `metrics` are not owned and must outlive the asker; `metrics`
  // may be null.
  static absl::StatusOr<std::unique_ptr<Asker>> Create(const AskerOptions& options,
                                                       std::unique_ptr<const Adapter> adapter, const acl::Clock* clock,
                                                       telemetry::Metrics* metrics);
  ~Asker();

  // False, and `request` is dropped, when too many are waiting or the service is left alone.
  bool Submit(Request request);

  const Adapter& adapter() const { return *adapter_; }

 private:
  struct Reply {
    telemetry::DetectorOutcome outcome;
    bool about_texts = false;  // refused because of what was in it
    std::string reason;
  };

  Asker(const AskerOptions& options, std::unique_ptr<const Adapter> adapter, const acl::Clock* clock,
        telemetry::Metrics* metrics);
  void Run();
  std::optional<Request> Next();
  void Ask(std::optional<http::HttpPost>& post, absl::Span<const std::string> texts,
           absl::Span<std::optional<double>> scores);
  Reply AskOnce(std::optional<http::HttpPost>& post, absl::Span<const std::string> texts,
                absl::Span<std::optional<double>> scores);
  Reply Send(std::optional<http::HttpPost>& post, absl::Span<const std::string> texts,
             absl::Span<std::optional<double>> scores);
  void Count(telemetry::DetectorOutcome outcome);

  const AskerOptions options_;
  const http::HttpTarget target_;
  const std::unique_ptr<const Adapter> adapter_;
  const acl::Clock* const clock_;
  telemetry::Metrics* const metrics_;
  CircuitBreaker breaker_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;             // guarded by mutex_
  std::deque<Request> waiting_;       // guarded by mutex_
  std::vector<std::thread> workers_;  // last: they use the others
};

}  // namespace usher::sanitize::external

#endif  // USHER_SERVER_SANITIZE_EXTERNAL_ASKER_H_
