#include "server/cli/import/mapping.h"

#include <set>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "server/cli/labels.h"
#include "server/cli/resource.h"
#include "server/cli/yaml_file.h"

namespace usher::cli {
namespace {

using nlohmann::json;

constexpr char kId[] = "{id}";

bool HasOneId(absl::string_view pattern) {
  const size_t at = pattern.find(kId);
  return at != absl::string_view::npos && pattern.find(kId, at + 1) == absl::string_view::npos;
}

// One entry of the file, a mapping of texts and lists of texts; the first complaint is kept.
class Entry {
 public:
  Entry(const json& object, std::set<std::string> known) : object_(object) {
    if (!object.is_object()) Complain("must be a mapping with `type:`");
    for (const auto& [key, value] : object.items()) {
      if (!known.contains(key)) Complain(absl::StrCat("the key `", key, "` is not known"));
    }
  }

  std::string Text(const char* key, const std::string& otherwise) {
    if (!object_.is_object() || !object_.contains(key)) return otherwise;
    if (object_.at(key).is_string()) return object_.at(key);
    Complain(absl::StrCat("`", key, "` must be a text"));
    return otherwise;
  }

  std::string Type() {
    const std::string type = Text("type", "");
    if (type.empty()) Complain("`type` is missing");
    return type;
  }

  std::vector<std::string> Relations(const std::vector<std::string>& otherwise) {
    const json list = object_.is_object() ? object_.value("relations", json()) : json();
    if (list.is_null()) {
      if (otherwise.empty()) Complain("`relations` is missing");
      return otherwise;
    }
    std::vector<std::string> relations;
    for (const json& relation : list.is_array() ? list : json::array()) {
      if (relation.is_string()) relations.push_back(relation);
    }
    if (relations.empty() || relations.size() != list.size()) Complain("`relations` must be a list of texts");
    return relations;
  }

  void Complain(const std::string& text) {
    if (complaint_.empty()) complaint_ = text;
  }
  const std::string& complaint() const { return complaint_; }

 private:
  const json& object_;
  std::string complaint_;
};

void ReadMembership(Entry& entry, Mapping& mapping) {
  const std::string type = entry.Type();
  const std::string group = entry.Text("group", kId);
  if (!HasOneId(group)) entry.Complain("`group` must hold {id} once, e.g. team-{id}");
  for (const std::string& relation : entry.Relations({})) {
    if (!mapping.memberships.emplace(TypeAndRelation(type, relation), group).second) {
      entry.Complain(absl::StrCat(type, "#", relation, " is mapped twice"));
    }
  }
}

void ReadResource(Entry& entry, Mapping& mapping) {
  const std::string type = entry.Type();
  ResourceMapping to{.resource = entry.Text("resource", ""), .effect = "", .inheritance = ""};
  // Any id shows whether the pattern names a resource.
  const bool names = HasOneId(to.resource) && absl::StartsWith(to.resource, "collections/") &&
                     ResourceName(Filled(to.resource, "x")).ok() && !absl::StrContains(to.resource, "/chunks/");
  if (!names) entry.Complain("`resource` must be e.g. collections/handbook/documents/{id} or .../folders/{id}");
  const std::string effect = entry.Text("effect", "allow");
  if (effect != "allow" && effect != "deny") entry.Complain("`effect` must be allow or deny");
  to.effect = Constant(effect, "EFFECT_");
  const std::string inheritance = entry.Text("inheritance", "");
  const std::set<std::string> known = {"", "inherit", "restrict", "replace"};
  if (!known.contains(inheritance)) entry.Complain("`inheritance` must be inherit, restrict or replace");
  if (!inheritance.empty()) to.inheritance = Constant(inheritance, "INHERITANCE_");
  for (const std::string& relation : entry.Relations({})) {
    const TypeAndRelation from(type, relation);
    if (mapping.memberships.contains(from) || !mapping.resources.emplace(from, to).second) {
      entry.Complain(absl::StrCat(type, "#", relation, " is mapped twice"));
    }
  }
}

void ReadIgnored(Entry& entry, Mapping& mapping) {
  const std::string type = entry.Type();
  for (const std::string& relation : entry.Relations({"*"})) {
    const TypeAndRelation from(type, relation);
    if (mapping.memberships.contains(from) || mapping.resources.contains(from)) {
      entry.Complain(absl::StrCat(type, "#", relation, " is both mapped and ignored"));
    }
    mapping.ignored[from] = true;
  }
}

struct Section {
  const char* key;
  std::set<std::string> known;
  void (*read)(Entry&, Mapping&);
};

absl::Status ReadSection(const std::string& path, const YamlFile& file, const Section& section, Mapping& mapping) {
  const json list = file.root.value(section.key, json::array());
  if (!list.is_array()) return absl::InvalidArgumentError(absl::StrCat(path, ": `", section.key, "` must be a list"));
  for (size_t i = 0; i < list.size(); ++i) {
    Entry entry(list[i], section.known);
    section.read(entry, mapping);
    if (entry.complaint().empty()) continue;
    return absl::InvalidArgumentError(
        absl::StrCat(path, ":", file.item_lines.at(section.key).at(i), ": ", entry.complaint()));
  }
  return absl::OkStatus();
}

absl::Status ReadPrincipals(const std::string& path, const json& principals, Mapping& mapping) {
  for (const auto& [type, kind] : principals.items()) {
    if (kind != "user" && kind != "service") {
      return absl::InvalidArgumentError(absl::StrCat(path, ": principals: `", type, "` must be user or service"));
    }
    mapping.principals[type] = kind;
  }
  return absl::OkStatus();
}

}  // namespace

std::string Filled(const std::string& pattern, absl::string_view id) {
  return absl::StrReplaceAll(pattern, {{kId, id}});
}

Mapping DefaultMapping(const std::string& collection) {
  Mapping mapping;
  mapping.principals = {{"user", "user"}, {"service", "service"}};
  mapping.memberships[{"group", "member"}] = kId;
  if (collection.empty()) return mapping;
  for (const char* relation : {"viewer", "reader", "owner", "editor"}) {
    mapping.resources[{"document", relation}] = {
        .resource = absl::StrCat(collection, "/documents/", kId), .effect = "EFFECT_ALLOW", .inheritance = ""};
  }
  return mapping;
}

absl::StatusOr<Mapping> ReadMapping(const std::string& path) {
  auto text = ReadWholeFile(path);
  if (!text.ok()) return text.status();
  auto file = ParseYaml(path, *text);
  if (!file.ok()) return file.status();
  const std::set<std::string> known = {"principals", "memberships", "resources", "ignored"};
  if (!file->root.is_object()) return absl::InvalidArgumentError(absl::StrCat(path, ": must hold one mapping"));
  for (const auto& [key, value] : file->root.items()) {
    if (!known.contains(key)) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ":", file->value_lines.at(key), ": the key `", key, "` is not known"));
    }
  }
  Mapping mapping;
  const json principals = file->root.value("principals", json{{"user", "user"}, {"service", "service"}});
  if (!principals.is_object())
    return absl::InvalidArgumentError(absl::StrCat(path, ": `principals` must be a mapping"));
  if (auto read = ReadPrincipals(path, principals, mapping); !read.ok()) return read;
  for (const Section& section :
       {Section{"memberships", {"type", "relations", "group"}, ReadMembership},
        Section{"resources", {"type", "relations", "resource", "effect", "inheritance"}, ReadResource},
        Section{"ignored", {"type", "relations"}, ReadIgnored}}) {
    if (auto read = ReadSection(path, *file, section, mapping); !read.ok()) return read;
  }
  return mapping;
}

}  // namespace usher::cli
