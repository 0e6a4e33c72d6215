#include "server/sanitize/policy/policy_file.h"

#include <sys/stat.h>
#include <yaml-cpp/yaml.h>

#include <cerrno>
#include <exception>
#include <fstream>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "server/sanitize/policy/policy_reader.h"

namespace usher::sanitize {
namespace {

constexpr size_t kMostHosts = 1'000;
constexpr size_t kMostCanaries = 64;  // a text is searched once for each
constexpr size_t kMostExamples = 200;
constexpr size_t kMaxExampleBytes = 16'384;
constexpr size_t kMinCanaryBytes = 8;  // shorter ones occur by chance

constexpr PersonalType kTypes[] = {PersonalType::kEmail,      PersonalType::kPhone,       PersonalType::kCreditCard,
                                   PersonalType::kIban,       PersonalType::kUsSsn,       PersonalType::kIpAddress,
                                   PersonalType::kNationalId, PersonalType::kDateOfBirth, PersonalType::kAddress,
                                   PersonalType::kName};

const std::vector<std::string_view>& PersonalActions() {
  static const auto* const kActions =
      new std::vector<std::string_view>{"keep", "mask", "pseudonymise", "remove", "quarantine"};
  return *kActions;
}

// Fills one policy from one file.
class Filler {
 public:
  explicit Filler(const std::string& name) : reader_(name) {}

  absl::StatusOr<Policy> Fill(const YAML::Node& root) {
    bool versioned = false;
    reader_.Map(root, "",
                {"version", "links", "injection", "hidden", "secrets", "personal_data", "canaries",
                 "external_detectors", "examples"},
                [&](const std::string& key, const YAML::Node& value) {
                  versioned = versioned || key == "version";
                  TakeTop(key, value);
                });
    if (!versioned) reader_.Fail(root, "version", "must be there and be 1");
    if (!reader_.status().ok()) return reader_.status();
    return std::move(policy_);
  }

 private:
  void TakeTop(const std::string& key, const YAML::Node& value) {
    if (key == "version") reader_.Number(value, key, 1, 1);
    if (key == "links") TakeLinks(value);
    if (key == "injection") TakeInjection(value);
    if (key == "hidden") TakeHidden(value);
    if (key == "secrets") TakeSecrets(value);
    if (key == "personal_data") TakePersonal(value);
    if (key == "canaries") TakeCanaries(value);
    if (key == "external_detectors") policy_.external_detectors = reader_.Flag(value, key);
    if (key == "examples") TakeExamples(value);
  }

  void TakeLinks(const YAML::Node& node) {
    reader_.Map(node, "links", {"allow_hosts"}, [&](const std::string&, const YAML::Node& value) {
      auto hosts = HostList::Of(reader_.Texts(value, "links.allow_hosts", kMostHosts, 253));
      if (!hosts.ok()) return reader_.Fail(value, "links.allow_hosts", std::string(hosts.status().message()));
      policy_.allow_hosts = *std::move(hosts);
    });
  }

  void TakeInjection(const YAML::Node& node) {
    reader_.Map(node, "injection", {"action", "threshold"}, [&](const std::string& key, const YAML::Node& value) {
      if (key == "action") {
        policy_.injection = reader_.ActionOf(value, "injection.action", {"annotate", "remove", "quarantine"});
      } else {
        policy_.injection_threshold = reader_.Number(value, "injection.threshold", 0.05, 1);
      }
    });
  }

  void TakeHidden(const YAML::Node& node) {
    reader_.Map(node, "hidden", {"action"}, [&](const std::string&, const YAML::Node& value) {
      policy_.hidden = reader_.ActionOf(value, "hidden.action", {"remove", "quarantine"});
    });
  }

  void TakeSecrets(const YAML::Node& node) {
    reader_.Map(node, "secrets", {"action", "certain_only"}, [&](const std::string& key, const YAML::Node& value) {
      if (key == "action") {
        policy_.secrets = reader_.ActionOf(value, "secrets.action", {"keep", "mask", "remove", "quarantine"});
      } else {
        policy_.certain_secrets_only = reader_.Flag(value, "secrets.certain_only");
      }
    });
  }

  // Types are read last, because the action for all of them may stand behind them.
  void TakePersonal(const YAML::Node& node) {
    std::map<PersonalType, Action> named;
    reader_.Map(node, "personal_data", {"action", "types", "phone_regions"},
                [&](const std::string& key, const YAML::Node& value) {
                  if (key == "phone_regions") TakeRegions(value);
                  if (key == "types") named = Types(value);
                  if (key != "action") return;
                  const Action action = reader_.ActionOf(value, "personal_data.action", PersonalActions());
                  for (auto& [type, each] : policy_.personal) each = action;
                });
    for (const auto& [type, action] : named) policy_.personal[type] = action;
  }

  std::map<PersonalType, Action> Types(const YAML::Node& node) {
    std::map<PersonalType, Action> types;
    reader_.Map(node, "personal_data.types", {}, [&](const std::string& key, const YAML::Node& value) {
      const std::string at = absl::StrCat("personal_data.types.", key);
      for (const PersonalType type : kTypes) {
        if (absl::AsciiStrToLower(std::string(PersonalTypeName(type))) != key) continue;
        types[type] = reader_.ActionOf(value, at, PersonalActions());
        return;
      }
      reader_.Fail(value, at, "is no type of personal data; write e.g. email, phone, credit_card, iban, name");
    });
    return types;
  }

  void TakeRegions(const YAML::Node& node) {
    auto regions = PhoneRegions::Of(reader_.Texts(node, "personal_data.phone_regions", 50, 2));
    if (!regions.ok())
      return reader_.Fail(node, "personal_data.phone_regions", std::string(regions.status().message()));
    policy_.phone_regions = *std::move(regions);
  }

  void TakeCanaries(const YAML::Node& node) {
    policy_.canaries = reader_.Texts(node, "canaries", kMostCanaries, 256);
    for (const std::string& canary : policy_.canaries) {
      if (canary.size() < kMinCanaryBytes) {
        reader_.Fail(node, "canaries", absl::StrCat("must have at least ", kMinCanaryBytes, " bytes each"));
      }
    }
  }

  void TakeExamples(const YAML::Node& node) {
    reader_.Map(node, "examples", {"must_change", "must_keep"}, [&](const std::string& key, const YAML::Node& value) {
      const std::string at = absl::StrCat("examples.", key);
      if (key == "must_keep") {
        policy_.must_keep = reader_.Texts(value, at, kMostExamples, kMaxExampleBytes);
        return;
      }
      reader_.List(value, at, kMostExamples,
                   [&](const std::string& path, const YAML::Node& item) { TakeExample(item, path); });
    });
  }

  void TakeExample(const YAML::Node& node, const std::string& at) {
    Policy::Example example;
    reader_.Map(node, at, {"text", "expect"}, [&](const std::string& key, const YAML::Node& value) {
      const std::string path = absl::StrCat(at, ".", key);
      // A text may become nothing at all.
      if (key == "expect" && value.IsScalar() && value.Scalar().empty()) {
        example.expect = "";
      } else if (key == "expect") {
        example.expect = reader_.Text(value, path, kMaxExampleBytes);
      } else {
        example.text = reader_.Text(value, path, kMaxExampleBytes);
      }
    });
    if (example.text.empty()) reader_.Fail(node, at, "needs 'text'");
    policy_.must_change.push_back(std::move(example));
  }

  PolicyReader reader_;
  Policy policy_;
};

}  // namespace

// yaml-cpp reports by exceptions; they end here.
absl::StatusOr<Policy> ParsePolicy(const std::string& name, const std::string& yaml) {
  if (yaml.size() > kMaxPolicyBytes) {
    return absl::InvalidArgumentError(absl::StrCat(name, " has more than ", kMaxPolicyBytes, " bytes"));
  }
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(yaml);
    if (documents.size() != 1) {
      return absl::InvalidArgumentError(absl::StrCat(name, " must hold exactly one YAML document"));
    }
    return Filler(name).Fill(documents.front());
  } catch (const YAML::Exception& error) {
    return absl::InvalidArgumentError(absl::StrCat(name, ", line ", error.mark.line + 1, ": ", error.msg));
  } catch (const std::exception& error) {
    return absl::InvalidArgumentError(absl::StrCat(name, " is no YAML that can be read: ", error.what()));
  }
}

absl::StatusOr<std::string> ReadPolicyFile(const std::string& path) {
  struct stat about {};
  if (stat(path.c_str(), &about) != 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot open ", path));
  if (!S_ISREG(about.st_mode)) return absl::InvalidArgumentError(absl::StrCat(path, " is not a regular file"));
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::ErrnoToStatus(errno, absl::StrCat("cannot open ", path));
  std::string text(kMaxPolicyBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return absl::DataLossError(absl::StrCat("cannot read ", path, " to its end"));
  text.resize(static_cast<size_t>(file.gcount()));
  return text;
}

}  // namespace usher::sanitize
