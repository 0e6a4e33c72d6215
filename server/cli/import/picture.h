// What a source says about rights, all of it: the content of one sync.
//
// Not thread-safe.
#ifndef USHER_SERVER_CLI_IMPORT_PICTURE_H_
#define USHER_SERVER_CLI_IMPORT_PICTURE_H_

#include <cstddef>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace usher::cli {

class Picture {
 public:
  explicit Picture(std::string source) : source_(std::move(source)) {}

  // `eng` and `group:SOURCE/eng` both give `group:SOURCE/eng`; INVALID_ARGUMENT for a group of another source.
  absl::StatusOr<std::string> GroupName(absl::string_view group) const;

  // One member of one group of the source, by full names. Said twice is said once. INVALID_ARGUMENT for a member that
  // is no `user:ID`, `service:ID` or `group:ID`.
  absl::Status AddMembership(const std::string& group, const std::string& member);

  // A whole usher.v1.Policy for a resource, by full name. INVALID_ARGUMENT for a second one, for a chunk, and for one
  // with ceiling or owners, which no source may set.
  absl::Status AddPolicy(const std::string& resource, nlohmann::json policy);

  // One subject of one rule, to be put together with the other rules of the resource. Times are RFC 3339 or empty.
  // INVALID_ARGUMENT for a resource that has a whole policy, and for a subject that is none.
  absl::Status AddSubject(const std::string& resource, const std::string& effect, const std::string& subject,
                          const std::string& not_before, const std::string& expire_time);
  // INVALID_ARGUMENT when another inheritance was chosen for the resource before.
  absl::Status SetInheritance(const std::string& resource, const std::string& inheritance);

  const std::set<std::pair<std::string, std::string>>& memberships() const { return memberships_; }
  size_t policy_count() const { return policies_.size() + rules_.size(); }

  // usher.v1.PushSyncRequest without `sync_id`: the whole picture in parts of at most 10,000 entries and about 4 MiB
  // each, at least one part. INVALID_ARGUMENT for a policy that does not fit the API; names the resource.
  absl::StatusOr<std::vector<nlohmann::json>> Parts() const;

 private:
  // Subjects by effect, not_before and expire_time.
  using Rules = std::map<std::vector<std::string>, std::set<std::string>>;

  nlohmann::json PolicyOf(const std::string& resource, const Rules& rules) const;

  std::string source_;
  std::set<std::pair<std::string, std::string>> memberships_;
  std::map<std::string, nlohmann::json> policies_;
  std::map<std::string, Rules> rules_;
  std::map<std::string, std::string> inheritance_;
};

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_IMPORT_PICTURE_H_
