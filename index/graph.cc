#include "index/graph.h"

#include <algorithm>
#include <functional>
#include <limits>

#include "index/faiss_graph.h"

namespace usher::index {
namespace {

// Which rows a walk has met. Kept by each thread, because clearing it costs more than a walk.
class Met {
 public:
  void Begin(uint32_t rows) {
    if (marks_.size() < rows) marks_.resize(rows);
    if (++mark_ != 0) return;
    std::fill(marks_.begin(), marks_.end(), uint16_t{0});
    mark_ = 1;
  }
  // Whether this is the first time.
  bool Add(uint32_t row) { return std::exchange(marks_[row], mark_) != mark_; }

 private:
  std::vector<uint16_t> marks_;
  uint16_t mark_ = 0;
};

using Scored = std::pair<float, uint32_t>;

// The rows of one walk: those to go on from, and the best.
class Frontier {
 public:
  explicit Frontier(size_t width) : width_(width) { best_.reserve(width + 1); }

  void Offer(Scored row) {
    if (best_.size() == width_ && row.first <= best_.front().first) return;
    open_.push_back(row);
    std::push_heap(open_.begin(), open_.end());
    best_.push_back(row);
    std::push_heap(best_.begin(), best_.end(), std::greater<>());
    if (best_.size() <= width_) return;
    std::pop_heap(best_.begin(), best_.end(), std::greater<>());
    best_.pop_back();
  }

  // The most promising row not gone on from yet; false when none can lead to a better one.
  bool Next(uint32_t* row) {
    if (open_.empty() || (best_.size() == width_ && open_.front().first < best_.front().first)) return false;
    std::pop_heap(open_.begin(), open_.end());
    *row = open_.back().second;
    open_.pop_back();
    return true;
  }

  const std::vector<Scored>& best() const { return best_; }

 private:
  size_t width_;
  std::vector<Scored> open_;  // heap, the best in front
  std::vector<Scored> best_;  // heap, the worst in front
};

}  // namespace

Graph::Graph(const RowCodes* codes, Column<uint32_t> links)
    : codes_(codes), links_(std::move(links)), rows_(static_cast<uint32_t>(links_.size() / kLinksPerRow)) {}

absl::Span<const uint32_t> Graph::LinksOf(uint32_t row) const {
  return {links_.data() + size_t{row} * kLinksPerRow, kLinksPerRow};
}

absl::StatusOr<Graph::Walked> Graph::Walk(const QueryCode& query, absl::Span<const uint32_t> entries, size_t width,
                                          absl::FunctionRef<bool(uint32_t)> allowed, SearchBudget* budget) const {
  static thread_local Met met;
  met.Begin(rows_);
  Frontier frontier(width);
  Walked walked;
  std::vector<uint32_t> found;
  std::vector<ScoreRange> ranges;
  const auto meet = [&](uint32_t row) {
    if (row >= rows_ || !met.Add(row)) return false;
    if (!allowed(row)) return true;
    found.push_back(row);
    return false;
  };
  for (const uint32_t row : entries) meet(row);
  for (uint32_t from = 0;;) {
    ranges.resize(found.size());
    codes_->Score(query, Care::kLikely, found, ranges.data());
    for (size_t i = 0; i < found.size(); ++i) frontier.Offer({ranges[i].most, found[i]});
    walked.scored += found.size();
    if (absl::Status status = budget->Charge(found.size() + 1); !status.ok()) return status;
    found.clear();
    if (!frontier.Next(&from)) break;
    for (const uint32_t near : LinksOf(from)) {
      const bool forbidden = meet(near);
      if (!forbidden || found.size() >= kLinksPerRow) continue;
      for (const uint32_t beyond : LinksOf(near)) meet(beyond);
    }
  }
  for (const Scored& row : frontier.best()) walked.rows.push_back(row.second);
  return walked;
}

}  // namespace usher::index
