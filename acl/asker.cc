#include "acl/asker.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "acl/names.h"

namespace usher::acl {

absl::StatusOr<Clearance> CanonicalClearance(uint32_t level, std::vector<std::string> compartments) {
  if (level > kMaxLevel) {
    return absl::InvalidArgumentError(absl::StrCat("clearance level is ", level, "; at most ", kMaxLevel));
  }
  auto canonical = CanonicalLabelWords("compartment", std::move(compartments), kMaxCompartments);
  if (!canonical.ok()) return canonical.status();
  return Clearance{level, *std::move(canonical)};
}

bool Satisfies(const Clearance& clearance, std::string_view purpose, const Label& label) {
  if (clearance.level < label.level) return false;
  if (!std::includes(clearance.compartments.begin(), clearance.compartments.end(), label.compartments.begin(),
                     label.compartments.end())) {
    return false;
  }
  if (label.purposes.empty()) return true;
  return !purpose.empty() && std::binary_search(label.purposes.begin(), label.purposes.end(), purpose);
}

void ClearanceTable::Set(std::string_view principal, Clearance clearance) {
  const auto known = entries_.find(principal);
  if (clearance.empty()) {
    if (known != entries_.end()) entries_.erase(known);
  } else if (known != entries_.end()) {
    known->second = std::move(clearance);
  } else {
    entries_.emplace(principal, std::move(clearance));
  }
}

const Clearance& ClearanceTable::Of(std::string_view principal) const {
  const auto known = entries_.find(principal);
  return known == entries_.end() ? none_ : known->second;
}

}  // namespace usher::acl
