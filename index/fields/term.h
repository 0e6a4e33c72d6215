// One value of a metadata field as a string of bytes, a term, made so that the order of bytes is the order of values.
//
// Guarantees: equal values make equal terms; terms of one kind sort as their values do, text by its bytes; terms of
// different kinds are never equal and lie apart, so that a condition on values is a list of intervals of terms.
// Thread-safety: free functions.
#ifndef USHER_INDEX_FIELDS_TERM_H_
#define USHER_INDEX_FIELDS_TERM_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"

namespace usher::fields {

enum class Kind : uint8_t {
  kBoolean = 1,
  kNumber = 2,
  kTime = 3,
  kText = 4,
  kOther = 5,  // there is something, which can be compared with nothing
};

// Longer text is of Kind::kOther.
inline constexpr size_t kMaxTextBytes = 256;

std::string BooleanTerm(bool value);
// `value` is finite; -0 is 0.
std::string NumberTerm(double value);
// nullopt before the year 1 or after 9999, and for times finer than a microsecond.
std::optional<std::string> TimeTerm(absl::Time value);
// At most kMaxTextBytes.
std::string TextTerm(std::string_view value);
std::string OtherTerm();

// `term` was made here.
Kind KindOf(std::string_view term);
// For a person: "text", "numbers", ...
std::string_view NameOf(Kind kind);

// The least term after `term`.
std::string After(std::string_view term);
// Bounds of all terms of a kind: FirstOf(kind) <= term < EndOf(kind).
std::string FirstOf(Kind kind);
std::string EndOf(Kind kind);

}  // namespace usher::fields

#endif  // USHER_INDEX_FIELDS_TERM_H_
