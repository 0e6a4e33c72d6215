#include "index/authorized_sums.h"

#include <algorithm>

namespace usher::index {
namespace {
constexpr size_t kMaxSums = 1'024;
constexpr size_t kMaxSteps = 1'024;
}  // namespace

bool AuthorizedSums::Note(uint64_t version, acl::ClassId id, int64_t delta) {
  const std::unique_lock lock(mutex_);
  if (version != last_) return false;
  ++last_;
  // Without a sum that they could carry, steps are not worth their memory.
  if (sums_.empty()) return true;
  steps_.push_back({id, delta});
  if (steps_.size() > kMaxSteps) steps_.pop_front();
  return true;
}

uint64_t AuthorizedSums::Difference(const acl::Entitlement& entitlement, uint64_t from, uint64_t to) const {
  const uint64_t first = last_ - steps_.size();
  int64_t difference = 0;
  for (uint64_t version = from; version < to; ++version) {
    const Step& step = steps_[version - first];
    if (entitlement.Contains(step.id)) difference += step.delta;
  }
  return static_cast<uint64_t>(difference);
}

std::optional<uint64_t> AuthorizedSums::Find(const acl::Entitlement& entitlement, uint64_t version) {
  const std::unique_lock lock(mutex_);
  const auto known = sums_.find(entitlement.identity());
  if (known == sums_.end()) return std::nullopt;
  Sum& sum = known->second;
  const uint64_t from = std::min(sum.version, version);
  const uint64_t to = std::max(sum.version, version);
  const bool covered = from == to || (from >= last_ - steps_.size() && to <= last_);
  if (!covered || to - from > entitlement.classes().size()) return std::nullopt;
  const uint64_t difference = Difference(entitlement, from, to);
  if (version < sum.version) return sum.rows - difference;
  sum = {version, sum.rows + difference};
  return sum.rows;
}

void AuthorizedSums::Put(const acl::Entitlement& entitlement, uint64_t version, uint64_t sum) {
  const std::unique_lock lock(mutex_);
  if (sums_.size() >= kMaxSums && !sums_.contains(entitlement.identity())) {
    sums_.clear();
    steps_.clear();
  }
  sums_[entitlement.identity()] = {version, sum};
}

}  // namespace usher::index
