// Names of collections, documents and chunks, as callers write them.
//
//   collections/{collection}[/documents/{document}[/chunks/{number}]]
//
// A collection id has 1 to 64 of a-z, 0-9 and '-', starting with a letter. A document id has 1 to 512 bytes of UTF-8
// without control, invisible or unassigned characters, U+FFFD and white space other than U+0020; it may hold '/', but
// no empty, '.' or '..' segment. A chunk number is decimal without leading zeros. Thread-safety: values; free
// functions. Errors: INVALID_ARGUMENT saying which part is wrong.
#ifndef USHER_INDEX_CORPUS_RESOURCE_NAME_H_
#define USHER_INDEX_CORPUS_RESOURCE_NAME_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace usher::corpus {

struct DocumentName {
  std::string collection;
  std::string document;
};

struct ChunkName {
  std::string collection;
  std::string document;
  uint32_t number = 0;
};

// A collection, or a document in it.
struct NodeName {
  std::string collection;
  std::string document;  // empty: the collection itself
};

absl::Status ValidateCollectionId(std::string_view id);
absl::Status ValidateDocumentId(std::string_view id);

// Return the ids inside a full name.
absl::StatusOr<std::string> ParseCollectionName(std::string_view name);
absl::StatusOr<DocumentName> ParseDocumentName(std::string_view name);
absl::StatusOr<ChunkName> ParseChunkName(std::string_view name);
absl::StatusOr<NodeName> ParseNodeName(std::string_view name);

std::string FormatCollectionName(std::string_view collection);
std::string FormatDocumentName(std::string_view collection, std::string_view document);
std::string FormatChunkName(std::string_view collection, std::string_view document, uint32_t number);

}  // namespace usher::corpus

#endif  // USHER_INDEX_CORPUS_RESOURCE_NAME_H_
