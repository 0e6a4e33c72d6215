// Private keys in text armour: PEM (PKCS#1, PKCS#8, SEC 1, OpenSSH, PGP), SSH2 and PuTTY, whole blocks.
#ifndef USHER_SERVER_SANITIZE_SECRETS_PRIVATE_KEY_H_
#define USHER_SERVER_SANITIZE_SECRETS_PRIVATE_KEY_H_

#include <cstddef>
#include <string_view>
#include <vector>

#include "server/sanitize/secrets/candidate.h"

namespace usher::sanitize {

// Literals that a block starts with.
std::vector<std::string_view> PrivateKeyStarts();

// Finds the blocks of one text in calls from left to right; all calls together take time linear in the text.
class PrivateKeyFinder {
 public:
  explicit PrivateKeyFinder(std::string_view text) : text_(text) {}

  // Adds the block that starts at `offset`, if one does. A block without an end reaches as far as its base64 does and
  // is not certain.
  void FindAt(size_t offset, std::vector<Candidate>& found);

 private:
  // A literal, and where it comes next: it is looked for again only past that place.
  struct Mark {
    std::string_view text;
    size_t next = 0;
  };

  size_t NextMark(Mark& mark, size_t from);

  // Offset after `end_line` if that is what the next mark at or after `from` begins, else npos.
  size_t EndOfBlock(Mark& mark, std::string_view end_line, size_t from);

  std::string_view text_;
  size_t after_ = 0;  // end of the last block
  Mark pem_end_{"-----END "};
  Mark ssh2_end_{"---- END "};
  Mark putty_end_{"Private-MAC: "};
};

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_SECRETS_PRIVATE_KEY_H_
