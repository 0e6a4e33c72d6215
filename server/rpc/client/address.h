// Where a client connects to, read strictly so that a credential cannot be sent somewhere else than the text suggests.
//
// Thread-safety: free functions.
#ifndef USHER_SERVER_RPC_CLIENT_ADDRESS_H_
#define USHER_SERVER_RPC_CLIENT_ADDRESS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace usher::rpc {

struct Address {
  // Name or IP address, without brackets.
  std::string host;
  // What gRPC is told to connect to. Loopback addresses are given as numbers, so that no resolver has a say in them.
  std::string target;
  // Whether packets to it never leave the machine: 127.0.0.0/8, ::1 and `localhost`.
  bool loopback = false;
};

// Reads `HOST:PORT` or `[IPV6]:PORT`. INVALID_ARGUMENT for anything else; URI schemes and lists, which gRPC would
// accept, included.
absl::StatusOr<Address> ParseAddress(absl::string_view text);

}  // namespace usher::rpc

#endif  // USHER_SERVER_RPC_CLIENT_ADDRESS_H_
