// All parts of a running server, wired together.
//
// Guarantees: when Start returns OK every acknowledged write of the data folder is in force and calls are being served.
// Thread-safety: Shutdown may be called once, from any thread.
#ifndef USHER_SERVER_DAEMON_DAEMON_H_
#define USHER_SERVER_DAEMON_DAEMON_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "acl/clock.h"
#include "index/embed/embedder.h"
#include "server/config/config.h"
#include "server/sanitize/external/detector.h"
#include "server/telemetry/metrics.h"

namespace usher::daemon {

class Daemon {
 public:
  // `clock` must outlive the daemon. Errors say which setting to change.
  static absl::StatusOr<std::unique_ptr<Daemon>> Start(const config::Config& config, const acl::Clock* clock);
  ~Daemon();

  int port() const;
  // One line about what is served, for the log.
  std::string Describe() const;

  // Reads the folder of policies again; what does not load is logged, and what applied before stays. From one
  // thread at a time.
  void ReloadPolicies();

  // Lets calls under way finish within the configured drain time.
  void Shutdown();

 private:
  struct Impl;
  explicit Daemon(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// The embedder that the configuration asks for; nullptr for `none`.
absl::StatusOr<std::unique_ptr<embed::Embedder>> MakeEmbedder(const config::Config& config, const acl::Clock& clock);

// The external detector that the configuration asks for; nullptr for `none`. `metrics` may be null.
absl::StatusOr<std::unique_ptr<sanitize::external::Detector>> MakeDetector(const config::Config& config,
                                                                           const acl::Clock& clock,
                                                                           telemetry::Metrics* metrics);

// The secret in a file, without white space around it; NOT_FOUND as ReadFile. Empty when `path` is.
absl::StatusOr<std::string> ReadSecret(const std::string& path, const std::string& setting);

// The content of a file; NOT_FOUND naming `setting` when it cannot be read.
absl::StatusOr<std::string> ReadFile(const std::string& path, const std::string& setting);

}  // namespace usher::daemon

#endif  // USHER_SERVER_DAEMON_DAEMON_H_
