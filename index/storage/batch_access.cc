// The records of the access model as changes of a batch.
#include <utility>

#include "index/storage/batch_impl.h"
#include "index/storage/codec.h"
#include "index/storage/record_check.h"

namespace usher::storage {

void Batch::PutFolder(acl::CollectionId collection, const FolderRecord& record) {
  if (absl::Status status = CheckWritable(record); !status.ok()) return impl_->Refuse(std::move(status));
  impl_->PutRow(Column::kAcl, FolderKey(collection, record.path), record, EncodeFolder);
}

void Batch::DeleteFolder(acl::CollectionId collection, std::string_view path) {
  impl_->Delete(Column::kAcl, FolderKey(collection, path));
}

void Batch::PutClearance(std::string_view tenant, const ClearanceRecord& record) {
  if (absl::Status status = CheckWritable(record); !status.ok()) return impl_->Refuse(std::move(status));
  impl_->PutRow(Column::kAcl, ClearanceKey(tenant, record.principal), record, EncodeClearance);
}

void Batch::DeleteClearance(std::string_view tenant, std::string_view principal) {
  impl_->Delete(Column::kAcl, ClearanceKey(tenant, principal));
}

void Batch::PutSource(std::string_view tenant, const SourceRecord& record) {
  if (absl::Status status = CheckWritable(record); !status.ok()) return impl_->Refuse(std::move(status));
  impl_->PutRow(Column::kAcl, SourceKey(tenant, record.name), record, EncodeSource);
}

void Batch::DeleteSource(std::string_view tenant, std::string_view name) {
  impl_->Delete(Column::kAcl, SourceKey(tenant, name));
}

void Batch::PutSync(std::string_view tenant, const SyncRecord& record) {
  impl_->PutRow(Column::kAcl, SyncKey(tenant, record.source, record.sync_id), record, EncodeSync);
}

void Batch::PutSyncPart(std::string_view tenant, std::string_view source, const SyncPartRecord& record) {
  if (absl::Status status = CheckWritable(record); !status.ok()) return impl_->Refuse(std::move(status));
  impl_->PutRow(Column::kSyncParts, SyncPartKey(tenant, source, record.sync_id, record.number), record, EncodeSyncPart);
}

void Batch::DeleteSync(std::string_view tenant, std::string_view source, std::string_view sync_id) {
  impl_->Delete(Column::kAcl, SyncKey(tenant, source, sync_id));
  impl_->DeletePrefix(Column::kSyncParts, SyncPartPrefix(tenant, source, sync_id));
}

void Batch::PutBreakGlass(std::string_view tenant, const BreakGlassRecord& record) {
  impl_->PutRow(Column::kAcl, BreakGlassKey(tenant, record.id), record, EncodeBreakGlass);
}

void Batch::PutTenantSettings(std::string_view tenant, const TenantSettingsRecord& record) {
  impl_->PutRow(Column::kAcl, SettingsKey(tenant), record, EncodeTenantSettings);
}

void Batch::PutChange(std::string_view tenant, acl::Revision revision, uint32_t part, const ChangeRecord& record) {
  impl_->PutRow(Column::kChanges, ChangeRowKey(tenant, {revision, part}), record, EncodeChange);
}

void Batch::DeleteChangesBefore(std::string_view tenant, acl::Revision revision) {
  const std::string prefix = ChangePrefix(tenant);
  impl_->DeleteRange(Column::kChanges, prefix, prefix + BigEndian64(revision.value()));
}

}  // namespace usher::storage
