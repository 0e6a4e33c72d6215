// The policies of a server: a folder of files, the nearest of which decides about a collection.
//
//   default.yaml              everybody who has none of their own
//   TENANT.yaml               a tenant
//   TENANT/COLLECTION.yaml    a collection
//
// Guarantees: one file applies alone, nothing is merged; Open refuses a folder with any file that does not load, or
// whose name could be meant as a policy and is none; a file that stops loading later leaves the policy that was, and is
// told of; a name that leads out of the folder finds nothing. Thread-safety: all methods may be called concurrently;
// one Reload at a time.
#ifndef USHER_SERVER_SANITIZE_POLICY_POLICY_SET_H_
#define USHER_SERVER_SANITIZE_POLICY_POLICY_SET_H_

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "server/sanitize/personal/pseudonym.h"
#include "server/sanitize/policy/policy.h"
#include "server/sanitize/sanitizer.h"

namespace usher::sanitize {

class PolicySet {
 public:
  // The default policy for everybody. `pseudonym_key`: 32 random bytes; may be empty where nothing is pseudonymised.
  explicit PolicySet(std::string pseudonym_key = "");
  ~PolicySet();
  PolicySet(const PolicySet&) = delete;
  PolicySet& operator=(const PolicySet&) = delete;

  // `folder` empty: as the constructor. Otherwise it must exist, with at most kMostFiles policies.
  static absl::StatusOr<std::unique_ptr<PolicySet>> Open(std::string folder, std::string pseudonym_key);

  // Never null.
  std::shared_ptr<const Sanitizer> For(std::string_view tenant, std::string_view collection, Use use) const;

  // What pseudonyms of the tenant stand for in a text that has not lost its values, whatever the policy does with them
  // now.
  std::map<std::string, std::string> PseudonymsIn(std::string_view tenant, std::string_view collection,
                                                  std::string_view text) const;

  struct Report {
    std::vector<std::string> changed;  // files that were loaded anew, or are gone
    std::vector<std::string> refused;  // messages about files that do not load; what was before stays
  };
  // Reads the folder again.
  Report Reload();

  // Whether there is a folder of them.
  bool has_files() const { return !folder_.empty(); }

  // Files that did not load when the folder was read last.
  size_t refused() const;

  static constexpr size_t kMostFiles = 10'000;

 private:
  struct Loaded;
  using Files = std::map<std::string, std::shared_ptr<const Loaded>, std::less<>>;  // by path within the folder

  const std::string folder_;
  const std::string pseudonym_key_;
  const std::shared_ptr<const Loaded> built_in_;
  std::mutex reloading_;
  mutable std::mutex mutex_;  // guards what follows
  Files files_;
  size_t refused_ = 0;

  PolicySet(std::string folder, std::string pseudonym_key);
  std::shared_ptr<const Loaded> Nearest(std::string_view tenant, std::string_view collection) const;
};

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_POLICY_POLICY_SET_H_
