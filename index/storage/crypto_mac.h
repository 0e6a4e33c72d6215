// Message authentication codes over large files, block by block.
//
// A key belongs to one file: it is derived from a secret, a random salt and what the file is. So the number of a block
// can serve as the nonce of its code (GMAC), which is three times as fast as a hash and may be computed for several
// blocks at a time. Guarantee: whoever does not know the secret cannot make a code of bytes that were not given one.
// Non-guarantee: hides nothing. A library that fails ends the program: its failure must not become a known code.
// Thread-safety: const methods may run concurrently.
#ifndef USHER_INDEX_STORAGE_CRYPTO_MAC_H_
#define USHER_INDEX_STORAGE_CRYPTO_MAC_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace usher::storage {

inline constexpr size_t kBlockTagBytes = 16;
inline constexpr size_t kDigestBytes = 32;

using BlockTag = std::array<uint8_t, kBlockTagBytes>;

// HMAC-SHA256 of the data; kDigestBytes long.
std::string KeyedDigest(std::string_view key, std::string_view data);

// In a time that does not depend on where they differ.
bool EqualDigests(std::string_view a, std::string_view b);

// UNAVAILABLE when the system gives none.
absl::StatusOr<std::string> RandomSalt(size_t bytes);

class BlockMac {
 public:
  // `key`: kDigestBytes long, used for one file only.
  explicit BlockMac(std::string_view key) : key_(key) {}

  // Of the block of this number. Of one key, no number may be given two different blocks.
  BlockTag Tag(uint64_t number, absl::Span<const uint8_t> block) const;

 private:
  std::string key_;
};

}  // namespace usher::storage

#endif  // USHER_INDEX_STORAGE_CRYPTO_MAC_H_
