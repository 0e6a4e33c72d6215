#include "index/storage/object_cache.h"

#include <rocksdb/cache.h>

#include <utility>

namespace usher::storage {
namespace {

using Object = std::shared_ptr<const void>;

void Delete(const rocksdb::Slice&, void* value) { delete static_cast<Object*>(value); }

}  // namespace

ObjectCache::ObjectCache(std::shared_ptr<rocksdb::Cache> cache) : cache_(std::move(cache)) {}
ObjectCache::~ObjectCache() = default;

std::shared_ptr<const void> ObjectCache::Find(std::string_view key) const {
  rocksdb::Cache::Handle* handle = cache_->Lookup({key.data(), key.size()});
  if (handle == nullptr) return nullptr;
  Object object = *static_cast<Object*>(cache_->Value(handle));
  cache_->Release(handle);
  return object;
}

void ObjectCache::Keep(std::string_view key, std::shared_ptr<const void> object, size_t bytes) {
  if (key.size() < kMinKeyBytes) return;
  // Where there is no room the cache deletes what it was given, and the next reader makes it anew.
  cache_->Insert({key.data(), key.size()}, new Object(std::move(object)), bytes, Delete).PermitUncheckedError();
}

}  // namespace usher::storage
