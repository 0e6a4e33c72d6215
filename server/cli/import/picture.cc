#include "server/cli/import/picture.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "server/rpc/client/json_client.h"

namespace usher::cli {
namespace {

using nlohmann::json;

constexpr char kPush[] = "usher.v1.SyncService/PushSync";
constexpr size_t kEntriesPerPart = 10000;
// Well below what a server takes in one request.
constexpr size_t kBytesPerPart = 4 << 20;

bool IsMember(absl::string_view name) {
  for (const absl::string_view prefix : {"user:", "service:", "group:"}) {
    if (absl::StartsWith(name, prefix) && name.size() > prefix.size()) return true;
  }
  return false;
}

absl::Status CheckTime(const std::string& time) {
  absl::Time at;
  std::string error;
  if (time.empty() || absl::ParseTime(absl::RFC3339_full, time, &at, &error)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("`", time, "` is not a time like 2027-01-31T18:00:00Z"));
}

// Cuts entries into parts by number and size.
class PartBuilder {
 public:
  explicit PartBuilder(const std::string& source) : source_(source) { Begin(); }

  void Add(const char* field, json entry) {
    const size_t bytes = entry.dump(-1, ' ', false, json::error_handler_t::replace).size();
    if (entries_ == kEntriesPerPart || (entries_ > 0 && bytes_ + bytes > kBytesPerPart)) Begin();
    parts_.back()[field].push_back(std::move(entry));
    ++entries_;
    bytes_ += bytes;
  }

  std::vector<json> Take() { return std::move(parts_); }

 private:
  void Begin() {
    parts_.push_back(
        {{"source", source_}, {"part", parts_.size()}, {"memberships", json::array()}, {"policies", json::array()}});
    entries_ = bytes_ = 0;
  }

  const std::string& source_;
  std::vector<json> parts_;
  size_t entries_ = 0;
  size_t bytes_ = 0;
};

}  // namespace

absl::StatusOr<std::string> Picture::GroupName(absl::string_view group) const {
  const std::string own = absl::StrCat("group:", source_, "/");
  if (absl::StartsWith(group, own) && group.size() > own.size()) return std::string(group);
  if (!group.empty() && !absl::StartsWith(group, "group:")) return absl::StrCat(own, group);
  return absl::InvalidArgumentError(
      absl::StrCat("`", group, "` is no group of this source; write its id alone or ", own, "ID"));
}

absl::Status Picture::AddMembership(const std::string& group, const std::string& member) {
  if (!IsMember(member)) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", member, "` cannot be in a group; write user:ID, service:ID or group:ID"));
  }
  memberships_.emplace(group, member);
  return absl::OkStatus();
}

absl::Status Picture::AddPolicy(const std::string& resource, json policy) {
  if (!policy.is_object()) return absl::InvalidArgumentError("`policy` must be an object, {...}");
  for (const char* field : {"ceiling", "owners"}) {
    if (policy.contains(field)) {
      return absl::InvalidArgumentError(absl::StrCat("no source may set `", field, "`; take it out"));
    }
  }
  if (absl::StrContains(resource, "/chunks/")) {
    return absl::InvalidArgumentError(absl::StrCat(resource, " is a chunk, whose rules come with its document"));
  }
  if (!policies_.emplace(resource, std::move(policy)).second) {
    return absl::InvalidArgumentError(
        absl::StrCat(resource, " has a second policy here; write one with all its rules"));
  }
  return absl::OkStatus();
}

absl::Status Picture::AddSubject(const std::string& resource, const std::string& effect, const std::string& subject,
                                 const std::string& not_before, const std::string& expire_time) {
  if (policies_.contains(resource)) return absl::InvalidArgumentError(absl::StrCat(resource, " has a whole policy"));
  if (absl::StrContains(resource, "/chunks/")) {
    return absl::InvalidArgumentError(absl::StrCat(resource, " is a chunk, whose rules come with its document"));
  }
  if (subject != "everyone" && !IsMember(subject)) {
    return absl::InvalidArgumentError(
        absl::StrCat("`", subject, "` is no subject; write user:ID, service:ID, group:ID or everyone"));
  }
  for (const std::string& time : {not_before, expire_time}) {
    if (auto read = CheckTime(time); !read.ok()) return read;
  }
  rules_[resource][{effect, not_before, expire_time}].insert(subject);
  return absl::OkStatus();
}

absl::Status Picture::SetInheritance(const std::string& resource, const std::string& inheritance) {
  const auto [chosen, is_new] = inheritance_.emplace(resource, inheritance);
  if (is_new || chosen->second == inheritance) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(resource, " would have two inheritances, ", chosen->second, " and ", inheritance));
}

json Picture::PolicyOf(const std::string& resource, const Rules& rules) const {
  json policy = {{"rules", json::array()}};
  for (const auto& [key, subjects] : rules) {
    json rule = {{"effect", key[0]}, {"subjects", subjects}};
    if (!key[1].empty()) rule["not_before"] = key[1];
    if (!key[2].empty()) rule["expire_time"] = key[2];
    policy["rules"].push_back(std::move(rule));
  }
  const auto chosen = inheritance_.find(resource);
  if (chosen != inheritance_.end()) policy["inheritance"] = chosen->second;
  return policy;
}

absl::StatusOr<std::vector<json>> Picture::Parts() const {
  PartBuilder builder(source_);
  for (const auto& [group, member] : memberships_) {
    builder.Add("memberships", {{"group", group}, {"member", member}});
  }
  const auto add = [&](const std::string& resource, const json& policy) {
    json update = {{"resource", resource}, {"policy", policy}};
    auto fits = rpc::JsonClient::CheckRequest(kPush, {{"policies", json::array({update})}});
    if (!fits.ok()) return absl::InvalidArgumentError(absl::StrCat(resource, ": ", fits.message()));
    builder.Add("policies", std::move(update));
    return absl::OkStatus();
  };
  for (const auto& [resource, policy] : policies_) {
    if (auto added = add(resource, policy); !added.ok()) return added;
  }
  for (const auto& [resource, rules] : rules_) {
    if (auto added = add(resource, PolicyOf(resource, rules)); !added.ok()) return added;
  }
  return builder.Take();
}

}  // namespace usher::cli
