#include "server/pipeline/policy_review.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <set>
#include <utility>

#include "server/pipeline/clean_context.h"

namespace usher::pipeline {
namespace {

using std::chrono::steady_clock;

// How soon another policy or a new collection is noticed.
constexpr std::chrono::seconds kLook(5);

}  // namespace

bool PolicyReviewer::Step(const IdleWorker::Stopping& stopping) {
  if (!policies_->has_files() || (!subject_ && !FindSubject())) return false;
  const auto sanitizer = policies_->For(subject_->tenant, subject_->name, sanitize::Use::kLeaving);
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    PolicyReview& review = reviews_[subject_->id];
    if (review.policy_digest != sanitizer->policy_digest()) {
      review = {.policy_digest = sanitizer->policy_digest()};
      subject_->after.clear();
    }
  }
  if (const absl::Status status = Page(*sanitizer, stopping); !status.ok()) {
    spdlog::error("the text of collection {} could not be reviewed, and will be again: {}", subject_->name,
                  status.ToString());
    const std::lock_guard<std::mutex> lock(mutex_);
    reviews_.erase(subject_->id);
    subject_.reset();
    next_look_ = steady_clock::now() + kLook;
  }
  return true;
}

bool PolicyReviewer::FindSubject() {
  if (!look_now_.exchange(false, std::memory_order_relaxed) && steady_clock::now() < next_look_) return false;
  std::set<acl::CollectionId> there;
  const absl::Status status =
      store_->ForEachCollection([&](std::string_view tenant, const storage::CollectionRecord& record) {
        there.insert(record.id);
        const auto sanitizer = policies_->For(tenant, record.name, sanitize::Use::kLeaving);
        const std::lock_guard<std::mutex> lock(mutex_);
        const auto review = reviews_.find(record.id);
        const bool done = review != reviews_.end() && review->second.finished &&
                          review->second.policy_digest == sanitizer->policy_digest();
        if (!subject_ && !done) subject_ = Subject{record.id, std::string(tenant), record.name, ""};
        return absl::OkStatus();
      });
  if (!status.ok()) spdlog::error("collections could not be listed for review: {}", status.ToString());
  const std::lock_guard<std::mutex> lock(mutex_);
  if (status.ok()) std::erase_if(reviews_, [&](const auto& item) { return there.count(item.first) == 0; });
  if (!subject_) next_look_ = steady_clock::now() + kLook;
  return subject_.has_value();
}

absl::Status PolicyReviewer::Page(const sanitize::Sanitizer& sanitizer, const IdleWorker::Stopping& stopping) {
  size_t looked = 0;
  bool more = false;
  const absl::Status status =
      store_->ForEachDocument(subject_->id, subject_->after, [&](const storage::DocumentRecord& document) {
        more = looked >= kPage || stopping();
        if (more) return absl::CancelledError("the page is full");
        looked += std::max<size_t>(document.chunk_count, 1);
        absl::Status seen = Look(sanitizer, document, stopping);
        if (seen.ok()) subject_->after = document.id;
        return seen;
      });
  if (more || stopping()) return absl::OkStatus();
  if (!status.ok()) return status;
  const std::lock_guard<std::mutex> lock(mutex_);
  reviews_[subject_->id].finished = true;
  subject_.reset();
  return absl::OkStatus();
}

absl::Status PolicyReviewer::Look(const sanitize::Sanitizer& sanitizer, const storage::DocumentRecord& document,
                                  const IdleWorker::Stopping& stopping) {
  for (uint32_t from = 0; from < document.chunk_count; from += kPage) {
    if (stopping()) return absl::CancelledError("stopping");
    const uint32_t end = std::min<uint32_t>(document.chunk_count, from + kPage);
    std::vector<storage::ChunkKey> keys;
    for (uint32_t number = from; number < end; ++number) keys.push_back({document.version, number});
    const auto records = store_->GetChunks(subject_->id, keys);
    if (!records.ok()) return records.status();
    for (size_t i = 0; i < keys.size(); ++i) {
      const std::optional<storage::ChunkRecord>& record = (*records)[i];
      if (!record) continue;  // replaced meanwhile
      const auto clean = CleanStored(sanitizer, subject_->name, document, keys[i].number, *record);
      if (!clean.ok()) return clean.status();
      Count(*record, *clean);
    }
  }
  return absl::OkStatus();
}

void PolicyReviewer::Count(const storage::ChunkRecord& record, const CleanFields& clean) {
  chunks_reviewed_.fetch_add(1, std::memory_order_relaxed);
  const bool canary = clean.canaries() > 0;
  if (canary) {
    canary_alarms_.fetch_add(1, std::memory_order_relaxed);
    spdlog::warn("a stored chunk of collection {} holds a canary; look where it came from", subject_->name);
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  PolicyReview& review = reviews_[subject_->id];
  ++review.chunks;
  if (clean.quarantined()) {
    ++review.quarantined;
  } else if (clean.text != record.text) {
    ++review.changed;
  } else if (!clean.findings.empty()) {
    ++review.labelled;
  }
  if (canary && review.canaries.size() < kMostNamed) review.canaries.push_back(clean.name);
}

std::optional<PolicyReview> PolicyReviewer::Of(acl::CollectionId collection) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = reviews_.find(collection);
  if (found == reviews_.end()) return std::nullopt;
  return found->second;
}

IdleWorker::Duty ReviewDuty(PolicyReviewer* reviewer) {
  return {.name = "the review of policies",
          .rest_per_work = 3,
          .work = [reviewer](const IdleWorker::Stopping& stopping) { return reviewer->Step(stopping); }};
}

}  // namespace usher::pipeline
