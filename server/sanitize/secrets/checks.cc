#include "server/sanitize/secrets/checks.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/string_view.h"
#include "server/sanitize/secrets/value_judge.h"

namespace usher::sanitize {
namespace {

constexpr size_t kChecksumDigits = 6;

// IEEE 802.3, bit by bit: tokens have 30 bytes.
uint32_t Crc32(std::string_view text) {
  uint32_t crc = 0xFFFFFFFF;
  for (const char c : text) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
  }
  return ~crc;
}

bool HasCrc32Base62(std::string_view secret) {
  constexpr std::string_view kDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const size_t underscore = secret.find('_');
  if (underscore == std::string_view::npos || secret.size() < underscore + 1 + kChecksumDigits) return false;
  const std::string_view random = secret.substr(underscore + 1, secret.size() - underscore - 1 - kChecksumDigits);
  uint32_t crc = Crc32(random);
  std::string digits(kChecksumDigits, '0');
  for (size_t i = kChecksumDigits; i-- > 0; crc /= 62) digits[i] = kDigits[crc % 62];
  return secret.ends_with(digits);
}

// The checksum of BIP 173 over the human-readable part and the data, both in lower case.
bool HasBech32Checksum(std::string_view secret) {
  constexpr std::string_view kAlphabet = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L";
  uint32_t sum = 1;
  const auto feed = [&sum](uint32_t value) {
    constexpr uint32_t kGenerator[] = {0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3};
    const uint32_t top = sum >> 25;
    sum = (sum & 0x1FFFFFF) << 5 ^ value;
    for (size_t i = 0; i < 5; ++i) sum ^= (top >> i & 1) != 0 ? kGenerator[i] : 0;
  };
  const size_t separator = secret.rfind('1');
  const auto lower = [](char c) { return static_cast<uint32_t>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c); };
  for (const char c : secret.substr(0, separator)) feed(lower(c) >> 5);
  feed(0);
  for (const char c : secret.substr(0, separator)) feed(lower(c) & 31);
  for (const char c : secret.substr(separator + 1)) {
    const size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) return false;
    feed(static_cast<uint32_t>(value));
  }
  return sum == 1;
}

// Decodes what whole groups of `text` hold, in either alphabet, with or without padding.
std::optional<std::string> DecodeBase64(std::string_view text) {
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  if (text.size() % 4 == 1) text.remove_suffix(1);
  std::string web_safe(text);
  std::replace(web_safe.begin(), web_safe.end(), '+', '-');
  std::replace(web_safe.begin(), web_safe.end(), '/', '_');
  std::string decoded;
  if (!absl::WebSafeBase64Unescape(absl::string_view(web_safe.data(), web_safe.size()), &decoded)) return std::nullopt;
  return decoded;
}

bool IsBase64Number(std::string_view secret) {
  const std::optional<std::string> number = DecodeBase64(secret.substr(0, secret.find('.')));
  return number && number->size() >= 17 && number->size() <= 20 &&
         std::all_of(number->begin(), number->end(), [](char c) { return c >= '0' && c <= '9'; });
}

CheckResult Either(bool holds, CheckResult otherwise) { return holds ? CheckResult::kConfirmed : otherwise; }

}  // namespace

bool IsBase64Json(std::string_view text, std::string_view member) {
  const std::optional<std::string> json = DecodeBase64(text);
  if (!json) return false;
  const size_t brace = json->find_first_not_of(" \t\r\n");
  if (brace == std::string::npos || (*json)[brace] != '{') return false;
  const size_t quote = json->find_first_not_of(" \t\r\n", brace + 1);
  if (quote == std::string::npos || (*json)[quote] != '"') return false;
  if (member.empty()) return std::all_of(json->begin(), json->end(), [](char c) { return c >= ' ' && c < 0x7F; });
  return json->find('"' + std::string(member) + '"') != std::string::npos;
}

bool IsBasicCredentials(std::string_view text) {
  const std::optional<std::string> decoded = DecodeBase64(text);
  if (!decoded) return false;
  const size_t colon = decoded->find(':');
  if (colon == std::string::npos || colon + 1 == decoded->size()) return false;
  const auto printable = [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F; };
  if (!std::all_of(decoded->begin(), decoded->end(), printable)) return false;
  const auto ascii = std::count_if(decoded->begin(), decoded->end(), [](char c) { return (c & 0x80) == 0; });
  return ascii * 4 >= static_cast<long>(decoded->size()) * 3 && !IsPlaceholder(decoded->substr(colon + 1));
}

CheckResult RunCheck(Check check, std::string_view secret, std::string_view body) {
  using enum CheckResult;
  if (check == Check::kBasicAuth) return Either(IsBasicCredentials(secret), kFails);
  if (check == Check::kJwt) return Either(IsBase64Json(secret.substr(0, secret.find('.')), "alg"), kFails);
  if (check == Check::kPassword)
    return IsPlausiblePassword(secret, false) && !IsReference(secret, false) ? kPlausible : kFails;
  if (IsPlaceholder(body)) return kFails;
  switch (check) {
    case Check::kCrc32Base62:
      return Either(HasCrc32Base62(secret), kDamaged);
    case Check::kBech32:
      return Either(HasBech32Checksum(secret), kDamaged);
    case Check::kBase64Digits:
      return Either(IsBase64Number(secret), kFails);
    case Check::kBase64Json:
      return Either(IsBase64Json(secret.substr(secret.find('_') + 1), ""), kFails);
    case Check::kRandom:
      return LooksRandom(body) ? kPlausible : kFails;
    default:
      return kConfirmed;
  }
}

}  // namespace usher::sanitize
