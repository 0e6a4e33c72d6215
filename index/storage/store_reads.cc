// Reading what was committed; store_access_reads.cc has folders, syncs and the rest of the access model.
#include <utility>

#include "index/storage/codec.h"
#include "index/storage/status.h"
#include "index/storage/store_impl.h"
#include "index/storage/value_frame.h"

namespace usher::storage {
namespace {

rocksdb::ReadOptions CheckedReads() {
  rocksdb::ReadOptions options;
  options.verify_checksums = true;
  return options;
}

absl::StatusOr<DocumentRecord> DecodeDocumentAt(acl::CollectionId collection, std::string_view key,
                                                std::string_view value) {
  absl::StatusOr<DocumentRecord> record = DecodeDocument(key, value);
  if (record.ok() && DocumentKey(collection, record->id) != key) return MisplacedRecord(Column::kDocuments, key);
  return record;
}

absl::StatusOr<ApiKeyRecord> DecodeApiKeyAt(std::string_view key, std::string_view value) {
  absl::StatusOr<ApiKeyRecord> record = DecodeApiKey(key, value);
  if (record.ok() && record->key_id != key) return MisplacedRecord(Column::kKeys, key);
  return record;
}

}  // namespace

absl::StatusOr<std::optional<std::string>> Store::Impl::Get(Column column, std::string_view key) const {
  std::string value;
  const rocksdb::Status status = database->Get(CheckedReads(), Handle(column), key, &value);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) return FromRocks(status, "read the " + DescribeKey(column, key));
  return value;
}

absl::StatusOr<std::optional<std::string>> Store::Impl::GetMeta(std::string_view key) const {
  absl::StatusOr<std::optional<std::string>> value = Get(Column::kMeta, key);
  if (!value.ok() || !value->has_value()) return value;
  absl::StatusOr<std::string_view> payload = Unseal(Column::kMeta, key, **value);
  if (!payload.ok()) return payload.status();
  return std::string(*payload);
}

absl::StatusOr<bool> Store::Impl::IsEmpty() const {
  for (rocksdb::ColumnFamilyHandle* column : columns) {
    std::unique_ptr<rocksdb::Iterator> it(database->NewIterator(CheckedReads(), column));
    it->SeekToFirst();
    if (it->Valid()) return false;
    if (!it->status().ok()) return FromRocks(it->status(), "read the store");
  }
  return true;
}

absl::Status Store::Impl::ForEach(Column column, std::string_view prefix, std::string_view start,
                                  const RowVisitor& visit) const {
  const std::optional<std::string> end = PrefixEnd(prefix);
  rocksdb::Slice upper;
  rocksdb::ReadOptions options = CheckedReads();
  options.fill_cache = false;  // a scan of everything would push out what queries need
  // RocksDB reads ahead by itself, farther as a scan goes on, so that short scans do not pay for long ones.
  if (end.has_value()) {
    upper = *end;
    options.iterate_upper_bound = &upper;
  }
  std::unique_ptr<rocksdb::Iterator> it(database->NewIterator(options, Handle(column)));
  for (it->Seek(start); it->Valid(); it->Next()) {
    absl::Status status = visit(it->key().ToStringView(), it->value().ToStringView());
    if (!status.ok()) return status;
  }
  return FromRocks(it->status(), "scan column family '" + std::string(kColumnNames[static_cast<size_t>(column)]) + "'");
}

absl::Status Store::Impl::MultiGet(Column column, const std::vector<std::string>& keys,
                                   const SlotVisitor& visit) const {
  const std::vector<rocksdb::Slice> slices(keys.begin(), keys.end());
  std::vector<rocksdb::PinnableSlice> values(keys.size());
  std::vector<rocksdb::Status> statuses(keys.size());
  database->MultiGet(CheckedReads(), Handle(column), keys.size(), slices.data(), values.data(), statuses.data());
  absl::Status result;
  for (size_t i = 0; i < keys.size(); ++i) {
    if (statuses[i].IsNotFound()) {
      result.Update(visit(i, std::nullopt));
    } else if (statuses[i].ok()) {
      result.Update(visit(i, values[i].ToStringView()));
    } else {
      result.Update(FromRocks(statuses[i], "read the " + DescribeKey(column, keys[i])));
    }
  }
  return result;
}

absl::Status Store::ForEachCollection(
    const std::function<absl::Status(std::string_view tenant, CollectionRecord record)>& visit) const {
  return impl_->ForEach(Column::kAcl, kCollectionPrefix, kCollectionPrefix,
                        [&](std::string_view key, std::string_view value) -> absl::Status {
                          absl::StatusOr<CollectionRecord> record = DecodeCollection(key, value);
                          if (!record.ok()) return record.status();
                          const std::optional<std::string_view> tenant = TenantOfKey(key);
                          if (!tenant.has_value() || CollectionKey(*tenant, record->name) != key) {
                            return MisplacedRecord(Column::kAcl, key);
                          }
                          return visit(*tenant, *std::move(record));
                        });
}

absl::Status Store::ForEachMembership(
    const std::function<absl::Status(std::string_view tenant, MembershipRecord record)>& visit) const {
  return impl_->ForEach(Column::kAcl, kMembershipPrefix, kMembershipPrefix,
                        [&](std::string_view key, std::string_view value) -> absl::Status {
                          absl::StatusOr<MembershipRecord> record = DecodeMembership(key, value);
                          if (!record.ok()) return record.status();
                          const std::optional<std::string_view> tenant = TenantOfKey(key);
                          if (!tenant.has_value() || MembershipKey(*tenant, record->group, record->member) != key) {
                            return MisplacedRecord(Column::kAcl, key);
                          }
                          return visit(*tenant, *std::move(record));
                        });
}

absl::Status Store::ForEachDocument(acl::CollectionId collection, std::string_view after,
                                    const std::function<absl::Status(DocumentRecord record)>& visit) const {
  std::string start = DocumentKey(collection, after);
  if (!after.empty()) start.push_back('\0');  // the least key above `after`
  return impl_->ForEach(Column::kDocuments, CollectionRangePrefix(collection), start,
                        [&](std::string_view key, std::string_view value) -> absl::Status {
                          absl::StatusOr<DocumentRecord> record = DecodeDocumentAt(collection, key, value);
                          if (!record.ok()) return record.status();
                          return visit(*std::move(record));
                        });
}

absl::Status Store::ForEachVector(
    acl::CollectionId collection,
    const std::function<absl::Status(ChunkKey key, absl::Span<const float> vector)>& visit) const {
  const std::string prefix = CollectionRangePrefix(collection);
  std::vector<float> vector;
  return impl_->ForEach(Column::kVectors, prefix, prefix,
                        [&](std::string_view key, std::string_view value) -> absl::Status {
                          const std::optional<ChunkKey> chunk = ParseChunkRowKey(key);
                          if (!chunk.has_value()) return DamagedRecord(Column::kVectors, key, "has a malformed key");
                          if (absl::Status status = DecodeVector(key, value, vector); !status.ok()) return status;
                          return visit(*chunk, vector);
                        });
}

absl::Status Store::ForEachVectorOf(
    acl::CollectionId collection, absl::Span<const acl::DocumentVersion> versions,
    const std::function<absl::Status(ChunkKey key, absl::Span<const float> vector)>& visit) const {
  rocksdb::ReadOptions options = CheckedReads();
  options.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> it(impl_->database->NewIterator(options, impl_->Handle(Column::kVectors)));
  std::vector<float> vector;
  for (const acl::DocumentVersion version : versions) {
    const std::string prefix = VersionPrefix(collection, version);
    for (it->Seek(prefix); it->Valid() && it->key().starts_with(prefix); it->Next()) {
      const std::string_view key = it->key().ToStringView();
      const std::optional<ChunkKey> chunk = ParseChunkRowKey(key);
      if (!chunk.has_value()) return DamagedRecord(Column::kVectors, key, "has a malformed key");
      if (absl::Status status = DecodeVector(key, it->value().ToStringView(), vector); !status.ok()) return status;
      if (absl::Status status = visit(*chunk, vector); !status.ok()) return status;
    }
    if (!it->status().ok()) return FromRocks(it->status(), "read vectors");
  }
  return absl::OkStatus();
}

absl::Status Store::ForEachApiKey(const std::function<absl::Status(ApiKeyRecord record)>& visit) const {
  return impl_->ForEach(Column::kKeys, "", "", [&](std::string_view key, std::string_view value) -> absl::Status {
    absl::StatusOr<ApiKeyRecord> record = DecodeApiKeyAt(key, value);
    if (!record.ok()) return record.status();
    return visit(*std::move(record));
  });
}

absl::StatusOr<std::optional<DocumentRecord>> Store::GetDocument(acl::CollectionId collection,
                                                                 std::string_view id) const {
  const std::string key = DocumentKey(collection, id);
  absl::StatusOr<std::optional<std::string>> value = impl_->Get(Column::kDocuments, key);
  if (!value.ok()) return value.status();
  if (!value->has_value()) return std::nullopt;
  return DecodeDocumentAt(collection, key, **value);
}

absl::StatusOr<std::vector<std::optional<DocumentRecord>>> Store::GetDocuments(
    acl::CollectionId collection, absl::Span<const std::string> ids) const {
  std::vector<std::string> keys;
  keys.reserve(ids.size());
  for (const std::string& id : ids) keys.push_back(DocumentKey(collection, id));
  std::vector<std::optional<DocumentRecord>> records(ids.size());
  absl::Status status = impl_->MultiGet(
      Column::kDocuments, keys, [&](size_t slot, std::optional<std::string_view> value) -> absl::Status {
        if (!value.has_value()) return absl::OkStatus();
        absl::StatusOr<DocumentRecord> record = DecodeDocumentAt(collection, keys[slot], *value);
        if (!record.ok()) return record.status();
        records[slot] = *std::move(record);
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return records;
}

absl::StatusOr<std::vector<std::optional<ChunkRecord>>> Store::GetChunks(acl::CollectionId collection,
                                                                         absl::Span<const ChunkKey> chunk_keys) const {
  std::vector<std::string> keys;
  keys.reserve(chunk_keys.size());
  for (const ChunkKey& key : chunk_keys) keys.push_back(ChunkRowKey(collection, key));
  std::vector<std::optional<ChunkRecord>> records(keys.size());
  absl::Status status =
      impl_->MultiGet(Column::kChunks, keys, [&](size_t slot, std::optional<std::string_view> value) -> absl::Status {
        if (!value.has_value()) return absl::OkStatus();
        absl::StatusOr<ChunkRecord> record = DecodeChunk(keys[slot], *value);
        if (!record.ok()) return record.status();
        records[slot] = *std::move(record);
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return records;
}

absl::StatusOr<std::optional<ApiKeyRecord>> Store::GetApiKey(std::string_view key_id) const {
  absl::StatusOr<std::optional<std::string>> value = impl_->Get(Column::kKeys, key_id);
  if (!value.ok()) return value.status();
  if (!value->has_value()) return std::nullopt;
  return DecodeApiKeyAt(key_id, **value);
}

absl::StatusOr<std::optional<RequestRecord>> Store::GetRequest(std::string_view tenant, std::string_view caller,
                                                               std::string_view request_id, absl::Time now) const {
  const std::string key = RequestKey(tenant, caller, request_id);
  absl::StatusOr<std::optional<std::string>> value = impl_->Get(Column::kRequests, key);
  if (!value.ok()) return value.status();
  if (!value->has_value()) return std::nullopt;
  absl::StatusOr<RequestRecord> record = DecodeRequest(key, **value);
  if (!record.ok()) return record.status();
  if (record->time + impl_->request_retention <= now) return std::nullopt;
  return *std::move(record);
}

}  // namespace usher::storage
