// Forgets requests past their retention while RocksDB compacts them, so that nothing has to go looking for them.
#ifndef USHER_INDEX_STORAGE_REQUEST_FILTER_H_
#define USHER_INDEX_STORAGE_REQUEST_FILTER_H_

#include <rocksdb/compaction_filter.h>

#include <memory>
#include <string>

#include "absl/time/time.h"

namespace usher::storage {

// Keeps what it cannot decode: damage is reported by whoever reads it, not swept away.
class RequestFilter final : public rocksdb::CompactionFilter {
 public:
  // Drops requests made before `cutoff`.
  explicit RequestFilter(absl::Time cutoff) : cutoff_(cutoff) {}
  bool Filter(int level, const rocksdb::Slice& key, const rocksdb::Slice& value, std::string* new_value,
              bool* value_changed) const override;
  const char* Name() const override { return "usher.RequestFilter"; }

 private:
  absl::Time cutoff_;
};

class RequestFilterFactory final : public rocksdb::CompactionFilterFactory {
 public:
  explicit RequestFilterFactory(absl::Duration retention) : retention_(retention) {}
  std::unique_ptr<rocksdb::CompactionFilter> CreateCompactionFilter(
      const rocksdb::CompactionFilter::Context& context) override;
  const char* Name() const override { return "usher.RequestFilterFactory"; }

 private:
  absl::Duration retention_;
};

}  // namespace usher::storage

#endif  // USHER_INDEX_STORAGE_REQUEST_FILTER_H_
