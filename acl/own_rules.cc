#include "acl/own_rules.h"

#include <algorithm>
#include <cstring>

namespace usher::acl {
namespace {

// Each block is twice as long as the one before, up to 64 KiB, so that a collection with few rules costs little.
constexpr size_t kFirstBlockBytes = 1 << 10;
constexpr size_t kDoublings = 6;

}  // namespace

OwnRules::OwnRules() : ids_(0, ChainHash{this}, ChainEqual{this}) {}

OwnId OwnRules::Intern(std::string_view chain) {
  if (const std::optional<OwnId> known = Find(chain)) return *known;
  const PostingKeys keys = PostingKeysOf(Decompile(chain));
  const auto fresh = static_cast<uint32_t>(rules_.size());
  rules_.push_back({Store(chain), static_cast<uint32_t>(chain.size()), keys.passes_by_default});
  ids_.insert(fresh);
  postings_.Add(keys, fresh);
  return OwnId(fresh);
}

std::optional<OwnId> OwnRules::Find(std::string_view chain) const {
  const auto it = ids_.find(ToAbsl(chain));
  if (it == ids_.end()) return std::nullopt;
  return OwnId(*it);
}

const char* OwnRules::Store(std::string_view chain) {
  if (chain.size() > block_left_) {
    block_left_ = std::max(kFirstBlockBytes << std::min(blocks_.size(), kDoublings), chain.size());
    blocks_.push_back(std::make_unique<char[]>(block_left_));
    block_next_ = blocks_.back().get();
  }
  char* const place = block_next_;
  std::memcpy(place, chain.data(), chain.size());
  block_next_ += chain.size();
  block_left_ -= chain.size();
  return place;
}

}  // namespace usher::acl
