// What memory holds of one tenant. Internal to the corpus.
#ifndef USHER_INDEX_CORPUS_TENANT_STATE_H_
#define USHER_INDEX_CORPUS_TENANT_STATE_H_

#include <memory>
#include <string>

#include "absl/container/btree_map.h"
#include "acl/class_table.h"
#include "acl/group_graph.h"
#include "acl/subject_table.h"
#include "acl/writer_first_mutex.h"
#include "index/corpus/entitlement_cache.h"
#include "index/storage/records.h"
#include "index/vector_index.h"

namespace usher::corpus {

struct Collection {
  Collection(acl::SubjectTable* subjects, storage::CollectionRecord r, const index::IndexOptions& options,
             size_t cache_entries)
      : record(std::move(r)),
        classes(subjects, record.policy),
        vectors(record.dimension, options),
        entitlements(cache_entries) {}

  storage::CollectionRecord record;
  acl::ClassTable classes;
  index::VectorIndex vectors;
  uint64_t document_count = 0;
  uint64_t chunk_count = 0;
  EntitlementCache entitlements;  // has its own lock
};

// Changed only by the thread that holds the corpus's write lock AND `mutex` exclusively, but for the maintenance of
// indexes, which takes `mutex` alone. So a writer may read groups, policies and classes without `mutex`; everybody else
// holds it shared.
struct Tenant {
  mutable acl::WriterFirstMutex mutex;
  acl::Revision revision;  // of the newest write that is in force here
  acl::SubjectTable subjects;
  acl::GroupGraph groups{&subjects};
  absl::btree_map<std::string, std::shared_ptr<Collection>, std::less<>> collections;
};

}  // namespace usher::corpus

#endif  // USHER_INDEX_CORPUS_TENANT_STATE_H_
