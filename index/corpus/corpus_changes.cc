// The feed of changes: written with what it tells of, read by revision.
#include <algorithm>
#include <mutex>

#include "absl/strings/str_cat.h"
#include "index/corpus/corpus_impl.h"

namespace usher::corpus {

absl::Status Corpus::Impl::PruneChanges(std::string_view tenant, storage::Batch& batch) {
  constexpr absl::Duration kBetweenPrunes = absl::Minutes(10);
  const absl::Time now = clock->Now();
  absl::Time& next = next_prune[std::string(tenant)];
  if (now < next) return absl::OkStatus();
  next = now + kBetweenPrunes;
  std::optional<acl::Revision> newest_old;
  const absl::Status enough = absl::OutOfRangeError("enough");
  absl::Status status = store->ForEachChange(
      tenant, acl::Revision(), [&](acl::Revision revision, uint32_t, const storage::ChangeRecord& record) {
        if (record.time >= now - options.change_retention) return enough;
        newest_old = revision;
        return absl::OkStatus();
      });
  if (!status.ok() && status != enough) return status;
  // One that is too old stays: it tells that the feed does not reach further back.
  if (newest_old) batch.DeleteChangesBefore(tenant, *newest_old);
  return absl::OkStatus();
}

absl::Status Corpus::Impl::CheckKept(std::string_view tenant, acl::Revision after) const {
  const absl::Status found = absl::OutOfRangeError("found");
  absl::Status status = store->ForEachChange(
      tenant, acl::Revision(), [&](acl::Revision revision, uint32_t, const storage::ChangeRecord& record) {
        if (after >= revision || record.time >= clock->Now() - options.change_retention) return found;
        return absl::FailedPreconditionError(
            "changes after this token are no longer kept; list what there is, and watch from a newer token on");
      });
  return status == found ? absl::OkStatus() : status;
}

absl::StatusOr<acl::Revision> Corpus::ReadChanges(std::string_view tenant_id, acl::Revision after,
                                                  const std::function<bool(ChangeBatch)>& visit) const {
  // Taken first: whatever is in force by then is in the store.
  const acl::Revision until = revision();
  if (after > until) {
    return absl::InvalidArgumentError("the revision token is newer than anything in this store");
  }
  if (absl::Status status = impl_->CheckKept(tenant_id, after); !status.ok()) return status;
  acl::Revision reached = until;
  const absl::Status enough = absl::OutOfRangeError("enough");
  absl::Status status = impl_->store->ForEachChange(
      tenant_id, after, [&](acl::Revision revision, uint32_t, storage::ChangeRecord record) {
        if (revision > until) return enough;
        if (visit({revision, record.time, record.last_part, std::move(record.changes)})) return absl::OkStatus();
        reached = revision;
        return enough;
      });
  if (!status.ok() && status != enough) return status;
  return reached;
}

void Corpus::AwaitChange(acl::Revision after, absl::Time until) const {
  std::unique_lock lock(impl_->applied_mutex);
  impl_->applied_changed.wait_until(lock, absl::ToChronoTime(until), [&] { return impl_->applied > after; });
}

}  // namespace usher::corpus
