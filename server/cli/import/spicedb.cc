#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "server/cli/import/formats.h"
#include "server/cli/yaml_file.h"

namespace usher::cli {
namespace {

// How the system writes the relation of a subject that is meant itself.
constexpr absl::string_view kItself = "...";

// Takes `[NAME:...]` off the end of a relationship.
absl::Status TakeTraits(absl::string_view& text, Tuple& tuple) {
  while (absl::ConsumeSuffix(&text, "]")) {
    const size_t open = text.rfind('[');
    if (open == absl::string_view::npos) return absl::InvalidArgumentError("a ] stands without its [");
    absl::string_view trait = text.substr(open + 1);
    text = text.substr(0, open);
    if (!absl::ConsumePrefix(&trait, "expiration:")) {
      return absl::InvalidArgumentError(absl::StrCat("it has the caveat [", trait, "], which rules here cannot have"));
    }
    tuple.expire_time = std::string(trait);
    if (tuple.expire_time.empty()) return absl::InvalidArgumentError("its expiration is empty");
  }
  return absl::OkStatus();
}

// RESOURCE_TYPE:ID#RELATION@SUBJECT_TYPE:ID[#RELATION]
absl::Status ParseRelationship(absl::string_view text, Tuple& tuple) {
  if (auto taken = TakeTraits(text, tuple); !taken.ok()) return taken;
  const std::pair<absl::string_view, absl::string_view> sides = absl::StrSplit(text, absl::MaxSplits('@', 1));
  const std::vector<absl::string_view> object = absl::StrSplit(sides.first, '#');
  const std::vector<absl::string_view> subject = absl::StrSplit(sides.second, '#');
  const bool shaped = object.size() == 2 && !object[1].empty() && subject.size() <= 2 && !sides.second.empty() &&
                      (subject.size() == 1 || !subject[1].empty()) &&
                      text.find_first_of(" \t@", sides.first.size() + 1) == absl::string_view::npos;
  if (!shaped) return absl::InvalidArgumentError("is not of the form TYPE:ID#RELATION@TYPE:ID[#RELATION]");
  tuple.relation = std::string(object[1]);
  if (subject.size() == 2 && subject[1] != kItself) tuple.subject_relation = std::string(subject[1]);
  if (auto split = SplitTypeAndId(object[0], tuple.object_type, tuple.object_id); !split.ok()) return split;
  if (tuple.object_id == "*") return absl::InvalidArgumentError("the resource is no single one");
  return SplitTypeAndId(subject[0], tuple.subject_type, tuple.subject_id);
}

absl::StatusOr<std::vector<Tuple>> ParseLines(const std::string& path, absl::string_view text, size_t first_line) {
  std::vector<Tuple> tuples;
  size_t number = first_line;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    const std::string where = absl::StrCat(path, ":", number++);
    line = absl::StripAsciiWhitespace(line);
    if (line.empty() || absl::StartsWith(line, "//")) continue;
    Tuple tuple;
    tuple.where = where;
    tuple.text = std::string(line);
    if (auto parsed = ParseRelationship(line, tuple); !parsed.ok()) {
      return absl::InvalidArgumentError(absl::StrCat(where, ": ", line, ": ", parsed.message()));
    }
    tuples.push_back(std::move(tuple));
  }
  return tuples;
}

// Whether a line of the text is the key that begins the relationships of a YAML file.
bool IsYaml(absl::string_view text) {
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    if (absl::StartsWith(line, "relationships:") || absl::StartsWith(line, "schema:") ||
        absl::StartsWith(line, "---") || absl::StartsWith(line, "schemaFile:")) {
      return true;
    }
  }
  return false;
}

}  // namespace

absl::StatusOr<std::vector<Tuple>> ReadSpiceDb(const std::string& path) {
  auto text = ReadWholeFile(path);
  if (!text.ok()) return text.status();
  if (!IsYaml(*text)) return ParseLines(path, *text, 1);
  auto file = ParseYaml(path, *text);
  if (!file.ok()) return file.status();
  const nlohmann::json lines = file->root.is_object() ? file->root.value("relationships", nlohmann::json()) : nullptr;
  if (!lines.is_string()) {
    return absl::InvalidArgumentError(absl::StrCat(path, " has no text `relationships`, one relationship a line"));
  }
  // The text of a block begins on the line after its key.
  return ParseLines(path, std::string(lines), file->value_lines.at("relationships") + 1);
}

}  // namespace usher::cli
