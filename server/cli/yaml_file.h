// Reads YAML and JSON files into JSON values: the one place of the client that knows YAML, whose exceptions end here.
//
// Guarantees: a file of more than 256 MiB, more than 64 levels or more than ten million values (aliases count each
// time) is refused, and so is a key that stands twice in one mapping. Plain scalars `true`, `false`, `null` and whole
// numbers become such values; all other scalars are strings.
//
// Thread-safety: free functions.
#ifndef USHER_SERVER_CLI_YAML_FILE_H_
#define USHER_SERVER_CLI_YAML_FILE_H_

#include <cstddef>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace usher::cli {

struct YamlFile {
  nlohmann::json root;
  // Lines, from 1, of the elements of the root when it is a list, and of those of its lists by key.
  std::vector<size_t> root_lines;
  std::map<std::string, std::vector<size_t>> item_lines;
  // Lines on which the values of its keys begin.
  std::map<std::string, size_t> value_lines;
};

// NOT_FOUND or DATA_LOSS when the file cannot be read, RESOURCE_EXHAUSTED when it has more than 256 MiB.
absl::StatusOr<std::string> ReadWholeFile(const std::string& path);

// INVALID_ARGUMENT with FILE:LINE where the text is no YAML; `path` is for messages only.
absl::StatusOr<YamlFile> ParseYaml(const std::string& path, const std::string& text);

// A file of one JSON or YAML object, told apart by what it begins with: `{` is JSON. Errors as of both above.
absl::StatusOr<nlohmann::json> ReadObjectFile(const std::string& path);

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_YAML_FILE_H_
