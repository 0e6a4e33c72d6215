#include "server/cli/session.h"

#include <cstdlib>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "server/cli/exit_code.h"
#include "server/cli/key_file.h"
#include "server/rpc/client/address.h"

namespace usher::cli {
namespace {

constexpr absl::Duration kLongestTimeout = absl::Hours(1);
constexpr int kPageSize = 1000;

// TLS whenever it was asked for, and always towards other machines.
absl::StatusOr<rpc::ClientOptions> ToClientOptions(const GlobalOptions& options, std::string key) {
  auto address = rpc::ParseAddress(options.server);
  if (!address.ok()) return UsageError(address.status().message());
  rpc::ClientOptions client{
      .address = options.server, .api_key = std::move(key), .principal = options.act_as, .tls = {}};
  const bool asked_for = !options.ca_cert.empty() || !options.client_cert.empty() || !options.client_key.empty() ||
                         !options.server_name.empty();
  if (asked_for || !address->loopback) {
    client.tls = rpc::TlsOptions{.ca_file = options.ca_cert,
                                 .certificate_file = options.client_cert,
                                 .private_key_file = options.client_key,
                                 .server_name = options.server_name};
  }
  return client;
}

}  // namespace

Session::Session() = default;

absl::StatusOr<std::string> Session::Key() {
  if (!options_.key_file.empty()) {
    auto file = ReadKeyFile(options_.key_file);
    if (!file.ok()) return UsageError(file.status().message());
    if (file->readable_by_others) {
      out_.Note(absl::StrCat("warning: others on this machine may read ", options_.key_file, "; run: chmod 600 ",
                             options_.key_file));
    }
    return file->key;
  }
  const char* key = std::getenv("USHER_API_KEY");
  if (key != nullptr && *key != '\0') return std::string(key);
  if (!options_.client_cert.empty()) return std::string();
  return UsageError("no API key: set USHER_API_KEY, or name a file that holds it with --key-file");
}

absl::StatusOr<rpc::JsonClient*> Session::Client() {
  if (client_ != nullptr) return client_.get();
  auto key = Key();
  if (!key.ok()) return key.status();
  auto options = ToClientOptions(options_, *std::move(key));
  if (!options.ok()) return options.status();
  auto client = rpc::JsonClient::Connect(*options);
  if (!client.ok()) return UsageError(client.status().message());
  client_ = *std::move(client);
  return client_.get();
}

absl::StatusOr<absl::Time> Session::Deadline() const {
  absl::Duration timeout;
  if (!absl::ParseDuration(options_.timeout, &timeout) || timeout <= absl::ZeroDuration() ||
      timeout > kLongestTimeout) {
    return UsageError(absl::StrCat("--timeout `", options_.timeout, "` is not a time above 0 and up to 1h, e.g. 30s"));
  }
  return absl::Now() + timeout;
}

absl::StatusOr<nlohmann::json> Session::Call(absl::string_view method, const nlohmann::json& request) {
  auto client = Client();
  if (!client.ok()) return client.status();
  auto deadline = Deadline();
  if (!deadline.ok()) return deadline.status();
  return (*client)->Call(method, request, *deadline);
}

absl::Status Session::Pages(absl::string_view method, nlohmann::json request,
                            const std::function<void(const nlohmann::json&)>& sink) {
  request["page_size"] = kPageSize;
  std::string token;
  do {
    request["page_token"] = token;
    auto page = Call(method, request);
    if (!page.ok()) return page.status();
    sink(*page);
    std::string next = page->at("next_page_token");
    if (!next.empty() && next == token) return absl::InternalError("the server gave the same page twice");
    token = std::move(next);
  } while (!token.empty());
  return absl::OkStatus();
}

absl::Status Session::List(absl::string_view method, nlohmann::json request, const char* field,
                           const std::function<void(const nlohmann::json&)>& sink) {
  return Pages(method, std::move(request), [&](const nlohmann::json& page) {
    for (const auto& element : page.at(field)) sink(element);
  });
}

absl::Status Session::Follow(absl::string_view method, const nlohmann::json& request, absl::Time deadline,
                             const std::function<absl::Status(const nlohmann::json&)>& sink) {
  auto client = Client();
  if (!client.ok()) return client.status();
  auto stream = (*client)->Follow(method, request, deadline);
  if (!stream.ok()) return stream.status();
  while (true) {
    auto answer = (*stream)->Receive(deadline);
    if (absl::IsOutOfRange(answer.status())) return absl::OkStatus();
    if (!answer.ok()) return answer.status();
    if (auto taken = sink(*answer); !taken.ok()) return taken;
  }
}

}  // namespace usher::cli
