// Finds what one asker may read at one instant, looking only at what can matter to that asker.
//
// A class is looked at when its own rules are posted under the asker's subjects or satisfied labels, when it passes on
// what an allowed controller says, or when it lies below a break-glass grant. Controllers are judged when one of these
// asks for them, once each, from the collection down.
// Guarantee: up to valid_until() every answer given so far stays the same, as long as no rule or right changes.
// Thread-safety: belongs to one thread; the index must not change while it lives.
#ifndef USHER_ACL_RESOLUTION_H_
#define USHER_ACL_RESOLUTION_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "acl/class_index.h"
#include "acl/entitlement.h"
#include "acl/id_bitmap.h"
#include "acl/judge.h"
#include "acl/rights.h"

namespace usher::acl {

class Resolution {
 public:
  // Both must outlive it. Whether the collection is open is not looked at.
  Resolution(const ClassIndex& index, const Rights& rights, absl::Time now);

  // All readable classes; once.
  Entitlement Everything();
  // Whether one class is readable. `id` must be of the index.
  bool MayRead(ClassId id);
  // What a chain of compiled policies makes of the asker.
  Outcome OutcomeOf(std::string_view chain);

  // First instant at which a rule that was read and names the asker begins or ends.
  absl::Time valid_until() const { return valid_until_; }

 private:
  Outcome StateOf(ControllerId id);
  void Visit(ControllerId id);
  void TakePassingBelow(ControllerId top);
  void TakeGrantedBelow(ControllerId top);
  void Visit(OwnId id);

  const ClassIndex& index_;
  const Rights& rights_;
  AskerView asker_;
  absl::Time valid_until_ = absl::InfiniteFuture();
  std::vector<Outcome> states_;  // by ControllerId; kPass: not judged yet, since no controller ever ends there
  IdBitmap taken_;               // ControllerIds whose passing classes are readable already
  IdBitmap readable_;            // ClassIds
};

}  // namespace usher::acl

#endif  // USHER_ACL_RESOLUTION_H_
