#include "index/corpus/resource_name.h"

#include <unicode/utf8.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "acl/absl_view.h"
#include "acl/names.h"

namespace usher::corpus {
namespace {

using acl::ToAbsl;

std::string_view ToStd(absl::string_view text) { return {text.data(), text.size()}; }

constexpr absl::string_view kCollections = "collections/";
constexpr absl::string_view kDocuments = "/documents/";
constexpr absl::string_view kFolders = "/folders/";
constexpr absl::string_view kChunks = "/chunks/";
constexpr size_t kMaxCollectionId = 64;
constexpr size_t kMaxPath = 512;

// Names come from outside: shortened and escaped before they are repeated.
std::string Quoted(absl::string_view name) {
  return absl::StrCat("'", absl::CHexEscape(name.substr(0, 80)), name.size() > 80 ? "..." : "", "'");
}

// Invisible characters would carry hidden text into the very name of a result, and a line separator would let the name
// pretend to be a line of its own.
absl::Status CheckCodePoints(std::string_view id, absl::string_view kind) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(id.data());
  const auto length = static_cast<int32_t>(id.size());
  for (int32_t next = 0; next < length;) {
    const int32_t at = next;
    UChar32 c = 0;
    U8_NEXT(bytes, next, length, c);
    if (c == ' ') continue;  // files have spaces in their names
    if (c < 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("the ", kind, " ", Quoted(ToAbsl(id)), " is not valid UTF-8 at byte ", at));
    }
    if (const std::string_view objection = acl::NameObjection(static_cast<char32_t>(c)); !objection.empty()) {
      return absl::InvalidArgumentError(
          absl::StrFormat("U+%04X at byte %d of the %s %s %s; remove it or use a plain space (U+0020)",
                          static_cast<uint32_t>(c), at, kind, Quoted(ToAbsl(id)), ToAbsl(objection)));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckPath(std::string_view path, absl::string_view kind, size_t max_segments) {
  if (path.empty() || path.size() > kMaxPath) {
    return absl::InvalidArgumentError(
        absl::StrCat("a ", kind, " must have 1 to ", kMaxPath, " bytes; ", Quoted(ToAbsl(path)), " has ", path.size()));
  }
  if (absl::Status status = CheckCodePoints(path, kind); !status.ok()) return status;
  size_t segments = 0;
  for (const absl::string_view segment : absl::StrSplit(ToAbsl(path), '/')) {
    ++segments;
    if (segment.empty() || segment == "." || segment == "..") {
      return absl::InvalidArgumentError(
          absl::StrCat("the ", kind, " ", Quoted(ToAbsl(path)), " must not hold an empty, '.' or '..' segment"));
    }
  }
  if (segments > max_segments) {
    return absl::InvalidArgumentError(absl::StrCat("the ", kind, " ", Quoted(ToAbsl(path)), " has ", segments,
                                                   " segments; at most ", max_segments, " are allowed"));
  }
  return absl::OkStatus();
}

absl::Status Malformed(absl::string_view name, absl::string_view form) {
  return absl::InvalidArgumentError(absl::StrCat("the name ", Quoted(name), " is not of the form ", form));
}

}  // namespace

absl::Status ValidateCollectionId(std::string_view id) {
  bool ok = !id.empty() && id.size() <= kMaxCollectionId && absl::ascii_islower(static_cast<unsigned char>(id[0]));
  for (const char c : id) {
    const auto u = static_cast<unsigned char>(c);
    ok = ok && (absl::ascii_islower(u) || absl::ascii_isdigit(u) || c == '-');
  }
  if (ok) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("the collection id ", Quoted(ToAbsl(id)),
                                                 " must have 1 to 64 of a-z, 0-9 and '-', starting with a letter"));
}

absl::Status ValidateDocumentId(std::string_view id) {
  if (absl::Status status = CheckPath(id, "document id", kMaxFolderDepth + 1); !status.ok()) return status;
  const size_t chunks = id.rfind(ToStd(kChunks));
  const std::string_view tail = chunks == std::string_view::npos ? "" : id.substr(chunks + kChunks.size());
  if (!tail.empty() && std::all_of(tail.begin(), tail.end(), [](char c) { return absl::ascii_isdigit(c); })) {
    return absl::InvalidArgumentError(
        absl::StrCat("the document id ", Quoted(ToAbsl(id)), " must not end like the name of a chunk: /chunks/NUMBER"));
  }
  return absl::OkStatus();
}

absl::Status ValidateFolderPath(std::string_view path) { return CheckPath(path, "folder path", kMaxFolderDepth); }

std::string_view FolderOf(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::vector<std::string_view> FolderChain(std::string_view path) {
  std::vector<std::string_view> chain;
  for (size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1)) {
    chain.push_back(path.substr(0, slash));
  }
  if (!path.empty()) chain.push_back(path);
  return chain;
}

absl::StatusOr<std::string> ParseCollectionName(std::string_view name) {
  absl::string_view id = ToAbsl(name);
  if (!absl::ConsumePrefix(&id, kCollections)) return Malformed(ToAbsl(name), "collections/{collection}");
  if (absl::Status status = ValidateCollectionId(ToStd(id)); !status.ok()) return status;
  return std::string(id);
}

absl::StatusOr<DocumentName> ParseDocumentName(std::string_view full_name) {
  const absl::string_view name = ToAbsl(full_name);
  absl::string_view rest = name;
  const size_t split = name.find(kDocuments);
  if (!absl::ConsumePrefix(&rest, kCollections) || split == absl::string_view::npos || split < kCollections.size()) {
    return Malformed(name, "collections/{collection}/documents/{document}");
  }
  const absl::string_view collection = name.substr(kCollections.size(), split - kCollections.size());
  const absl::string_view document = name.substr(split + kDocuments.size());
  if (absl::Status status = ValidateCollectionId(ToStd(collection)); !status.ok()) return status;
  if (absl::Status status = ValidateDocumentId(ToStd(document)); !status.ok()) return status;
  return DocumentName{std::string(collection), std::string(document)};
}

absl::StatusOr<ChunkName> ParseChunkName(std::string_view full_name) {
  const absl::string_view name = ToAbsl(full_name);
  constexpr absl::string_view kForm = "collections/{collection}/documents/{document}/chunks/{number}";
  // The document id may itself hold "/chunks/", so the last one counts.
  const size_t split = name.rfind(kChunks);
  if (split == absl::string_view::npos) return Malformed(name, kForm);
  const absl::string_view digits = name.substr(split + kChunks.size());
  uint32_t number = 0;
  if (!absl::SimpleAtoi(digits, &number) || absl::StrCat(number) != digits) return Malformed(name, kForm);
  absl::StatusOr<DocumentName> document = ParseDocumentName(full_name.substr(0, split));
  if (!document.ok()) return document.status();
  return ChunkName{std::move(document->collection), std::move(document->document), number};
}

absl::StatusOr<NodeName> ParseNodeName(std::string_view full_name) {
  const absl::string_view name = ToAbsl(full_name);
  absl::string_view rest = name;
  const size_t slash = absl::ConsumePrefix(&rest, kCollections) ? rest.find('/') : absl::string_view::npos;
  if (slash == absl::string_view::npos) {
    absl::StatusOr<std::string> collection = ParseCollectionName(full_name);
    if (!collection.ok()) return collection.status();
    return NodeName{*std::move(collection), "", "", std::nullopt};
  }
  absl::string_view path = rest.substr(slash);
  if (absl::ConsumePrefix(&path, kFolders)) {
    const std::string_view collection = ToStd(rest.substr(0, slash));
    if (absl::Status status = ValidateCollectionId(collection); !status.ok()) return status;
    if (absl::Status status = ValidateFolderPath(ToStd(path)); !status.ok()) return status;
    return NodeName{std::string(collection), "", std::string(path), std::nullopt};
  }
  // A document's id may itself hold "/chunks/"; where what follows is a number, a chunk is meant.
  if (absl::StatusOr<ChunkName> chunk = ParseChunkName(full_name); chunk.ok()) {
    return NodeName{std::move(chunk->collection), std::move(chunk->document), "", chunk->number};
  }
  absl::StatusOr<DocumentName> document = ParseDocumentName(full_name);
  if (!document.ok()) return document.status();
  return NodeName{std::move(document->collection), std::move(document->document), "", std::nullopt};
}

std::string FormatCollectionName(std::string_view collection) { return absl::StrCat(kCollections, ToAbsl(collection)); }

std::string FormatDocumentName(std::string_view collection, std::string_view document) {
  return absl::StrCat(kCollections, ToAbsl(collection), kDocuments, ToAbsl(document));
}

std::string FormatFolderName(std::string_view collection, std::string_view path) {
  return absl::StrCat(kCollections, ToAbsl(collection), kFolders, ToAbsl(path));
}

std::string FormatNodeName(const NodeName& node) {
  if (!node.folder.empty()) return FormatFolderName(node.collection, node.folder);
  if (node.document.empty()) return FormatCollectionName(node.collection);
  if (node.chunk) return FormatChunkName(node.collection, node.document, *node.chunk);
  return FormatDocumentName(node.collection, node.document);
}

std::string FormatChunkName(std::string_view collection, std::string_view document, uint32_t number) {
  return absl::StrCat(kCollections, ToAbsl(collection), kDocuments, ToAbsl(document), kChunks, number);
}

}  // namespace usher::corpus
