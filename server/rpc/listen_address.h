// The address to listen on, and whether it can be reached from other machines.
#ifndef USHER_SERVER_RPC_LISTEN_ADDRESS_H_
#define USHER_SERVER_RPC_LISTEN_ADDRESS_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace usher::rpc {

struct ListenAddress {
  std::string text;       // as gRPC takes it
  bool loopback = false;  // an address of 127.0.0.0/8, ::1, or the name localhost
};

// Takes HOST:PORT with an IPv4 address, a bracketed IPv6 address or `localhost`. Other names are refused, since what
// they resolve to may change. INVALID_ARGUMENT.
absl::StatusOr<ListenAddress> ParseListenAddress(std::string_view text);

}  // namespace usher::rpc

#endif  // USHER_SERVER_RPC_LISTEN_ADDRESS_H_
