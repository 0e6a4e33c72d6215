#include "server/cli/yaml_file.h"

#include <yaml-cpp/yaml.h>

#include <cerrno>
#include <cstdint>
#include <fstream>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace usher::cli {
namespace {

using nlohmann::json;

constexpr size_t kMostBytes = 256 << 20;
constexpr size_t kMostValues = 10'000'000;
constexpr int kMostLevels = 64;
// What yaml-cpp tags scalars with that were written without quotes.
constexpr char kPlainTag[] = "?";

size_t LineOf(const YAML::Node& node) { return static_cast<size_t>(node.Mark().line) + 1; }

// Turns nodes into JSON; throws what the caller catches.
class Converter {
 public:
  json Convert(const YAML::Node& node, int level) {
    if (++values_ > kMostValues) throw YAML::Exception(node.Mark(), "the file holds too many values");
    if (level > kMostLevels) throw YAML::Exception(node.Mark(), "the file is nested too deeply");
    switch (node.Type()) {
      case YAML::NodeType::Scalar:
        return Scalar(node);
      case YAML::NodeType::Sequence:
        return Sequence(node, level);
      case YAML::NodeType::Map:
        return Map(node, level);
      case YAML::NodeType::Undefined:
      case YAML::NodeType::Null:
        break;
    }
    return nullptr;
  }

 private:
  static json Scalar(const YAML::Node& node) {
    const std::string& text = node.Scalar();
    if (node.Tag() != kPlainTag) return text;
    if (text == "true") return true;
    if (text == "false") return false;
    int64_t number = 0;
    if (absl::SimpleAtoi(text, &number) && absl::StrCat(number) == text) return number;
    return text;
  }

  json Sequence(const YAML::Node& node, int level) {
    json list = json::array();
    for (const YAML::Node& element : node) list.push_back(Convert(element, level + 1));
    return list;
  }

  json Map(const YAML::Node& node, int level) {
    json object = json::object();
    for (const auto& entry : node) {
      if (!entry.first.IsScalar()) throw YAML::Exception(entry.first.Mark(), "a key is not a plain name");
      if (object.contains(entry.first.Scalar())) {
        throw YAML::Exception(entry.first.Mark(), absl::StrCat("the key ", entry.first.Scalar(), " stands twice"));
      }
      object[entry.first.Scalar()] = Convert(entry.second, level + 1);
    }
    return object;
  }

  size_t values_ = 0;
};

std::vector<size_t> LinesOf(const YAML::Node& list) {
  std::vector<size_t> lines;
  for (const YAML::Node& element : list) lines.push_back(LineOf(element));
  return lines;
}

YamlFile Loaded(const std::string& text) {
  const YAML::Node root = YAML::Load(text);
  YamlFile file{.root = Converter().Convert(root, 0), .root_lines = {}, .item_lines = {}, .value_lines = {}};
  if (root.IsSequence()) file.root_lines = LinesOf(root);
  if (!root.IsMap()) return file;
  for (const auto& entry : root) {
    file.value_lines[entry.first.Scalar()] = LineOf(entry.second);
    if (entry.second.IsSequence()) file.item_lines[entry.first.Scalar()] = LinesOf(entry.second);
  }
  return file;
}

}  // namespace

absl::StatusOr<std::string> ReadWholeFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::ErrnoToStatus(errno, absl::StrCat("cannot open ", path));
  std::string text;
  std::vector<char> buffer(1 << 20);
  while (file) {
    file.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    text.append(buffer.data(), static_cast<size_t>(file.gcount()));
    if (text.size() > kMostBytes) return absl::ResourceExhaustedError(absl::StrCat(path, " has more than 256 MiB"));
  }
  if (file.bad()) return absl::DataLossError(absl::StrCat("cannot read ", path, " to its end"));
  return text;
}

absl::StatusOr<YamlFile> ParseYaml(const std::string& path, const std::string& text) {
  try {
    return Loaded(text);
  } catch (const YAML::Exception& error) {
    return absl::InvalidArgumentError(absl::StrCat(path, ":", error.mark.line + 1, ": ", error.msg));
  }
}

absl::StatusOr<json> ReadObjectFile(const std::string& path) {
  auto text = ReadWholeFile(path);
  if (!text.ok()) return text.status();
  const size_t begin = text->find_first_not_of(" \t\r\n");
  json object;
  if (begin != std::string::npos && (*text)[begin] == '{') {
    try {
      object = json::parse(*text);
    } catch (const json::exception& error) {
      return absl::InvalidArgumentError(absl::StrCat(path, ": not valid JSON: ", error.what()));
    }
  } else {
    auto file = ParseYaml(path, *text);
    if (!file.ok()) return file.status();
    object = std::move(file->root);
  }
  if (!object.is_object()) return absl::InvalidArgumentError(absl::StrCat(path, ": must hold one object"));
  return object;
}

}  // namespace usher::cli
