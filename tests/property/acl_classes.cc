#include "tests/property/acl_classes.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "acl/rights.h"

namespace usher::acl_oracle {

void Classes::Place(const std::string& node, std::string_view folder, const acl::Policy& document,
                    const acl::Policy* chunk) {
  Take(node);
  const acl::ClassId id = table_.Intern(folder, document, chunk);
  table_.AddChunks(id, 1);
  class_of_.emplace(node, id);
}

void Classes::Take(const std::string& node) {
  const auto known = class_of_.find(node);
  if (known == class_of_.end()) return;
  table_.AddChunks(known->second, -1);
  class_of_.erase(known);
}

std::optional<std::string> Classes::Disagreement(const acl::Asker& asker, const std::map<std::string, bool>& expected,
                                                 absl::Time now) {
  const acl::Entitlement fresh = table_.Resolve(acl::RightsOf(graph_, clearances_, asker), now);
  const acl::EntitlementCache::Found cached =
      cache_.Get(table_, graph_, clearances_, graph_.epoch(), clearances_epoch_, asker, now);
  ++gets_;
  uint64_t readable = 0;
  for (const auto& [node, allowed] : expected) {
    const acl::ClassId id = class_of_.at(node);
    if (fresh.Contains(id) != allowed) return absl::StrCat("Resolve differs on ", node);
    if (cached.entitlement->Contains(id) != allowed) return absl::StrCat("the cache differs on ", node);
    if (allowed) ++readable;
  }
  if (table_.CountChunks(fresh) != readable) return "CountChunks differs";
  if (cached.chunks != readable) return "the cache counts chunks differently";
  std::set<uint32_t> live;
  for (const auto& [node, id] : class_of_) live.insert(id.value());
  if (table_.live_class_count() != live.size()) return "live_class_count differs";
  return std::nullopt;
}

}  // namespace usher::acl_oracle
