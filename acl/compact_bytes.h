// Numbers in as few bytes as they need, for tables that hold very many of them.
//
// Non-guarantee: ByteReader reads only what this process wrote; bytes from outside must never reach it.
// Thread-safety: free functions; a reader belongs to one thread.
#ifndef USHER_ACL_COMPACT_BYTES_H_
#define USHER_ACL_COMPACT_BYTES_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace usher::acl {

// Seven bits a byte, lowest first; equal numbers have equal bytes.
inline void AppendVarint(uint64_t number, std::string& out) {
  for (; number >= 0x80; number >>= 7) out.push_back(static_cast<char>(number | 0x80));
  out.push_back(static_cast<char>(number));
}

class ByteReader {
 public:
  // `bytes` must outlive the reader.
  explicit ByteReader(std::string_view bytes) : next_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  bool done() const { return next_ == end_; }
  // Never reads past the end: what is missing counts as 0.
  uint64_t Varint() {
    uint64_t number = 0;
    for (int shift = 0; !done(); shift += 7) {
      const auto byte = static_cast<uint8_t>(*next_++);
      number |= uint64_t{byte & 0x7Fu} << shift;
      if (byte < 0x80) break;
    }
    return number;
  }

 private:
  const char* next_;
  const char* end_;
};

}  // namespace usher::acl

#endif  // USHER_ACL_COMPACT_BYTES_H_
