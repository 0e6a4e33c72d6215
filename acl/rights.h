// What a question brings to the rules, once memberships and clearances are looked up.
//
// Thread-safety: values; free function, during which graph and table must not change.
#ifndef USHER_ACL_RIGHTS_H_
#define USHER_ACL_RIGHTS_H_

#include <string>
#include <vector>

#include "acl/asker.h"
#include "acl/group_graph.h"
#include "acl/ids.h"

namespace usher::acl {

// Two askers with equal rights may read the same of every collection.
struct Rights {
  std::vector<SubjectId> subjects;  // GroupGraph::Closure; sorted; none: may read nothing
  Clearance clearance;
  std::string purpose;

  friend bool operator==(const Rights&, const Rights&) = default;
};

// Of an asker whose principal's name is not valid: none.
Rights RightsOf(const GroupGraph& groups, const ClearanceTable& clearances, const Asker& asker);

}  // namespace usher::acl

#endif  // USHER_ACL_RIGHTS_H_
