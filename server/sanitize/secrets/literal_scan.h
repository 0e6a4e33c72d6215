// Finds where any of many literals starts, at a few bytes a nanosecond where none does.
#ifndef USHER_SERVER_SANITIZE_SECRETS_LITERAL_SCAN_H_
#define USHER_SERVER_SANITIZE_SECRETS_LITERAL_SCAN_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"

namespace usher::sanitize {

// Immutable and thread-safe after construction.
class LiteralScan {
 public:
  struct Literal {
    std::string text;       // at least 3 bytes; in lower case when any_case
    bool any_case = false;  // matches in any ASCII case
    size_t id = 0;          // what At reports
  };

  explicit LiteralScan(std::vector<Literal> literals);

  // Offset, at or after `from`, where a literal may start: every place where one does is reported, few others are.
  // npos when there is none.
  size_t Next(std::string_view text, size_t from) const;

  // The ids of the literals that start at `offset`, in the order they were given.
  void At(std::string_view text, size_t offset, std::vector<size_t>& ids) const;

 private:
  static constexpr size_t kStart = 3;  // bytes of a literal that the filter looks at
  static constexpr uint32_t kBits = 16;

  void Insert(const Literal& literal, size_t index);
  bool MayStart(const char* bytes) const;

  std::vector<Literal> literals_;
  std::vector<uint64_t> filter_;  // one bit a hash of kStart bytes
  absl::flat_hash_map<uint32_t, std::vector<size_t>> by_start_;
};

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_SECRETS_LITERAL_SCAN_H_
