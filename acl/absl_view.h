// Debian builds Abseil as C++14, whose string_view is a type of its own; this crosses from the standard one.
//
// Thread-safety: free function.
#ifndef USHER_ACL_ABSL_VIEW_H_
#define USHER_ACL_ABSL_VIEW_H_

#include <string_view>

#include "absl/strings/string_view.h"

namespace usher::acl {

// The same bytes; valid as long as `text` is.
inline absl::string_view ToAbsl(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace usher::acl

#endif  // USHER_ACL_ABSL_VIEW_H_
