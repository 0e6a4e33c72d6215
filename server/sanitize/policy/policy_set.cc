#include "server/sanitize/policy/policy_set.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "acl/names.h"
#include "server/sanitize/policy/policy_file.h"

namespace usher::sanitize {
namespace {

constexpr char kExtension[] = ".yaml";
constexpr char kDefaultFile[] = "default.yaml";

// Tenants and collections are named alike: letters that mean nothing in a path.
bool IsName(std::string_view name) { return acl::ValidateTenant(name).ok(); }

bool Pseudonymises(const Policy& policy) {
  return std::any_of(policy.personal.begin(), policy.personal.end(),
                     [](const auto& item) { return item.second == Action::kPseudonymise; });
}

// Adds the policies right in `folder`, as paths below the set's folder, and the folders in it if `folders` is given.
// What a tool keeps for itself starts with a dot.
absl::Status ListFolder(const std::filesystem::path& folder, const std::string& prefix, std::vector<std::string>& paths,
                        std::vector<std::string>* folders) {
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (absl::StartsWith(name, ".")) continue;
    if (entry->is_directory(error) && !error && folders != nullptr && IsName(name)) {
      folders->push_back(name);
      continue;
    }
    const bool policy = absl::EndsWith(name, kExtension) && IsName(name.substr(0, name.size() - 5));
    if (!policy) {
      return absl::InvalidArgumentError(absl::StrCat((folder / name).string(),
                                                     " is no policy: policies are default.yaml, TENANT.yaml and "
                                                     "TENANT/COLLECTION.yaml; move it elsewhere or rename it"));
    }
    paths.push_back(prefix + name);
    if (paths.size() > PolicySet::kMostFiles) {
      return absl::InvalidArgumentError(
          absl::StrCat(folder.string(), " has more than ", PolicySet::kMostFiles, " policies"));
    }
  }
  if (error) return absl::FailedPreconditionError(absl::StrCat("cannot list ", folder.string(), ": ", error.message()));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> ListPolicies(const std::string& folder) {
  std::vector<std::string> paths;
  std::vector<std::string> tenants;
  if (absl::Status status = ListFolder(folder, "", paths, &tenants); !status.ok()) return status;
  for (const std::string& tenant : tenants) {
    const std::filesystem::path below = std::filesystem::path(folder) / tenant;
    if (absl::Status status = ListFolder(below, tenant + "/", paths, nullptr); !status.ok()) return status;
  }
  return paths;
}

}  // namespace

// One file's policy, and the sanitisers that were asked of it.
struct PolicySet::Loaded {
  Loaded(std::string bytes_in, Policy policy_in)
      : bytes(std::move(bytes_in)), policy(std::make_shared<Policy>(std::move(policy_in))) {}

  static absl::StatusOr<std::shared_ptr<const Loaded>> From(const std::string& path, std::string bytes) {
    absl::StatusOr<Policy> policy = ParsePolicy(path, bytes);
    if (!policy.ok()) return policy.status();
    if (absl::Status status = CheckExamples(path, *policy); !status.ok()) return status;
    return std::make_shared<const Loaded>(std::move(bytes), *std::move(policy));
  }

  std::shared_ptr<const Sanitizer> For(Use use, const std::string& key, std::string_view tenant) const {
    // A tenant's pseudonyms are its own; what makes none can be shared.
    const bool own = use != Use::kStorage && pseudonymises;
    const std::lock_guard<std::mutex> lock(mutex);
    std::shared_ptr<const Sanitizer>& made = sanitizers[{use, own ? std::string(tenant) : std::string()}];
    if (made == nullptr) {
      const PseudonymKey tenants_key = own ? PseudonymKey{key, std::string(tenant)} : PseudonymKey();
      made = std::make_shared<Sanitizer>(policy, tenants_key, use);
    }
    return made;
  }

  const std::string bytes;
  const std::shared_ptr<const Policy> policy;
  const bool pseudonymises = Pseudonymises(*policy);
  mutable std::mutex mutex;  // guards what follows
  mutable std::map<std::pair<Use, std::string>, std::shared_ptr<const Sanitizer>> sanitizers;
};

PolicySet::PolicySet(std::string pseudonym_key) : PolicySet("", std::move(pseudonym_key)) {}

PolicySet::PolicySet(std::string folder, std::string pseudonym_key)
    : folder_(std::move(folder)),
      pseudonym_key_(std::move(pseudonym_key)),
      built_in_(std::make_shared<const Loaded>("", Policy())) {}

PolicySet::~PolicySet() = default;

absl::StatusOr<std::unique_ptr<PolicySet>> PolicySet::Open(std::string folder, std::string pseudonym_key) {
  std::unique_ptr<PolicySet> set(new PolicySet(std::move(folder), std::move(pseudonym_key)));
  const Report report = set->Reload();
  if (!report.refused.empty()) return absl::InvalidArgumentError(report.refused.front());
  return set;
}

PolicySet::Report PolicySet::Reload() {
  const std::lock_guard<std::mutex> one(reloading_);
  Report report;
  if (folder_.empty()) return report;
  const absl::StatusOr<std::vector<std::string>> paths = ListPolicies(folder_);
  Files before;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    before = files_;
  }
  Files after;
  if (!paths.ok()) {
    report.refused.emplace_back(paths.status().message());
    after = before;
  } else {
    for (const std::string& path : *paths) {
      const std::string full = absl::StrCat(folder_, "/", path);
      const auto old = before.find(path);
      if (old != before.end()) after[path] = old->second;
      absl::StatusOr<std::string> bytes = ReadPolicyFile(full);
      if (bytes.ok() && old != before.end() && old->second->bytes == *bytes) continue;
      auto loaded = bytes.ok() ? Loaded::From(full, *std::move(bytes)) : bytes.status();
      if (loaded.ok()) {
        after[path] = *std::move(loaded);
        report.changed.push_back(path);
      } else {
        report.refused.emplace_back(loaded.status().message());
      }
    }
    for (const auto& [path, loaded] : before) {
      if (after.count(path) == 0) report.changed.push_back(path);
    }
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  files_ = std::move(after);
  refused_ = report.refused.size();
  return report;
}

std::shared_ptr<const PolicySet::Loaded> PolicySet::Nearest(std::string_view tenant,
                                                            std::string_view collection) const {
  const std::string of_tenant = IsName(tenant) ? std::string(tenant) : "";
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!of_tenant.empty()) {
    const std::string of_collection = IsName(collection) ? absl::StrCat(of_tenant, "/", std::string(collection)) : "";
    for (const std::string& name : {of_collection, of_tenant}) {
      const auto found = files_.find(name + kExtension);
      if (found != files_.end()) return found->second;
    }
  }
  const auto found = files_.find(std::string_view(kDefaultFile));
  return found == files_.end() ? built_in_ : found->second;
}

std::shared_ptr<const Sanitizer> PolicySet::For(std::string_view tenant, std::string_view collection, Use use) const {
  return Nearest(tenant, collection)->For(use, pseudonym_key_, tenant);
}

std::map<std::string, std::string> PolicySet::PseudonymsIn(std::string_view tenant, std::string_view collection,
                                                           std::string_view text) const {
  const auto nearest = Nearest(tenant, collection);
  const PersonalDataDetector detector({PersonalDataDetector::AllTypes(), nearest->policy->phone_regions});
  return sanitize::PseudonymsIn(detector, pseudonym_key_, tenant, text);
}

size_t PolicySet::refused() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return refused_;
}

}  // namespace usher::sanitize
