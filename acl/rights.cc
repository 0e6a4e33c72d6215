#include "acl/rights.h"

namespace usher::acl {

Rights RightsOf(const GroupGraph& groups, const ClearanceTable& clearances, const Asker& asker) {
  Rights rights{groups.Closure(asker), {}, {}};
  if (rights.subjects.empty()) return rights;
  rights.clearance = clearances.Of(asker.principal);
  rights.purpose = asker.purpose;
  return rights;
}

}  // namespace usher::acl
