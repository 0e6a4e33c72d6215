#include "server/config/config.h"

#include <unistd.h>
#include <yaml-cpp/yaml.h>

#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/config/settings.h"

namespace usher::config {
namespace {

// Variables of the client programs, which may share an environment with the server.
constexpr const char* kForeignVariables[] = {"USHER_API_KEY", "USHER_SERVER"};

using Values = std::map<std::string, std::string>;  // by path

absl::Status Invalid(const std::string& where, const std::string& what) {
  return absl::InvalidArgumentError(absl::StrCat(where, ": ", what));
}

std::string Line(const YAML::Node& node) { return absl::StrCat("line ", node.Mark().line + 1); }

absl::Status Collect(const std::string& name, const YAML::Node& node, const std::string& prefix, Values& values) {
  for (const auto& item : node) {
    const std::string path = prefix + item.first.as<std::string>();
    const YAML::Node& value = item.second;
    if (value.IsMap() && prefix.empty()) {
      if (absl::Status status = Collect(name, value, path + ".", values); !status.ok()) return status;
      continue;
    }
    if (!value.IsScalar() && !value.IsNull()) {
      return Invalid(absl::StrCat(name, ", ", Line(item.first)), absl::StrCat("'", path, "' must be a single value"));
    }
    const bool known =
        std::any_of(Settings().begin(), Settings().end(), [&](const Setting& setting) { return setting.path == path; });
    if (!known) {
      return Invalid(absl::StrCat(name, ", ", Line(item.first)),
                     absl::StrCat("'", path, "' is not a setting; `usherd config` prints them all"));
    }
    if (!values.emplace(path, value.IsNull() ? "" : value.as<std::string>()).second) {
      return Invalid(absl::StrCat(name, ", ", Line(item.first)), absl::StrCat("'", path, "' is set twice"));
    }
  }
  return absl::OkStatus();
}

// yaml-cpp reports by exceptions; they end here.
absl::StatusOr<Values> ReadYaml(const std::string& name, const std::string& yaml) {
  Values values;
  try {
    const YAML::Node root = YAML::Load(yaml);
    if (root.IsNull()) return values;
    if (!root.IsMap()) return Invalid(name, "must be a map of settings");
    if (absl::Status status = Collect(name, root, "", values); !status.ok()) return status;
  } catch (const YAML::Exception& error) {
    return Invalid(absl::StrCat(name, ", line ", error.mark.line + 1), error.msg);
  }
  return values;
}

absl::Status CheckTogether(const Config& config) {
  if (config.data_dir.empty()) return Invalid("data_dir", "must be set: the folder to keep everything in");
  if (config.tls_certificate_file.empty() != config.tls_key_file.empty()) {
    return Invalid("tls", "certificate_file and key_file must be set together");
  }
  if (!config.tls_client_ca_file.empty() && config.tls_certificate_file.empty()) {
    return Invalid("tls.client_ca_file", "needs certificate_file and key_file as well");
  }
  if (config.embedding_provider == EmbeddingProvider::kHttp &&
      (config.embedding_url.empty() || config.embedding_model.empty() || config.embedding_dimension == 0)) {
    return Invalid("embedding", "provider http needs url, model and dimension");
  }
  if (config.detectors_kind != DetectorKind::kNone && config.detectors_url.empty()) {
    return Invalid("detectors.url", "is needed unless detectors.kind is none");
  }
  const bool has_projects =
      config.detectors_kind == DetectorKind::kLakera || config.detectors_kind == DetectorKind::kNemo;
  if (!config.detectors_project.empty() && config.detectors_kind != DetectorKind::kNone && !has_projects) {
    return Invalid("detectors.project", "is for lakera and nemo only; leave it empty");
  }
  return absl::OkStatus();
}

}  // namespace

Environment ProcessEnvironment() {
  Environment environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::pair<std::string, std::string> parts = absl::StrSplit(*entry, absl::MaxSplits('=', 1));
    if (absl::StartsWith(parts.first, "USHER_")) environment.insert(parts);
  }
  return environment;
}

absl::StatusOr<Config> ParseConfig(const std::string& name, const std::string& yaml, const Environment& environment) {
  absl::StatusOr<Values> values = ReadYaml(name, yaml);
  if (!values.ok()) return values.status();
  Config config;
  Environment rest = environment;
  for (const char* variable : kForeignVariables) rest.erase(variable);
  for (const Setting& setting : Settings()) {
    const auto in_file = values->find(setting.path);
    if (in_file != values->end()) {
      const absl::Status status = setting.set(in_file->second, config);
      if (!status.ok()) return Invalid(absl::StrCat(name, ": ", setting.path), std::string(status.message()));
    }
    const auto in_environment = rest.find(setting.Variable());
    if (in_environment != rest.end()) {
      const absl::Status status = setting.set(in_environment->second, config);
      if (!status.ok()) return Invalid(setting.Variable(), std::string(status.message()));
      rest.erase(in_environment);
    }
  }
  if (!rest.empty()) {
    return Invalid(rest.begin()->first, "is no setting's variable; `usherd config` prints the settings");
  }
  if (absl::Status status = CheckTogether(config); !status.ok()) return status;
  return config;
}

absl::StatusOr<Config> LoadConfig(const std::string& path, const Environment& environment) {
  if (path.empty()) return ParseConfig("configuration", "", environment);
  std::ifstream file(path);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) {
    return absl::NotFoundError(absl::StrCat("cannot read the configuration file '", path, "'"));
  }
  return ParseConfig(path, text.str(), environment);
}

std::string DocumentedConfig() {
  const Config defaults;
  std::string text =
      "# Every setting of usherd with its default. A variable in the environment, named in brackets, wins over this "
      "file.\n";
  std::string section;
  for (const Setting& setting : Settings()) {
    const size_t dot = setting.path.find('.');
    const std::string own = dot == std::string::npos ? "" : setting.path.substr(0, dot);
    if (own != section && !own.empty()) absl::StrAppend(&text, "\n", own, ":\n");
    section = own;
    const std::string indent = own.empty() ? "" : "  ";
    const std::string key = own.empty() ? setting.path : setting.path.substr(dot + 1);
    absl::StrAppend(&text, own.empty() ? "\n" : "", indent, "# ", setting.meaning, " [", setting.Variable(), "]\n");
    absl::StrAppend(&text, indent, key, ": ", setting.show(defaults), "\n");
  }
  return text;
}

}  // namespace usher::config
