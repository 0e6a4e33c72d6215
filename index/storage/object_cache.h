// Objects made from what is stored, kept in the memory that is set aside for the store's own blocks.
//
// For what can never become wrong: a key names one content for ever, as a chunk of a document's version does. What was
// not used for longest goes first. Non-guarantee: what was kept need not be found again. Thread-safety: all methods may
// be called concurrently.
#ifndef USHER_INDEX_STORAGE_OBJECT_CACHE_H_
#define USHER_INDEX_STORAGE_OBJECT_CACHE_H_

#include <cstddef>
#include <memory>
#include <string_view>

namespace rocksdb {
class Cache;
}

namespace usher::storage {

class ObjectCache {
 public:
  // The keys of objects are longer than those of blocks, so that neither can be taken for the other.
  static constexpr size_t kMinKeyBytes = 20;

  explicit ObjectCache(std::shared_ptr<rocksdb::Cache> cache);
  ~ObjectCache();

  // Null: it is not kept (any longer). `key` tells the type of the object as well.
  std::shared_ptr<const void> Find(std::string_view key) const;
  // `bytes`: about what the object takes.
  void Keep(std::string_view key, std::shared_ptr<const void> object, size_t bytes);

 private:
  std::shared_ptr<rocksdb::Cache> cache_;
};

}  // namespace usher::storage

#endif  // USHER_INDEX_STORAGE_OBJECT_CACHE_H_
