#include "acl/entitlement.h"

#include <atomic>
#include <utility>

namespace usher::acl {
namespace {

std::vector<ClassId> ClassesOf(const IdBitmap& bits) {
  size_t count = 0;
  bits.ForEach([&](uint32_t) { ++count; });
  std::vector<ClassId> classes;
  classes.reserve(count);
  bits.ForEach([&](uint32_t id) { classes.push_back(ClassId(id)); });
  return classes;
}

IdBitmap BitsOf(const std::vector<ClassId>& classes) {
  IdBitmap bits(classes.empty() ? 0 : classes.back().value() + size_t{1});
  for (const ClassId id : classes) bits.Insert(id.value());
  return bits;
}

std::vector<ClassId> WithoutNoClass(std::vector<ClassId> classes) {
  while (!classes.empty() && classes.back() == kNoClass) classes.pop_back();
  return classes;
}

uint64_t NewIdentity() {
  static std::atomic<uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

}  // namespace

Entitlement::Entitlement(std::vector<ClassId> classes, absl::Time valid_until)
    : classes_(WithoutNoClass(std::move(classes))),
      bits_(BitsOf(classes_)),
      valid_until_(valid_until),
      identity_(NewIdentity()) {}

Entitlement::Entitlement(IdBitmap classes, absl::Time valid_until)
    : classes_(ClassesOf(classes)), bits_(std::move(classes)), valid_until_(valid_until), identity_(NewIdentity()) {}

Entitlement Entitlement::With(absl::Span<const ClassId> more, absl::Time valid_until) const {
  IdBitmap bits = bits_;
  for (const ClassId id : more) bits.Insert(id.value());
  return Entitlement(std::move(bits), valid_until);
}

// A bit for each number up to the largest, and four bytes for each that is in.
size_t Entitlement::bytes() const {
  const size_t bound = classes_.empty() ? 0 : classes_.back().value() + size_t{1};
  return sizeof(*this) + classes_.capacity() * sizeof(ClassId) + bound / 8;
}

}  // namespace usher::acl
