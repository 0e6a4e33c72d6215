#include "acl/entitlement.h"

#include <utility>

namespace usher::acl {

Entitlement::Entitlement(std::vector<ClassId> classes, uint64_t chunk_count, absl::Time valid_until)
    : classes_(std::move(classes)), chunk_count_(chunk_count), valid_until_(valid_until) {
  while (!classes_.empty() && classes_.back() == kNoClass) classes_.pop_back();
  if (!classes_.empty()) bits_ = IdBitmap(classes_.back().value() + size_t{1});
  for (const ClassId id : classes_) bits_.Insert(id.value());
}

}  // namespace usher::acl
