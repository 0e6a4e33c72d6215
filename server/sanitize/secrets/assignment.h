// Values that a name announces: `password = "..."`, `api_key: ...`, `--token ...`, <secret>...</secret>, "the password
// is ...".
#ifndef USHER_SERVER_SANITIZE_SECRETS_ASSIGNMENT_H_
#define USHER_SERVER_SANITIZE_SECRETS_ASSIGNMENT_H_

#include <cstddef>
#include <optional>
#include <string_view>

#include "server/sanitize/offset_map.h"

namespace usher::sanitize {

// A name and what stands behind it, before anybody judged either.
struct Assignment {
  Span name;
  Span value;           // without quotes
  bool quoted = false;  // the value has quotes, or its own cell or element
  bool prose = false;   // a verb or nothing but a space joins them
};

// The identifier around the bytes [offset, offset + size), with up to two words before it where it is one word of
// prose.
Span NameAround(std::string_view text, size_t offset, size_t size);

// What stands behind `name`, if something joins them. Looks at 2 KiB at most.
std::optional<Assignment> ReadAssignment(std::string_view text, Span name);

// The value behind the scheme in the value of an Authorization header, or the value itself.
Span WithoutScheme(std::string_view text, Span value);

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_SECRETS_ASSIGNMENT_H_
