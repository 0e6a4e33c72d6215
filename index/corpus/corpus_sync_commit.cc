// Commits of syncs: all of a picture put in force as one write, or held.
#include <mutex>
#include <shared_mutex>
#include <utility>

#include "index/corpus/corpus_impl.h"
#include "index/corpus/sync_difference.h"

namespace usher::corpus {
namespace {

using storage::SourceRecord;
using storage::SyncRecord;

storage::AccessChange ChangeOf(ChangeKind kind, std::string first, std::string second) {
  return {static_cast<uint8_t>(kind), std::move(first), std::move(second), std::nullopt, std::nullopt};
}

void PutMemberships(const std::string& tenant, const SyncDifference& difference, PreparedWrite& write) {
  for (const storage::MembershipRecord& record : difference.removed) {
    write.batch.DeleteMembership(tenant, record);
    write.changes.push_back(ChangeOf(ChangeKind::kMemberRemoved, record.group, record.member));
  }
  for (const storage::MembershipRecord& record : difference.added) {
    write.batch.PutMembership(tenant, record);
    write.changes.push_back(ChangeOf(ChangeKind::kMemberAdded, record.group, record.member));
  }
}

}  // namespace

// The syncs that a commit is about: the one to put in force, and the one that is held until another agrees.
struct Corpus::Impl::StagedSyncs {
  SourceRecord source;
  SyncRecord wanted;
  std::optional<SyncRecord> held;

  bool SameAs(const StagedSyncs& other) const { return wanted == other.wanted && held == other.held; }
};

absl::StatusOr<Corpus::Impl::StagedSyncs> Corpus::Impl::FindStaged(const Tenant& tenant, const WriteContext& context,
                                                                   const std::string& source_name,
                                                                   const std::string& sync_id, bool approve) const {
  auto source = FindSource(tenant, context, source_name);
  if (!source.ok()) return source.status();
  const SyncRecord* sync = FindSync(tenant, source_name, sync_id);
  const bool is_held = source->held && source->held_sync_id == sync_id;
  if (sync == nullptr || (approve && !is_held)) return NoSuchSync();
  if (!approve && is_held) {
    return absl::FailedPreconditionError("the sync is held already; begin another that agrees");
  }
  StagedSyncs staged{*std::move(source), *sync, std::nullopt};
  if (!staged.source.held) return staged;
  if (const SyncRecord* held = FindSync(tenant, source_name, staged.source.held_sync_id)) staged.held = *held;
  return staged;
}

absl::StatusOr<CommitOutcome> Corpus::Impl::FinishSync(const WriteContext& context, const std::string& source_name,
                                                       const std::string& sync_id, std::optional<uint32_t> parts) {
  const auto find = [&](const Tenant& tenant) { return FindStaged(tenant, context, source_name, sync_id, !parts); };
  const std::shared_ptr<Tenant> of = FindTenant(context.tenant);
  if (of == nullptr) return NoSuchSource(source_name);
  absl::StatusOr<StagedSyncs> staged = [&] {
    const std::shared_lock lock(of->mutex);
    return find(*of);
  }();
  if (!staged.ok()) return staged.status();

  // Millions of entries may be read here, and other writers need not wait for that.
  auto picture = ReadPicture(*store, context.tenant, source_name, sync_id, parts.value_or(staged->wanted.parts));
  if (!picture.ok()) return picture.status();
  bool agrees = false;
  if (parts && staged->held) {
    auto held = ReadPicture(*store, context.tenant, source_name, staged->held->sync_id, staged->held->parts);
    if (!held.ok()) return held.status();
    agrees = *held == *picture;
  }

  CommitOutcome outcome;
  auto written = Write(context, "", [&](Tenant& tenant, acl::Revision revision) -> absl::StatusOr<PreparedWrite> {
    auto now = find(tenant);
    if (!now.ok()) return now.status();
    if (!now->SameAs(*staged)) {
      return absl::AbortedError("parts of the sync came in, or another was held, while it was committed; commit again");
    }
    auto difference = CompareWithPicture(*this, tenant, now->source, *picture);
    if (!difference.ok()) return difference.status();
    outcome.memberships_added = difference->added.size();
    outcome.memberships_removed = difference->removed.size();
    outcome.policies_changed = difference->grants.size();
    if (parts && !agrees) outcome.held_reason = difference->WhyHeld(now->source);
    outcome.held = !outcome.held_reason.empty();
    return outcome.held ? HoldSync(context, tenant, *now, outcome)
                        : PutSyncInForce(context, tenant, revision, *now, *std::move(difference));
  });
  if (!written.ok()) return written.status();
  outcome.revision = written->revision;
  return outcome;
}

PreparedWrite Corpus::Impl::HoldSync(const WriteContext& context, Tenant& tenant, const StagedSyncs& staged,
                                     const CommitOutcome& outcome) const {
  SourceRecord source = staged.source;
  source.held = true;
  source.held_sync_id = staged.wanted.sync_id;
  source.held_memberships_added = outcome.memberships_added;
  source.held_memberships_removed = outcome.memberships_removed;
  source.held_grants_changed = outcome.policies_changed;
  source.held_reason = outcome.held_reason;
  PreparedWrite write;
  const std::string dropped = staged.held ? staged.held->sync_id : "";
  if (staged.held) write.batch.DeleteSync(context.tenant, source.name, dropped);
  write.batch.PutSource(context.tenant, source);
  write.apply = [&tenant, dropped, source = std::move(source)] {
    tenant.syncs.erase(dropped);
    tenant.sources[source.name] = source;
  };
  return write;
}

PreparedWrite Corpus::Impl::PutSyncInForce(const WriteContext& context, Tenant& tenant, acl::Revision revision,
                                           const StagedSyncs& staged, SyncDifference difference) const {
  SourceRecord source = staged.source;
  ClearHeld(source);
  source.last_commit = clock->Now();
  source.last_commit_revision = revision;
  std::vector<std::string> done = {staged.wanted.sync_id};
  if (staged.held && staged.held->sync_id != done.front()) done.push_back(staged.held->sync_id);

  PreparedWrite write;
  PutMemberships(context.tenant, difference, write);
  write.changes.push_back(ChangeOf(ChangeKind::kSyncCommitted, source.name, ""));
  for (const std::string& id : done) write.batch.DeleteSync(context.tenant, source.name, id);
  write.batch.PutSource(context.tenant, source);
  PolicyChanges changes(context.tenant, tenant, revision, clock->Now());
  for (SyncDifference::Grant& grant : difference.grants) {
    changes.Set(grant.name, grant.node, std::move(grant.policy), source.name);
  }
  write.apply = [&tenant, done, source = std::move(source), difference = std::move(difference)] {
    for (const std::string& id : done) tenant.syncs.erase(id);
    for (const storage::MembershipRecord& record : difference.removed) {
      tenant.groups.Remove(record.member, record.group);
    }
    for (const storage::MembershipRecord& record : difference.added) tenant.groups.Add(record.member, record.group);
    tenant.sources[source.name] = source;
    tenant.RefreshOpenUntil();
  };
  std::move(changes).Finish(write);
  return write;
}

absl::StatusOr<CommitOutcome> Corpus::CommitSync(const WriteContext& context, const std::string& source,
                                                 const std::string& sync_id, uint32_t parts) {
  return impl_->FinishSync(context, source, sync_id, parts);
}

absl::StatusOr<CommitOutcome> Corpus::ApproveSync(const WriteContext& context, const std::string& source,
                                                  const std::string& sync_id) {
  return impl_->FinishSync(context, source, sync_id, std::nullopt);
}

}  // namespace usher::corpus
