// Names of collections, documents and chunks, as callers write them.
//
//   collections/{collection}[/documents/{document}[/chunks/{number}]]
//   collections/{collection}/folders/{path}
//
// A document `a/b/c.md` lies in the folders `a` and `a/b`; nothing lies deeper than kMaxFolderDepth folders.
// A collection id has 1 to 64 of a-z, 0-9 and '-', starting with a letter. A document id has 1 to 512 bytes of UTF-8
// without control, invisible or unassigned characters, U+FFFD and white space other than U+0020; it may hold '/', but
// no empty, '.' or '..' segment, nor end in /chunks/NUMBER. A folder's path is held to the same rules. A chunk number
// is decimal without leading zeros. Thread-safety: values; free functions. Errors: INVALID_ARGUMENT saying which part
// is wrong.
#ifndef USHER_INDEX_CORPUS_RESOURCE_NAME_H_
#define USHER_INDEX_CORPUS_RESOURCE_NAME_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

// Whatever can carry a policy: a collection, or a folder, document or chunk in it.
struct NodeName {
  std::string collection;
  std::string document = {};           // empty: the collection itself or a folder
  std::string folder = {};             // path; empty: no folder is meant
  std::optional<uint32_t> chunk = {};  // of `document`

  bool is_collection() const { return document.empty() && folder.empty(); }
  friend bool operator==(const NodeName&, const NodeName&) = default;
};

inline constexpr size_t kMaxFolderDepth = 64;

absl::Status ValidateCollectionId(std::string_view id);
absl::Status ValidateDocumentId(std::string_view id);
absl::Status ValidateFolderPath(std::string_view path);

// What stands before the last '/' of a document's id or of a folder's path; empty at the top.
std::string_view FolderOf(std::string_view path);
// Every folder from the top down to `path` itself: `a`, `a/b`, ... Views into `path`.
std::vector<std::string_view> FolderChain(std::string_view path);

// Return the ids inside a full name.
absl::StatusOr<std::string> ParseCollectionName(std::string_view name);
absl::StatusOr<DocumentName> ParseDocumentName(std::string_view name);
absl::StatusOr<ChunkName> ParseChunkName(std::string_view name);
absl::StatusOr<NodeName> ParseNodeName(std::string_view name);

std::string FormatCollectionName(std::string_view collection);
std::string FormatDocumentName(std::string_view collection, std::string_view document);
std::string FormatFolderName(std::string_view collection, std::string_view path);
std::string FormatNodeName(const NodeName& node);
std::string FormatChunkName(std::string_view collection, std::string_view document, uint32_t number);

}  // namespace usher::corpus

#endif  // USHER_INDEX_CORPUS_RESOURCE_NAME_H_
