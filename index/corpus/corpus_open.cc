// Bringing the corpus up from the store, and writing through it.
#include <algorithm>
#include <iterator>
#include <mutex>
#include <shared_mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "acl/absl_view.h"
#include "index/corpus/corpus_impl.h"
#include "index/corpus/work_together.h"
#include "index/status_field.h"

namespace usher::corpus {
namespace {

// In parts, so that whoever follows the feed is never handed more than it can take at once.
void PutChanges(std::string_view tenant, acl::Revision revision, absl::Time now, PreparedWrite& write) {
  constexpr size_t kChangesPerPart = 500;
  auto next = std::make_move_iterator(write.changes.begin());
  size_t left = write.changes.size();
  for (uint32_t part = 0; left > 0; ++part) {
    const size_t count = std::min(left, kChangesPerPart);
    left -= count;
    const auto end = next + static_cast<std::ptrdiff_t>(count);
    write.batch.PutChange(tenant, revision, part, {now, left == 0, {next, end}});
    next = end;
  }
}

// What is durable must come into force: if memory cannot follow the store, only a restart can put it right.
void Apply(const PreparedWrite& write) noexcept { write.apply(); }

}  // namespace

Corpus::Corpus(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Corpus::~Corpus() = default;

absl::StatusOr<std::unique_ptr<Corpus>> Corpus::Open(storage::Store* store, const acl::Clock* clock,
                                                     const CorpusOptions& options) {
  auto impl = std::make_unique<Impl>(store, clock, options);
  if (absl::Status status = impl->Load(); !status.ok()) return status;
  impl->maintenance_thread = std::thread([raw = impl.get()] { raw->RunMaintenance(); });
  return std::unique_ptr<Corpus>(new Corpus(std::move(impl)));
}

absl::Status Corpus::Impl::Load() {
  if (absl::Status status = LoadAccess(); !status.ok()) return status;
  std::vector<std::pair<std::shared_ptr<Tenant>, storage::CollectionRecord>> collections;
  absl::Status status = store->ForEachCollection([&](std::string_view tenant, storage::CollectionRecord record) {
    collections.emplace_back(MakeTenant(tenant), std::move(record));
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  status = WorkTogether(collections.size(), [&](size_t i) {
    return LoadCollection(*collections[i].first, std::move(collections[i].second));
  });
  if (!status.ok()) return status;
  for (const auto& [id, tenant] : tenants) {
    tenant->revision = store->last_revision();
    tenant->RefreshOpenUntil();
    maintenance_due.insert(tenant);
  }
  RemoveStrayFolders();
  const std::unique_lock lock(applied_mutex);
  applied = store->last_revision();
  return absl::OkStatus();
}

// Of collections that were deleted when nobody was there to remove their files.
void Corpus::Impl::RemoveStrayFolders() {
  absl::flat_hash_set<acl::CollectionId> ids;
  for (const auto& [id, tenant] : tenants) {
    for (const auto& [name, collection] : tenant->collections) ids.insert(collection->record.id);
  }
  index_files.RemoveFoldersExcept(ids);
}

absl::Status Corpus::Impl::LoadAccess() {
  absl::Status status = store->ForEachMembership([&](std::string_view tenant, storage::MembershipRecord record) {
    MakeTenant(tenant)->groups.Add(record.member, record.group);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  status = store->ForEachClearance([&](std::string_view tenant, storage::ClearanceRecord record) {
    MakeTenant(tenant)->clearances.Set(record.principal, std::move(record.clearance));
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  status = store->ForEachTenantSettings([&](std::string_view tenant, storage::TenantSettingsRecord record) {
    MakeTenant(tenant)->settings = std::move(record);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  status = store->ForEachSource([&](std::string_view tenant, storage::SourceRecord record) {
    std::string name = record.name;
    MakeTenant(tenant)->sources[std::move(name)] = std::move(record);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return store->ForEachSync([&](std::string_view tenant, storage::SyncRecord record) {
    std::string id = record.sync_id;
    MakeTenant(tenant)->syncs[std::move(id)] = std::move(record);
    return absl::OkStatus();
  });
}

std::shared_ptr<Tenant> Corpus::Impl::FindTenant(std::string_view id) const {
  const std::shared_lock lock(tenants_mutex);
  const auto it = tenants.find(acl::ToAbsl(id));
  return it == tenants.end() ? nullptr : it->second;
}

std::shared_ptr<Tenant> Corpus::Impl::MakeTenant(std::string_view id) {
  const std::unique_lock lock(tenants_mutex);
  std::shared_ptr<Tenant>& tenant = tenants[std::string(id)];
  if (tenant == nullptr) tenant = std::make_shared<Tenant>();
  return tenant;
}

std::shared_ptr<Collection> Corpus::Impl::FindCollection(const Tenant& tenant, std::string_view name) {
  const auto it = tenant.collections.find(name);
  return it == tenant.collections.end() ? nullptr : it->second;
}

absl::Status Corpus::Impl::CommitAndApply(Tenant& tenant, PreparedWrite write, acl::Revision revision) {
  {
    const std::unique_lock lock(applied_mutex);
    committing = revision;
  }
  const absl::Status status = store->Commit(std::move(write.batch), revision);
  // Nobody reads this tenant between the change of its memory and the change of the revision.
  const std::unique_lock tenant_lock(tenant.mutex);
  if (status.ok()) {
    Apply(write);
    tenant.revision = revision;
  }
  const std::unique_lock lock(applied_mutex);
  if (status.ok()) applied = revision;
  committing.reset();
  applied_changed.notify_all();
  return status;
}

absl::StatusOr<std::optional<WriteResult>> Corpus::Impl::FindRequest(const WriteContext& context) const {
  if (context.request_id.empty()) return std::nullopt;
  auto record = store->GetRequest(context.tenant, context.caller, context.request_id, clock->Now());
  if (!record.ok()) return record.status();
  if (!record->has_value()) return std::nullopt;
  if ((*record)->fingerprint != context.fingerprint) {
    return AtField(absl::InvalidArgumentError("was used before for another request; choose a new one for new content"),
                   "request_id");
  }
  return WriteResult{(*record)->revision, (*record)->response};
}

absl::StatusOr<WriteResult> Corpus::Impl::Write(const WriteContext& context, const std::string& response,
                                                const Prepare& prepare, Haste haste) {
  const WriteTurns::Turn turn(&write_turns, haste);
  auto known = FindRequest(context);
  if (!known.ok()) return known.status();
  if (known->has_value()) return **std::move(known);

  const std::shared_ptr<Tenant> tenant = MakeTenant(context.tenant);
  const acl::Revision revision(store->last_revision().value() + 1);
  absl::StatusOr<PreparedWrite> write = prepare(*tenant, revision);
  if (!write.ok()) return write.status();
  PutChanges(context.tenant, revision, clock->Now(), *write);
  if (absl::Status status = PruneChanges(context.tenant, write->batch); !status.ok()) return status;
  if (!context.request_id.empty()) {
    write->batch.PutRequest(context.tenant, context.caller, context.request_id,
                            {context.fingerprint, response, revision, clock->Now()});
  }
  if (absl::Status status = CommitAndApply(*tenant, *std::move(write), revision); !status.ok()) return status;
  const std::unique_lock lock(maintenance_mutex);
  maintenance_due.insert(tenant);
  maintenance_changed.notify_one();
  return WriteResult{revision, response};
}

absl::StatusOr<std::optional<WriteResult>> Corpus::FindRequest(const WriteContext& context) const {
  return impl_->FindRequest(context);
}

absl::StatusOr<acl::Revision> Corpus::PutApiKey(const storage::ApiKeyRecord& record) {
  auto result = impl_->Write({record.tenant, record.principal, "", "", std::nullopt}, "", [&](Tenant&, acl::Revision) {
    PreparedWrite write;
    write.batch.PutApiKey(record);
    return absl::StatusOr<PreparedWrite>(std::move(write));
  });
  if (!result.ok()) return result.status();
  return result->revision;
}

}  // namespace usher::corpus
