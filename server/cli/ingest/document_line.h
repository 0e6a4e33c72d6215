// Turns a JSON line as people write it into a document for the API:
//   {"id": "hr/leave", "title": "...", "source_uri": "...", "metadata": {...},
//    "text": "...", "format": "plain|markdown|html"           the server cuts and embeds it; or
//    "text": "...", "vector": [...]                           one ready chunk; or
//    "chunks": [{"text": "...", "vector": [...], "headings": ["..."]}],
//    "policy": {"inheritance": "replace", "rules": [{"effect": "allow", "subjects": ["group:hr"], "expire_time":
//    "..."}]}}
// Only `id` and one form of content are required. Without `policy` a new document inherits its collection's rules.
//
// Guarantee: a field that is not one of these is an error, so that a misspelt `policy` never publishes a document.
//
// Thread-safety: free function.
#ifndef USHER_SERVER_CLI_INGEST_DOCUMENT_LINE_H_
#define USHER_SERVER_CLI_INGEST_DOCUMENT_LINE_H_

#include <nlohmann/json.hpp>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace usher::cli {

// The usher.v1.Document of `line`, a JSON object, in `collection` (full name). INVALID_ARGUMENT names the field and
// what to write.
absl::StatusOr<nlohmann::json> DocumentFromLine(const nlohmann::json& line, absl::string_view collection);

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_INGEST_DOCUMENT_LINE_H_
