// usherd as a process beside this one, on loopback and a data folder, gone with its owner.
// Thread-safety: const methods.
#ifndef USHER_BENCH_USHER_BENCH_SERVER_PROCESS_H_
#define USHER_BENCH_USHER_BENCH_SERVER_PROCESS_H_

#include <sys/types.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace usher::bench {

class ServerProcess {
 public:
  // Makes a key for an administrator who may act for others, then serves the folder on a free port; returns once calls
  // are answered. Settings of the server may be given in the environment, as ever. Its messages go to standard error.
  static absl::StatusOr<std::unique_ptr<ServerProcess>> Start(const std::string& usherd, const std::string& data,
                                                              const std::string& tenant);
  // Asks it to end, and waits until it has.
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  int port() const { return port_; }
  pid_t process() const { return process_; }
  const std::string& key() const { return key_; }

 private:
  ServerProcess() = default;

  pid_t process_ = -1;
  int port_ = 0;
  std::string key_;
};

}  // namespace usher::bench

#endif  // USHER_BENCH_USHER_BENCH_SERVER_PROCESS_H_
