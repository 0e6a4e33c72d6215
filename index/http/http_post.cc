#include "index/http/http_post.h"

#include <arpa/inet.h>
#include <curl/curl.h>

#include <algorithm>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"

namespace usher::http {
namespace {

bool IsLoopback(const std::string& host) {
  in_addr address;
  if (inet_pton(AF_INET, host.c_str(), &address) == 1) return (ntohl(address.s_addr) >> 24) == 127;
  return host == "[::1]" || host == "localhost";  // libcurl resolves localhost itself, never through DNS
}

struct Body {
  std::string bytes;
  size_t limit;
  bool overflow = false;
};

size_t Receive(char* data, size_t size, size_t count, void* user) {
  Body& body = *static_cast<Body*>(user);
  const size_t bytes = size * count;
  if (bytes > body.limit - body.bytes.size()) {
    body.overflow = true;
    return 0;
  }
  body.bytes.append(data, bytes);
  return bytes;
}

absl::Status ToStatus(CURLcode code, const std::string& name, const Body& body) {
  if (body.overflow) {
    return absl::OutOfRangeError(
        absl::StrCat("answer of the ", name, " endpoint exceeds ", body.limit, " bytes; check its url"));
  }
  const std::string reason = curl_easy_strerror(code);
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return absl::DeadlineExceededError(absl::StrCat(name, " endpoint did not answer in time"));
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
      return absl::FailedPreconditionError(
          absl::StrCat(name, " endpoint's certificate is not trusted (", reason, "); set the CA file that signed it"));
    case CURLE_OUT_OF_MEMORY:
      return absl::ResourceExhaustedError(absl::StrCat("no memory for a request to the ", name, " endpoint"));
    default:
      return absl::UnavailableError(absl::StrCat(name, " endpoint could not be reached: ", reason));
  }
}

// libcurl's timeouts are whole milliseconds, and zero would mean none.
long CurlMilliseconds(absl::Duration timeout) {
  return static_cast<long>(std::clamp<int64_t>(absl::ToInt64Milliseconds(timeout), 1, 600'000));
}

// Fails when any option is refused, so that no request leaves with a check switched off.
class Options {
 public:
  explicit Options(CURL* curl) : curl_(curl) {}
  template <typename T>
  Options& Set(CURLoption option, T value) {
    if (code_ == CURLE_OK) code_ = curl_easy_setopt(curl_, option, value);
    return *this;
  }
  absl::Status status() const {
    if (code_ == CURLE_OK) return absl::OkStatus();
    return absl::InternalError(absl::StrCat("libcurl refused an option: ", curl_easy_strerror(code_)));
  }

 private:
  CURL* curl_;
  CURLcode code_ = CURLE_OK;
};

absl::Status InitializeOnce() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (code == CURLE_OK) return absl::OkStatus();
  return absl::InternalError(absl::StrCat("libcurl could not start: ", curl_easy_strerror(code)));
}

bool AppendHeader(curl_slist*& headers, const std::string& line) {
  curl_slist* longer = curl_slist_append(headers, line.c_str());
  if (longer != nullptr) headers = longer;
  return longer != nullptr;
}

}  // namespace

absl::Status CheckUrl(const std::string& name, const std::string& url) {
  CURLU* parts = curl_url();
  if (parts == nullptr) return absl::ResourceExhaustedError("no memory to parse a url");
  const absl::Cleanup free_parts = [parts] { curl_url_cleanup(parts); };
  if (curl_url_set(parts, CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) {
    return absl::InvalidArgumentError(absl::StrCat(name, " url is malformed; write it like https://host/path"));
  }
  const auto get = [parts](CURLUPart part) {
    char* text = nullptr;
    std::string result;
    if (curl_url_get(parts, part, &text, 0) == CURLUE_OK) result = text;
    curl_free(text);
    return result;
  };
  if (!get(CURLUPART_USER).empty() || !get(CURLUPART_PASSWORD).empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(name, " url holds a user name or password; put the key into the secret instead"));
  }
  const std::string scheme = get(CURLUPART_SCHEME);
  if (scheme == "https" || (scheme == "http" && IsLoopback(get(CURLUPART_HOST)))) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(name, " url must be https; http is accepted only for this machine (127.0.0.1, ::1)"));
}

absl::Status CheckBearerKey(const std::string& name, std::string_view key) {
  if (std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c < 0x7f; })) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(name, " api key holds a space, line break or non-ASCII character; check the secret"));
}

struct HttpPost::Handle {
  explicit Handle(const HttpTarget& t) : target(t) {}
  ~Handle() {
    curl_easy_cleanup(curl);
    curl_slist_free_all(headers);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  const HttpTarget& target;
  CURL* curl = nullptr;
  curl_slist* headers = nullptr;
};

HttpPost::HttpPost(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {}
HttpPost::HttpPost(HttpPost&&) noexcept = default;
HttpPost::~HttpPost() = default;

absl::StatusOr<HttpPost> HttpPost::Create(const HttpTarget& target) {
  if (absl::Status status = InitializeOnce(); !status.ok()) return status;
  auto handle = std::make_unique<Handle>(target);
  handle->curl = curl_easy_init();
  bool complete = handle->curl != nullptr && AppendHeader(handle->headers, "Content-Type: application/json") &&
                  AppendHeader(handle->headers, "Expect:");
  if (complete && !target.bearer_key.empty()) {
    complete = AppendHeader(handle->headers, "Authorization: Bearer " + target.bearer_key);
  }
  if (!complete) {
    return absl::ResourceExhaustedError(absl::StrCat("no memory for a request to the ", target.name, " endpoint"));
  }
  Options options(handle->curl);
  options.Set(CURLOPT_URL, target.url.c_str())
      .Set(CURLOPT_PROTOCOLS_STR, "http,https")
      .Set(CURLOPT_HTTPHEADER, handle->headers)
      .Set(CURLOPT_FOLLOWLOCATION, 0L)
      .Set(CURLOPT_SSL_VERIFYPEER, 1L)
      .Set(CURLOPT_SSL_VERIFYHOST, 2L)
      .Set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2))
      .Set(CURLOPT_PROXY, "")
      .Set(CURLOPT_CONNECTTIMEOUT_MS, CurlMilliseconds(target.connect_timeout))
      .Set(CURLOPT_NOSIGNAL, 1L)
      .Set(CURLOPT_WRITEFUNCTION, &Receive);
  if (!target.ca_file.empty()) options.Set(CURLOPT_CAINFO, target.ca_file.c_str()).Set(CURLOPT_CAPATH, nullptr);
  if (!options.status().ok()) return options.status();
  return HttpPost(std::move(handle));
}

absl::StatusOr<HttpReply> HttpPost::Send(const std::string& json, absl::Duration timeout) {
  Body body{{}, handle_->target.max_response_bytes};
  Options options(handle_->curl);
  options.Set(CURLOPT_POSTFIELDS, json.c_str())
      .Set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(json.size()))
      .Set(CURLOPT_TIMEOUT_MS, CurlMilliseconds(timeout))
      .Set(CURLOPT_WRITEDATA, static_cast<void*>(&body));
  if (!options.status().ok()) return options.status();
  const CURLcode code = curl_easy_perform(handle_->curl);
  if (code != CURLE_OK) return ToStatus(code, handle_->target.name, body);
  HttpReply reply;
  curl_off_t retry_after = 0;
  if (curl_easy_getinfo(handle_->curl, CURLINFO_RESPONSE_CODE, &reply.status) != CURLE_OK ||
      curl_easy_getinfo(handle_->curl, CURLINFO_RETRY_AFTER, &retry_after) != CURLE_OK) {
    return absl::InternalError("libcurl gave no status for a finished request");
  }
  reply.body = std::move(body.bytes);
  reply.retry_after = absl::Seconds(std::max<curl_off_t>(0, retry_after));
  return reply;
}

}  // namespace usher::http
