#include "index/fields/term.h"

#include <bit>

namespace usher::fields {
namespace {

constexpr uint64_t kTopBit = uint64_t{1} << 63;

std::string Begin(Kind kind) { return std::string(1, static_cast<char>(kind)); }

// The most significant byte first, as bytes are compared.
void AppendBigEndian(uint64_t bits, std::string& term) {
  for (int shift = 56; shift >= 0; shift -= 8) term.push_back(static_cast<char>(bits >> shift & 0xff));
}

}  // namespace

std::string BooleanTerm(bool value) { return Begin(Kind::kBoolean) + (value ? '\1' : '\0'); }

std::string NumberTerm(double value) {
  const auto bits = std::bit_cast<uint64_t>(value == 0 ? 0.0 : value);
  std::string term = Begin(Kind::kNumber);
  // Negative numbers grow as their bits shrink, and come before the others.
  AppendBigEndian((bits & kTopBit) != 0 ? ~bits : bits | kTopBit, term);
  return term;
}

std::optional<std::string> TimeTerm(absl::Time value) {
  static const absl::Time kFirst = absl::FromCivil(absl::CivilSecond(1, 1, 1), absl::UTCTimeZone());
  static const absl::Time kEnd = absl::FromCivil(absl::CivilSecond(10'000, 1, 1), absl::UTCTimeZone());
  if (value < kFirst || value >= kEnd) return std::nullopt;
  const int64_t micros = absl::ToUnixMicros(value);
  if (absl::FromUnixMicros(micros) != value) return std::nullopt;
  std::string term = Begin(Kind::kTime);
  AppendBigEndian(static_cast<uint64_t>(micros) ^ kTopBit, term);
  return term;
}

std::string TextTerm(std::string_view value) { return Begin(Kind::kText).append(value); }

std::string OtherTerm() { return Begin(Kind::kOther); }

Kind KindOf(std::string_view term) { return static_cast<Kind>(term.front()); }

std::string_view NameOf(Kind kind) {
  switch (kind) {
    case Kind::kBoolean:
      return "booleans";
    case Kind::kNumber:
      return "numbers";
    case Kind::kTime:
      return "timestamps";
    case Kind::kText:
      return "text";
    case Kind::kOther:
      break;
  }
  return "values that cannot be compared";
}

std::string After(std::string_view term) { return std::string(term).append(1, '\0'); }

std::string FirstOf(Kind kind) { return Begin(kind); }

std::string EndOf(Kind kind) { return std::string(1, static_cast<char>(static_cast<uint8_t>(kind) + 1)); }

}  // namespace usher::fields
