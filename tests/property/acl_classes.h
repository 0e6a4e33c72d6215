// The class engine's side of a world: where each chunk's class is kept, and what resolution and cache say of it.
#ifndef USHER_TESTS_PROPERTY_ACL_CLASSES_H_
#define USHER_TESTS_PROPERTY_ACL_CLASSES_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "acl/asker.h"
#include "acl/class_table.h"
#include "acl/entitlement_cache.h"
#include "acl/group_graph.h"
#include "acl/subject_table.h"

namespace usher::acl_oracle {

class Classes {
 public:
  // All must outlive it.
  Classes(acl::SubjectTable* names, const acl::GroupGraph* graph, const acl::ClearanceTable* clearances)
      : graph_(*graph), clearances_(*clearances), table_(names, acl::Policy()) {}

  void SetCollectionPolicy(const acl::Policy& policy) { table_.SetCollectionPolicy(policy); }
  void SetFolderPolicy(std::string_view path, const acl::Policy& policy) { table_.SetFolderPolicy(path, policy); }
  void SetOpenUntil(absl::Time instant) { table_.SetOpenUntil(instant); }
  void ClearancesChanged() { ++clearances_epoch_; }

  // The chunk is there with these rules of its own, whether or not it was there before. `chunk` may be null.
  void Place(const std::string& node, std::string_view folder, const acl::Policy& document, const acl::Policy* chunk);
  void Take(const std::string& node);

  // `expected`: every chunk, and whether the asker may read it at `now`. The first difference in words.
  std::optional<std::string> Disagreement(const acl::Asker& asker, const std::map<std::string, bool>& expected,
                                          absl::Time now);

  // How often the cache was asked, and how often it had to resolve anew.
  uint64_t gets() const { return gets_; }
  uint64_t resolutions() const { return cache_.resolutions(); }

 private:
  const acl::GroupGraph& graph_;
  const acl::ClearanceTable& clearances_;
  uint64_t clearances_epoch_ = 0;
  acl::ClassTable table_;
  acl::EntitlementCache cache_{1000, 1 << 20};
  std::map<std::string, acl::ClassId> class_of_;  // chunk -> class
  uint64_t gets_ = 0;
};

}  // namespace usher::acl_oracle

#endif  // USHER_TESTS_PROPERTY_ACL_CLASSES_H_
