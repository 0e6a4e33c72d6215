#include <string_view>

#include "server/sanitize/personal/ascii.h"
#include "server/sanitize/personal/check_digits.h"
#include "server/sanitize/personal/recognizers.h"

namespace usher::sanitize::personal {
namespace {

struct Written {
  Span span;
  int area = 0, group = 0, serial = 0;
  char separator = '\0';
};

// Nine digits as 3-2-4 with one separator, or in one run.
std::optional<Written> Read(std::string_view text, size_t begin) {
  const size_t first = DigitsEnd(text.substr(0, begin + 10), begin) - begin;
  if (first == 9)
    return Written{{begin, begin + 9}, Number(text, begin, 3), Number(text, begin + 3, 2), Number(text, begin + 5, 4)};
  const char separator = CharAt(text, begin + 3);
  if (first != 3 || (separator != '-' && separator != ' ' && separator != '.')) return std::nullopt;
  if (DigitsEnd(text, begin + 4) != begin + 6 || CharAt(text, begin + 6) != separator) return std::nullopt;
  if (DigitsEnd(text.substr(0, begin + 12), begin + 7) != begin + 11) return std::nullopt;
  return Written{
      {begin, begin + 11}, Number(text, begin, 3), Number(text, begin + 4, 2), Number(text, begin + 7, 4), separator};
}

}  // namespace

std::optional<Span> UsSsnAt(Surroundings& around, size_t digits) {
  const std::optional<Written> read = Read(around.text(), digits);
  if (!read || read->area == 0 || read->group == 0 || read->serial == 0) return std::nullopt;
  if (!around.StandsAlone(read->span)) return std::nullopt;
  const Topic topic = around.TopicOf(read->span);
  if (topic == Topic::kSsn) return read->span;
  if (read->separator != '-' || read->area == 666 || read->area >= 900) return std::nullopt;
  if (topic == Topic::kHarmless || topic == Topic::kVersion || around.InsideAddress(digits)) return std::nullopt;
  return read->span;
}

}  // namespace usher::sanitize::personal
