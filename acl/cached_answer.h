// What some asker may read, together with the state of the table at which it was found, so that it can be brought
// forward to a later state instead of being found anew.
//
// Thread-safety: values and free functions; the table must not change meanwhile.
#ifndef USHER_ACL_CACHED_ANSWER_H_
#define USHER_ACL_CACHED_ANSWER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/time/time.h"
#include "acl/byte_meter.h"
#include "acl/class_table.h"
#include "acl/entitlement.h"
#include "acl/rights.h"

namespace usher::acl {

struct CachedAnswer {
  std::shared_ptr<const Entitlement> entitlement;  // as if the collection were open for ever
  uint64_t chunks = 0;                             // in its classes
  absl::Time made_at;                              // a clock that steps back must not revive a rule that had ended
  uint64_t changes_seen = 0;                       // positions in the table's logs
  uint64_t counts_seen = 0;
  std::string rights_key;  // RightsKey when `names_seen` was NamesKnown
  uint64_t names_seen = 0;
};

// How many subjects and labels the rules ever named; as long as it stands still, so do keys.
uint64_t NamesKnown(const ClassTable& table);

// Bytes that are equal for two askers exactly if no rule the table ever had can tell them apart: the subjects that it
// ever named, and the labels that are satisfied.
std::string RightsKey(const ClassTable& table, const Rights& rights);

// Whether nothing happened to the answer's table, and the time is within its bounds.
bool IsCurrent(const CachedAnswer& answer, const ClassTable& table, absl::Time now);

// Found anew. `rights_key`: of these rights, now.
CachedAnswer FindAnswer(const ClassTable& table, const Rights& rights, std::string rights_key, const ByteMeter& meter,
                        absl::Time now);

// The earlier answer with what happened since: classes that are new, and chunks that came and went. `rights` had the
// earlier answer's key when that was made, or those very rights. nullopt when it has to be found anew: its time is
// over, too much happened, or a policy changed its verdict on this asker.
std::optional<CachedAnswer> BringForward(const CachedAnswer& earlier, const ClassTable& table, const Rights& rights,
                                         std::string rights_key, const ByteMeter& meter, absl::Time now);

}  // namespace usher::acl

#endif  // USHER_ACL_CACHED_ANSWER_H_
