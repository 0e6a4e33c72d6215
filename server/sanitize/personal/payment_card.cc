#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "server/sanitize/personal/ascii.h"
#include "server/sanitize/personal/check_digits.h"
#include "server/sanitize/personal/recognizers.h"

namespace usher::sanitize::personal {
namespace {

enum class Trust {
  kNumber,  // the number says enough
  kWords,   // words must speak of cards: too many other numbers look the same
};

// Prefixes from `low` to `high`, both of `digits` digits, with these lengths in all.
struct Issuer {
  int low, high;
  size_t digits;
  size_t shortest, longest;
  Trust trust;
};

constexpr Issuer kIssuers[] = {
    {4, 4, 1, 16, 16, Trust::kNumber},       {51, 55, 2, 16, 16, Trust::kNumber},  // Visa, Mastercard
    {2221, 2720, 4, 16, 16, Trust::kNumber}, {34, 34, 2, 15, 15, Trust::kNumber},  // Mastercard, American Express
    {37, 37, 2, 15, 15, Trust::kNumber},     {6011, 6011, 4, 16, 19, Trust::kNumber},
    {644, 659, 3, 16, 19, Trust::kNumber},   {3528, 3589, 4, 16, 19, Trust::kNumber},  // Discover, JCB
    {300, 305, 3, 14, 19, Trust::kNumber},   {3095, 3095, 4, 14, 19, Trust::kNumber},  // Diners Club
    {36, 36, 2, 14, 19, Trust::kNumber},     {38, 39, 2, 14, 19, Trust::kNumber},
    {62, 62, 2, 16, 19, Trust::kNumber},     {2200, 2204, 4, 16, 19, Trust::kNumber},  // UnionPay, Mir
    {60, 60, 2, 16, 16, Trust::kNumber},     {81, 82, 2, 16, 16, Trust::kNumber},      // RuPay
    {9792, 9792, 4, 16, 16, Trust::kNumber}, {50, 50, 2, 16, 16, Trust::kNumber},      // Troy, Elo and Verve
    {63, 63, 2, 16, 16, Trust::kNumber},     {67, 67, 2, 16, 16, Trust::kNumber},      // Maestro and Hipercard
    {56, 58, 2, 16, 16, Trust::kNumber},     {4, 4, 1, 13, 19, Trust::kWords},
    {2131, 2131, 4, 15, 15, Trust::kNumber}, {1800, 1800, 4, 15, 15, Trust::kNumber},  // older JCB
    {50, 50, 2, 12, 19, Trust::kWords},      {56, 69, 2, 12, 19, Trust::kWords},
    {3, 3, 1, 14, 19, Trust::kWords},  // ranges that ISO/IEC 7812 keeps for cards and nobody lists yet
};

struct Candidate {
  Span span;
  std::string digits;
  std::vector<size_t> groups;
  char separator = '\0';
};

// The longest run of digits from `begin` with the same single separator between groups; at most 24 digits.
Candidate Read(std::string_view text, size_t begin) {
  Candidate read{{begin, begin}, {}, {}, '\0'};
  for (size_t at = begin; read.digits.size() < 24;) {
    const size_t end = DigitsEnd(text.substr(0, std::min(text.size(), at + 24)), at);
    read.digits.append(text.substr(at, end - at));
    read.groups.push_back(end - at);
    read.span.end = end;
    const char next = CharAt(text, end);
    const bool separates = next == ' ' || next == '-' || next == '.';
    if (!separates || (read.separator != '\0' && next != read.separator) || !IsDigit(CharAt(text, end + 1))) break;
    read.separator = next;
    at = end + 1;
  }
  return read;
}

// Drops what follows the groups of a card in the same separators: "4111 1111 1111 1111 12 2027".
void CutToCard(Candidate& read) {
  static const std::vector<size_t> kLayouts[] = {{4, 4, 4, 4, 3}, {4, 4, 4, 4}, {4, 6, 5}, {4, 6, 4},   {8, 8},
                                                 {4, 4, 4, 3},    {6, 13},      {4, 4, 5}, {4, 4, 4, 1}};
  for (const auto& layout : kLayouts) {
    if (read.groups.size() < layout.size()) continue;
    if (!std::equal(layout.begin(), layout.end(), read.groups.begin())) continue;
    size_t digits = 0;
    for (const size_t group : layout) digits += group;
    read.span.end = read.span.begin + digits + layout.size() - 1;
    read.digits.resize(digits);
    read.groups = layout;
    return;
  }
  if (read.groups.size() > 1 && read.separator == ' ') {  // "4111111111111111 2027"
    read.span.end = read.span.begin + read.groups[0];
    read.digits.resize(read.groups[0]);
    read.groups.resize(1);
  } else if (read.groups.size() > 1) {
    read.digits.clear();
  }
}

bool Matches(const Issuer& issuer, std::string_view digits) {
  if (digits.size() < issuer.shortest || digits.size() > issuer.longest) return false;
  const int prefix = Number(digits, 0, issuer.digits);
  return prefix >= issuer.low && prefix <= issuer.high;
}

bool IssuedWithTrust(std::string_view digits, Trust trust) {
  return std::any_of(std::begin(kIssuers), std::end(kIssuers),
                     [&](const Issuer& issuer) { return issuer.trust == trust && Matches(issuer, digits); });
}

bool AllSame(std::string_view digits) { return digits.find_first_not_of(digits[0]) == std::string_view::npos; }

}  // namespace

std::optional<Span> PaymentCardAt(Surroundings& around, size_t digits) {
  const std::string_view text = around.text();
  Candidate read = Read(text, digits);
  if (read.digits.size() < 12) return std::nullopt;
  CutToCard(read);
  if (read.digits.size() < 12 || read.digits.size() > 19 || AllSame(read.digits)) return std::nullopt;
  const bool trusted = IssuedWithTrust(read.digits, Trust::kNumber);
  if (!trusted && !IssuedWithTrust(read.digits, Trust::kWords)) return std::nullopt;
  if (!LuhnHolds(read.digits) || !around.StandsAlone(read.span)) return std::nullopt;
  const Topic topic = around.TopicOf(read.span);
  if (topic == Topic::kCard) return read.span;
  if (!trusted || topic == Topic::kHarmless || topic == Topic::kVersion || topic == Topic::kBank) return std::nullopt;
  if (around.InsideAddress(read.span.begin)) return std::nullopt;
  return read.span;
}

}  // namespace usher::sanitize::personal
