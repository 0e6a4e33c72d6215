// Everything durable: one RocksDB, one atomic batch per request, one revision per batch.
//
// Guarantees: a batch whose Commit returned OK is on disk (fsync) and wholly visible; one whose Commit failed is not
// visible and takes no revision. Every record is checked when read: damage is DATA_LOSS naming the record, never a
// wrong value.
//
// Non-guarantees: a commit that failed with UNAVAILABLE, or was under way when the process died, may turn out to be
// wholly there after reopening. Reads that span calls are not one snapshot; callers that need that hold their own lock.
//
// Thread-safety: all methods may be called concurrently; commits are ordered by the store.
// Errors: RESOURCE_EXHAUSTED for a full disk, DATA_LOSS for damage, FAILED_PRECONDITION for a folder in use or of a
// newer format, UNAVAILABLE for other I/O errors.
#ifndef USHER_INDEX_STORAGE_STORE_H_
#define USHER_INDEX_STORAGE_STORE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "acl/ids.h"
#include "index/storage/access_records.h"
#include "index/storage/object_cache.h"
#include "index/storage/records.h"

namespace rocksdb {
class FileSystem;
}

namespace usher::storage {

struct ChunkKey {
  acl::DocumentVersion version;
  uint32_t number = 0;
};

// Changes to be written together, in the order given. Not thread-safe; owned by the caller; used once. What cannot be
// written fails the commit with INVALID_ARGUMENT.
class Batch {
 public:
  Batch();
  ~Batch();
  Batch(Batch&&) noexcept;
  Batch& operator=(Batch&&) noexcept;

  void PutCollection(std::string_view tenant, const CollectionRecord& record);
  // With every document, folder, chunk and vector in it.
  void DeleteCollection(std::string_view tenant, std::string_view name, acl::CollectionId id);
  void PutDocument(acl::CollectionId collection, const DocumentRecord& record);
  void DeleteDocument(acl::CollectionId collection, std::string_view id);
  void PutChunk(acl::CollectionId collection, ChunkKey key, const ChunkRecord& record, absl::Span<const float> vector);
  // All chunks and vectors of a version.
  void DeleteChunks(acl::CollectionId collection, acl::DocumentVersion version);
  void PutMembership(std::string_view tenant, const MembershipRecord& record);
  void DeleteMembership(std::string_view tenant, const MembershipRecord& record);
  void PutApiKey(const ApiKeyRecord& record);
  void PutRequest(std::string_view tenant, std::string_view caller, std::string_view request_id,
                  const RequestRecord& record);

  void PutFolder(acl::CollectionId collection, const FolderRecord& record);
  void DeleteFolder(acl::CollectionId collection, std::string_view path);
  void PutClearance(std::string_view tenant, const ClearanceRecord& record);
  void DeleteClearance(std::string_view tenant, std::string_view principal);
  void PutSource(std::string_view tenant, const SourceRecord& record);
  // Leaves the source's syncs; delete those as well.
  void DeleteSource(std::string_view tenant, std::string_view name);
  void PutSync(std::string_view tenant, const SyncRecord& record);
  void PutSyncPart(std::string_view tenant, std::string_view source, const SyncPartRecord& record);
  // With all its parts.
  void DeleteSync(std::string_view tenant, std::string_view source, std::string_view sync_id);
  void PutBreakGlass(std::string_view tenant, const BreakGlassRecord& record);
  void PutTenantSettings(std::string_view tenant, const TenantSettingsRecord& record);
  void PutChange(std::string_view tenant, acl::Revision revision, uint32_t part, const ChangeRecord& record);
  // Forgets the tenant's changes of revisions below `revision`. Costs every read of them a little until it is compacted
  // away, so forget many at once.
  void DeleteChangesBefore(std::string_view tenant, acl::Revision revision);

 private:
  friend class Store;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

struct StoreOptions {
  std::string path;
  uint64_t block_cache_bytes = 256ull << 20;  // of objects() as well
  // How long a request_id is remembered.
  absl::Duration request_retention = absl::Hours(24);
  // For fault injection; null means the real one.
  std::shared_ptr<rocksdb::FileSystem> file_system;
};

class Store {
 public:
  // Opens or creates the folder (mode 0700).
  static absl::StatusOr<std::unique_ptr<Store>> Open(const StoreOptions& options);
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Of the last commit; Revision(0) in an empty store.
  acl::Revision last_revision() const;
  // Random, made with the folder; 16 bytes. Tells stores apart in tokens.
  const std::string& store_id() const;
  // Secret made with the folder, 32 bytes, for MACs over tokens that clients hold.
  const std::string& token_key() const;
  // Another secret, 32 bytes, for files that lie beside the store (authenticated_file.h).
  std::string file_key() const;
  const std::string& path() const;
  // Lives as long as the store.
  ObjectCache& objects() const;

  // Writes `batch` at `revision`, which must be last_revision() + 1 (ABORTED otherwise): callers that build records
  // holding their own revision serialise themselves.
  absl::Status Commit(Batch batch, acl::Revision revision);

  // Visitors stop at, and return, the first error of the callback.
  absl::Status ForEachCollection(
      const std::function<absl::Status(std::string_view tenant, CollectionRecord record)>& visit) const;
  absl::Status ForEachMembership(
      const std::function<absl::Status(std::string_view tenant, MembershipRecord record)>& visit) const;
  // In order of id, from after `after` (exclusive; empty for the start).
  absl::Status ForEachDocument(acl::CollectionId collection, std::string_view after,
                               const std::function<absl::Status(DocumentRecord record)>& visit) const;
  // In order of key. `vector` is valid during the call.
  absl::Status ForEachVector(
      acl::CollectionId collection,
      const std::function<absl::Status(ChunkKey key, absl::Span<const float> vector)>& visit) const;
  // Of these versions only, which must ascend; those that there are no vectors of are passed over.
  absl::Status ForEachVectorOf(
      acl::CollectionId collection, absl::Span<const acl::DocumentVersion> versions,
      const std::function<absl::Status(ChunkKey key, absl::Span<const float> vector)>& visit) const;
  absl::Status ForEachApiKey(const std::function<absl::Status(ApiKeyRecord record)>& visit) const;
  template <typename Record>
  using TenantVisitor = std::function<absl::Status(std::string_view tenant, Record record)>;
  // In order of path.
  absl::Status ForEachFolder(acl::CollectionId collection,
                             const std::function<absl::Status(FolderRecord record)>& visit) const;
  absl::Status ForEachClearance(const TenantVisitor<ClearanceRecord>& visit) const;
  absl::Status ForEachSource(const TenantVisitor<SourceRecord>& visit) const;
  absl::Status ForEachSync(const TenantVisitor<SyncRecord>& visit) const;
  // In order of number. Gaps are not noticed: callers compare with what the SyncRecord counts.
  absl::Status ForEachSyncPart(std::string_view tenant, std::string_view source, std::string_view sync_id,
                               const std::function<absl::Status(SyncPartRecord record)>& visit) const;
  // Of one tenant, in order of id.
  absl::Status ForEachBreakGlass(std::string_view tenant,
                                 const std::function<absl::Status(BreakGlassRecord record)>& visit) const;
  absl::Status ForEachTenantSettings(const TenantVisitor<TenantSettingsRecord>& visit) const;
  // The tenant's changes of revisions above `after`, in order of revision and part.
  absl::Status ForEachChange(
      std::string_view tenant, acl::Revision after,
      const std::function<absl::Status(acl::Revision revision, uint32_t part, ChangeRecord record)>& visit) const;

  // nullopt where there is none. Answers are in the order of the keys.
  absl::StatusOr<std::optional<DocumentRecord>> GetDocument(acl::CollectionId collection, std::string_view id) const;
  absl::StatusOr<std::vector<std::optional<DocumentRecord>>> GetDocuments(acl::CollectionId collection,
                                                                          absl::Span<const std::string> ids) const;
  absl::StatusOr<std::vector<std::optional<ChunkRecord>>> GetChunks(acl::CollectionId collection,
                                                                    absl::Span<const ChunkKey> keys) const;
  absl::StatusOr<std::optional<ApiKeyRecord>> GetApiKey(std::string_view key_id) const;
  absl::StatusOr<std::optional<SyncPartRecord>> GetSyncPart(std::string_view tenant, std::string_view source,
                                                            std::string_view sync_id, uint32_t number) const;
  absl::StatusOr<std::optional<BreakGlassRecord>> GetBreakGlass(std::string_view tenant, std::string_view id) const;
  // Only requests within the retention, as of `now`.
  absl::StatusOr<std::optional<RequestRecord>> GetRequest(std::string_view tenant, std::string_view caller,
                                                          std::string_view request_id, absl::Time now) const;

  // Appends to the audit log outside of revisions; ids are dense from 1. On disk after a crash of the process; after a
  // loss of power only what was flushed. `last` is empty for an empty log.
  absl::Status AppendAudit(uint64_t id, std::string_view entry);
  absl::StatusOr<std::optional<std::pair<uint64_t, std::string>>> LastAudit() const;
  absl::Status ForEachAudit(uint64_t from_id,
                            const std::function<absl::Status(uint64_t id, std::string_view entry)>& visit) const;

 private:
  struct Impl;
  explicit Store(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace usher::storage

#endif  // USHER_INDEX_STORAGE_STORE_H_
