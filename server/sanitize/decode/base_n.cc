#include <algorithm>
#include <array>
#include <iterator>
#include <optional>

#include "absl/strings/str_cat.h"
#include "index/chunking/ascii.h"
#include "index/chunking/utf8.h"
#include "server/sanitize/byte_set.h"
#include "server/sanitize/decode/decoders.h"
#include "server/sanitize/decode/prose.h"

namespace usher::sanitize::decode {
namespace {

constexpr size_t kShortestRun = 16;   // twelve bytes in base64: no three words are shorter
constexpr size_t kShortestLine = 40;  // a run of at least this is continued on the next line

constexpr ByteSet kDigits("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_");
bool IsDigitOfBase(char c) { return kDigits.Has(c); }

int Base64Value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (chunking::IsDigitAscii(c)) return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  return c == '/' || c == '_' ? 63 : -1;
}

int Base32Value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

int HexValue(char c) {
  if (chunking::IsDigitAscii(c)) return c - '0';
  const char lower = chunking::ToLowerAscii(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// The bytes that `digits` of `bits` bits each spell, or nothing when one of them is no digit.
std::string Unpack(std::string_view digits, unsigned bits, int (*value)(char)) {
  std::string out;
  uint32_t buffer = 0;
  unsigned held = 0;
  for (const char c : digits) {
    const int digit = value(c);
    if (digit < 0) return "";
    buffer = (buffer << bits | static_cast<uint32_t>(digit)) & 0xFFFFu;
    held += bits;
    if (held < 8) continue;
    held -= 8;
    out.push_back(static_cast<char>(buffer >> held & 0xFFu));
  }
  return out;
}

// ASCII in UTF-16, as some shells take their encoded commands, loses its zero bytes.
std::string WithoutZeros(const std::string& text) {
  if (text.size() < 8 || static_cast<size_t>(std::count(text.begin(), text.end(), '\0')) * 2 < text.size() - 1)
    return text;
  std::string out;
  std::copy_if(text.begin(), text.end(), std::back_inserter(out), [](char c) { return c != '\0'; });
  return out;
}

struct Way {
  const char* how;
  unsigned bits;
  int (*value)(char);
};
constexpr std::array<Way, 3> kWays = {Way{"hex", 4, HexValue}, Way{"base32", 5, Base32Value},
                                      Way{"base64", 6, Base64Value}};

bool IsOneRun(std::string_view text) {
  return text.size() >= kShortestRun &&
         std::all_of(text.begin(), text.end(), [](char c) { return IsDigitOfBase(c) || c == '='; });
}

// `layers`: how often what comes out may itself be nothing but digits.
std::optional<Decoded> Decode(std::string_view digits, Span span, int layers = 3) {
  if (digits.substr(0, 2) == "0x" || digits.substr(0, 2) == "0X") digits.remove_prefix(2);
  while (!digits.empty() && digits.back() == '=') digits.remove_suffix(1);
  for (const Way& way : kWays) {
    std::string text = WithoutZeros(Unpack(digits, way.bits, way.value));
    // A cut run may end inside a character.
    const size_t valid = std::min(chunking::FirstInvalidUtf8(text), text.size());
    if (valid + 3 >= text.size()) text.resize(valid);
    if (text.size() * 2 >= kShortestRun && ReadsAsText(text))
      return Decoded{span, std::move(text), way.how, true, span};
    if (layers > 0 && IsOneRun(text)) {
      auto inner = Decode(text, span, layers - 1);
      if (inner) return Decoded{span, std::move(inner->text), absl::StrCat(way.how, "+", inner->how), true, span};
    }
  }
  return std::nullopt;
}

// Where the digits of the line end that begins at `at`, if nothing but padding follows them on it; otherwise npos.
size_t WholeLineEnd(std::string_view text, size_t at) {
  size_t end = at;
  while (end < text.size() && IsDigitOfBase(text[end])) ++end;
  const size_t rest = text.find_first_not_of("= \t\r", end);
  return end > at && (rest == std::string_view::npos || text[rest] == '\n') ? end : std::string_view::npos;
}

// Reads a run of digits that starts at `at`, over line breaks between lines of nothing but digits, each no longer than
// the one before; `digits` gets them without the breaks.
size_t ReadRun(std::string_view text, size_t at, size_t limit, std::string& digits) {
  size_t end = at;
  while (end < text.size() && end - at < limit && IsDigitOfBase(text[end])) ++end;
  digits.assign(text.substr(at, end - at));
  for (size_t length = end - at; length >= kShortestLine && digits.size() < limit;) {
    const size_t break_at = text.find_first_not_of("\\ \t\r", end);
    if (break_at == std::string_view::npos || text[break_at] != '\n') break;
    const size_t next = text.find_first_not_of(" \t>", break_at + 1);
    const size_t line_end = next == std::string_view::npos ? next : WholeLineEnd(text, next);
    if (line_end == std::string_view::npos || line_end - next > length) break;
    length = line_end - next;
    digits.append(text.substr(next, length));
    end = line_end;
  }
  return end;
}

// Where one of the digits is also punctuation, the payload may begin behind it.
std::optional<Decoded> DecodeBehindPunctuation(std::string_view text, Span run) {
  const std::string_view digits = text.substr(run.begin, run.size());
  size_t tries = 0;
  for (size_t at = digits.find_first_of("/-_"); at != std::string_view::npos && tries < 4;
       at = digits.find_first_of("/-_", at + 1), ++tries) {
    if (digits.size() - at <= kShortestRun) break;
    if (auto found = Decode(digits.substr(at + 1), {run.begin + at + 1, run.end})) return found;
  }
  return std::nullopt;
}

// The next line may only look like more of it.
std::optional<Decoded> DecodeFirstLine(std::string_view text, Span run) {
  size_t end = run.begin;
  while (end < run.end && IsDigitOfBase(text[end])) ++end;
  return Decode(text.substr(run.begin, end - run.begin), {run.begin, end});
}

// Where the next run of at least kShortestRun digits begins, or the size. Words are shorter, so that a look at what
// would be the last digit mostly tells that there is no run.
size_t NextRun(std::string_view text, size_t at) {
  while (at + kShortestRun <= text.size()) {
    size_t last = at + kShortestRun;
    while (last > at && IsDigitOfBase(text[last - 1])) --last;
    if (last == at) return at;
    at = last;
  }
  return text.size();
}

}  // namespace

void FindBaseN(std::string_view text, Payloads& payloads) {
  std::string digits;
  for (size_t at = NextRun(text, 0); at < text.size() && !payloads.full(); at = NextRun(text, at)) {
    Span run{at, ReadRun(text, at, payloads.max_payload_bytes(), digits)};
    at = run.end;
    auto found = Decode(digits, run);
    if (!found && digits.size() == run.size()) found = DecodeBehindPunctuation(text, run);
    if (!found && digits.size() != run.size()) found = DecodeFirstLine(text, run);
    if (!found) continue;
    at = found->span.end;
    while (at < text.size() && text[at] == '=') ++at;
    payloads.Add({found->span.begin, at}, std::move(found->text), found->how);
  }
}

}  // namespace usher::sanitize::decode
