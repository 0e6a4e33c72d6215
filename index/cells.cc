#include "index/cells.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <utility>

#include "index/aligned_floats.h"
#include "index/kernels/dot.h"

namespace usher::index {
namespace {

constexpr size_t kRowsPerCell = 400;
constexpr size_t kSampleRowsPerCell = 64;
constexpr int kRounds = 6;
// Rows that stand for queries when the spread of scores is measured.
constexpr size_t kProbes = 64;
constexpr size_t kRowsBetweenStops = 512;
// Samples are the same each time.
constexpr uint32_t kSeed = 271;

using Rows = absl::Span<const RowPointer>;

absl::Status Stopped() { return absl::CancelledError("making cells was told to stop"); }

// Centres being moved to where their rows are.
class Lloyd {
 public:
  Lloyd(Rows sample, size_t count, size_t stride)
      : stride_(stride), room_(stride), centres_(count * stride), all_(count) {
    std::iota(all_.begin(), all_.end(), 0u);
    for (size_t cell = 0; cell < count; ++cell) Take(sample[cell], cell);
    Encode();
  }

  // The cell of the nearest centre.
  uint32_t Nearest(RowPointer row) {
    codes_->Score(QueryCode(row.Floats(stride_, room_.data()), stride_), Care::kLikely, all_, ranges_.data());
    uint32_t best = 0;
    float closest = -std::numeric_limits<float>::infinity();
    for (uint32_t cell = 0; cell < all_.size(); ++cell) {
      // Of rows of equal length the nearest centre is the one with the largest dot product less half its square.
      const float closeness = (ranges_[cell].least + ranges_[cell].most) / 2 - half_squares_[cell];
      if (closeness > closest) {
        closest = closeness;
        best = cell;
      }
    }
    return best;
  }

  // Moves each centre to the mean of its rows; a centre without rows takes one of the sample.
  void Move(Rows sample, absl::Span<const uint32_t> cell_of) {
    std::fill(centres_.begin(), centres_.end(), 0.0f);
    std::vector<uint32_t> counts(all_.size());
    for (size_t i = 0; i < sample.size(); ++i) {
      float* centre = Centre(cell_of[i]);
      const float* row = sample[i].Floats(stride_, room_.data());
      for (size_t j = 0; j < stride_; ++j) centre[j] += row[j];
      ++counts[cell_of[i]];
    }
    for (size_t cell = 0; cell < all_.size(); ++cell) {
      float* centre = Centre(cell);
      if (counts[cell] == 0) {
        Take(sample[random_() % sample.size()], cell);
        continue;
      }
      for (size_t j = 0; j < stride_; ++j) centre[j] /= static_cast<float>(counts[cell]);
    }
    Encode();
  }

  const std::vector<float>& centres() const { return centres_; }

 private:
  float* Centre(size_t cell) { return centres_.data() + cell * stride_; }
  void Take(RowPointer row, size_t cell) { row.CopyTo(stride_, RowFormat::kFloat32, Centre(cell)); }

  void Encode() {
    codes_ = std::make_unique<RowCodes>(centres_.data(), all_.size(), stride_);
    ranges_.resize(all_.size());
    half_squares_.resize(all_.size());
    for (size_t cell = 0; cell < all_.size(); ++cell) {
      half_squares_[cell] = Dot(Centre(cell), Centre(cell), stride_) / 2;
    }
  }

  size_t stride_;
  std::vector<float> room_;  // for a row
  std::vector<float> centres_;
  std::vector<uint32_t> all_;
  std::unique_ptr<const RowCodes> codes_;
  std::vector<ScoreRange> ranges_;
  std::vector<float> half_squares_;
  std::mt19937 random_{kSeed};
};

// The cell of every row; empty when told to stop.
std::vector<uint32_t> Assign(Rows rows, Lloyd* lloyd, const std::function<bool()>& stop) {
  std::vector<uint32_t> cell_of(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    if (i % kRowsBetweenStops == 0 && stop && stop()) return {};
    cell_of[i] = lloyd->Nearest(rows[i]);
  }
  return cell_of;
}

// How the scores of a sample's rows lie around those of their centres, for rows of the sample as queries.
class Offsets {
 public:
  Offsets(Rows sample, absl::Span<const uint32_t> cell_of, const std::vector<float>& centres, size_t stride)
      : cell_of_(cell_of), cells_(centres.size() / stride), offsets_(sample.size() * kProbes) {
    std::vector<float> scores(cells_);
    std::vector<float> room(stride);
    for (size_t p = 0; p < kProbes; ++p) {
      const float* probe = sample[ProbeRow(p)].Floats(stride, room.data());
      for (size_t cell = 0; cell < cells_; ++cell) scores[cell] = Dot(probe, centres.data() + cell * stride, stride);
      for (size_t i = 0; i < sample.size(); ++i) {
        offsets_[p * sample.size() + i] = sample[i].Dot(probe, stride) - scores[cell_of[i]];
      }
      parts_.push_back(PartsByRank(scores));
    }
  }

  // Root mean square by cell.
  std::vector<float> Spreads() const {
    std::vector<double> squares(cells_);
    std::vector<uint32_t> counts(cells_);
    ForEach([&](size_t, size_t i, float offset) { squares[cell_of_[i]] += double{offset} * double{offset}; });
    for (const uint32_t cell : cell_of_) ++counts[cell];
    const double all_squares = std::accumulate(squares.begin(), squares.end(), 0.0);
    const double usual = all_squares / static_cast<double>(offsets_.size());
    std::vector<float> spreads(cells_);
    for (size_t cell = 0; cell < cells_; ++cell) {
      // A cell of few sampled rows is taken to be somewhat like the others.
      const double own = squares[cell] / kProbes;
      spreads[cell] = static_cast<float>(std::sqrt((own + 4 * usual) / (counts[cell] + 4.0)));
    }
    return spreads;
  }

  ScoreTail Tail(const std::vector<float>& spreads) const {
    ScoreTail::Measure measure;
    ForEach([&](size_t p, size_t i, float offset) {
      const float spread = spreads[cell_of_[i]];
      if (ProbeRow(p) != i && spread > 0) measure.Add(parts_[p][cell_of_[i]], offset / spread);
    });
    return measure.Take();
  }

 private:
  size_t ProbeRow(size_t p) const { return p * cell_of_.size() / kProbes; }
  template <typename Visit>
  void ForEach(Visit visit) const {
    for (size_t p = 0; p < kProbes; ++p) {
      for (size_t i = 0; i < cell_of_.size(); ++i) visit(p, i, offsets_[p * cell_of_.size() + i]);
    }
  }
  // By cell: the part of the tail it belongs to for a query under which the centres score so.
  static std::vector<uint8_t> PartsByRank(const std::vector<float>& scores) {
    std::vector<uint32_t> ranked(scores.size());
    std::iota(ranked.begin(), ranked.end(), 0u);
    std::sort(ranked.begin(), ranked.end(), [&](uint32_t a, uint32_t b) { return scores[a] > scores[b]; });
    std::vector<uint8_t> parts(scores.size());
    for (size_t rank = 0; rank < ranked.size(); ++rank) {
      parts[ranked[rank]] = static_cast<uint8_t>(ScoreTail::PartOf(rank, ranked.size()));
    }
    return parts;
  }

  absl::Span<const uint32_t> cell_of_;
  size_t cells_;
  std::vector<float> offsets_;               // by probe, then by row
  std::vector<std::vector<uint8_t>> parts_;  // by probe, then by cell
};

}  // namespace

Cells::Cells(std::unique_ptr<const RowCodes> centres, Column<float> spreads, const ScoreTail& tail)
    : centres_(std::move(centres)), all_(spreads.size()), spreads_(std::move(spreads)), tail_(tail) {
  std::iota(all_.begin(), all_.end(), 0u);
}

absl::StatusOr<std::unique_ptr<Cells>> Cells::Train(Rows rows, size_t stride, const std::function<bool()>& stop,
                                                    std::vector<uint32_t>* cell_of) {
  const size_t cells = std::max<size_t>(2, rows.size() / kRowsPerCell);
  std::vector<RowPointer> sample(rows.begin(), rows.end());
  std::mt19937 random(kSeed);
  for (size_t i = 0; i < std::min(sample.size() - 1, cells * kSampleRowsPerCell); ++i) {
    std::swap(sample[i], sample[i + random() % (sample.size() - i)]);
  }
  sample.resize(std::min(sample.size(), cells * kSampleRowsPerCell));

  Lloyd lloyd(sample, cells, stride);
  std::vector<uint32_t> of_sample;
  for (int round = 0; round < kRounds; ++round) {
    of_sample = Assign(sample, &lloyd, stop);
    if (of_sample.empty()) return Stopped();
    lloyd.Move(sample, of_sample);
  }
  of_sample = Assign(sample, &lloyd, stop);
  if (of_sample.empty()) return Stopped();
  *cell_of = Assign(rows, &lloyd, stop);
  if (cell_of->empty()) return Stopped();
  const Offsets offsets(sample, of_sample, lloyd.centres(), stride);
  const std::vector<float> spreads = offsets.Spreads();
  return std::make_unique<Cells>(std::make_unique<RowCodes>(lloyd.centres().data(), cells, stride),
                                 Column<float>(spreads), offsets.Tail(spreads));
}

std::vector<RankedCell> Cells::Rank(const QueryCode& query) const {
  std::vector<ScoreRange> ranges(all_.size());
  centres_->Score(query, Care::kLikely, all_, ranges.data());
  std::vector<RankedCell> ranked(all_.size());
  for (const uint32_t cell : all_) {
    ranked[cell] = {cell, (ranges[cell].least + ranges[cell].most) / 2, spreads_[cell]};
  }
  std::sort(ranked.begin(), ranked.end(), [](const RankedCell& a, const RankedCell& b) { return a.score > b.score; });
  return ranked;
}

}  // namespace usher::index
