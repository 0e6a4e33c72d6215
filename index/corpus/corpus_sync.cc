// Sources and what they stage: parts that change nothing until their sync is committed.
#include <algorithm>
#include <mutex>
#include <shared_mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "acl/absl_view.h"
#include "acl/check.h"
#include "acl/names.h"
#include "index/corpus/corpus_impl.h"

namespace usher::corpus {
namespace {

using storage::SourceRecord;
using storage::SyncRecord;

constexpr uint64_t kMaxSyncEntries = 5'000'000;
constexpr uint64_t kMaxSyncParts = 100'000;
constexpr size_t kMaxSources = 256;

// The sync as it is with this part, which may take the place of one that was sent before.
absl::StatusOr<SyncRecord> WithPart(const storage::Store& store, const std::string& tenant, SyncRecord sync,
                                    const storage::SyncPartRecord& part) {
  if (part.number > sync.parts) return absl::FailedPreconditionError(absl::StrCat("the next part is ", sync.parts));
  if (part.number == sync.parts) {
    ++sync.parts;
  } else {
    const auto before = store.GetSyncPart(tenant, sync.source, sync.sync_id, part.number);
    if (!before.ok()) return before.status();
    if (*before) {
      sync.membership_count -= (*before)->memberships.size();
      sync.grant_count -= (*before)->grants.size();
    }
  }
  sync.membership_count += part.memberships.size();
  sync.grant_count += part.grants.size();
  if (sync.membership_count + sync.grant_count > kMaxSyncEntries || sync.parts > kMaxSyncParts) {
    return absl::InvalidArgumentError(
        absl::StrCat("a sync takes at most ", kMaxSyncEntries, " entries in ", kMaxSyncParts, " parts"));
  }
  return sync;
}

}  // namespace

absl::Status NoSuchSource(std::string_view name) {
  return absl::NotFoundError(absl::StrCat("there is no source '", acl::ToAbsl(name), "'"));
}

absl::Status NoSuchSync() {
  return absl::NotFoundError("the source has no sync of this id; it may have been dropped by a newer one: begin again");
}

const SyncRecord* FindSync(const Tenant& tenant, std::string_view source, std::string_view id) {
  const auto found = tenant.syncs.find(id);
  return found != tenant.syncs.end() && found->second.source == source ? &found->second : nullptr;
}

void ClearHeld(SourceRecord& source) {
  source.held = false;
  source.held_sync_id.clear();
  source.held_reason.clear();
  source.held_memberships_added = source.held_memberships_removed = source.held_grants_changed = 0;
}

absl::StatusOr<SourceRecord> Corpus::Impl::FindSource(const Tenant& tenant, const WriteContext& context,
                                                      std::string_view name) const {
  const auto found = tenant.sources.find(name);
  if (found == tenant.sources.end()) return NoSuchSource(name);
  if (context.owner) {
    const acl::Checker checker = tenant.CheckerFor(*context.owner, clock->Now());
    const auto& agents = found->second.agents;
    const bool agent = std::any_of(agents.begin(), agents.end(),
                                   [&](const std::string& subject) { return checker.ComesUnder(subject); });
    if (!agent) return NoSuchSource(name);
  }
  return found->second;
}

absl::StatusOr<SourceRecord> Corpus::SetSource(const WriteContext& context, SourceRecord record) {
  auto written = impl_->Write(context, "", [&](Tenant& tenant, acl::Revision) -> absl::StatusOr<PreparedWrite> {
    record.create_time = impl_->clock->Now();
    if (const auto old = tenant.sources.find(record.name); old != tenant.sources.end()) {
      SourceRecord kept = old->second;
      kept.agents = std::move(record.agents);
      kept.max_age = record.max_age;
      kept.deny_when_stale = record.deny_when_stale;
      kept.collections = std::move(record.collections);
      kept.share_limit = record.share_limit;
      kept.minimum = record.minimum;
      record = std::move(kept);
    } else if (tenant.sources.size() >= kMaxSources) {
      return absl::ResourceExhaustedError(
          absl::StrCat("a tenant has at most ", kMaxSources, " sources; delete one that is done with"));
    }
    PreparedWrite write;
    write.batch.PutSource(context.tenant, record);
    write.apply = [&] {
      tenant.sources[record.name] = record;
      tenant.RefreshOpenUntil();
    };
    return write;
  });
  if (!written.ok()) return written.status();
  const std::shared_ptr<Tenant> tenant = impl_->FindTenant(context.tenant);
  const std::shared_lock lock(tenant->mutex);
  return impl_->FindSource(*tenant, context, record.name);
}

absl::StatusOr<WriteResult> Corpus::DeleteSource(const WriteContext& context, const std::string& name,
                                                 const std::string& response) {
  return impl_->Write(context, response, [&](Tenant& tenant, acl::Revision) -> absl::StatusOr<PreparedWrite> {
    if (!tenant.sources.contains(name)) return NoSuchSource(name);
    PreparedWrite write;
    write.batch.DeleteSource(context.tenant, name);
    for (const auto& [id, sync] : tenant.syncs) {
      if (sync.source == name) write.batch.DeleteSync(context.tenant, name, id);
    }
    write.apply = [&] {
      tenant.sources.erase(name);
      absl::erase_if(tenant.syncs, [&](const auto& sync) { return sync.second.source == name; });
      tenant.RefreshOpenUntil();
    };
    return write;
  });
}

std::vector<SourceRecord> Corpus::ListSources(std::string_view tenant_id) const {
  std::vector<SourceRecord> records;
  const std::shared_ptr<Tenant> tenant = impl_->FindTenant(tenant_id);
  if (tenant == nullptr) return records;
  const std::shared_lock lock(tenant->mutex);
  for (const auto& [name, record] : tenant->sources) records.push_back(record);
  return records;
}

absl::StatusOr<std::string> Corpus::BeginSync(const WriteContext& context, const std::string& source_name) {
  std::string id;
  auto written =
      impl_->Write(context, "", [&](Tenant& tenant, acl::Revision revision) -> absl::StatusOr<PreparedWrite> {
        auto source = impl_->FindSource(tenant, context, source_name);
        if (!source.ok()) return source.status();
        id = absl::StrCat("sync-", revision.value());
        std::vector<std::string> dropped;
        for (const auto& [other, sync] : tenant.syncs) {
          if (sync.source == source_name && other != source->held_sync_id) dropped.push_back(other);
        }
        PreparedWrite write;
        for (const std::string& other : dropped) write.batch.DeleteSync(context.tenant, source_name, other);
        const SyncRecord record{source_name, id, impl_->clock->Now(), 0, 0, 0};
        write.batch.PutSync(context.tenant, record);
        write.apply = [&tenant, record, dropped] {
          for (const std::string& other : dropped) tenant.syncs.erase(other);
          tenant.syncs[record.sync_id] = record;
        };
        return write;
      });
  if (!written.ok()) return written.status();
  return id;
}

absl::Status Corpus::PushSync(const WriteContext& context, const std::string& source_name,
                              storage::SyncPartRecord part) {
  for (size_t i = 0; i < part.memberships.size(); ++i) {
    if (acl::SourceOf(part.memberships[i].group) == source_name) continue;
    return absl::InvalidArgumentError(absl::StrCat("memberships[", i, "]: the source may only fill groups named group:",
                                                   source_name, "/ID, not ", part.memberships[i].group));
  }
  return impl_
      ->Write(
          context, "",
          [&](Tenant& tenant, acl::Revision revision) -> absl::StatusOr<PreparedWrite> {
            auto source = impl_->FindSource(tenant, context, source_name);
            if (!source.ok()) return source.status();
            const SyncRecord* sync = FindSync(tenant, source_name, part.sync_id);
            if (sync == nullptr) return NoSuchSync();
            if (part.sync_id == source->held_sync_id) {
              return absl::FailedPreconditionError("the sync was committed and is held; begin another");
            }
            auto record = WithPart(*impl_->store, context.tenant, *sync, part);
            if (!record.ok()) return record.status();
            record->last_push = revision;
            PreparedWrite write;
            write.batch.PutSync(context.tenant, *record);
            write.batch.PutSyncPart(context.tenant, source_name, part);
            write.apply = [&tenant, record = *record] { tenant.syncs[record.sync_id] = record; };
            return write;
          },
          Haste::kBulk)
      .status();
}

absl::Status Corpus::AbortSync(const WriteContext& context, const std::string& source_name,
                               const std::string& sync_id) {
  return impl_
      ->Write(context, "",
              [&](Tenant& tenant, acl::Revision) -> absl::StatusOr<PreparedWrite> {
                auto source = impl_->FindSource(tenant, context, source_name);
                if (!source.ok()) return source.status();
                if (FindSync(tenant, source_name, sync_id) == nullptr) return NoSuchSync();
                if (source->held_sync_id == sync_id) ClearHeld(*source);
                PreparedWrite write;
                write.batch.PutSource(context.tenant, *source);
                write.batch.DeleteSync(context.tenant, source_name, sync_id);
                write.apply = [&tenant, sync_id, source = *std::move(source)] {
                  tenant.syncs.erase(sync_id);
                  tenant.sources[source.name] = source;
                };
                return write;
              })
      .status();
}

}  // namespace usher::corpus
