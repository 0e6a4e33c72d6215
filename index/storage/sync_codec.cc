// Sync sources, syncs and their parts, and the feed of changes.
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/storage/codec.h"
#include "index/storage/flatbuffer_parts.h"

namespace usher::storage {
namespace {

absl::StatusOr<uint32_t> DecodePercent(uint32_t percent) {
  if (percent <= 100) return percent;
  return absl::InvalidArgumentError(absl::StrCat(percent, " percent"));
}

absl::StatusOr<std::vector<GrantRecord>> DecodeGrants(
    const flatbuffers::Vector<flatbuffers::Offset<fb::Grant>>& stored) {
  std::vector<GrantRecord> grants;
  grants.reserve(stored.size());
  for (const fb::Grant* grant : stored) {
    absl::StatusOr<acl::Policy> policy = DecodePolicy(*grant->policy());
    if (!policy.ok()) return policy.status();
    grants.push_back({.resource = grant->resource()->str(), .policy = *std::move(policy)});
  }
  return grants;
}

flatbuffers::Offset<fb::AccessChange> EncodeAccessChange(flatbuffers::FlatBufferBuilder& builder,
                                                         const AccessChange& change) {
  const auto first = EncodeString(builder, change.first);
  const auto second = EncodeString(builder, change.second);
  flatbuffers::Offset<fb::Policy> policy;
  if (change.policy) policy = EncodePolicy(builder, *change.policy);
  flatbuffers::Offset<StringVector> compartments;
  if (change.clearance) compartments = EncodeStrings(builder, change.clearance->compartments);
  const uint32_t level = change.clearance ? change.clearance->level : 0;
  return fb::CreateAccessChange(builder, change.kind, first, second, policy, level, compartments);
}

absl::StatusOr<AccessChange> DecodeAccessChange(const fb::AccessChange& stored) {
  AccessChange change{stored.kind(), stored.first()->str(), stored.second()->str(), std::nullopt, std::nullopt};
  if (stored.policy() != nullptr) {
    absl::StatusOr<acl::Policy> policy = DecodePolicy(*stored.policy());
    if (!policy.ok()) return policy.status();
    change.policy = *std::move(policy);
  }
  if (stored.clearance_compartments() != nullptr) {
    const acl::Clearance clearance{stored.clearance_level(), DecodeStrings(*stored.clearance_compartments())};
    absl::StatusOr<acl::Clearance> canonical = acl::CanonicalClearance(clearance.level, clearance.compartments);
    if (!canonical.ok()) return canonical.status();
    if (*canonical != clearance) return absl::InvalidArgumentError("a clearance that is not in canonical form");
    change.clearance = clearance;
  }
  return change;
}

}  // namespace

std::string EncodeSource(std::string_view key, const SourceRecord& record) {
  flatbuffers::FlatBufferBuilder builder;
  const auto name = EncodeString(builder, record.name);
  const auto agents = EncodeStrings(builder, record.agents);
  const auto collections = EncodeStrings(builder, record.collections);
  const auto held_sync_id = EncodeString(builder, record.held_sync_id);
  const auto held_reason = EncodeString(builder, record.held_reason);
  const fb::Time max_age = EncodeDuration(record.max_age);
  const fb::Time last_commit = EncodeTime(record.last_commit), create_time = EncodeTime(record.create_time);
  return Finish(Column::kAcl, key, builder,
                fb::CreateSource(builder, name, agents, &max_age, record.deny_when_stale, collections,
                                 record.share_limit, record.minimum, &last_commit, record.last_commit_revision.value(),
                                 &create_time, record.held, held_sync_id, record.held_memberships_added,
                                 record.held_memberships_removed, record.held_grants_changed, held_reason));
}

absl::StatusOr<SourceRecord> DecodeSource(std::string_view key, std::string_view value) {
  auto stored = Root<fb::Source>::Of(Column::kAcl, key, value);
  if (!stored.ok()) return stored.status();
  const fb::Source& table = **stored;
  SourceRecord record;
  record.name = table.name()->str();
  record.agents = DecodeStrings(*table.agents());
  record.deny_when_stale = table.deny_when_stale();
  record.collections = DecodeStrings(*table.collections());
  record.minimum = table.minimum();
  record.last_commit_revision = acl::Revision(table.last_commit_revision());
  record.held = table.held();
  record.held_sync_id = table.held_sync_id()->str();
  record.held_memberships_added = table.held_memberships_added();
  record.held_memberships_removed = table.held_memberships_removed();
  record.held_grants_changed = table.held_grants_changed();
  record.held_reason = table.held_reason()->str();
  absl::Status status = Assign(Column::kAcl, key, "max_age", DecodeDuration(*table.max_age()), record.max_age);
  status.Update(Assign(Column::kAcl, key, "share_limit", DecodePercent(table.share_limit()), record.share_limit));
  status.Update(Assign(Column::kAcl, key, "last_commit", DecodeTime(*table.last_commit()), record.last_commit));
  status.Update(Assign(Column::kAcl, key, "create_time", DecodeTime(*table.create_time()), record.create_time));
  if (!status.ok()) return status;
  return record;
}

std::string EncodeSync(std::string_view key, const SyncRecord& record) {
  flatbuffers::FlatBufferBuilder builder;
  const auto source = EncodeString(builder, record.source);
  const auto sync_id = EncodeString(builder, record.sync_id);
  const fb::Time begin_time = EncodeTime(record.begin_time);
  return Finish(Column::kAcl, key, builder,
                fb::CreateSync(builder, source, sync_id, &begin_time, record.parts, record.membership_count,
                               record.grant_count, record.last_push.value()));
}

absl::StatusOr<SyncRecord> DecodeSync(std::string_view key, std::string_view value) {
  auto stored = Root<fb::Sync>::Of(Column::kAcl, key, value);
  if (!stored.ok()) return stored.status();
  const fb::Sync& table = **stored;
  auto begin_time = Checked(Column::kAcl, key, "begin_time", DecodeTime(*table.begin_time()));
  if (!begin_time.ok()) return begin_time.status();
  return SyncRecord{.source = table.source()->str(),
                    .sync_id = table.sync_id()->str(),
                    .begin_time = *begin_time,
                    .parts = table.parts(),
                    .membership_count = table.membership_count(),
                    .grant_count = table.grant_count(),
                    .last_push = acl::Revision(table.last_push())};
}

std::string EncodeSyncPart(std::string_view key, const SyncPartRecord& record) {
  flatbuffers::FlatBufferBuilder builder;
  const auto sync_id = EncodeString(builder, record.sync_id);
  std::vector<flatbuffers::Offset<fb::Membership>> memberships;
  memberships.reserve(record.memberships.size());
  for (const MembershipRecord& membership : record.memberships) {
    const auto group = EncodeString(builder, membership.group);
    memberships.push_back(fb::CreateMembership(builder, group, EncodeString(builder, membership.member)));
  }
  std::vector<flatbuffers::Offset<fb::Grant>> grants;
  grants.reserve(record.grants.size());
  for (const GrantRecord& grant : record.grants) {
    const auto resource = EncodeString(builder, grant.resource);
    grants.push_back(fb::CreateGrant(builder, resource, EncodePolicy(builder, grant.policy)));
  }
  const auto all_memberships = builder.CreateVector(memberships);
  const auto all_grants = builder.CreateVector(grants);
  return Finish(Column::kSyncParts, key, builder,
                fb::CreateSyncPart(builder, sync_id, record.number, all_memberships, all_grants));
}

absl::StatusOr<SyncPartRecord> DecodeSyncPart(std::string_view key, std::string_view value) {
  auto stored = Root<fb::SyncPart>::Of(Column::kSyncParts, key, value);
  if (!stored.ok()) return stored.status();
  const fb::SyncPart& table = **stored;
  SyncPartRecord record{.sync_id = table.sync_id()->str(), .number = table.number(), .memberships = {}, .grants = {}};
  record.memberships.reserve(table.memberships()->size());
  for (const fb::Membership* membership : *table.memberships()) {
    record.memberships.push_back({.group = membership->group()->str(), .member = membership->member()->str()});
  }
  absl::Status status =
      Assign(Column::kSyncParts, key, "policy of a grant", DecodeGrants(*table.grants()), record.grants);
  if (!status.ok()) return status;
  return record;
}

std::string EncodeChange(std::string_view key, const ChangeRecord& record) {
  flatbuffers::FlatBufferBuilder builder;
  std::vector<flatbuffers::Offset<fb::AccessChange>> changes;
  changes.reserve(record.changes.size());
  for (const AccessChange& change : record.changes) changes.push_back(EncodeAccessChange(builder, change));
  const auto all_changes = builder.CreateVector(changes);
  const fb::Time time = EncodeTime(record.time);
  return Finish(Column::kChanges, key, builder, fb::CreateChange(builder, &time, record.last_part, all_changes));
}

absl::StatusOr<ChangeRecord> DecodeChange(std::string_view key, std::string_view value) {
  auto stored = Root<fb::Change>::Of(Column::kChanges, key, value);
  if (!stored.ok()) return stored.status();
  auto time = Checked(Column::kChanges, key, "time", DecodeTime(*(*stored)->time()));
  if (!time.ok()) return time.status();
  ChangeRecord record{.time = *time, .last_part = (*stored)->last_part(), .changes = {}};
  record.changes.reserve((*stored)->changes()->size());
  for (const fb::AccessChange* change : *(*stored)->changes()) {
    auto decoded = Checked(Column::kChanges, key, "policy of a change", DecodeAccessChange(*change));
    if (!decoded.ok()) return decoded.status();
    record.changes.push_back(*std::move(decoded));
  }
  return record;
}

}  // namespace usher::storage
