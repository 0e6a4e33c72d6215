// What memory holds of one tenant. Internal to the corpus.
#ifndef USHER_INDEX_CORPUS_TENANT_STATE_H_
#define USHER_INDEX_CORPUS_TENANT_STATE_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/time/time.h"
#include "acl/asker.h"
#include "acl/check.h"
#include "acl/class_table.h"
#include "acl/entitlement_cache.h"
#include "acl/group_graph.h"
#include "acl/subject_table.h"
#include "acl/writer_first_mutex.h"
#include "index/corpus/catalogue.h"
#include "index/corpus/index_files.h"
#include "index/corpus/resource_name.h"
#include "index/fields/field_census.h"
#include "index/fields/schema.h"
#include "index/storage/access_records.h"
#include "index/storage/records.h"
#include "index/vector_index.h"

namespace usher::corpus {

// The policies that hold for a node, from the collection down; folders without a policy are left out. Pointers are
// valid as long as nothing is written.
using PolicyChain = std::vector<const acl::Policy*>;

struct Collection {
  static constexpr size_t kCachedAskers = 100'000;

  Collection(acl::SubjectTable* subjects, storage::CollectionRecord r, const index::IndexOptions& options,
             size_t cache_bytes)
      : record(std::move(r)),
        schema(std::make_shared<const fields::Schema>(record.fields)),
        classes(subjects, record.policy),
        vectors(record.dimension, options),
        entitlements(kCachedAskers, cache_bytes) {}

  // Of the collection itself and of the folders on the way to `folder`, with it.
  PolicyChain FolderPolicies(std::string_view folder) const;
  // Of a document, or of one of its chunks.
  PolicyChain DocumentPolicies(const storage::DocumentRecord& document) const;
  PolicyChain ChunkPolicies(const storage::DocumentRecord& document, uint32_t number) const;

  // Interns what is new.
  DocumentClasses Classify(std::string_view id, const acl::Policy& policy,
                           const std::vector<std::pair<uint32_t, acl::Policy>>& chunk_policies);
  // Takes a document, or its other rules, into classes, counts and catalogue; the index is the caller's.
  void Enter(const storage::DocumentRecord& document, const DocumentClasses& classes);
  void Leave(const storage::DocumentRecord& document);

  storage::CollectionRecord record;
  const std::shared_ptr<const fields::Schema> schema;                        // record.fields, which never change
  absl::btree_map<std::string, storage::FolderRecord, std::less<>> folders;  // with a policy, by path
  acl::ClassTable classes;
  index::VectorIndex vectors;
  std::unique_ptr<SegmentFolder> files;  // of `vectors`; used by loading, then by maintenance alone
  Catalogue documents;
  fields::FieldCensus field_census;
  uint64_t chunk_count = 0;
  absl::Time open_until = absl::InfiniteFuture();  // nobody reads from then on: a sync is too old
  mutable acl::EntitlementCache entitlements;      // has its own lock
};

// The classes of chunks 0 to `chunk_count` - 1, in runs.
std::vector<index::ClassPiece> PiecesOf(const DocumentClasses& classes, uint32_t chunk_count);

// The rules of one chunk; null where it has none of its own.
const acl::Policy* ChunkPolicyOf(const storage::DocumentRecord& document, uint32_t number);

// Changed only by the thread that holds the corpus's write lock AND `mutex` exclusively, but for the maintenance of
// indexes, which takes `mutex` alone. So a writer may read groups, policies and classes without `mutex`; everybody else
// holds it shared.
struct Tenant {
  mutable acl::WriterFirstMutex mutex;
  acl::Revision revision;  // of the newest write that is in force here
  acl::SubjectTable subjects;
  acl::GroupGraph groups{&subjects};
  acl::ClearanceTable clearances;
  uint64_t clearances_epoch = 0;  // changes with every change of a clearance
  storage::TenantSettingsRecord settings;
  absl::btree_map<std::string, storage::SourceRecord, std::less<>> sources;
  absl::btree_map<std::string, storage::SyncRecord, std::less<>> syncs;  // begun or held, by sync_id
  absl::btree_map<std::string, std::shared_ptr<Collection>, std::less<>> collections;

  // The asker with those of the claimed groups only whose source the tenant accepts.
  acl::Asker Admit(const acl::Asker& asker) const;
  acl::Checker CheckerFor(const acl::Asker& asker, absl::Time now) const;
  // Those that govern a collection.
  std::vector<const storage::SourceRecord*> SourcesOf(std::string_view collection) const;
  // Works out anew until when each collection is open.
  void RefreshOpenUntil();
};

// Whether the collection is one of those that the source speaks for.
bool Governs(const storage::SourceRecord& source, std::string_view collection);

// When the source is stale; for ever in the future where it has no such limit.
absl::Time StaleFrom(const storage::SourceRecord& source);

}  // namespace usher::corpus

#endif  // USHER_INDEX_CORPUS_TENANT_STATE_H_
