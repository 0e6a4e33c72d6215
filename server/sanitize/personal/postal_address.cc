#include <re2/re2.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "server/sanitize/personal/ascii.h"
#include "server/sanitize/personal/recognizers.h"

namespace usher::sanitize::personal {
namespace {

constexpr size_t kBefore = 80;
constexpr size_t kLongest = 160;

// The patterns work on bytes, which keeps their automata small: what is not ASCII counts as a letter.

// The house first: "742 Evergreen Terrace Apt. 4, Springfield, OR 97403", "PSC 12, Box 3456, APO AE 09012" from its
// number on, "10 Example Street, London SW1A 2AA", "12 rue de la Paix, 75002 Paris".
const RE2& HouseFirst() {
  static const RE2 kPattern(
      R"(^(?:\d{1,6}[A-Za-z]?(?: [A-Z0-9\xC3][A-Za-z0-9\x80-\xFF'.-]*){1,6})"
      R"((?:,? (?:Apt|Apartment|Suite|Ste|Unit|Floor|Fl|No|#)\.? ?[0-9A-Za-z-]{1,6})?)"
      R"(,?\s[A-Z\xC3][A-Za-z\x80-\xFF'.-]*(?: [A-Z\xC3][A-Za-z\x80-\xFF'.-]*){0,3},? [A-Z]{2},? \d{5}(?:-\d{4})?)"
      R"(|\d{1,5},? Box \d{1,5},?\s(?:APO|FPO|DPO),? A[AEP] \d{5}(?:-\d{4})?)"
      R"(|\d{1,5}[A-Za-z]?(?: [A-Z][A-Za-z'.-]*){1,4},?\s(?:[A-Z][A-Za-z'-]*(?: [A-Z][A-Za-z'-]*)?,?\s){1,3}[A-Z]{1,2}\d[A-Z0-9]? ?\d[A-Z]{2})"
      R"(|\d{1,4}(?: bis| ter)?,? (?:rue|avenue|boulevard|place|all\xC3\xA9e|chemin|impasse|quai|route|cours) )"
      R"([A-Za-z\x80-\xFF' -]+,?\s\d{5} [A-Z\xC3][A-Za-z\x80-\xFF-]+)\b)",
      RE2::Latin1);
  return kPattern;
}

// The street first, noticed at its postal code: "Musterstraße 12, 10115 Berlin", "Calle Mayor 5, 28013 Madrid", "USNS
// Example, FPO AP 96349".
const RE2& CodeLast() {
  static const RE2 kPattern(
      R"((?:(?:[A-Z\xC3][A-Za-z\x80-\xFF.-]*[ -])?[A-Za-z\x80-\xFF-]+(?:stra\xC3\x9F?s?e|str\.|weg|platz|allee|gasse|ring|damm|ufer|Stra\xC3\x9F?s?e|Allee|Platz|Weg|laan|straat|plein|gracht))"
      R"( \d{1,4} ?[a-zA-Z]?,?\s(?:D-|A-|CH-)?\d{4,5}(?: [A-Z]{2})? [A-Z\xC3][A-Za-z\x80-\xFF-]+)"
      R"(|\b(?:Calle|C/|Avenida|Av\.|Avda\.|Plaza|Paseo|Via|Viale|Piazza|Corso|Largo|Rua) [A-Za-z\x80-\xFF' .-]+,? ?\d{1,4}[^\n0-9]{0,14}\s\d{5}(?:-\d{3})? [A-Z\xC3][A-Za-z\x80-\xFF-]+)"
      R"(|\bUS(?:NS|NV|S|CGC) [A-Z][A-Za-z]+,?\s(?:APO|FPO|DPO),? A[AEP] \d{5}(?:-\d{4})?))",
      RE2::Latin1);
  return kPattern;
}

// A street's name or a comma follows the number.
bool MayBeHouse(std::string_view text, size_t end) {
  if (IsLetter(CharAt(text, end))) ++end;
  if (CharAt(text, end) == ',') ++end;
  const char next = CharAt(text, end + 1);
  return CharAt(text, end) == ' ' && (IsAlnum(next) || IsNonAscii(next));
}

// A place follows the code, or it ends an American military address.
bool MayBeCode(std::string_view text, size_t digits, size_t end) {
  const char next = CharAt(text, end + 1);
  if (CharAt(text, end) == ' ' && (IsNonAscii(next) || (next >= 'A' && next <= 'Z'))) return true;
  return digits >= 3 && text[digits - 1] == ' ' && text[digits - 3] == 'A' && IsLetter(text[digits - 2]);
}

std::optional<Span> AtHouse(std::string_view text, size_t digits, size_t end) {
  if (digits > 0 && (IsAlnum(text[digits - 1]) || text[digits - 1] == '.' || text[digits - 1] == '-')) {
    return std::nullopt;
  }
  if (!MayBeHouse(text, end)) return std::nullopt;
  const re2::StringPiece window(text.data() + digits, std::min(kLongest, text.size() - digits));
  re2::StringPiece found;
  if (!HouseFirst().Match(window, 0, window.size(), RE2::ANCHOR_START, &found, 1)) return std::nullopt;
  size_t begin = digits;
  for (const std::string_view prefix :
       {std::string_view("PSC "), std::string_view("Unit "), std::string_view("Flat ")}) {
    if (text.substr(0, begin).ends_with(prefix)) begin -= prefix.size();
  }
  return Span{begin, digits + found.size()};
}

std::optional<Span> AtCode(std::string_view text, size_t digits, size_t end) {
  const size_t from = digits > kBefore ? digits - kBefore : 0;
  const re2::StringPiece window(text.data() + from, std::min(end + kBefore, text.size()) - from);
  re2::StringPiece found;
  if (!CodeLast().Match(window, 0, window.size(), RE2::UNANCHORED, &found, 1)) return std::nullopt;
  const size_t begin = from + static_cast<size_t>(found.data() - window.data());
  if (begin > digits || begin + found.size() < end) return std::nullopt;
  return Span{begin, begin + found.size()};
}

}  // namespace

std::optional<Span> PostalAddressAt(Surroundings& around, size_t digits) {
  const std::string_view text = around.text();
  const size_t end = DigitsEnd(text.substr(0, std::min(text.size(), digits + 7)), digits);
  const size_t size = end - digits;
  if (size > 6) return std::nullopt;
  if (const auto address = AtHouse(text, digits, end)) return address;
  return (size == 4 || size == 5) && MayBeCode(text, digits, end) ? AtCode(text, digits, end) : std::nullopt;
}

}  // namespace usher::sanitize::personal
