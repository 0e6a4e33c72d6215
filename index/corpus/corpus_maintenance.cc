// One background thread that seals and merges the segments of all collections, one job at a time.
#include <chrono>
#include <iterator>
#include <mutex>
#include <shared_mutex>
#include <vector>

#include "index/corpus/corpus_impl.h"

namespace usher::corpus {
namespace {
// So long after the last write, more are not expected soon.
constexpr std::chrono::seconds kQuietTime(2);
}  // namespace

Corpus::Impl::~Impl() {
  {
    const std::unique_lock lock(maintenance_mutex);
    stopping = true;
  }
  maintenance_changed.notify_one();
  if (maintenance_thread.joinable()) maintenance_thread.join();
}

void Corpus::Impl::RunMaintenance() {
  // Kept up with, but not settled since.
  absl::flat_hash_set<std::shared_ptr<Tenant>> unsettled;
  std::vector<std::shared_ptr<const void>> replaced;
  for (;;) {
    absl::flat_hash_set<std::shared_ptr<Tenant>> due;
    std::vector<acl::CollectionId> deleted;
    {
      std::unique_lock lock(maintenance_mutex);
      const auto awaited = [this] { return stopping || !maintenance_due.empty(); };
      if (unsettled.empty() && replaced.empty()) {
        maintenance_changed.wait(lock, awaited);
      } else {
        maintenance_changed.wait_for(lock, kQuietTime, awaited);
      }
      if (stopping) return;
      due.swap(maintenance_due);
      deleted.swap(deleted_collections);
    }
    for (const acl::CollectionId id : deleted) index_files.RemoveFolder(id);
    // Whoever lets go of a segment last frees its memory, which may take many milliseconds: that is never a search.
    std::erase_if(replaced, [](const std::shared_ptr<const void>& part) { return part.use_count() == 1; });
    const index::Effort effort = due.empty() ? index::Effort::kSettle : index::Effort::kKeepUp;
    if (effort == index::Effort::kSettle) {
      due.swap(unsettled);
    } else {
      unsettled.insert(due.begin(), due.end());
    }
    for (const std::shared_ptr<Tenant>& tenant : due) {
      if (!MaintainTenant(*tenant, effort, &replaced)) continue;
      const std::unique_lock lock(maintenance_mutex);
      maintenance_due.insert(tenant);
    }
  }
}

bool Corpus::Impl::MaintainTenant(Tenant& tenant, index::Effort effort,
                                  std::vector<std::shared_ptr<const void>>* replaced) {
  std::vector<std::shared_ptr<Collection>> collections;
  {
    const std::shared_lock lock(tenant.mutex);
    for (const auto& [name, collection] : tenant.collections) collections.push_back(collection);
  }
  // One job each a round, so that a collection that is always busy does not keep the others waiting.
  bool worked = false;
  for (const std::shared_ptr<Collection>& collection : collections) {
    if (MaintainOne(tenant, *collection, effort, replaced)) worked = true;
  }
  return worked;
}

bool Corpus::Impl::MaintainOne(Tenant& tenant, Collection& collection, index::Effort effort,
                               std::vector<std::shared_ptr<const void>>* replaced) {
  if (effort == index::Effort::kSettle) {
    const std::unique_lock lock(tenant.mutex);
    collection.vectors.CloseHead();
  }
  std::unique_ptr<index::MaintenanceJob> job;
  {
    const std::shared_lock lock(tenant.mutex);
    job = collection.vectors.NextMaintenance(effort);
  }
  if (job == nullptr) {
    SaveSegments(tenant, collection);
    return false;
  }
  if (!job->Run([this] { return IsStopping(); })) return false;
  std::vector<std::shared_ptr<const void>> parts;
  {
    const std::unique_lock lock(tenant.mutex);
    parts = collection.vectors.Install(*job);
  }
  maintenance_jobs.fetch_add(1, std::memory_order_relaxed);
  replaced->insert(replaced->end(), std::make_move_iterator(parts.begin()), std::make_move_iterator(parts.end()));
  SaveSegments(tenant, collection);
  return true;
}

IndexFigures Corpus::Figures() const {
  std::vector<std::shared_ptr<Tenant>> tenants;
  {
    const std::shared_lock lock(impl_->tenants_mutex);
    for (const auto& [id, tenant] : impl_->tenants) tenants.push_back(tenant);
  }
  IndexFigures figures;
  figures.maintenance_jobs = impl_->maintenance_jobs.load(std::memory_order_relaxed);
  for (const std::shared_ptr<Tenant>& tenant : tenants) {
    const std::shared_lock lock(tenant->mutex);
    for (const auto& [name, collection] : tenant->collections) {
      const index::IndexShape shape = collection->vectors.shape();
      figures.shape.segments += shape.segments;
      figures.shape.head_rows += shape.head_rows;
      figures.shape.live_rows += shape.live_rows;
    }
  }
  return figures;
}

void Corpus::Impl::SaveSegments(const Tenant& tenant, Collection& collection) {
  std::vector<SegmentFolder::Segment> segments;
  {
    const std::shared_lock lock(tenant.mutex);
    segments = collection.vectors.Segments();
  }
  collection.files->Save(segments, store->last_revision(), [this] { return IsStopping(); });
}

bool Corpus::Impl::IsStopping() {
  const std::unique_lock lock(maintenance_mutex);
  return stopping;
}

}  // namespace usher::corpus
