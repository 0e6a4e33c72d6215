#include "server/pipeline/search_widths.h"

#include <algorithm>
#include <utility>

namespace usher::pipeline {
namespace {

constexpr size_t kFirstFactor = 2;
constexpr size_t kNextFactor = 4;

}  // namespace

SearchWidths::SearchWidths(const BatchQuestion& question)
    : question_(question), limit_(kMaxCandidates / question.queries.size()), incomplete_(question.queries.size()) {
  for (const BatchQuestion::Query& query : question.queries) {
    const auto k = static_cast<size_t>(query.k);
    widths_.push_back(question.diversity.wanted() ? std::max(k, std::min(k * kFirstFactor, limit_)) : k);
  }
}

bool SearchWidths::Pick(const std::vector<Plan>& plans, std::vector<std::vector<CleanChunk>>& parts) {
  bool enough = true;
  for (size_t i = 0; i < widths_.size(); ++i) {
    const auto k = static_cast<size_t>(question_.queries[i].k);
    // Without diversity only what the policy withheld can be missing.
    parts[i] = Diverse(std::move(parts[i]), question_.diversity, k);
    incomplete_[i] = parts[i].size() < k && widths_[i] < plans[i].authorized_chunks;
    if (!incomplete_[i]) continue;
    const size_t wider = std::max(widths_[i], std::min(widths_[i] * kNextFactor, limit_));
    enough = enough && wider == widths_[i];
    widths_[i] = wider;
  }
  return enough;
}

void SearchWidths::Report(BatchAnswer& answer) const {
  for (size_t i = 0; i < answer.parts.size(); ++i) answer.parts[i].incomplete = incomplete_[i];
}

}  // namespace usher::pipeline
