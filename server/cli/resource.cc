#include "server/cli/resource.h"

#include <algorithm>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "server/cli/exit_code.h"

namespace usher::cli {
namespace {

constexpr absl::string_view kCollections = "collections/";
constexpr absl::string_view kDocuments = "documents/";
constexpr absl::string_view kFolders = "folders/";
constexpr absl::string_view kChunks = "/chunks/";

enum class Kind { kCollection, kFolder, kDocument, kChunk };

struct Parts {
  Kind kind = Kind::kCollection;
  absl::string_view collection;
  absl::string_view path;    // of the folder or document
  absl::string_view number;  // of the chunk
};

bool IsNumber(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<Parts> Checked(Parts parts) {
  const bool whole = parts.kind == Kind::kCollection ||
                     (!parts.path.empty() && !absl::StartsWith(parts.path, "/") && !absl::EndsWith(parts.path, "/"));
  if (parts.collection.empty() || !whole) return std::nullopt;
  return parts;
}

// Takes the number off a document's path where one stands behind the last `separator`.
Parts DocumentOrChunk(absl::string_view collection, absl::string_view path, absl::string_view separator) {
  const size_t at = path.rfind(separator);
  if (at == absl::string_view::npos || !IsNumber(path.substr(at + separator.size()))) {
    return {.kind = Kind::kDocument, .collection = collection, .path = path, .number = {}};
  }
  return {.kind = Kind::kChunk,
          .collection = collection,
          .path = path.substr(0, at),
          .number = path.substr(at + separator.size())};
}

std::optional<Parts> Split(absl::string_view text) {
  const bool full = absl::ConsumePrefix(&text, kCollections);
  const size_t slash = text.find('/');
  const absl::string_view collection = text.substr(0, slash);
  if (slash == absl::string_view::npos) {
    return Checked({.kind = Kind::kCollection, .collection = collection, .path = {}, .number = {}});
  }
  absl::string_view rest = text.substr(slash + 1);
  if (full) {
    if (absl::ConsumePrefix(&rest, kDocuments)) return Checked(DocumentOrChunk(collection, rest, kChunks));
    if (!absl::ConsumePrefix(&rest, kFolders)) return std::nullopt;
    return Checked({.kind = Kind::kFolder, .collection = collection, .path = rest, .number = {}});
  }
  if (absl::ConsumeSuffix(&rest, "/")) {
    return Checked({.kind = Kind::kFolder, .collection = collection, .path = rest, .number = {}});
  }
  return Checked(DocumentOrChunk(collection, rest, "#"));
}

std::string FullName(const Parts& parts) {
  const std::string collection = absl::StrCat(kCollections, parts.collection);
  switch (parts.kind) {
    case Kind::kCollection:
      return collection;
    case Kind::kFolder:
      return absl::StrCat(collection, "/", kFolders, parts.path);
    case Kind::kDocument:
      return absl::StrCat(collection, "/", kDocuments, parts.path);
    case Kind::kChunk:
      break;
  }
  return absl::StrCat(collection, "/", kDocuments, parts.path, kChunks, parts.number);
}

absl::StatusOr<std::string> NameOf(absl::string_view text, Kind kind, absl::string_view what,
                                   absl::string_view example) {
  const auto parts = Split(text);
  if (parts && parts->kind == kind) return FullName(*parts);
  return UsageError(absl::StrCat("`", text, "` does not name a ", what, "; write e.g. ", example));
}

}  // namespace

absl::StatusOr<std::string> CollectionName(absl::string_view text) {
  return NameOf(text, Kind::kCollection, "collection", "handbook");
}

absl::StatusOr<std::string> DocumentName(absl::string_view text) {
  return NameOf(text, Kind::kDocument, "document", "handbook/hr/leave.md");
}

absl::StatusOr<std::string> ChunkName(absl::string_view text) {
  return NameOf(text, Kind::kChunk, "chunk", "handbook/hr/leave.md#0");
}

absl::StatusOr<std::string> ResourceName(absl::string_view text) {
  if (const auto parts = Split(text)) return FullName(*parts);
  return UsageError(absl::StrCat("`", text,
                                 "` names no resource; write a collection (handbook), a folder (handbook/hr/), a "
                                 "document (handbook/hr/leave.md) or a chunk (handbook/hr/leave.md#0)"));
}

std::string CollectionOf(absl::string_view full_name) {
  return std::string(full_name.substr(0, full_name.find('/', kCollections.size())));
}

std::string ShortName(absl::string_view full_name) {
  const auto parts = Split(full_name);
  if (!absl::StartsWith(full_name, kCollections) || !parts) return std::string(full_name);
  std::string name(parts->collection);
  if (parts->kind != Kind::kCollection) absl::StrAppend(&name, "/", parts->path);
  if (parts->kind == Kind::kFolder) absl::StrAppend(&name, "/");
  if (parts->kind == Kind::kChunk) absl::StrAppend(&name, "#", parts->number);
  const auto back = ResourceName(name);
  return back.ok() && *back == full_name ? name : std::string(full_name);
}

}  // namespace usher::cli
