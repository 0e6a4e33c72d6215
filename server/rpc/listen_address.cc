#include "server/rpc/listen_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "acl/absl_view.h"

namespace usher::rpc {
namespace {

absl::Status Malformed(std::string_view text) {
  return absl::InvalidArgumentError(absl::StrCat("listen address '", acl::ToAbsl(text),
                                                 "' must be HOST:PORT, with HOST an IP address ([...] for IPv6) or "
                                                 "localhost, and PORT 0 to 65535"));
}

}  // namespace

absl::StatusOr<ListenAddress> ParseListenAddress(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return Malformed(text);
  std::string host(text.substr(0, colon));
  const std::string digits(text.substr(colon + 1));
  int port = -1;
  if (!absl::SimpleAtoi(digits, &port) || port < 0 || port > 65'535 || absl::StrCat(port) != digits) {
    return Malformed(text);
  }
  ListenAddress address{std::string(text), false};
  in_addr v4{};
  in6_addr v6{};
  if (host == "localhost") {
    address.loopback = true;
  } else if (inet_pton(AF_INET, host.c_str(), &v4) == 1) {
    address.loopback = (ntohl(v4.s_addr) >> 24) == 127;
  } else if (host.size() > 2 && host.front() == '[' && host.back() == ']' &&
             inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), &v6) == 1) {
    address.loopback = IN6_IS_ADDR_LOOPBACK(&v6);
  } else {
    return Malformed(text);
  }
  return address;
}

}  // namespace usher::rpc
