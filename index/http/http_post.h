// One HTTP POST of JSON with libcurl, bounded in time and size.
//
// Guarantees: certificates and host names are verified, redirects are not followed, no proxy from the environment is
// used, at most `max_response_bytes` are kept; the bearer key appears in no error. Non-guarantees: nothing is retried
// here. Thread-safety: one HttpPost belongs to one thread at a time; it keeps its connection between calls.
#ifndef USHER_INDEX_HTTP_HTTP_POST_H_
#define USHER_INDEX_HTTP_HTTP_POST_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace usher::http {

struct HttpTarget {
  std::string name;  // what messages call it, e.g. "embedding"
  std::string url;
  std::string bearer_key;  // no Authorization header when empty
  std::string ca_file;     // PEM bundle; the system's when empty
  size_t max_response_bytes = 0;
  absl::Duration connect_timeout = absl::InfiniteDuration();  // within each request's own
};

struct HttpReply {
  long status = 0;
  std::string body;
  absl::Duration retry_after;  // zero when the server named none
};

// https anywhere, http only to this machine (127.0.0.0/8, ::1, localhost), no user name inside. INVALID_ARGUMENT saying
// what to change in `name`'s url otherwise.
absl::Status CheckUrl(const std::string& name, const std::string& url);

// What a bearer key may consist of: visible ASCII. INVALID_ARGUMENT without the key otherwise.
absl::Status CheckBearerKey(const std::string& name, std::string_view key);

class HttpPost {
 public:
  // `target` must outlive the result and have passed CheckUrl.
  static absl::StatusOr<HttpPost> Create(const HttpTarget& target);

  HttpPost(HttpPost&&) noexcept;
  ~HttpPost();

  // UNAVAILABLE when the server could not be reached or hung up, DEADLINE_EXCEEDED after `timeout` (> 0),
  // FAILED_PRECONDITION when its certificate is not trusted, OUT_OF_RANGE when its answer is too large. Every HTTP
  // status is a reply.
  absl::StatusOr<HttpReply> Send(const std::string& json, absl::Duration timeout);

 private:
  struct Handle;
  explicit HttpPost(std::unique_ptr<Handle> handle);

  std::unique_ptr<Handle> handle_;
};

}  // namespace usher::http

#endif  // USHER_INDEX_HTTP_HTTP_POST_H_
