#include "server/sanitize/external/detector.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/auth/crypto.h"

namespace usher::sanitize::external {
namespace {

constexpr size_t kCachedScores = 65'536;  // about 12 MiB
constexpr absl::Duration kMaxScoreAge = absl::Hours(24);

}  // namespace

// One call of Judge, shared with the workers that may outlast it.
struct Detector::Call {
  std::vector<std::string> digests;

  std::mutex mutex;
  std::condition_variable changed;
  std::vector<Label> labels;  // guarded by mutex
  size_t pending = 0;         // requests; guarded by mutex
};

Detector::Detector(const AskerOptions& options, double threshold, const acl::Clock* clock)
    : threshold_(threshold), timeout_(options.timeout), clock_(clock), cache_(kCachedScores, kMaxScoreAge) {}

Detector::~Detector() = default;

absl::StatusOr<std::unique_ptr<Detector>> Detector::Create(const AskerOptions& options, double threshold,
                                                           std::unique_ptr<const Adapter> adapter,
                                                           const acl::Clock* clock, telemetry::Metrics* metrics) {
  if (!(threshold >= 0 && threshold <= 1)) return absl::InvalidArgumentError("detector threshold must be 0 to 1");
  std::unique_ptr<Detector> detector(new Detector(options, threshold, clock));
  detector->rule_ = absl::StrCat("external.", std::string(adapter->name()));
  absl::StatusOr<std::unique_ptr<Asker>> asker = Asker::Create(options, std::move(adapter), clock, metrics);
  if (!asker.ok()) return asker.status();
  detector->asker_ = *std::move(asker);
  return detector;
}

std::vector<Label> Detector::Remembered(absl::Span<const std::string_view> texts,
                                        const std::vector<std::string>& digests, std::vector<size_t>& unknown) {
  std::vector<Label> labels(texts.size());
  const absl::Time now = clock_->Now();
  for (size_t i = 0; i < texts.size(); ++i) {
    if (texts[i].empty() || texts[i].size() > kMaxTextBytes) continue;
    if (const std::optional<double> score = cache_.Find(digests[i], now); score.has_value()) {
      labels[i] = ToLabel(*score);
    } else {
      unknown.push_back(i);
    }
  }
  return labels;
}

bool Detector::Submit(const std::shared_ptr<Call>& call, absl::Span<const std::string_view> texts,
                      absl::Span<const size_t> places, absl::Time deadline) {
  Asker::Request request{{}, deadline, {}};
  for (const size_t place : places) request.texts.emplace_back(texts[place]);
  request.done = [this, call, kept = std::vector<size_t>(places.begin(), places.end())](const Scores& scores) {
    const absl::Time now = clock_->Now();
    const std::lock_guard lock(call->mutex);
    for (size_t i = 0; i < scores.size(); ++i) {
      if (!scores[i].has_value()) continue;
      cache_.Keep(call->digests[kept[i]], *scores[i], now);
      call->labels[kept[i]] = ToLabel(*scores[i]);
    }
    --call->pending;
    call->changed.notify_one();
  };
  {
    const std::lock_guard lock(call->mutex);
    ++call->pending;
  }
  if (asker_->Submit(std::move(request))) return true;
  const std::lock_guard lock(call->mutex);
  --call->pending;
  return false;
}

Detector::Judgement Detector::Judge(std::string_view scope, absl::Span<const std::string_view> texts,
                                    absl::Time deadline) {
  const absl::Time now = clock_->Now();
  const absl::Duration patience = std::min(deadline - now, timeout_);
  const auto call = std::make_shared<Call>();
  const std::string scope_digest = auth::Sha256(scope);
  for (const std::string_view text : texts) {
    call->digests.push_back(auth::Sha256(absl::StrCat(scope_digest, std::string(text))));
  }
  std::vector<size_t> unknown;
  call->labels = Remembered(texts, call->digests, unknown);
  if (unknown.empty() || patience <= absl::ZeroDuration()) return {call->labels};
  bool waited = false;
  const size_t batch = asker_->adapter().batch_size();
  for (size_t start = 0; start < unknown.size(); start += batch) {
    waited |= Submit(call, texts, absl::MakeConstSpan(unknown).subspan(start, batch), now + patience);
  }
  std::unique_lock lock(call->mutex);
  call->changed.wait_for(lock, absl::ToChronoNanoseconds(patience), [&] { return call->pending == 0; });
  return {call->labels, waited};
}

}  // namespace usher::sanitize::external
