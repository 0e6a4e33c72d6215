// Names of principals, groups and subjects, checked once at the edge.
//
// A name is `user:ID`, `service:ID`, `group:ID` or `everyone`. An ID has 1 to 200 bytes of valid UTF-8 without control,
// invisible or unassigned characters, white space or U+FFFD, so that two names which look alike in a log are not told
// apart by something invisible. Names are compared byte by byte; case is kept. Messages quote names as short, escaped
// ASCII. Non-guarantee: letters of different scripts, or a letter and its decomposed form, may look alike and are
// different names. Thread-safety: free functions.
#ifndef USHER_ACL_NAMES_H_
#define USHER_ACL_NAMES_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace usher::acl {

inline constexpr std::string_view kEveryone = "everyone";

// Why the code point may not stand in a name that people read, e.g. "is white space"; empty if it may. Other kinds of
// names, such as those of documents, are held to the same rule.
std::string_view NameObjection(char32_t code_point);

// OK for `user:ID` and `service:ID`; INVALID_ARGUMENT saying what is wrong otherwise.
absl::Status ValidatePrincipal(std::string_view name);

// OK for `group:ID`.
absl::Status ValidateGroup(std::string_view name);

// OK for whatever may be a member of a group: a principal or a group, not `everyone`.
absl::Status ValidateMember(std::string_view name);

// OK for whatever a rule may name: a principal, a group or `everyone`.
absl::Status ValidateSubject(std::string_view name);

// OK for a tenant's id: 1 to 64 of a-z, 0-9 and '-', starting with a letter.
absl::Status ValidateTenant(std::string_view id);

// OK for the name of a source that groups come from, such as a directory: spelled like a tenant's id.
absl::Status ValidateSource(std::string_view name);

// `okta` for `group:okta/eng`: what stands before the first '/'; empty for a group without one and for whatever is no
// group. It need not be a valid source's name. Valid as long as `group` is.
std::string_view SourceOf(std::string_view group);

// Brings the compartments or purposes of a label or clearance to their canonical form: sorted and unique. `kind` is
// what one of them is called, e.g. "purpose". INVALID_ARGUMENT for more than `max` words, and for one that has not 1 to
// 64 bytes of valid UTF-8 made of characters that may stand in a name; the message names the word by index.
absl::StatusOr<std::vector<std::string>> CanonicalLabelWords(std::string_view kind, std::vector<std::string> words,
                                                             int max);

}  // namespace usher::acl

#endif  // USHER_ACL_NAMES_H_
