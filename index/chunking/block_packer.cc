#include "index/chunking/block_packer.h"

#include <algorithm>
#include <utility>

#include "index/chunking/text_breaker.h"

namespace usher::chunking {
namespace {

constexpr std::string_view kBlanks = " \t\r\n\f\v";

class Packer {
 public:
  Packer(std::string_view source, const ChunkingOptions& options)
      : source_(source),
        target_(static_cast<size_t>(options.target_bytes)),
        max_(static_cast<size_t>(options.max_bytes)),
        overlap_(static_cast<size_t>(options.overlap_bytes)),
        tiny_(static_cast<size_t>(options.tiny_bytes)) {}

  std::vector<Piece> Pack(const Outline& outline) {
    title_ = outline.title;
    title_stated_ = !title_.empty();
    for (const Block& block : outline.blocks) {
      if (block.level > 0) {
        StartSection(block);
      } else {
        Add(block.begin, block.end);
      }
    }
    Close();
    return std::move(pieces_);
  }

 private:
  // A heading opens a section; a piece goes on across it only while what it holds is tiny.
  void StartSection(const Block& heading) {
    if (open_ && end_ - begin_ > tiny_ && !only_headings_) Close();
    if (title_.empty()) title_ = heading.heading;
    const bool first_heading = path_.empty();
    while (!path_.empty() && path_.back().first >= heading.level) path_.pop_back();
    path_.emplace_back(heading.level, heading.heading);
    section_begin_ = heading.begin;
    if (first_heading && open_) {
      // A tiny preamble, such as a licence line, belongs to the section it stands before.
      section_begin_ = begin_;
      Begin();
    }
    const bool only_headings = !open_ || only_headings_;
    Add(heading.begin, heading.end);
    only_headings_ = only_headings && open_;
  }

  void Add(size_t begin, size_t end) {
    const size_t first = source_.find_first_not_of(kBlanks, begin);
    if (first == std::string_view::npos || first >= end) return;
    end = source_.find_last_not_of(kBlanks, end - 1) + 1;
    if (open_ && !only_headings_ && begin_ < section_begin_ && end - section_begin_ > tiny_) LeaveSection(first);
    if (open_ && !only_headings_ && end - begin_ > target_) Close();
    if (!open_) Open(first, end);
    only_headings_ = false;
    end_ = end;
    while (end_ - begin_ > max_) Cut();
  }

  // The section that a tiny neighbour was merged with has grown: it gets a piece of its own from its heading on.
  void LeaveSection(size_t next_begin) {
    const size_t heading_begin = std::min(source_.find_first_not_of(kBlanks, section_begin_), next_begin);
    Emit(source_.find_last_not_of(kBlanks, heading_begin - 1) + 1);
    begin_ = heading_begin;
    open_ = heading_begin < next_begin;
    only_headings_ = open_;
    if (open_) Begin();
  }

  void Open(size_t begin, size_t end) {
    const size_t room = end - begin < max_ ? max_ - (end - begin) : 0;
    begin_ = OverlapStart(begin, std::min(overlap_, room));
    Begin();
  }

  void Begin() {
    open_ = true;
    headings_.clear();
    for (const auto& [level, heading] : path_) headings_.push_back(heading);
  }

  // Where a piece whose own text starts at `begin` should start so as to repeat the end of the one before.
  size_t OverlapStart(size_t begin, size_t room) const {
    if (pieces_.empty() || begin < previous_end_ || previous_end_ <= section_begin_) return begin;
    const size_t gap = begin - previous_end_;
    if (gap >= room) return begin;
    const size_t low =
        std::max({pieces_.back().begin + 1, section_begin_, previous_end_ - std::min(previous_end_, room - gap)});
    if (low >= previous_end_) return begin;
    const size_t start = FirstBreak(source_, low, previous_end_);
    return start < previous_end_ ? start : begin;
  }

  // Emits the first part of an over-long piece and keeps the rest open.
  void Cut() {
    const size_t low = begin_ + max_ / 2;
    const size_t cut = LastBreak(source_, low, begin_ + max_);
    Emit(source_.find_last_not_of(kBlanks, cut - 1) + 1);
    begin_ = std::min(source_.find_first_not_of(kBlanks, cut), end_);
    if (begin_ == end_) return;
    const size_t start = OverlapStart(begin_, std::min(overlap_, max_ / 4));
    if (start > low) begin_ = start;  // always forward, or a long blank-free text would never end
    Begin();
  }

  void Emit(size_t end) {
    pieces_.push_back({begin_, end, title_, title_stated_, headings_});
    previous_end_ = end;
  }

  void Close() {
    if (open_ && end_ > begin_) Emit(end_);
    open_ = false;
    only_headings_ = false;
  }

  const std::string_view source_;
  const size_t target_;
  const size_t max_;
  const size_t overlap_;
  const size_t tiny_;

  std::vector<Piece> pieces_;
  std::string title_;
  bool title_stated_ = false;
  std::vector<std::pair<int, std::string>> path_;
  std::vector<std::string> headings_;
  size_t begin_ = 0;
  size_t end_ = 0;
  size_t previous_end_ = 0;
  size_t section_begin_ = 0;
  bool open_ = false;
  bool only_headings_ = false;
};

}  // namespace

std::vector<Piece> PackBlocks(std::string_view source, const Outline& outline, const ChunkingOptions& options) {
  return Packer(source, options).Pack(outline);
}

}  // namespace usher::chunking
