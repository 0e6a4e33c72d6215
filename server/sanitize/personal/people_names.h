// Names of people, as far as cues in the text give them away.
//
// Guarantees: linear time. Non-guarantees: most names in prose stand without a cue and are not found; what follows a
// cue may be no name. Thread-safety: free function.
#ifndef USHER_SERVER_SANITIZE_PERSONAL_PEOPLE_NAMES_H_
#define USHER_SERVER_SANITIZE_PERSONAL_PEOPLE_NAMES_H_

#include <string_view>
#include <vector>

#include "server/sanitize/offset_map.h"

namespace usher::sanitize::personal {

// From left to right, not overlapping: what stands behind "Dear Ms", "Name:", "patient", "Regards," and their like.
std::vector<Span> PeopleNames(std::string_view text);

}  // namespace usher::sanitize::personal

#endif  // USHER_SERVER_SANITIZE_PERSONAL_PEOPLE_NAMES_H_
