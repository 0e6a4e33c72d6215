// Batches, and the records of content; batch_access.cc has the records of the access model.
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/storage/batch_impl.h"
#include "index/storage/codec.h"
#include "index/storage/record_check.h"
#include "index/storage/status.h"

namespace usher::storage {
namespace {

// Far below the 4 GiB at which RocksDB's own lengths would overflow.
constexpr uint64_t kMaxBatchBytes = 1ull << 30;

}  // namespace

rocksdb::Status Batch::Impl::Change::CopyTo(rocksdb::ColumnFamilyHandle* handle, rocksdb::WriteBatch& out) const {
  switch (kind) {
    case Kind::kPut:
      return out.Put(handle, key, value);
    case Kind::kDelete:
      return out.Delete(handle, key);
    case Kind::kDeleteRange:
      return out.DeleteRange(handle, key, value);
  }
  return rocksdb::Status::InvalidArgument("unknown kind of change");
}

void Batch::Impl::Add(Change change) {
  bytes += change.key.size() + change.value.size();
  if (bytes > kMaxBatchBytes) {
    Refuse(absl::InvalidArgumentError(
        absl::StrCat("a batch may hold ", kMaxBatchBytes, " bytes; split the request into smaller ones")));
  }
  if (status.ok()) changes.push_back(std::move(change));
}

void Batch::Impl::Refuse(absl::Status reason) {
  status.Update(std::move(reason));
  changes.clear();
}

void Batch::Impl::Put(Column column, std::string key, std::string value) {
  Add({Kind::kPut, column, std::move(key), std::move(value)});
}

void Batch::Impl::Delete(Column column, std::string key) { Add({Kind::kDelete, column, std::move(key), ""}); }

void Batch::Impl::DeletePrefix(Column column, std::string prefix) {
  std::optional<std::string> end = PrefixEnd(prefix);
  if (!end.has_value()) {
    Refuse(absl::InvalidArgumentError("the last id of all is reserved; use a smaller one"));
    return;
  }
  DeleteRange(column, std::move(prefix), *std::move(end));
}

void Batch::Impl::DeleteRange(Column column, std::string begin, std::string end) {
  Add({Kind::kDeleteRange, column, std::move(begin), std::move(end)});
}

size_t Batch::Impl::EncodedBytes() const {
  constexpr size_t kBytesAroundAChange = 12;  // its kind, its column family and two lengths
  constexpr size_t kRest = 256;               // the header, and the revision that every commit carries
  return bytes + changes.size() * kBytesAroundAChange + kRest;
}

absl::Status Batch::Impl::MoveTo(const std::vector<rocksdb::ColumnFamilyHandle*>& columns, rocksdb::WriteBatch& out) {
  if (!status.ok()) return status;
  for (; !changes.empty(); changes.pop_front()) {
    const Change& change = changes.front();
    const rocksdb::Status added = change.CopyTo(columns[static_cast<size_t>(change.column)], out);
    if (!added.ok()) return FromRocks(added, "build the batch");
  }
  return absl::OkStatus();
}

Batch::Batch() : impl_(std::make_unique<Impl>()) {}
Batch::~Batch() = default;
Batch::Batch(Batch&&) noexcept = default;
Batch& Batch::operator=(Batch&&) noexcept = default;

void Batch::PutCollection(std::string_view tenant, const CollectionRecord& record) {
  impl_->PutRow(Column::kAcl, CollectionKey(tenant, record.name), record, EncodeCollection);
}

void Batch::DeleteCollection(std::string_view tenant, std::string_view name, acl::CollectionId id) {
  impl_->Delete(Column::kAcl, CollectionKey(tenant, name));
  for (Column column : {Column::kDocuments, Column::kChunks, Column::kVectors}) {
    impl_->DeletePrefix(column, CollectionRangePrefix(id));
  }
  impl_->DeletePrefix(Column::kAcl, FolderRangePrefix(id));
}

void Batch::PutDocument(acl::CollectionId collection, const DocumentRecord& record) {
  if (absl::Status status = CheckWritable(record); !status.ok()) return impl_->Refuse(std::move(status));
  impl_->PutRow(Column::kDocuments, DocumentKey(collection, record.id), record, EncodeDocument);
}

void Batch::DeleteDocument(acl::CollectionId collection, std::string_view id) {
  impl_->Delete(Column::kDocuments, DocumentKey(collection, id));
}

void Batch::PutChunk(acl::CollectionId collection, ChunkKey key, const ChunkRecord& record,
                     absl::Span<const float> vector) {
  std::string row = ChunkRowKey(collection, key);
  impl_->Put(Column::kChunks, row, EncodeChunk(row, record));
  std::string value = EncodeVector(row, vector);
  impl_->Put(Column::kVectors, std::move(row), std::move(value));
}

void Batch::DeleteChunks(acl::CollectionId collection, acl::DocumentVersion version) {
  for (Column column : {Column::kChunks, Column::kVectors}) {
    impl_->DeletePrefix(column, VersionPrefix(collection, version));
  }
}

void Batch::PutMembership(std::string_view tenant, const MembershipRecord& record) {
  impl_->PutRow(Column::kAcl, MembershipKey(tenant, record.group, record.member), record, EncodeMembership);
}

void Batch::DeleteMembership(std::string_view tenant, const MembershipRecord& record) {
  impl_->Delete(Column::kAcl, MembershipKey(tenant, record.group, record.member));
}

void Batch::PutApiKey(const ApiKeyRecord& record) { impl_->PutRow(Column::kKeys, record.key_id, record, EncodeApiKey); }

void Batch::PutRequest(std::string_view tenant, std::string_view caller, std::string_view request_id,
                       const RequestRecord& record) {
  impl_->PutRow(Column::kRequests, RequestKey(tenant, caller, request_id), record, EncodeRequest);
}

}  // namespace usher::storage
