#include "index/aligned_floats.h"

#include <sys/mman.h>

#include <cstdio>

namespace usher::index {
namespace {
constexpr size_t kHugePage = 2 * 1'024 * 1'024;
}  // namespace

void* AllocateRows(size_t bytes) {
  const size_t unit = bytes >= kHugePage ? kHugePage : kRowAlignment;
  void* const memory = std::aligned_alloc(unit, (bytes + unit - 1) / unit * unit);
  if (memory == nullptr) {
    std::fprintf(stderr, "out of memory: %zu bytes of rows\n", bytes);
    std::abort();
  }
  // A system that gives no huge pages is only slower.
  if (unit == kHugePage) static_cast<void>(madvise(memory, bytes, MADV_HUGEPAGE));
  return memory;
}

}  // namespace usher::index
