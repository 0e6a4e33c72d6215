#include "server/sanitize/external/asker.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace usher::sanitize::external {
namespace {

using telemetry::DetectorOutcome;

constexpr size_t kMaxAnswerBytes = size_t{1} << 20;

bool IsAboutTexts(long status) { return status == 400 || status == 413 || status == 422; }

DetectorOutcome OutcomeOf(const absl::Status& failure) {
  if (absl::IsDeadlineExceeded(failure)) return DetectorOutcome::kTimeout;
  if (absl::IsOutOfRange(failure)) return DetectorOutcome::kMalformed;
  return DetectorOutcome::kRefused;
}

absl::Status CheckOptions(const AskerOptions& options) {
  if (absl::Status status = http::CheckUrl("detector", options.url); !status.ok()) return status;
  if (options.timeout <= absl::ZeroDuration() || options.open_for <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError("detector timeout and pause must be positive");
  }
  if (options.workers < 1 || options.failures_to_open < 1) {
    return absl::InvalidArgumentError("detector needs at least one worker, and one failure to open its circuit");
  }
  return http::CheckBearerKey("detector", options.api_key);
}

}  // namespace

Asker::Asker(const AskerOptions& options, std::unique_ptr<const Adapter> adapter, const acl::Clock* clock,
             telemetry::Metrics* metrics)
    : options_(options),
      target_{"detector", options.url, options.api_key, options.ca_file, kMaxAnswerBytes, options.timeout / 2},
      adapter_(std::move(adapter)),
      clock_(clock),
      metrics_(metrics),
      breaker_(options.failures_to_open, options.open_for) {
  for (int i = 0; i < options_.workers; ++i) workers_.emplace_back([this] { Run(); });
}

absl::StatusOr<std::unique_ptr<Asker>> Asker::Create(const AskerOptions& options,
                                                     std::unique_ptr<const Adapter> adapter, const acl::Clock* clock,
                                                     telemetry::Metrics* metrics) {
  if (absl::Status status = CheckOptions(options); !status.ok()) return status;
  return std::unique_ptr<Asker>(new Asker(options, std::move(adapter), clock, metrics));
}

Asker::~Asker() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& worker : workers_) worker.join();
}

bool Asker::Submit(Request request) {
  if (breaker_.IsOpen(clock_->Now())) {
    Count(DetectorOutcome::kOpen);
    return false;
  }
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() < options_.most_waiting) {
      waiting_.push_back(std::move(request));
      changed_.notify_one();
      return true;
    }
  }
  Count(DetectorOutcome::kBusy);
  return false;
}

std::optional<Asker::Request> Asker::Next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
  if (stopping_) return std::nullopt;
  Request request = std::move(waiting_.front());
  waiting_.pop_front();
  return request;
}

void Asker::Run() {
  std::optional<http::HttpPost> post;
  while (std::optional<Request> request = Next()) {
    Scores scores(request->texts.size());
    if (clock_->Now() < request->deadline) {
      Ask(post, request->texts, absl::MakeSpan(scores));
    } else {
      Count(DetectorOutcome::kBusy);
    }
    request->done(std::move(scores));
  }
}

void Asker::Ask(std::optional<http::HttpPost>& post, absl::Span<const std::string> texts,
                absl::Span<std::optional<double>> scores) {
  const Reply reply = AskOnce(post, texts, scores);
  Count(reply.outcome);
  if (!reply.about_texts || texts.size() < 2) return;
  const size_t half = texts.size() / 2;
  Ask(post, texts.first(half), scores.first(half));
  Ask(post, texts.subspan(half), scores.subspan(half));
}

Asker::Reply Asker::AskOnce(std::optional<http::HttpPost>& post, absl::Span<const std::string> texts,
                            absl::Span<std::optional<double>> scores) {
  if (!breaker_.Allow(clock_->Now())) return {DetectorOutcome::kOpen, false, {}};
  Reply reply = Send(post, texts, scores);
  // A service that finds fault with a text is alive, and nobody's text may switch it off.
  if (reply.outcome == DetectorOutcome::kLabelled || reply.about_texts) {
    breaker_.Succeeded();
  } else if (breaker_.Failed(clock_->Now())) {
    spdlog::warn("detector {} is left alone for {}: {}", adapter_->name(), absl::FormatDuration(options_.open_for),
                 reply.reason);
  }
  return reply;
}

Asker::Reply Asker::Send(std::optional<http::HttpPost>& post, absl::Span<const std::string> texts,
                         absl::Span<std::optional<double>> scores) {
  if (!post.has_value()) {
    absl::StatusOr<http::HttpPost> made = http::HttpPost::Create(target_);
    if (!made.ok()) return {DetectorOutcome::kRefused, false, std::string(made.status().message())};
    post.emplace(*std::move(made));
  }
  const absl::StatusOr<http::HttpReply> reply = post->Send(adapter_->Request(texts), options_.timeout);
  if (!reply.ok()) return {OutcomeOf(reply.status()), false, std::string(reply.status().message())};
  if (reply->status != 200) {
    return {DetectorOutcome::kRefused, IsAboutTexts(reply->status), absl::StrCat("it answered HTTP ", reply->status)};
  }
  const absl::StatusOr<std::vector<double>> read = adapter_->Scores(reply->body, texts.size());
  if (!read.ok()) return {DetectorOutcome::kMalformed, false, std::string(read.status().message())};
  std::copy(read->begin(), read->end(), scores.begin());
  return {DetectorOutcome::kLabelled, false, {}};
}

void Asker::Count(DetectorOutcome outcome) {
  if (metrics_ != nullptr) metrics_->CountDetectorCall(outcome);
}

}  // namespace usher::sanitize::external
