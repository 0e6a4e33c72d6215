// The addresses that a model was given, and so may repeat.
//
// Guarantees: what the model could only have made up, or filled with something it knows, is not known here: an address
// is known if it was given, or is a folder above a given one. Fragments of up to 64 bytes may differ, since no server
// sees them. Thread-safety: immutable once filled.
#ifndef USHER_SERVER_GUARD_GIVEN_LINKS_H_
#define USHER_SERVER_GUARD_GIVEN_LINKS_H_

#include <string>
#include <string_view>

#include "absl/container/flat_hash_set.h"
#include "server/guard/address.h"

namespace usher::guard {

class GivenLinks {
 public:
  enum class Verdict {
    kGiven,
    kOtherAddress,  // of a host that was given
    kOtherHost,
  };

  // Every address in `text`, also without a scheme. Linear in the text.
  void AddText(std::string_view text);

  // False when `url` reaches no host.
  bool AddUrl(std::string_view url);

  Verdict Judge(const Address& address) const;

 private:
  void Add(const Address& address);

  absl::flat_hash_set<std::string> hosts_;
  absl::flat_hash_set<std::string> targets_;  // given addresses and the folders above them
  absl::flat_hash_set<std::string> fragments_;
};

}  // namespace usher::guard

#endif  // USHER_SERVER_GUARD_GIVEN_LINKS_H_
