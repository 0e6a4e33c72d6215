// Turns a text file into a document for the API.
//
// Thread-safety: free functions.
#ifndef USHER_SERVER_CLI_INGEST_DOCUMENT_FILE_H_
#define USHER_SERVER_CLI_INGEST_DOCUMENT_FILE_H_

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace usher::cli {

inline constexpr char kTextFileKinds[] = ".md, .markdown, .html, .htm, .txt or .rst, also with .gz";

// usher.v1.TextFormat of a file by its extension; nothing for kinds that are not read.
std::optional<std::string> TextFormatOf(absl::string_view path);

// The usher.v1.Document that the file becomes, named `collection` (full name) and `id`. INVALID_ARGUMENT for a file
// that is empty, not UTF-8, holds more than 8 MiB of text or is a damaged archive; NOT_FOUND, PERMISSION_DENIED or
// DATA_LOSS when it cannot be read.
absl::StatusOr<nlohmann::json> DocumentFromFile(const std::string& path, absl::string_view collection,
                                                absl::string_view id);

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_INGEST_DOCUMENT_FILE_H_
