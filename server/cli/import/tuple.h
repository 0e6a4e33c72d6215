// A relationship tuple of another authorisation system: a subject has a relation to an object.
#ifndef USHER_SERVER_CLI_IMPORT_TUPLE_H_
#define USHER_SERVER_CLI_IMPORT_TUPLE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/cli/import/mapping.h"
#include "server/cli/import/picture.h"

namespace usher::cli {

struct Tuple {
  std::string object_type;
  std::string object_id;
  std::string relation;
  std::string subject_type;
  std::string subject_id;        // `*` for every subject of the type
  std::string subject_relation;  // of a userset such as `group:eng#member`; empty: the subject itself
  std::string expire_time;       // RFC 3339; empty: never
  std::string where;             // in its file
  std::string text;              // as it was written, for messages
};

// Splits `TYPE:ID`, at the first colon. INVALID_ARGUMENT when one of them is missing.
absl::Status SplitTypeAndId(absl::string_view text, std::string& type, std::string& id);

// Puts into the picture what the mapping makes of the tuples. INVALID_ARGUMENT naming the first tuple that the mapping
// does not cover, for wildcards other than `user:*` in rules, for memberships that expire, and for two objects that
// become one; the picture is then to be thrown away. A tuple that expired by `now` counts as absent.
absl::Status AddTuples(const std::vector<Tuple>& tuples, const Mapping& mapping, absl::Time now, Picture& picture);

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_IMPORT_TUPLE_H_
