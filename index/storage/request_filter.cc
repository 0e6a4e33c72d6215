#include "index/storage/request_filter.h"

#include "absl/time/clock.h"
#include "index/storage/codec.h"

namespace usher::storage {

bool RequestFilter::Filter(int /*level*/, const rocksdb::Slice& key, const rocksdb::Slice& value,
                           std::string* /*new_value*/, bool* /*value_changed*/) const {
  absl::StatusOr<RequestRecord> record = DecodeRequest(key.ToStringView(), value.ToStringView());
  return record.ok() && record->time < cutoff_;
}

std::unique_ptr<rocksdb::CompactionFilter> RequestFilterFactory::CreateCompactionFilter(
    const rocksdb::CompactionFilter::Context& /*context*/) {
  return std::make_unique<RequestFilter>(absl::Now() - retention_);
}

}  // namespace usher::storage
