#include "server/sanitize/personal/pseudonym.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "server/auth/crypto.h"
#include "server/sanitize/personal/ascii.h"
#include "server/sanitize/personal/folded_text.h"

namespace usher::sanitize {
namespace {

using personal::IsAlnum;
using personal::IsDigit;

// Lower case without the letters that look like digits.
constexpr std::string_view kAlphabet = "abcdefghjkmnpqrstuvwxyz023456789";
constexpr size_t kTagLetters = 13;  // for 64 bits

std::string Base32(std::string_view bytes) {
  std::string out;
  uint32_t buffer = 0;
  int bits = 0;
  for (const char byte : bytes) {
    buffer = (buffer << 8) | static_cast<unsigned char>(byte);
    for (bits += 8; bits >= 5; bits -= 5) out.push_back(kAlphabet[(buffer >> (bits - 5)) & 31]);
  }
  if (bits > 0) out.push_back(kAlphabet[(buffer << (5 - bits)) & 31]);
  return out;
}

std::string UpperAlnum(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (IsAlnum(c)) out.push_back(personal::Upper(c));
  }
  return out;
}

std::string PhoneDigits(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (IsDigit(c) || (c == '+' && out.empty())) out.push_back(c);
  }
  return out.starts_with("00") ? "+" + out.substr(2) : out;
}

std::string LowerDomain(std::string_view value) {
  const size_t at = value.rfind('@');
  if (at == std::string_view::npos) return std::string(value);
  return std::string(value.substr(0, at)) + personal::Lower(value.substr(at));
}

std::string CanonicalIp(std::string_view value) {
  const std::string written(value);
  for (const int family : {AF_INET, AF_INET6}) {
    std::array<unsigned char, 16> address{};
    char canonical[INET6_ADDRSTRLEN];
    if (inet_pton(family, written.c_str(), address.data()) != 1) continue;
    if (inet_ntop(family, address.data(), canonical, sizeof(canonical)) != nullptr) return canonical;
  }
  return personal::Lower(value);
}

std::string SingleBlanks(std::string_view value) {
  std::string out(value);
  absl::RemoveExtraAsciiWhitespace(&out);
  return out;
}

// Digits and letters in [from, to) of those in `value`, counted without separators, become stars.
std::string Starred(std::string_view value, size_t from, size_t to) {
  std::string out(value);
  size_t place = 0;
  for (char& c : out) {
    if (!IsAlnum(c)) continue;
    if (place >= from && place < to) c = '*';
    ++place;
  }
  return out;
}

}  // namespace

std::string NormalizedPersonalValue(PersonalType type, std::string_view value) {
  const personal::FoldedText folded(value);
  switch (type) {
    case PersonalType::kEmail:
      return LowerDomain(folded.text());
    case PersonalType::kPhone:
      return PhoneDigits(folded.text());
    case PersonalType::kCreditCard:
    case PersonalType::kIban:
    case PersonalType::kUsSsn:
    case PersonalType::kNationalId:
      return UpperAlnum(folded.text());
    case PersonalType::kIpAddress:
      return CanonicalIp(folded.text());
    case PersonalType::kDateOfBirth:
    case PersonalType::kAddress:
    case PersonalType::kName:
      break;
  }
  return SingleBlanks(folded.text());
}

std::string Pseudonym(std::string_view key, std::string_view tenant, PersonalType type, std::string_view value) {
  // The length keeps a tenant's name from running into what follows it.
  const std::string name(PersonalTypeName(type));
  const std::string message =
      std::to_string(tenant.size()) + ":" + std::string(tenant) + name + ":" + NormalizedPersonalValue(type, value);
  return name + "_" + Base32(auth::Mac(key, message).substr(0, 8));
}

bool IsPseudonym(std::string_view text) {
  const size_t bar = text.rfind('_');
  if (bar == std::string_view::npos || text.size() - bar - 1 != kTagLetters) return false;
  const std::string_view name = text.substr(0, bar);
  const auto& types = PersonalDataDetector::AllTypes();
  return text.find_first_not_of(kAlphabet, bar + 1) == std::string_view::npos &&
         std::any_of(types.begin(), types.end(), [&](PersonalType type) { return PersonalTypeName(type) == name; });
}

std::map<std::string, std::string> PseudonymsIn(const PersonalDataDetector& detector, std::string_view key,
                                                std::string_view tenant, std::string_view text) {
  std::map<std::string, std::string> values;
  for (const PersonalDatum& datum : detector.Find(text)) {
    const std::string_view value = text.substr(datum.span.begin, datum.span.size());
    values.emplace(Pseudonym(key, tenant, datum.type, value), value);
  }
  return values;
}

std::string Mask(PersonalType type, std::string_view value) {
  const personal::FoldedText folded(value);
  const std::string_view text = folded.text();
  const auto count = static_cast<size_t>(std::count_if(text.begin(), text.end(), IsAlnum));
  const auto all_but = [count](size_t kept) { return count - std::min(kept, count / 2); };
  switch (type) {
    case PersonalType::kCreditCard:
      return Starred(text, 0, all_but(4));
    case PersonalType::kIban:
      return Starred(text, 2, std::max<size_t>(2, all_but(4)));
    case PersonalType::kPhone:
      return Starred(text, 0, all_but(2));
    case PersonalType::kEmail:
      if (const size_t at = text.rfind('@'); at != std::string_view::npos)
        return std::string("***").append(text.substr(at));
      break;
    default:
      break;
  }
  return std::string("[").append(PersonalTypeName(type)).append("]");
}

}  // namespace usher::sanitize
