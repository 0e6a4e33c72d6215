#include "server/pipeline/chunk_cache.h"

#include <array>
#include <cstring>
#include <string_view>
#include <utility>

namespace usher::pipeline {
namespace {

// The type of the object, and whose it is.
class Key {
 public:
  Key(acl::CollectionId collection, index::RowKey key) {
    const std::array<uint64_t, 3> parts = {collection.value(), key.version.value(), key.number};
    std::memcpy(bytes_.data(), kType.data(), kType.size());
    std::memcpy(bytes_.data() + kType.size(), parts.data(), sizeof(parts));
  }
  std::string_view view() const { return {bytes_.data(), bytes_.size()}; }

 private:
  static constexpr std::string_view kType = "CleanFields:";
  std::array<char, kType.size() + 3 * sizeof(uint64_t)> bytes_;
};

size_t BytesOf(const std::string& text) { return text.capacity(); }

size_t BytesOf(const CleanFields& fields) {
  size_t bytes = sizeof(CleanFields);
  for (const std::string* text : {&fields.document_id, &fields.name, &fields.text, &fields.title, &fields.source_uri,
                                  &fields.metadata_json, &fields.stored_metadata_json}) {
    bytes += BytesOf(*text);
  }
  for (const std::string& heading : fields.headings) bytes += sizeof(heading) + BytesOf(heading);
  for (const ChunkFinding& finding : fields.findings) {
    bytes += sizeof(finding) + BytesOf(finding.field) + BytesOf(finding.record.rule) + BytesOf(finding.record.detail);
  }
  return bytes;
}

}  // namespace

std::shared_ptr<const CleanFields> ChunkCache::Find(acl::CollectionId collection, index::RowKey key) const {
  return std::static_pointer_cast<const CleanFields>(objects_->Find(Key(collection, key).view()));
}

void ChunkCache::Keep(acl::CollectionId collection, index::RowKey key,
                      std::shared_ptr<const CleanFields> fields) const {
  const size_t bytes = BytesOf(*fields);
  objects_->Keep(Key(collection, key).view(), std::move(fields), bytes);
}

}  // namespace usher::pipeline
