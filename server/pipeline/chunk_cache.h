// Remembers what leaves of a chunk, so that it need not be read and cleaned for every answer.
//
// Says nothing about who may read it: what is found here is verified like what is read from the store. Non-guarantee:
// texts of deleted documents stay in memory, for nobody to find, until others need the room. Thread-safety: all methods
// may be called concurrently.
#ifndef USHER_SERVER_PIPELINE_CHUNK_CACHE_H_
#define USHER_SERVER_PIPELINE_CHUNK_CACHE_H_

#include <memory>
#include <string_view>

#include "acl/ids.h"
#include "index/storage/object_cache.h"
#include "index/vector_index.h"
#include "server/pipeline/clean_fields.h"

namespace usher::pipeline {

class ChunkCache {
 public:
  // `objects` must outlive the cache.
  explicit ChunkCache(storage::ObjectCache* objects) : objects_(objects) {}

  // `digest`: of the policy it was cleaned by, as of Sanitizer::policy_digest. Null: it is not kept.
  std::shared_ptr<const CleanFields> Find(acl::CollectionId collection, index::RowKey key,
                                          std::string_view digest) const;
  void Keep(acl::CollectionId collection, index::RowKey key, std::string_view digest,
            std::shared_ptr<const CleanFields> fields) const;

 private:
  storage::ObjectCache* objects_;
};

}  // namespace usher::pipeline

#endif  // USHER_SERVER_PIPELINE_CHUNK_CACHE_H_
