// One background thread that seals and merges the segments of all collections, one job at a time.
#include <vector>

#include "index/corpus/corpus_impl.h"

namespace usher::corpus {

Corpus::Impl::~Impl() {
  {
    absl::MutexLock lock(&maintenance_mutex);
    stopping = true;
  }
  if (maintenance_thread.joinable()) maintenance_thread.join();
}

void Corpus::Impl::RunMaintenance() {
  for (;;) {
    {
      absl::MutexLock lock(&maintenance_mutex);
      const auto wake = [this]()
                            ABSL_EXCLUSIVE_LOCKS_REQUIRED(maintenance_mutex) { return stopping || maintenance_due; };
      maintenance_mutex.Await(absl::Condition(&wake));
      if (stopping) return;
      maintenance_due = false;
    }
    std::vector<std::shared_ptr<Tenant>> all;
    {
      absl::ReaderMutexLock lock(&tenants_mutex);
      for (const auto& [id, tenant] : tenants) all.push_back(tenant);
    }
    for (const std::shared_ptr<Tenant>& tenant : all) {
      std::vector<std::shared_ptr<Collection>> collections;
      {
        absl::ReaderMutexLock lock(&tenant->mutex);
        for (const auto& [name, collection] : tenant->collections) collections.push_back(collection);
      }
      for (const std::shared_ptr<Collection>& collection : collections) {
        while (MaintainOne(*tenant, *collection)) {
        }
      }
    }
  }
}

bool Corpus::Impl::MaintainOne(Tenant& tenant, Collection& collection) {
  std::unique_ptr<index::MaintenanceJob> job;
  {
    absl::ReaderMutexLock lock(&tenant.mutex);
    job = collection.vectors.NextMaintenance();
  }
  if (job == nullptr) return false;
  const bool done = job->Run([this] {
    absl::MutexLock lock(&maintenance_mutex);
    return stopping;
  });
  if (!done) return false;
  absl::MutexLock lock(&tenant.mutex);
  collection.vectors.Install(std::move(job));
  return true;
}

}  // namespace usher::corpus
