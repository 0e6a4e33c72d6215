// Folders, clearances, break-glass and settings.
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/storage/codec.h"
#include "index/storage/flatbuffer_parts.h"

namespace usher::storage {
namespace {

fb::BreakGlassState EncodeState(BreakGlassState state) {
  switch (state) {
    case BreakGlassState::kRequested:
      return fb::BreakGlassState::Requested;
    case BreakGlassState::kApproved:
      return fb::BreakGlassState::Approved;
    case BreakGlassState::kEnded:
      return fb::BreakGlassState::Ended;
  }
  return fb::BreakGlassState::Unknown;
}

absl::StatusOr<BreakGlassState> DecodeState(fb::BreakGlassState state) {
  switch (state) {
    case fb::BreakGlassState::Requested:
      return BreakGlassState::kRequested;
    case fb::BreakGlassState::Approved:
      return BreakGlassState::kApproved;
    case fb::BreakGlassState::Ended:
      return BreakGlassState::kEnded;
    case fb::BreakGlassState::Unknown:
      break;
  }
  return absl::InvalidArgumentError(absl::StrCat("unknown state ", static_cast<int>(state)));
}

absl::StatusOr<acl::Clearance> DecodeClearanceParts(const fb::Clearance& stored) {
  acl::Clearance clearance{stored.level(), DecodeStrings(*stored.compartments())};
  absl::StatusOr<acl::Clearance> canonical = acl::CanonicalClearance(clearance.level, clearance.compartments);
  if (!canonical.ok()) return canonical.status();
  if (*canonical != clearance) return absl::InvalidArgumentError("it is not in canonical form");
  return clearance;
}

}  // namespace

std::string EncodeFolder(std::string_view key, const FolderRecord& record) {
  flatbuffers::FlatBufferBuilder builder;
  const auto path = EncodeString(builder, record.path);
  const auto policy = EncodePolicy(builder, record.policy);
  const auto policy_source = EncodeString(builder, record.policy_source);
  return Finish(Column::kAcl, key, builder,
                fb::CreateFolder(builder, path, policy, record.policy_revision.value(), policy_source));
}

absl::StatusOr<FolderRecord> DecodeFolder(std::string_view key, std::string_view value) {
  auto stored = Root<fb::Folder>::Of(Column::kAcl, key, value);
  if (!stored.ok()) return stored.status();
  const fb::Folder& table = **stored;
  auto policy = Checked(Column::kAcl, key, "policy", DecodePolicy(*table.policy()));
  if (!policy.ok()) return policy.status();
  return FolderRecord{.path = table.path()->str(),
                      .policy = *std::move(policy),
                      .policy_revision = acl::Revision(table.policy_revision()),
                      .policy_source = table.policy_source()->str()};
}

std::string EncodeClearance(std::string_view key, const ClearanceRecord& record) {
  flatbuffers::FlatBufferBuilder builder;
  const auto principal = EncodeString(builder, record.principal);
  const auto compartments = EncodeStrings(builder, record.clearance.compartments);
  return Finish(Column::kAcl, key, builder,
                fb::CreateClearance(builder, principal, record.clearance.level, compartments, record.revision.value()));
}

absl::StatusOr<ClearanceRecord> DecodeClearance(std::string_view key, std::string_view value) {
  auto stored = Root<fb::Clearance>::Of(Column::kAcl, key, value);
  if (!stored.ok()) return stored.status();
  auto clearance = Checked(Column::kAcl, key, "clearance", DecodeClearanceParts(**stored));
  if (!clearance.ok()) return clearance.status();
  return ClearanceRecord{.principal = (*stored)->principal()->str(),
                         .clearance = *std::move(clearance),
                         .revision = acl::Revision((*stored)->revision())};
}

std::string EncodeBreakGlass(std::string_view key, const BreakGlassRecord& record) {
  flatbuffers::FlatBufferBuilder builder;
  const auto id = EncodeString(builder, record.id);
  const auto resource = EncodeString(builder, record.resource);
  const auto principal = EncodeString(builder, record.principal);
  const auto reason = EncodeString(builder, record.reason);
  const auto requested_by = EncodeString(builder, record.requested_by);
  const auto approved_by = EncodeString(builder, record.approved_by);
  const auto ended_by = EncodeString(builder, record.ended_by);
  const auto requested_key = EncodeOptional(builder, record.requested_key);
  const fb::Time request_time = EncodeTime(record.request_time), duration = EncodeDuration(record.duration);
  const fb::Time approve_time = EncodeTime(record.approve_time), expire_time = EncodeTime(record.expire_time);
  const fb::Time end_time = EncodeTime(record.end_time);
  return Finish(Column::kAcl, key, builder,
                fb::CreateBreakGlass(builder, id, resource, principal, reason, requested_by, &request_time, &duration,
                                     approved_by, &approve_time, &expire_time, ended_by, &end_time,
                                     EncodeState(record.state), requested_key));
}

absl::StatusOr<BreakGlassRecord> DecodeBreakGlass(std::string_view key, std::string_view value) {
  auto stored = Root<fb::BreakGlass>::Of(Column::kAcl, key, value);
  if (!stored.ok()) return stored.status();
  const fb::BreakGlass& table = **stored;
  BreakGlassRecord record;
  record.id = table.id()->str();
  record.resource = table.resource()->str();
  record.principal = table.principal()->str();
  record.reason = table.reason()->str();
  record.requested_by = table.requested_by()->str();
  record.requested_key = DecodeOptional(table.requested_key());
  record.approved_by = table.approved_by()->str();
  record.ended_by = table.ended_by()->str();
  absl::Status status =
      Assign(Column::kAcl, key, "request_time", DecodeTime(*table.request_time()), record.request_time);
  status.Update(Assign(Column::kAcl, key, "duration", DecodeDuration(*table.duration()), record.duration));
  status.Update(Assign(Column::kAcl, key, "approve_time", DecodeTime(*table.approve_time()), record.approve_time));
  status.Update(Assign(Column::kAcl, key, "expire_time", DecodeTime(*table.expire_time()), record.expire_time));
  status.Update(Assign(Column::kAcl, key, "end_time", DecodeTime(*table.end_time()), record.end_time));
  status.Update(Assign(Column::kAcl, key, "state", DecodeState(table.state()), record.state));
  if (!status.ok()) return status;
  return record;
}

std::string EncodeTenantSettings(std::string_view key, const TenantSettingsRecord& record) {
  flatbuffers::FlatBufferBuilder builder;
  const auto claim_sources = EncodeStrings(builder, record.claim_sources);
  return Finish(
      Column::kAcl, key, builder,
      fb::CreateTenantSettings(builder, claim_sources, record.require_known_subjects, record.revision.value()));
}

absl::StatusOr<TenantSettingsRecord> DecodeTenantSettings(std::string_view key, std::string_view value) {
  auto stored = Root<fb::TenantSettings>::Of(Column::kAcl, key, value);
  if (!stored.ok()) return stored.status();
  return TenantSettingsRecord{.claim_sources = DecodeStrings(*(*stored)->claim_sources()),
                              .require_known_subjects = (*stored)->require_known_subjects(),
                              .revision = acl::Revision((*stored)->revision())};
}

}  // namespace usher::storage
