#include "index/embed/http_embedder.h"

#include <unicode/ustring.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "index/embed/embedding_response.h"

namespace usher::embed {
namespace {

constexpr absl::Duration kMaxBackoff = absl::Seconds(10);

absl::Status CheckOptions(const HttpEmbedderOptions& options) {
  if (absl::Status status = http::CheckUrl("embedding", options.url); !status.ok()) return status;
  const auto bad = [](const char* what) { return absl::InvalidArgumentError(absl::StrCat("embedding ", what)); };
  if (options.model.empty()) return bad("model has no name; set the one the endpoint knows");
  if (options.dimension < 1 || options.dimension > 16384) return bad("dimension must be between 1 and 16384");
  if (options.batch_size < 1 || options.batch_size > 2048) return bad("batch_size must be between 1 and 2048");
  if (options.max_attempts < 1 || options.max_attempts > 10) return bad("max_attempts must be between 1 and 10");
  if (options.max_response_bytes == 0) return bad("max_response_bytes must be above 0");
  if (options.first_backoff < absl::ZeroDuration() || options.attempt_timeout <= absl::ZeroDuration()) {
    return bad("attempt_timeout must be positive, first_backoff not negative");
  }
  return http::CheckBearerKey("embedding", options.api_key);
}

bool IsValidUtf8(std::string_view text) {
  UErrorCode error = U_ZERO_ERROR;
  int32_t units = 0;
  u_strFromUTF8(nullptr, 0, &units, text.data(), static_cast<int32_t>(text.size()), &error);
  return error == U_BUFFER_OVERFLOW_ERROR || U_SUCCESS(error);
}

absl::Status CheckText(std::string_view text, size_t index) {
  const auto bad = [index](const char* what) { return absl::InvalidArgumentError(absl::StrCat("text ", index, what)); };
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return bad(" is empty; there is nothing to embed");
  if (text.size() > HttpEmbedder::kMaxTextBytes) return bad(" is longer than 1 MiB; cut it into chunks");
  if (!IsValidUtf8(text)) return bad(" is not valid UTF-8; decode it with its real encoding first");
  return absl::OkStatus();
}

std::string RequestBody(const std::string& model, absl::Span<const std::string_view> texts) {
  nlohmann::json body = {{"model", model}, {"encoding_format", "float"}, {"input", nlohmann::json::array()}};
  for (const std::string_view text : texts) body["input"].push_back(text);
  return body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

bool IsTransient(long status) { return status == 408 || status == 429 || status >= 500; }

absl::Status ToStatus(long status) {
  if (IsTransient(status)) {
    return absl::UnavailableError(absl::StrCat("embedding endpoint answered HTTP ", status));
  }
  if (status >= 300 && status < 400) {
    return absl::FailedPreconditionError("embedding endpoint redirects, which is refused; configure its final url");
  }
  if (status == 401 || status == 403) {
    return absl::FailedPreconditionError(absl::StrCat("embedding endpoint refused the key (HTTP ", status, ")"));
  }
  return absl::FailedPreconditionError(
      absl::StrCat("embedding endpoint answered HTTP ", status, "; check its url and model"));
}

// Half fixed, half random, doubling: callers that failed together do not come back together.
absl::Duration Backoff(absl::Duration first, int attempt) {
  const absl::Duration full = std::min(kMaxBackoff, first * (1 << attempt));
  absl::BitGen random;
  return full * absl::Uniform(random, 0.5, 1.0);
}

}  // namespace

HttpEmbedder::HttpEmbedder(HttpEmbedderOptions options, const acl::Clock& clock)
    : options_(std::move(options)),
      target_{"embedding", options_.url, options_.api_key, options_.ca_file, options_.max_response_bytes},
      clock_(clock),
      model_id_(absl::StrCat("openai-compatible:", options_.model, "/", options_.dimension)) {}

absl::StatusOr<std::unique_ptr<HttpEmbedder>> HttpEmbedder::Create(HttpEmbedderOptions options,
                                                                   const acl::Clock& clock) {
  if (absl::Status status = CheckOptions(options); !status.ok()) return status;
  return std::unique_ptr<HttpEmbedder>(new HttpEmbedder(std::move(options), clock));
}

absl::StatusOr<std::vector<float>> HttpEmbedder::EmbedBatch(http::HttpPost& post,
                                                            absl::Span<const std::string_view> texts,
                                                            absl::Time deadline) const {
  const std::string body = RequestBody(options_.model, texts);
  for (int attempt = 0;; ++attempt) {
    const absl::Duration left = deadline - clock_.Now();
    if (left <= absl::ZeroDuration())
      return absl::DeadlineExceededError("deadline passed before the texts were embedded");
    absl::StatusOr<http::HttpReply> reply = post.Send(body, std::min(left, options_.attempt_timeout));
    if (reply.ok() && reply->status == 200) {
      return ParseEmbeddings(reply->body, texts.size(), static_cast<size_t>(options_.dimension));
    }
    const absl::Status failure = reply.ok() ? ToStatus(reply->status) : reply.status();
    if (absl::IsOutOfRange(failure)) return absl::FailedPreconditionError(failure.message());
    const bool timed_out = absl::IsDeadlineExceeded(failure);
    if (!timed_out && !absl::IsUnavailable(failure)) return failure;
    if (attempt + 1 >= options_.max_attempts) {
      return absl::UnavailableError(absl::StrCat(failure.message(), "; gave up after ", attempt + 1, " attempts"));
    }
    const absl::Duration asked = reply.ok() ? reply->retry_after : absl::ZeroDuration();
    const absl::Duration wait = std::max(asked, Backoff(options_.first_backoff, attempt));
    if (clock_.Now() + wait >= deadline) {
      if (timed_out) return failure;
      return absl::UnavailableError(absl::StrCat(failure.message(), "; no time left for another attempt"));
    }
    absl::SleepFor(wait);
  }
}

absl::StatusOr<std::vector<float>> HttpEmbedder::Embed(absl::Span<const std::string_view> texts,
                                                       absl::Time deadline) const {
  for (size_t i = 0; i < texts.size(); ++i) {
    if (absl::Status status = CheckText(texts[i], i); !status.ok()) return status;
  }
  absl::StatusOr<http::HttpPost> post = http::HttpPost::Create(target_);
  if (!post.ok()) return post.status();
  std::vector<float> rows;
  rows.reserve(texts.size() * static_cast<size_t>(options_.dimension));
  for (size_t start = 0; start < texts.size(); start += options_.batch_size) {
    auto batch = EmbedBatch(*post, texts.subspan(start, options_.batch_size), deadline);
    if (!batch.ok()) return batch.status();
    rows.insert(rows.end(), batch->begin(), batch->end());
  }
  return rows;
}

}  // namespace usher::embed
