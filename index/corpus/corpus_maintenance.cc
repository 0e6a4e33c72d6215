// One background thread that seals and merges the segments of all collections, one job at a time.
#include <mutex>
#include <shared_mutex>
#include <vector>

#include "index/corpus/corpus_impl.h"

namespace usher::corpus {

Corpus::Impl::~Impl() {
  {
    const std::unique_lock lock(maintenance_mutex);
    stopping = true;
  }
  maintenance_changed.notify_one();
  if (maintenance_thread.joinable()) maintenance_thread.join();
}

void Corpus::Impl::RunMaintenance() {
  for (;;) {
    absl::flat_hash_set<std::shared_ptr<Tenant>> due;
    {
      std::unique_lock lock(maintenance_mutex);
      maintenance_changed.wait(lock, [this] { return stopping || !maintenance_due.empty(); });
      if (stopping) return;
      due.swap(maintenance_due);
    }
    for (const std::shared_ptr<Tenant>& tenant : due) {
      bool worked = false;
      std::vector<std::shared_ptr<Collection>> collections;
      {
        const std::shared_lock lock(tenant->mutex);
        for (const auto& [name, collection] : tenant->collections) collections.push_back(collection);
      }
      // One job each a round, so that a collection that is always busy does not keep the others waiting.
      for (const std::shared_ptr<Collection>& collection : collections) {
        if (MaintainOne(*tenant, *collection)) worked = true;
      }
      if (!worked) continue;
      const std::unique_lock lock(maintenance_mutex);
      maintenance_due.insert(tenant);
    }
  }
}

bool Corpus::Impl::MaintainOne(Tenant& tenant, Collection& collection) {
  std::unique_ptr<index::MaintenanceJob> job;
  {
    const std::shared_lock lock(tenant.mutex);
    job = collection.vectors.NextMaintenance();
  }
  if (job == nullptr) return false;
  const bool done = job->Run([this] {
    const std::unique_lock lock(maintenance_mutex);
    return stopping;
  });
  if (!done) return false;
  const std::unique_lock lock(tenant.mutex);
  collection.vectors.Install(std::move(job));
  return true;
}

}  // namespace usher::corpus
