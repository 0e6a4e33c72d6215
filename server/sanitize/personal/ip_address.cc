#include <arpa/inet.h>

#include <array>
#include <string>
#include <string_view>

#include "server/sanitize/personal/ascii.h"
#include "server/sanitize/personal/check_digits.h"
#include "server/sanitize/personal/recognizers.h"

namespace usher::sanitize::personal {
namespace {

struct V4 {
  std::array<int, 4> octets{};
  size_t end = 0;
};

std::optional<V4> ParseV4(std::string_view text, size_t begin) {
  V4 parsed;
  size_t at = begin;
  for (size_t i = 0; i < 4; ++i) {
    const size_t end = DigitsEnd(text.substr(0, at + 4), at);
    const size_t size = end - at;
    if (size == 0 || size > 3 || (size > 1 && text[at] == '0')) return std::nullopt;
    parsed.octets[i] = Number(text, at, size);
    if (parsed.octets[i] > 255) return std::nullopt;
    if (i < 3 && CharAt(text, end) != '.') return std::nullopt;
    at = end + (i < 3 ? 1 : 0);
  }
  parsed.end = at;
  return parsed;
}

bool NamesAMachine(const std::array<int, 4>& octets) { return octets[0] != 0 && octets[0] != 127 && octets[0] != 255; }

// "10.0.0.0/8" is a network, "10.1.2.3/8" a machine in it.
bool IsNetwork(std::string_view text, const V4& parsed) {
  if (CharAt(text, parsed.end) != '/' || !IsDigit(CharAt(text, parsed.end + 1))) return false;
  const int bits = Number(text, parsed.end + 1, 2);
  uint32_t address = 0;
  for (const int octet : parsed.octets) address = address * 256 + static_cast<uint32_t>(octet);
  return bits < 32 && (address & (0xFFFFFFFFU >> bits)) == 0;
}

// Glued to what makes it a version: "v1.2.3.4", "Chrome/1.2.3.4", "==1.2.3.4", "name-1.2.3.4", "^1.2.3.4".
bool WrittenAsVersion(std::string_view text, size_t begin) {
  if (begin == 0) return false;
  const char c = text[begin - 1];
  if (IsAlnum(c) || c == '.' || c == '_' || c == '^' || c == '~') return true;
  if (c == '-') return begin >= 2 && !IsDigit(text[begin - 2]);
  if (c == '/') return begin >= 2 && IsAlnum(text[begin - 2]);
  return c == '=' && begin >= 2 && std::string_view("=<>~!").find(text[begin - 2]) != std::string_view::npos;
}

bool EndsHere(std::string_view text, size_t end) {
  const char c = CharAt(text, end);
  if (IsAlnum(c) || c == '_') return false;
  if (c == '.') return !IsDigit(CharAt(text, end + 1));
  return c != '-' || !IsAlnum(CharAt(text, end + 1)) || ParseV4(text, end + 1).has_value();
}

bool EscapedBreakBefore(std::string_view text, size_t begin) {
  return begin >= 2 && text[begin - 2] == '\\' &&
         std::string_view("nrt").find(text[begin - 1]) != std::string_view::npos;
}

// A heading such as "1.2.3.4 Scope" at the start of a line.
bool NumbersAHeading(std::string_view text, size_t begin, const V4& parsed) {
  if (begin > 0 && text[begin - 1] != '\n' && text[begin - 1] != '#' && text[begin - 1] != ' ') return false;
  for (const int octet : parsed.octets) {
    if (octet > 40) return false;
  }
  size_t line = begin;
  while (line > 0 && (text[line - 1] == '#' || text[line - 1] == ' ') && begin - line < 8) --line;
  const size_t blank = parsed.end + (CharAt(text, parsed.end) == '.' ? 1 : 0);
  const char letter = CharAt(text, blank + 1);
  return (line == 0 || text[line - 1] == '\n') && CharAt(text, blank) == ' ' && letter >= 'A' && letter <= 'Z';
}

bool IsV6Character(char c) { return IsHex(c) || c == ':' || c == '.'; }

// At least two groups of which one has a digit, so that "add::face" in a program is none.
bool LooksLikeAddress(std::string_view text) {
  if (!Contains(text, "::")) return true;
  size_t groups = 0;
  for (size_t i = 0; i < text.size(); ++i) groups += IsHex(text[i]) && (i == 0 || !IsHex(text[i - 1])) ? 1 : 0;
  return text.find_first_of("0123456789") != std::string_view::npos && (groups >= 3 || text.find(':') >= 3);
}

bool NamesAMachine(const in6_addr& address) {
  if (IN6_IS_ADDR_UNSPECIFIED(&address) || IN6_IS_ADDR_LOOPBACK(&address)) return false;
  return !(IN6_IS_ADDR_V4MAPPED(&address) && address.s6_addr[12] == 127);
}

}  // namespace

std::optional<Span> IpV4At(Surroundings& around, size_t digits) {
  const std::string_view text = around.text();
  const std::optional<V4> parsed = ParseV4(text, digits);
  if (!parsed || !NamesAMachine(parsed->octets) || !EndsHere(text, parsed->end)) return std::nullopt;
  if (WrittenAsVersion(text, digits) && !EscapedBreakBefore(text, digits)) return std::nullopt;
  if (IsNetwork(text, *parsed) || NumbersAHeading(text, digits, *parsed)) return std::nullopt;
  const Span span{digits, parsed->end};
  if (around.TopicOf(span) == Topic::kVersion) return std::nullopt;
  return span;
}

std::optional<Span> IpV6At(Surroundings& around, size_t inside) {
  constexpr size_t kLongest = 45;
  const std::string_view text = around.text();
  size_t begin = inside;
  while (begin > 0 && IsV6Character(text[begin - 1]) && inside - begin <= kLongest) --begin;
  size_t end = inside;
  while (end < text.size() && IsV6Character(text[end]) && end - begin <= kLongest + 1) ++end;
  while (end > begin &&
         (text[end - 1] == '.' || (text[end - 1] == ':' && !text.substr(begin, end - begin).ends_with("::"))))
    --end;
  if (text[begin] == ':' && CharAt(text, begin + 1) != ':') ++begin;
  if (end - begin > kLongest || end <= inside || IsAlnum(CharAt(text, end)) || CharAt(text, end) == '_')
    return std::nullopt;
  if (begin > 0 && (IsAlnum(text[begin - 1]) || text[begin - 1] == '_') && !EscapedBreakBefore(text, begin))
    return std::nullopt;
  const std::string written(text.substr(begin, end - begin));
  in6_addr address{};
  if (inet_pton(AF_INET6, written.c_str(), &address) != 1) return std::nullopt;
  if (!NamesAMachine(address) || !LooksLikeAddress(written)) return std::nullopt;
  if (CharAt(text, end) == '/' && written.ends_with("::")) return std::nullopt;
  return Span{begin, end};
}

}  // namespace usher::sanitize::personal
