#include "server/guard/address.h"

#include <unicode/uidna.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <memory>

#include "index/chunking/ascii.h"
#include "server/sanitize/entities.h"

namespace usher::guard {
namespace {

using chunking::IsDigitAscii;
using chunking::IsLetterAscii;

constexpr std::string_view kPunctuation = "!\"#$%&'()*+,-./:;<=>?@[]^_`{|}~";

// As the program that follows the link would read it.
std::string Unescape(std::string_view written) {
  std::string out;
  const std::string decoded = sanitize::DecodeEntities(written);
  for (size_t i = 0; i < decoded.size(); ++i) {
    const char c = decoded[i];
    const bool control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    if (control || (out.empty() && c == ' ')) continue;
    const bool escape = c == '\\' && i + 1 < decoded.size() && decoded[i + 1] != '/' &&
                        kPunctuation.find(decoded[i + 1]) != std::string_view::npos;
    if (escape) continue;
    out.push_back(c == '\\' ? '/' : c);
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

// Length of the scheme at the start, without its colon; 0: there is none.
size_t SchemeLength(std::string_view text) {
  size_t end = 0;
  while (end < text.size() && (IsLetterAscii(text[end]) || (end > 0 && (IsDigitAscii(text[end]) || text[end] == '+' ||
                                                                        text[end] == '-' || text[end] == '.')))) {
    ++end;
  }
  return end < text.size() && text[end] == ':' ? end : 0;
}

int HexValue(char c) {
  if (IsDigitAscii(c)) return c - '0';
  const char lower = chunking::ToLowerAscii(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool IsUnreserved(unsigned char c) {
  const char letter = static_cast<char>(c);
  return c < 0x80 && (IsLetterAscii(letter) || IsDigitAscii(letter) || letter == '-' || letter == '.' ||
                      letter == '_' || letter == '~');
}

void AppendEncoded(unsigned char c, std::string& out) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  out.push_back('%');
  out.push_back(kDigits[c >> 4]);
  out.push_back(kDigits[c & 15]);
}

// Encodes what must be and nothing else.
std::string NormalEncoding(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    auto c = static_cast<unsigned char>(text[i]);
    const bool encoded = c == '%' && i + 2 < text.size() && HexValue(text[i + 1]) >= 0 && HexValue(text[i + 2]) >= 0;
    if (encoded) {
      c = static_cast<unsigned char>(HexValue(text[i + 1]) * 16 + HexValue(text[i + 2]));
      i += 2;
    }
    const bool as_it_is = IsUnreserved(c) || (!encoded && c > ' ' && c < 0x7F);
    as_it_is ? out.push_back(static_cast<char>(c)) : AppendEncoded(c, out);
  }
  return out;
}

struct CloseIdna {
  void operator()(UIDNA* idna) const { uidna_close(idna); }
};

// The name in ASCII; as it is, in lower case, where it is no name of a host.
std::string HostInAscii(const std::string& host) {
  const std::string lower = chunking::LowerAscii(host);
  if (std::all_of(lower.begin(), lower.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; }))
    return lower;
  UErrorCode error = U_ZERO_ERROR;
  const std::unique_ptr<UIDNA, CloseIdna> idna(
      uidna_openUTS46(UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_CHECK_BIDI, &error));
  std::array<char, 256> name{};
  UIDNAInfo info = UIDNA_INFO_INITIALIZER;
  const int32_t size = U_FAILURE(error)
                           ? 0
                           : uidna_nameToASCII_UTF8(idna.get(), lower.data(), static_cast<int32_t>(lower.size()),
                                                    name.data(), static_cast<int32_t>(name.size()), &info, &error);
  if (U_FAILURE(error) || info.errors != 0) return lower;
  return std::string(name.data(), static_cast<size_t>(size));
}

// "user@host:port" with the host alone brought into one form.
std::string NormalAuthority(std::string_view authority) {
  const size_t at = authority.rfind('@');
  const std::string user(at == std::string_view::npos ? std::string_view() : authority.substr(0, at + 1));
  std::string_view rest = authority.substr(user.size());
  std::string port;
  const size_t colon = rest.rfind(':');
  if (colon != std::string_view::npos && rest.find_first_not_of("0123456789", colon + 1) == std::string_view::npos) {
    port = std::string(rest.substr(colon));
    rest = rest.substr(0, colon);
  }
  if (port == ":" || port == ":80" || port == ":443") port.clear();
  std::string host = HostInAscii(std::string(rest));
  if (!host.empty() && host.back() == '.') host.pop_back();
  return host.empty() ? "" : user + host + port;
}

// Whether browsers read any number of slashes behind the scheme as the beginning of a host.
bool NeedsNoSlashes(std::string_view scheme) {
  static constexpr std::string_view kSchemes[] = {"http", "https", "ftp", "ws", "wss"};
  return std::find(std::begin(kSchemes), std::end(kSchemes), scheme) != std::end(kSchemes);
}

// What comes behind scheme and slashes; nullopt when the address has no host.
std::optional<std::string_view> BehindSlashes(std::string_view text, std::string& scheme) {
  if (text.substr(0, 2) == "//") return text.substr(std::min(text.find_first_not_of('/'), text.size()));
  const size_t length = SchemeLength(text);
  if (length == 0) {
    return chunking::EqualsIgnoreCaseAscii(text.substr(0, 4), "www.") ? std::optional(text) : std::nullopt;
  }
  scheme = chunking::LowerAscii(text.substr(0, length));
  const std::string_view rest = text.substr(length + 1);
  if (!NeedsNoSlashes(scheme) && rest.substr(0, 2) != "//") return std::nullopt;
  return rest.substr(std::min(rest.find_first_not_of('/'), rest.size()));
}

}  // namespace

std::optional<Address> ParseAddress(std::string_view written) {
  const bool too_long = written.size() > kMaxAddressBytes;
  const std::string text = Unescape(written.substr(0, kMaxAddressBytes));
  std::string scheme = "https";
  const std::optional<std::string_view> rest = BehindSlashes(text, scheme);
  if (!rest) return std::nullopt;
  Address address;
  address.path = "/";
  if (too_long) return address;
  const size_t authority_end = std::min(rest->find_first_of("/?#"), rest->size());
  address.host = NormalAuthority(rest->substr(0, authority_end));
  if (address.host.empty()) return address;
  if (scheme != "http" && scheme != "https") address.host = scheme + "://" + address.host;
  std::string_view path = rest->substr(authority_end);
  if (const size_t hash = path.find('#'); hash != std::string_view::npos) {
    address.fragment = std::string(path.substr(hash + 1));
    path = path.substr(0, hash);
  }
  if (const size_t question = path.find('?'); question != std::string_view::npos) {
    address.query = NormalEncoding(path.substr(question));
    path = path.substr(0, question);
  }
  address.path = NormalEncoding(path);
  while (!address.path.empty() && address.path.back() == '/') address.path.pop_back();
  if (address.path.empty() || address.path.front() != '/') address.path.insert(0, "/");
  return address;
}

}  // namespace usher::guard
