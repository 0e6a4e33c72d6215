// How the vectors of a sealed segment are kept, in memory and in its file.
//
// Thread-safety: plain values and free functions.
#ifndef USHER_INDEX_ROW_FORMAT_H_
#define USHER_INDEX_ROW_FORMAT_H_

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace usher::index {

// The numbers are those of files: they keep their meaning for ever.
enum class RowFormat : uint32_t {
  kFloat32 = 0,
  kFloat16 = 1,  // IEEE 754 half precision: half the memory, for about three digits a value
};

constexpr size_t BytesPerValue(RowFormat format) { return format == RowFormat::kFloat16 ? 2 : 4; }

constexpr std::string_view NameOf(RowFormat format) { return format == RowFormat::kFloat16 ? "float16" : "float32"; }

}  // namespace usher::index

#endif  // USHER_INDEX_ROW_FORMAT_H_
