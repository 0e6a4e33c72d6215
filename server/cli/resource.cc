#include "server/cli/resource.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "server/cli/exit_code.h"

namespace usher::cli {
namespace {

constexpr absl::string_view kCollections = "collections/";
constexpr absl::string_view kDocuments = "documents/";
constexpr absl::string_view kChunks = "/chunks/";

struct Parts {
  std::string collection;
  std::string document;  // empty for a collection
};

std::optional<Parts> Split(absl::string_view text) {
  const bool full = absl::ConsumePrefix(&text, kCollections);
  const size_t slash = text.find('/');
  Parts parts{.collection = std::string(text.substr(0, slash)), .document = ""};
  if (parts.collection.empty()) return std::nullopt;
  if (slash == absl::string_view::npos) return parts;
  absl::string_view rest = text.substr(slash + 1);
  if (full && !absl::ConsumePrefix(&rest, kDocuments)) return std::nullopt;
  if (rest.empty()) return std::nullopt;
  parts.document = std::string(rest);
  return parts;
}

bool IsNumber(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

absl::Status NotA(absl::string_view kind, absl::string_view text, absl::string_view example) {
  return UsageError(absl::StrCat("`", text, "` does not name ", kind, "; write e.g. ", example));
}

}  // namespace

absl::StatusOr<std::string> ResourceName(absl::string_view text) {
  const auto parts = Split(text);
  if (!parts) return NotA("a collection or document", text, "handbook or handbook/hr/leave.md");
  if (parts->document.empty()) return absl::StrCat(kCollections, parts->collection);
  return absl::StrCat(kCollections, parts->collection, "/", kDocuments, parts->document);
}

absl::StatusOr<std::string> CollectionName(absl::string_view text) {
  const auto parts = Split(text);
  if (!parts || !parts->document.empty()) return NotA("a collection", text, "handbook");
  return absl::StrCat(kCollections, parts->collection);
}

absl::StatusOr<std::string> DocumentName(absl::string_view text) {
  const auto parts = Split(text);
  if (!parts || parts->document.empty()) return NotA("a document", text, "handbook/hr/leave.md");
  return ResourceName(text);
}

absl::StatusOr<std::string> ChunkName(absl::string_view text) {
  const bool full = text.substr(0, kCollections.size()) == kCollections;
  const absl::string_view separator = full ? kChunks : "#";
  const size_t at = text.rfind(separator);
  if (at == absl::string_view::npos || !IsNumber(text.substr(at + separator.size()))) {
    return NotA("a chunk", text, "handbook/hr/leave.md#0");
  }
  auto document = DocumentName(text.substr(0, at));
  if (!document.ok()) return document.status();
  return absl::StrCat(*document, kChunks, text.substr(at + separator.size()));
}

std::string CollectionOf(absl::string_view full_name) {
  return std::string(full_name.substr(0, full_name.find('/', kCollections.size())));
}

std::string ShortName(absl::string_view full_name) {
  const auto parts = Split(full_name);
  if (full_name.substr(0, kCollections.size()) != kCollections || !parts) return std::string(full_name);
  if (parts->document.empty()) return parts->collection;
  absl::string_view document = parts->document;
  const size_t at = document.rfind(kChunks);
  if (at == absl::string_view::npos || !IsNumber(document.substr(at + kChunks.size()))) {
    return absl::StrCat(parts->collection, "/", document);
  }
  return absl::StrCat(parts->collection, "/", document.substr(0, at), "#", document.substr(at + kChunks.size()));
}

}  // namespace usher::cli
