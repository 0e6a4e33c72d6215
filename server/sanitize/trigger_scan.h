// A fast look for the word stems that patterns need, so that most text never meets a regular expression.
#ifndef USHER_SERVER_SANITIZE_TRIGGER_SCAN_H_
#define USHER_SERVER_SANITIZE_TRIGGER_SCAN_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace usher::sanitize {

// Immutable and thread-safe after construction.
class TriggerScan {
 public:
  using Mask = uint64_t;  // one bit a stem

  // At most 64 stems of exactly four lower-case ASCII bytes, all different.
  explicit TriggerScan(const std::vector<std::string_view>& stems);

  // Offset, at or after `from`, of the next stem in any ASCII case; npos when there is none.
  size_t Next(std::string_view text, size_t from) const;

  // The stems that occur in `text`.
  Mask All(std::string_view text) const;

 private:
  Mask At(const unsigned char* bytes) const;

  std::array<std::array<Mask, 256>, 4> tables_{};
};

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_TRIGGER_SCAN_H_
