#include "server/pipeline/hub_watch.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

namespace usher::pipeline {
namespace {

constexpr size_t kPlanes = 6;        // 64 directions, one for each bit
constexpr size_t kFirst = 10;        // chunks of an answer that count
constexpr uint64_t kLeastShare = 5;  // one in as many answers
constexpr double kTimesExpected = 10;
constexpr int kLeastDirections = 8;  // asked in; fewer say nothing of everything

// A bit for each plane, which says to which of its sides the coordinate pulls: fixed coins, by the finaliser of
// SplitMix64.
uint64_t CoinsOf(size_t coordinate) {
  uint64_t x = (coordinate + 1) * 0x9E3779B97F4A7C15u;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

}  // namespace

uint64_t HubWatch::DirectionOf(absl::Span<const float> query, Window& window) {
  window.middle.resize(query.size());
  const auto count = static_cast<double>(window.answers);
  std::array<double, kPlanes> sides{};
  for (size_t i = 0; i < query.size(); ++i) {
    window.middle[i] += static_cast<double>(query[i]);
    const double off = static_cast<double>(query[i]) - window.middle[i] / count;
    const uint64_t coins = CoinsOf(i);
    for (size_t plane = 0; plane < kPlanes; ++plane) sides[plane] += (coins >> plane & 1) != 0 ? off : -off;
  }
  size_t bit = 0;
  for (const double side : sides) bit = bit * 2 + static_cast<size_t>(side > 0);
  return uint64_t{1} << bit;
}

bool HubWatch::IsHub(const Tally& tally, const Window& window) {
  const int asked = std::popcount(window.directions);
  return window.answers >= kMinAnswers && tally.appearances * kLeastShare >= window.answers &&
         static_cast<double>(tally.appearances) >= kTimesExpected * window.expected && asked >= kLeastDirections &&
         2 * std::popcount(tally.directions) >= asked;
}

HubWatch::State& HubWatch::StateOf(acl::CollectionId collection) {
  const auto known = collections_.find(collection);
  if (known != collections_.end()) return known->second;
  if (collections_.size() >= kMaxCollections) {
    collections_.erase(std::min_element(collections_.begin(), collections_.end(), [](const auto& a, const auto& b) {
      return a.second.last_used < b.second.last_used;
    }));
  }
  return collections_[collection];
}

std::vector<Hub> HubWatch::Saw(acl::CollectionId collection, absl::Span<const float> query, uint64_t readable,
                               const std::vector<CleanChunk>& chunks) {
  if (chunks.empty() || readable == 0) return {};
  const std::unique_lock lock(mutex_);
  State& state = StateOf(collection);
  state.last_used = ++uses_;
  if (state.now.answers == kWindow) {
    state.before = std::move(state.now.hubs);
    state.now = {};
  }
  Window& window = state.now;
  ++window.answers;
  const size_t counted = std::min(chunks.size(), kFirst);
  window.expected += std::min(1.0, static_cast<double>(counted) / static_cast<double>(readable));
  const uint64_t direction = DirectionOf(query, window);
  window.directions |= direction;
  std::vector<Hub> found;
  for (size_t i = 0; i < counted; ++i) {
    Tally& tally = window.tallies[chunks[i].key];
    ++tally.appearances;
    tally.directions |= direction;
    if (!IsHub(tally, window)) continue;
    const Hub hub{chunks[i].key, chunks[i].fields->name, tally.appearances, window.answers};
    const bool added = window.hubs.insert_or_assign(hub.key, hub).second;
    if (added && !state.before.contains(hub.key)) found.push_back(hub);
  }
  return found;
}

std::vector<Hub> HubWatch::Hubs(acl::CollectionId collection) const {
  const std::unique_lock lock(mutex_);
  const auto known = collections_.find(collection);
  if (known == collections_.end()) return {};
  std::map<index::RowKey, Hub> all = known->second.now.hubs;
  all.insert(known->second.before.begin(), known->second.before.end());
  std::vector<Hub> hubs;
  for (auto& [key, hub] : all) hubs.push_back(std::move(hub));
  std::stable_sort(hubs.begin(), hubs.end(),
                   [](const Hub& a, const Hub& b) { return a.appearances * b.answers > b.appearances * a.answers; });
  return hubs;
}

uint64_t HubWatch::count() const {
  const std::unique_lock lock(mutex_);
  uint64_t count = 0;
  for (const auto& [collection, state] : collections_) {
    count += state.now.hubs.size();
    for (const auto& [key, hub] : state.before) count += state.now.hubs.contains(key) ? 0 : 1;
  }
  return count;
}

}  // namespace usher::pipeline
