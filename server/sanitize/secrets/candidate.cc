#include "server/sanitize/secrets/candidate.h"

#include "index/chunking/ascii.h"

namespace usher::sanitize {
namespace {

bool IsWord(char c) { return chunking::IsDigitAscii(c) || chunking::IsLetterAscii(c) || c == '_'; }

bool IsHexDigit(char c) {
  const char lower = chunking::ToLowerAscii(c);
  return chunking::IsDigitAscii(c) || (lower >= 'a' && lower <= 'f');
}

// An escape that ends at `offset`: \n, \u0022, %3D, or the colour of a terminal, as in logs and quoted text.
bool EndsEscape(std::string_view text, size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto hex = [before](size_t digits) {
    for (size_t i = 0; i < digits; ++i) {
      if (!IsHexDigit(before[before.size() - 1 - i])) return false;
    }
    return true;
  };
  if (before.size() >= 2 && before[before.size() - 2] == '\\') {
    return std::string_view("ntr").find(before.back()) != std::string_view::npos;
  }
  if (before.size() >= 3 && before[before.size() - 3] == '%' && hex(2)) return true;
  if (before.size() >= 6 && before.substr(before.size() - 6, 2) == "\\u" && hex(4)) return true;
  if (before.ends_with('m')) {
    const size_t parameters = before.find_last_not_of("0123456789;", before.size() - 2);
    return parameters != std::string_view::npos && parameters > 0 && before[parameters] == '[' &&
           before.size() - parameters < 12 && (before[parameters - 1] == '\x1B' || before[parameters - 1] == 'e');
  }
  return false;
}

}  // namespace

bool StartsToken(std::string_view text, size_t offset) {
  if (offset == 0) return true;
  const char before = text[offset - 1];
  // A dash that joins words makes what follows a part of a longer name.
  const bool joined = before == '-' && offset >= 2 && IsWord(text[offset - 2]);
  return (!IsWord(before) && !joined) || EndsEscape(text, offset);
}

bool EndsToken(std::string_view text, size_t offset) { return offset >= text.size() || !IsWord(text[offset]); }

}  // namespace usher::sanitize
