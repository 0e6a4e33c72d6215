// Opening and committing; store_reads.cc, store_access_reads.cc and store_audit.cc have the rest.
#include "index/storage/store.h"

#include <rocksdb/cache.h>
#include <sys/random.h>

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "acl/absl_view.h"
#include "index/storage/batch_impl.h"
#include "index/storage/columns.h"
#include "index/storage/crypto_mac.h"
#include "index/storage/data_folder.h"
#include "index/storage/status.h"
#include "index/storage/store_impl.h"
#include "index/storage/value_frame.h"

namespace usher::storage {
namespace {

constexpr std::string_view kFormat = "1";
constexpr size_t kStoreIdBytes = 16;
constexpr size_t kTokenKeyBytes = 32;

absl::StatusOr<std::string> RandomBytes(size_t count) {
  std::string bytes(count, '\0');
  // Requests of up to 256 bytes are never cut short.
  if (::getrandom(bytes.data(), count, 0) != static_cast<ssize_t>(count)) {
    return absl::UnavailableError("the system gave no random bytes; check getrandom(2)");
  }
  return bytes;
}

absl::Status NewerFormat(const std::string& path, std::string_view what) {
  return absl::FailedPreconditionError(absl::StrCat("the data folder ", path, " was written by a newer version (",
                                                    acl::ToAbsl(what),
                                                    "); install that version or restore an older backup"));
}

absl::Status OpenError(const rocksdb::Status& status, const std::string& path) {
  const std::string text = status.ToString();
  if (status.IsIOError() && (absl::StrContains(text, "lock hold by current process") ||
                             absl::StrContains(text, "/LOCK: Resource temporarily unavailable"))) {
    return absl::FailedPreconditionError(
        absl::StrCat("the data folder ", path, " is in use by another process; stop it or choose another folder"));
  }
  if (status.IsIOError() && absl::StrContains(text, "Permission denied")) {
    return absl::PermissionDeniedError(absl::StrCat("cannot open the data folder ", path, ": ", text,
                                                    "; give the server's user read and write permission on its files"));
  }
  if (status.IsNotSupported() || absl::StrContains(text, "Column families not opened")) return NewerFormat(path, text);
  // A damaged options or manifest file may show as any of these.
  if (status.IsInvalidArgument() || status.IsNotFound()) {
    return FromRocks(rocksdb::Status::Corruption(text), absl::StrCat("open the data folder ", path));
  }
  return FromRocks(status, absl::StrCat("open the data folder ", path));
}

absl::Status PutMeta(rocksdb::WriteBatch& batch, std::string_view key, std::string_view payload) {
  return FromRocks(batch.Put(key, Seal(Column::kMeta, key, payload)), "build the batch");
}

}  // namespace

Store::Impl::~Impl() {
  if (database == nullptr) return;
  // A log with nothing in it cannot be damaged. If this fails, the log still has everything.
  if (writer != nullptr) writer->Flush().IgnoreError();
  for (rocksdb::ColumnFamilyHandle* column : columns)
    database->DestroyColumnFamilyHandle(column).PermitUncheckedError();
  database->Close().PermitUncheckedError();
}

absl::Status Store::Impl::OpenDatabase(const StoreOptions& options) {
  rocksdb::DBOptions database_options = DatabaseOptions(options);
  if (options.file_system != nullptr) {
    env = rocksdb::NewCompositeEnv(options.file_system);
    database_options.env = env.get();
  }
  database_options.wal_filter = &wal_guard;
  database_options.listeners.push_back(listener);
  std::shared_ptr<rocksdb::Cache> cache = rocksdb::NewLRUCache(options.block_cache_bytes);
  objects = std::make_unique<ObjectCache>(cache);
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(database_options, options.path,
                                                   ColumnDescriptors(options, std::move(cache)), &columns, &opened);
  if (!status.ok()) return OpenError(status, options.path);
  database.reset(opened);
  writer = std::make_unique<Writer>(opened, &columns, listener);
  return absl::OkStatus();
}

absl::Status Store::Impl::LoadIdentity() {
  absl::StatusOr<std::optional<std::string>> format = GetMeta(kFormatKey);
  if (!format.ok()) return format.status();
  if (!format->has_value()) {
    absl::StatusOr<bool> empty = IsEmpty();
    if (!empty.ok()) return empty.status();
    return *empty ? CreateIdentity() : DamagedRecord(Column::kMeta, kFormatKey, "is missing");
  }
  if (**format != kFormat) return NewerFormat(path, absl::StrCat("format ", **format));
  std::string revision;
  for (const auto& [key, out, size] : {std::tuple{kRevisionKey, &revision, size_t{8}},
                                       {kStoreIdKey, &store_id, kStoreIdBytes},
                                       {kTokenKeyKey, &token_key, kTokenKeyBytes}}) {
    absl::StatusOr<std::optional<std::string>> value = GetMeta(key);
    if (!value.ok()) return value.status();
    if (!value->has_value()) return DamagedRecord(Column::kMeta, key, "is missing");
    if ((*value)->size() != size) return DamagedRecord(Column::kMeta, key, "has a wrong length");
    *out = **std::move(value);
  }
  last_revision.store(*ParseBigEndian64(revision));
  return absl::OkStatus();
}

absl::Status Store::Impl::CreateIdentity() {
  absl::StatusOr<std::string> id = RandomBytes(kStoreIdBytes);
  if (!id.ok()) return id.status();
  absl::StatusOr<std::string> key = RandomBytes(kTokenKeyBytes);
  if (!key.ok()) return key.status();
  rocksdb::WriteBatch batch;
  absl::Status status = PutMeta(batch, kFormatKey, kFormat);
  status.Update(PutMeta(batch, kRevisionKey, BigEndian64(0)));
  status.Update(PutMeta(batch, kStoreIdKey, *id));
  status.Update(PutMeta(batch, kTokenKeyKey, *key));
  if (!status.ok()) return status;
  store_id = *std::move(id);
  token_key = *std::move(key);
  return writer->Write(batch, /*sync=*/true, "create the store");
}

Store::Store(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Store::~Store() = default;

absl::StatusOr<std::unique_ptr<Store>> Store::Open(const StoreOptions& options) {
  if (absl::Status status = PrepareDataFolder(options.path); !status.ok()) return status;
  auto impl = std::make_unique<Impl>(options);
  if (absl::Status status = impl->OpenDatabase(options); !status.ok()) return status;
  if (absl::Status status = impl->LoadIdentity(); !status.ok()) return status;
  if (absl::Status status = impl->LoadLastAudit(); !status.ok()) return status;
  absl::StatusOr<std::unique_ptr<Watermark>> watermark =
      Watermark::Open(options.path, impl->store_id, acl::Revision(impl->last_revision.load()));
  if (!watermark.ok()) return watermark.status();
  impl->watermark = *std::move(watermark);
  return std::unique_ptr<Store>(new Store(std::move(impl)));
}

acl::Revision Store::last_revision() const { return acl::Revision(impl_->last_revision.load()); }
const std::string& Store::store_id() const { return impl_->store_id; }
const std::string& Store::token_key() const { return impl_->token_key; }
// Derived, so that what vouches for files vouches for nothing that clients hold.
std::string Store::file_key() const { return KeyedDigest(impl_->token_key, "usher files beside the store"); }
ObjectCache& Store::objects() const { return *impl_->objects; }
const std::string& Store::path() const { return impl_->path; }

absl::Status Store::Commit(Batch batch, acl::Revision revision) {
  if (batch.impl_ == nullptr) return absl::InvalidArgumentError("the batch was moved from; build a new one");
  const std::unique_lock lock(impl_->commit_mutex);
  const uint64_t last = impl_->last_revision.load();
  if (revision.value() != last + 1) {
    return absl::AbortedError(absl::StrCat("revision ", revision.value(), " does not follow the last one, ", last,
                                           "; read it anew and retry"));
  }
  if (impl_->watermark_behind) {
    if (absl::Status status = impl_->watermark->Write(acl::Revision(last)); !status.ok()) return status;
    impl_->watermark_behind = false;
  }
  rocksdb::WriteBatch out(batch.impl_->EncodedBytes());
  absl::Status status = batch.impl_->MoveTo(impl_->columns, out);
  status.Update(PutMeta(out, kRevisionKey, BigEndian64(revision.value())));
  if (!status.ok()) return status;
  status = impl_->writer->Write(out, /*sync=*/true, absl::StrCat("commit revision ", revision.value()));
  if (!status.ok()) return status;
  impl_->last_revision.store(revision.value());
  // The commit is durable whatever happens here; a failure is made up for, or reported, before the next one.
  impl_->watermark_behind = !impl_->watermark->Write(revision).ok();
  return absl::OkStatus();
}

}  // namespace usher::storage
