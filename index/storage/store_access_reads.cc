// Reading the records of the access model.
#include <limits>
#include <utility>

#include "index/storage/codec.h"
#include "index/storage/store_impl.h"
#include "index/storage/value_frame.h"

namespace usher::storage {
namespace {

absl::StatusOr<ChangeKey> ChangeKeyOf(std::string_view prefix, std::string_view key) {
  const std::optional<ChangeKey> change = ParseChangeRowKey(prefix, key);
  if (!change.has_value()) return DamagedRecord(Column::kChanges, key, "has a malformed key");
  return *change;
}

std::string KeyOfClearance(std::string_view tenant, const ClearanceRecord& record) {
  return ClearanceKey(tenant, record.principal);
}
std::string KeyOfSource(std::string_view tenant, const SourceRecord& record) { return SourceKey(tenant, record.name); }
std::string KeyOfSync(std::string_view tenant, const SyncRecord& record) {
  return SyncKey(tenant, record.source, record.sync_id);
}
std::string KeyOfSettings(std::string_view tenant, const TenantSettingsRecord&) { return SettingsKey(tenant); }

}  // namespace

template <typename Record>
absl::Status Store::Impl::ForEachOfTenants(std::string_view prefix,
                                           absl::StatusOr<Record> (*decode)(std::string_view, std::string_view),
                                           std::string (*key_of)(std::string_view, const Record&),
                                           const TenantVisitor<Record>& visit) const {
  return ForEach(Column::kAcl, prefix, prefix, [&](std::string_view key, std::string_view value) -> absl::Status {
    absl::StatusOr<Record> record = decode(key, value);
    if (!record.ok()) return record.status();
    const std::optional<std::string_view> tenant = TenantOfKey(key);
    if (!tenant.has_value() || key_of(*tenant, *record) != key) return MisplacedRecord(Column::kAcl, key);
    return visit(*tenant, *std::move(record));
  });
}

absl::Status Store::ForEachFolder(acl::CollectionId collection,
                                  const std::function<absl::Status(FolderRecord record)>& visit) const {
  const std::string prefix = FolderRangePrefix(collection);
  return impl_->ForEach(Column::kAcl, prefix, prefix,
                        [&](std::string_view key, std::string_view value) -> absl::Status {
                          absl::StatusOr<FolderRecord> record = DecodeFolder(key, value);
                          if (!record.ok()) return record.status();
                          if (FolderKey(collection, record->path) != key) return MisplacedRecord(Column::kAcl, key);
                          return visit(*std::move(record));
                        });
}

absl::Status Store::ForEachClearance(const TenantVisitor<ClearanceRecord>& visit) const {
  return impl_->ForEachOfTenants(kClearancePrefix, DecodeClearance, KeyOfClearance, visit);
}

absl::Status Store::ForEachSource(const TenantVisitor<SourceRecord>& visit) const {
  return impl_->ForEachOfTenants(kSourcePrefix, DecodeSource, KeyOfSource, visit);
}

absl::Status Store::ForEachSync(const TenantVisitor<SyncRecord>& visit) const {
  return impl_->ForEachOfTenants(kSyncPrefix, DecodeSync, KeyOfSync, visit);
}

absl::Status Store::ForEachSyncPart(std::string_view tenant, std::string_view source, std::string_view sync_id,
                                    const std::function<absl::Status(SyncPartRecord record)>& visit) const {
  const std::string prefix = SyncPartPrefix(tenant, source, sync_id);
  return impl_->ForEach(Column::kSyncParts, prefix, prefix,
                        [&](std::string_view key, std::string_view value) -> absl::Status {
                          absl::StatusOr<SyncPartRecord> record = DecodeSyncPart(key, value);
                          if (!record.ok()) return record.status();
                          if (SyncPartKey(tenant, source, record->sync_id, record->number) != key) {
                            return MisplacedRecord(Column::kSyncParts, key);
                          }
                          return visit(*std::move(record));
                        });
}

absl::StatusOr<std::optional<SyncPartRecord>> Store::GetSyncPart(std::string_view tenant, std::string_view source,
                                                                 std::string_view sync_id, uint32_t number) const {
  const std::string key = SyncPartKey(tenant, source, sync_id, number);
  absl::StatusOr<std::optional<std::string>> value = impl_->Get(Column::kSyncParts, key);
  if (!value.ok()) return value.status();
  if (!value->has_value()) return std::nullopt;
  absl::StatusOr<SyncPartRecord> record = DecodeSyncPart(key, **value);
  if (record.ok() && (record->sync_id != sync_id || record->number != number)) {
    return MisplacedRecord(Column::kSyncParts, key);
  }
  return record;
}

absl::Status Store::ForEachBreakGlass(std::string_view tenant,
                                      const std::function<absl::Status(BreakGlassRecord record)>& visit) const {
  const std::string prefix = BreakGlassRangePrefix(tenant);
  return impl_->ForEach(Column::kAcl, prefix, prefix,
                        [&](std::string_view key, std::string_view value) -> absl::Status {
                          absl::StatusOr<BreakGlassRecord> record = DecodeBreakGlass(key, value);
                          if (!record.ok()) return record.status();
                          if (BreakGlassKey(tenant, record->id) != key) return MisplacedRecord(Column::kAcl, key);
                          return visit(*std::move(record));
                        });
}

absl::StatusOr<std::optional<BreakGlassRecord>> Store::GetBreakGlass(std::string_view tenant,
                                                                     std::string_view id) const {
  const std::string key = BreakGlassKey(tenant, id);
  absl::StatusOr<std::optional<std::string>> value = impl_->Get(Column::kAcl, key);
  if (!value.ok()) return value.status();
  if (!value->has_value()) return std::nullopt;
  absl::StatusOr<BreakGlassRecord> record = DecodeBreakGlass(key, **value);
  if (record.ok() && record->id != id) return MisplacedRecord(Column::kAcl, key);
  return record;
}

absl::Status Store::ForEachTenantSettings(const TenantVisitor<TenantSettingsRecord>& visit) const {
  return impl_->ForEachOfTenants(kSettingsPrefix, DecodeTenantSettings, KeyOfSettings, visit);
}

absl::Status Store::ForEachChange(
    std::string_view tenant, acl::Revision after,
    const std::function<absl::Status(acl::Revision revision, uint32_t part, ChangeRecord record)>& visit) const {
  if (after.value() == std::numeric_limits<uint64_t>::max()) return absl::OkStatus();
  const std::string prefix = ChangePrefix(tenant);
  const std::string start = ChangeRowKey(tenant, {acl::Revision(after.value() + 1), 0});
  return impl_->ForEach(Column::kChanges, prefix, start,
                        [&](std::string_view key, std::string_view value) -> absl::Status {
                          absl::StatusOr<ChangeKey> change = ChangeKeyOf(prefix, key);
                          if (!change.ok()) return change.status();
                          absl::StatusOr<ChangeRecord> record = DecodeChange(key, value);
                          if (!record.ok()) return record.status();
                          return visit(change->revision, change->part, *std::move(record));
                        });
}

}  // namespace usher::storage
