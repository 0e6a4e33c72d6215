#include "server/pipeline/chunk_cache.h"

#include <array>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace usher::pipeline {
namespace {

// The type of the object, whose it is, and by which policy it was cleaned.
std::string KeyOf(acl::CollectionId collection, index::RowKey key, std::string_view digest) {
  constexpr std::string_view kType = "CleanFields:";
  const std::array<uint64_t, 3> parts = {collection.value(), key.version.value(), key.number};
  std::string bytes(kType);
  bytes.resize(kType.size() + sizeof(parts));
  std::memcpy(bytes.data() + kType.size(), parts.data(), sizeof(parts));
  return bytes.append(digest);
}

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

std::shared_ptr<const CleanFields> ChunkCache::Find(acl::CollectionId collection, index::RowKey key,
                                                    std::string_view digest) const {
  return std::static_pointer_cast<const CleanFields>(objects_->Find(KeyOf(collection, key, digest)));
}

void ChunkCache::Keep(acl::CollectionId collection, index::RowKey key, std::string_view digest,
                      std::shared_ptr<const CleanFields> fields) const {
  const size_t bytes = BytesOf(*fields);
  objects_->Keep(KeyOf(collection, key, digest), std::move(fields), bytes);
}

}  // namespace usher::pipeline
