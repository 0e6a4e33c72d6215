#include "server/rpc/client/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace usher::rpc {
namespace {

absl::Status Malformed(absl::string_view text) {
  return absl::InvalidArgumentError(
      absl::StrCat("server address `", text, "` is not HOST:PORT or [IPV6]:PORT, e.g. usher.example.com:7443"));
}

bool IsName(absl::string_view host) {
  return !host.empty() && host.size() <= 253 && std::all_of(host.begin(), host.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.' || c == '_';
  });
}

Address FromIpv4(const std::string& host, uint32_t port) {
  in_addr ip{};
  inet_pton(AF_INET, host.c_str(), &ip);
  return {.host = host, .target = absl::StrCat("ipv4:", host, ":", port), .loopback = (ntohl(ip.s_addr) >> 24) == 127};
}

Address FromIpv6(const std::string& host, uint32_t port) {
  in6_addr ip{};
  inet_pton(AF_INET6, host.c_str(), &ip);
  return {.host = host,
          .target = absl::StrCat("ipv6:%5B", host, "%5D:", port),
          .loopback = std::equal(std::begin(ip.s6_addr), std::end(ip.s6_addr), std::begin(in6addr_loopback.s6_addr))};
}

}  // namespace

absl::StatusOr<Address> ParseAddress(absl::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == absl::string_view::npos) return Malformed(text);
  std::string host(text.substr(0, colon));
  uint32_t port = 0;
  if (!absl::SimpleAtoi(text.substr(colon + 1), &port) || port == 0 || port > 65535) return Malformed(text);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
    in6_addr ip{};
    if (inet_pton(AF_INET6, host.c_str(), &ip) != 1) return Malformed(text);
    return FromIpv6(host, port);
  }
  in_addr ip{};
  if (inet_pton(AF_INET, host.c_str(), &ip) == 1) return FromIpv4(host, port);
  if (absl::EqualsIgnoreCase(host, "localhost")) return FromIpv4("127.0.0.1", port);
  if (!IsName(host)) return Malformed(text);
  return Address{.host = host, .target = absl::StrCat("dns:///", host, ":", port), .loopback = false};
}

}  // namespace usher::rpc
