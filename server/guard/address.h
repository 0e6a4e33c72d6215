// An address in the one form in which two ways of writing it are equal.
//
// Undone are: character references, backslash escapes, white space and controls that a browser ignores, upper case of
// scheme and host, needless percent-encoding, host names in other scripts, default ports, a slash at the end, and the
// difference between http and https. Non-guarantees: dots in paths and odd notations of IP addresses stay as they are,
// so such an address equals only itself. Thread-safety: free functions; values.
#ifndef USHER_SERVER_GUARD_ADDRESS_H_
#define USHER_SERVER_GUARD_ADDRESS_H_

#include <optional>
#include <string>
#include <string_view>

namespace usher::guard {

struct Address {
  std::string host;      // with user and port, where the address has any
  std::string path;      // begins with '/'
  std::string query;     // with its '?'; empty: there is none
  std::string fragment;  // without its '#'

  // Host, path and query: what a server gets to see.
  std::string Target() const { return host + path + query; }
};

inline constexpr size_t kMaxAddressBytes = 8192;

// nullopt for what reaches no other host, such as "#part", "page.html" or "mailto:a@b.example". What is longer than
// kMaxAddressBytes, or does not parse, is an address whose host is empty: it equals no other.
std::optional<Address> ParseAddress(std::string_view written);

}  // namespace usher::guard

#endif  // USHER_SERVER_GUARD_ADDRESS_H_
