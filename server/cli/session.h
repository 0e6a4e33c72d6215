// What every command works with: the global options, the output, and the server, connected to at the first call.
//
// Not thread-safe.
#ifndef USHER_SERVER_CLI_SESSION_H_
#define USHER_SERVER_CLI_SESSION_H_

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/cli/output.h"
#include "server/rpc/client/json_client.h"

namespace usher::cli {

struct GlobalOptions {
  std::string server = "127.0.0.1:7443";
  std::string key_file;
  std::string act_as;
  std::string ca_cert;
  std::string client_cert;
  std::string client_key;
  std::string server_name;
  std::string timeout = "30s";
};

class Session {
 public:
  Session();

  // Filled in by the parser before the first call.
  GlobalOptions& options() { return options_; }
  Output& out() { return out_; }

  // Calls a unary method within the timeout. Errors are the server's, those of the options UsageError.
  absl::StatusOr<nlohmann::json> Call(absl::string_view method, const nlohmann::json& request);

  // Calls a listing method page by page and hands each answer to `sink`, until the last page.
  absl::Status Pages(absl::string_view method, nlohmann::json request,
                     const std::function<void(const nlohmann::json&)>& sink);

  // The same, with each element of the answers' `field`.
  absl::Status List(absl::string_view method, nlohmann::json request, const char* field,
                    const std::function<void(const nlohmann::json&)>& sink);

  // Calls a method that streams its answers and hands each to `sink`, until the server ends the call well, which gives
  // OK, or otherwise, or the sink's first error. `deadline` bounds the whole call.
  absl::Status Follow(absl::string_view method, const nlohmann::json& request, absl::Time deadline,
                      const std::function<absl::Status(const nlohmann::json&)>& sink);

  // Borrowed until the session ends.
  absl::StatusOr<rpc::JsonClient*> Client();

  // When a step that starts now must be done.
  absl::StatusOr<absl::Time> Deadline() const;

 private:
  absl::StatusOr<std::string> Key();

  GlobalOptions options_;
  Output out_;
  std::unique_ptr<rpc::JsonClient> client_;
};

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_SESSION_H_
