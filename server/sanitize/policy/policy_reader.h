// Reads values of a policy's YAML; the first thing that is wrong is remembered, and what follows is skipped.
//
// Thread-safety: none; one reader belongs to one file.
#ifndef USHER_SERVER_SANITIZE_POLICY_POLICY_READER_H_
#define USHER_SERVER_SANITIZE_POLICY_POLICY_READER_H_

#include <yaml-cpp/yaml.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "server/sanitize/finding.h"

namespace usher::sanitize {

class PolicyReader {
 public:
  using Take = std::function<void(const std::string& key, const YAML::Node& value)>;

  explicit PolicyReader(std::string file) : file_(std::move(file)) {}

  // Calls `take` for each entry. `at`: the path of the map, empty for the whole file. Keys must be among `known` unless
  // that is empty; none may come twice.
  void Map(const YAML::Node& node, const std::string& at, const std::vector<std::string_view>& known, const Take& take);
  // Calls `take` with "at[0]" and so on for each of at most `most` items.
  void List(const YAML::Node& node, const std::string& at, size_t most, const Take& take);

  // Valid UTF-8 of 1 to `most` bytes.
  std::string Text(const YAML::Node& node, const std::string& at, size_t most);
  std::vector<std::string> Texts(const YAML::Node& node, const std::string& at, size_t most_items, size_t most_bytes);
  bool Flag(const YAML::Node& node, const std::string& at);
  // From `low` to `high`.
  double Number(const YAML::Node& node, const std::string& at, double low, double high);
  // One of `allowed`, as files spell them: "keep" and "annotate" are kAnnotate.
  Action ActionOf(const YAML::Node& node, const std::string& at, const std::vector<std::string_view>& allowed);

  void Fail(const YAML::Node& node, const std::string& at, const std::string& what);
  const absl::Status& status() const { return status_; }

 private:
  // The text of a single value; empty after Fail.
  std::string Scalar(const YAML::Node& node, const std::string& at);

  const std::string file_;
  absl::Status status_;
};

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_POLICY_POLICY_READER_H_
