#include <array>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/cli/import/formats.h"
#include "server/cli/yaml_file.h"

namespace usher::cli {
namespace {

using nlohmann::json;

// One tuple as the file has it, with or without `key` around it.
struct Raw {
  std::string where;
  json value;
};

std::string TextOf(const json& key) {
  return absl::StrCat(key.value("user", ""), " ", key.value("relation", ""), " ", key.value("object", ""));
}

absl::StatusOr<Tuple> ToTuple(const Raw& raw) {
  const json& value = raw.value;
  const json& key = value.is_object() && value.contains("key") ? value.at("key") : value;
  if (!key.is_object()) return absl::InvalidArgumentError("must have `user`, `relation` and `object`");
  for (const char* field : {"user", "relation", "object"}) {
    const json text = key.value(field, json());
    if (!text.is_string() || text == "") return absl::InvalidArgumentError(absl::StrCat("`", field, "` is missing"));
  }
  Tuple tuple{.object_type = "",
              .object_id = "",
              .relation = key.at("relation"),
              .subject_type = "",
              .subject_id = "",
              .subject_relation = "",
              .expire_time = "",
              .where = raw.where,
              .text = TextOf(key)};
  const auto refused = [&](absl::string_view why) {
    return absl::InvalidArgumentError(absl::StrCat(tuple.text, ": ", why));
  };
  const json condition = key.value("condition", json());
  if (!condition.is_null() && condition != "") return refused("it has a condition, which rules here cannot have");
  std::string user = key.at("user");
  if (const size_t hash = user.find('#'); hash != std::string::npos) {
    tuple.subject_relation = user.substr(hash + 1);
    user.resize(hash);
    if (tuple.subject_relation.empty()) return refused("nothing follows the # of the user");
  }
  if (auto split = SplitTypeAndId(user, tuple.subject_type, tuple.subject_id); !split.ok()) {
    return refused(split.message());
  }
  auto split = SplitTypeAndId(std::string(key.at("object")), tuple.object_type, tuple.object_id);
  if (!split.ok()) return refused(split.message());
  if (tuple.object_id == "*" || absl::StrContains(tuple.object_id, "#")) return refused("the object is no single one");
  return tuple;
}

// What would make the tuples less than the whole picture.
absl::Status CheckWhole(const std::string& path, const json& root) {
  if (root.contains("continuation_token") && root.at("continuation_token") != "") {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is one page of an export (it has a continuation_token); export all pages into one file"));
  }
  for (const char* field : {"tuple_file", "tuple_files"}) {
    if (root.contains(field)) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, " keeps tuples elsewhere (`", field, "`); import a file that holds them all"));
    }
  }
  if (root.contains("tuples") && root.at("tuples").is_array()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(path, " has no list `tuples`"));
}

absl::StatusOr<std::vector<Raw>> RawTuples(const std::string& path, const YamlFile& file, bool lines) {
  const bool list = file.root.is_array();
  if (!list) {
    if (!file.root.is_object()) return absl::InvalidArgumentError(absl::StrCat(path, " holds no tuples"));
    if (auto whole = CheckWhole(path, file.root); !whole.ok()) return whole;
  }
  const json& tuples = list ? file.root : file.root.at("tuples");
  std::vector<Raw> raw;
  for (size_t i = 0; i < tuples.size(); ++i) {
    const std::string number = absl::StrCat(path, ": tuple ", i + 1);
    if (!lines) {
      raw.push_back({number, tuples[i]});
    } else {
      const size_t line = list ? file.root_lines.at(i) : file.item_lines.at("tuples").at(i);
      raw.push_back({absl::StrCat(path, ":", line, ": tuple ", i + 1), tuples[i]});
    }
  }
  return raw;
}

absl::StatusOr<std::vector<Raw>> ReadRaw(const std::string& path) {
  auto text = ReadWholeFile(path);
  if (!text.ok()) return text.status();
  const size_t begin = text->find_first_not_of(" \t\r\n");
  const bool is_json = begin != std::string::npos && absl::StrContains("{[", text->substr(begin, 1));
  if (!is_json) {
    auto file = ParseYaml(path, *text);
    if (!file.ok()) return file.status();
    return RawTuples(path, *file, /*lines=*/true);
  }
  // Large exports are JSON, for which the YAML reader would take minutes.
  YamlFile file;
  try {
    file.root = json::parse(*text);
  } catch (const json::exception& error) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": not valid JSON: ", error.what()));
  }
  return RawTuples(path, file, /*lines=*/false);
}

}  // namespace

absl::StatusOr<std::vector<Tuple>> ReadOpenFga(const std::string& path) {
  auto raw = ReadRaw(path);
  if (!raw.ok()) return raw.status();
  std::vector<Tuple> tuples;
  for (const Raw& one : *raw) {
    auto tuple = ToTuple(one);
    if (!tuple.ok()) return absl::InvalidArgumentError(absl::StrCat(one.where, ": ", tuple.status().message()));
    tuples.push_back(*std::move(tuple));
  }
  return tuples;
}

}  // namespace usher::cli
