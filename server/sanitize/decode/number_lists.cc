#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "index/chunking/ascii.h"
#include "server/sanitize/byte_set.h"
#include "server/sanitize/decode/decoders.h"
#include "server/sanitize/decode/prose.h"

namespace usher::sanitize::decode {
namespace {

constexpr size_t kFewestCodes = 12;
constexpr ByteSet kSeparators(" \t\r\n,;:[](){}\"'");
constexpr ByteSet kDigits("0123456789");
constexpr ByteSet kNumberStarts("0123456789abcdefABCDEF\\");
constexpr size_t kLongestNumber = 10;

// One base in which every number of a list is read.
struct Base {
  const char* how;
  unsigned base;
  size_t fewest_digits;
  size_t most_digits;
};
constexpr std::array<Base, 4> kBases = {Base{"binary", 2, 7, 8}, Base{"decimal codes", 10, 2, 3}, Base{"hex", 16, 2, 2},
                                        Base{"octal codes", 8, 3, 3}};

std::string_view WithoutPrefix(std::string_view number) {
  if (number.size() <= 2) return number;
  const char kind = chunking::ToLowerAscii(number[1]);
  const bool zero = number[0] == '0' && (kind == 'x' || number[1] == 'b' || number[1] == 'o');
  return zero || (number[0] == '\\' && number[1] == 'x') ? number.substr(2) : number;
}

constexpr std::array<uint8_t, 256> kDigitValues = [] {
  std::array<uint8_t, 256> values{};
  values.fill(99);
  for (uint8_t i = 0; i < 10; ++i) values['0' + i] = i;
  for (uint8_t i = 0; i < 6; ++i) values['a' + i] = values['A' + i] = static_cast<uint8_t>(10 + i);
  return values;
}();

// The character that `number`, which has no prefix, names in `base`, or a negative value.
int CodeOf(std::string_view number, const Base& base) {
  if (number.size() < base.fewest_digits || number.size() > base.most_digits) return -1;
  unsigned code = 0;
  for (const char c : number) {
    const unsigned digit = kDigitValues[static_cast<unsigned char>(c)];
    if (digit >= base.base) return -1;
    code = code * base.base + digit;
  }
  return code <= 0xFF ? static_cast<int>(code) : -1;
}

// The longest runs of numbers that all stand for characters in one base.
class ListReader {
 public:
  ListReader(std::string_view text, const Base& base, Payloads& payloads)
      : text_(text), base_(base), payloads_(payloads) {}

  // `digits`: what is between the prefix and the end of `number`.
  void Take(Span number, std::string_view digits) {
    const int code = CodeOf(digits, base_);
    const bool readable = code >= 0x20 || code == '\n' || code == '\r' || code == '\t';
    if (!readable || decoded_.size() >= payloads_.max_payload_bytes()) Break();
    if (!readable) return;
    if (decoded_.empty()) span_.begin = number.begin;
    span_.end = number.end;
    decoded_.push_back(static_cast<char>(code));
  }

  void Break() {
    if (decoded_.size() >= kFewestCodes && ReadsAsText(decoded_)) payloads_.Add(span_, decoded_, base_.how);
    decoded_.clear();
  }

 private:
  const std::string_view text_;
  const Base& base_;
  Payloads& payloads_;
  Span span_;
  std::string decoded_;
};

constexpr ByteSet kBits("01");

// Binary digits without separators.
void FindBinaryRuns(std::string_view text, Payloads& payloads) {
  for (size_t at = kBits.FindIn(text, 0); at < text.size() && !payloads.full();) {
    const size_t end = std::min(text.find_first_not_of("01", at), text.size());
    if (end - at >= 8 * kFewestCodes) {
      std::string decoded;
      for (size_t byte = at; byte + 8 <= std::min(end, at + payloads.max_payload_bytes()); byte += 8) {
        decoded.push_back(static_cast<char>(CodeOf(text.substr(byte, 8), kBases[0])));
      }
      if (ReadsAsText(decoded)) payloads.Add({at, end}, std::move(decoded), "binary");
    }
    at = kBits.FindIn(text, end);
  }
}

const absl::flat_hash_map<std::string_view, char>& MorseLetters() {
  static const auto* const kLetters = new absl::flat_hash_map<std::string_view, char>{
      {".-", 'a'},    {"-...", 'b'},  {"-.-.", 'c'},  {"-..", 'd'},   {".", 'e'},     {"..-.", 'f'},
      {"--.", 'g'},   {"....", 'h'},  {"..", 'i'},    {".---", 'j'},  {"-.-", 'k'},   {".-..", 'l'},
      {"--", 'm'},    {"-.", 'n'},    {"---", 'o'},   {".--.", 'p'},  {"--.-", 'q'},  {".-.", 'r'},
      {"...", 's'},   {"-", 't'},     {"..-", 'u'},   {"...-", 'v'},  {".--", 'w'},   {"-..-", 'x'},
      {"-.--", 'y'},  {"--..", 'z'},  {"-----", '0'}, {".----", '1'}, {"..---", '2'}, {"...--", '3'},
      {"....-", '4'}, {".....", '5'}, {"-....", '6'}, {"--...", '7'}, {"---..", '8'}, {"----.", '9'}};
  return *kLetters;
}

// Dots, dashes and gaps as letters; a gap of more than one character, or a bar, ends a word.
std::optional<std::string> ReadMorse(std::string_view code) {
  std::string text;
  for (size_t at = 0; at < code.size();) {
    const size_t end = std::min(code.find_first_of(" /|\n", at), code.size());
    if (end > at) {
      const auto letter = MorseLetters().find(code.substr(at, end - at));
      if (letter == MorseLetters().end()) return std::nullopt;
      text.push_back(letter->second);
    }
    const size_t next = std::min(code.find_first_not_of(" /|\n", end), code.size());
    if (next - end > 1 || (end < code.size() && code[end] == '\n')) text.push_back(' ');
    at = next;
  }
  return text;
}

}  // namespace

void FindNumberLists(std::string_view text, Payloads& payloads) {
  std::vector<ListReader> readers;
  for (const Base& base : kBases) readers.emplace_back(text, base, payloads);
  bool reading = false;
  for (size_t at = kDigits.FindIn(text, 0); at < text.size() && !payloads.full();) {
    const size_t end = kSeparators.FindIn(text, at);
    const bool word = end - at > kLongestNumber || !kNumberStarts.Has(text[at]);
    if (word && reading) {
      for (ListReader& reader : readers) reader.Break();
    } else if (!word) {
      const std::string_view digits = WithoutPrefix(text.substr(at, end - at));
      for (ListReader& reader : readers) reader.Take({at, end}, digits);
    }
    reading = !word;
    at = end;
    while (at < text.size() && kSeparators.Has(text[at])) ++at;
  }
  for (ListReader& reader : readers) reader.Break();
  FindBinaryRuns(text, payloads);
}

void FindMorse(std::string_view text, Payloads& payloads) {
  constexpr std::string_view kMorse = ".- /|\n";
  static constexpr ByteSet kSigns(".-");
  constexpr size_t kFewestBytes = 24;
  for (size_t at = kSigns.FindIn(text, 0); at < text.size() && !payloads.full();) {
    const size_t limit = std::min(text.size(), at + payloads.max_payload_bytes());
    const size_t end = std::min(text.substr(0, limit).find_first_not_of(kMorse, at), limit);
    const bool behind_word = at > 0 && std::string_view(" \t\n").find(text[at - 1]) == std::string_view::npos;
    if (behind_word) at = std::min(text.substr(0, end).find_first_of(" \n", at), end);  // a full stop
    at = std::min(text.substr(0, end).find_first_not_of(" \n", at), end);
    if (end - at >= kFewestBytes) {
      const size_t last = text.find_last_of(".-", end - 1);
      auto decoded = ReadMorse(text.substr(at, end - at));
      if (decoded && ReadsAsProse(*decoded)) payloads.Add({at, last + 1}, *std::move(decoded), "morse");
    }
    at = kSigns.FindIn(text, end);
  }
}

}  // namespace usher::sanitize::decode
