#include "server/guard/guard_stream.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/chunking/ascii.h"
#include "index/chunking/utf8.h"
#include "server/guard/open_marks.h"
#include "server/sanitize/markdown_code.h"

namespace usher::guard {
namespace {

using sanitize::CleanText;
using sanitize::Finding;
using sanitize::Span;

constexpr size_t kLongestStep = 4096;  // before it ends in the middle of a word

// White space, and scripts whose words stand next to each other: Thai to Tibetan, Myanmar, Khmer, and all from the
// radicals of Chinese on.
bool EndsWord(char32_t c) {
  if (c < 0x80) return chunking::IsSpaceAscii(static_cast<char>(c));
  return (c >= 0x0E00 && c < 0x1000) || (c >= 0x1000 && c < 0x10A0) || (c >= 0x1780 && c < 0x1800) || c >= 0x2E80;
}

// Whether `bytes`, which are no UTF-8, may become a character when more of them come.
bool IsUnfinished(std::string_view bytes) {
  const auto lead = static_cast<unsigned char>(bytes.front());
  const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
  return lead >= 0xC2 && lead <= 0xF4 && bytes.size() < length &&
         std::all_of(bytes.begin() + 1, bytes.end(), continues);
}

// Only a mark in front of what follows `before` lets it be read as Markdown reads it there: within a fenced block the
// fence, since its end would look like its beginning; where backticks prove nothing any more, one that proves nothing.
std::string MarkFor(std::string_view before) {
  constexpr std::string_view kProbe = "~~~";
  const bool new_line = before.empty() || before.back() == '\n';
  const size_t line = before.rfind('\n') + 1;
  if (!new_line && before.find('`', line) != std::string_view::npos) return "\\`";
  const std::string probed = absl::StrCat(std::string(before), new_line ? "" : "\n", std::string(kProbe));
  const std::vector<Span> code = sanitize::MarkdownCode(probed);
  if (code.empty() || code.back().end != probed.size()) return new_line ? "\\`\n" : "\\`";
  if (code.back().begin >= before.size()) return "";
  const std::string_view fence = before.substr(code.back().begin);
  const size_t first = std::min(fence.find_first_not_of(' '), fence.size());
  const size_t last = std::min(fence.find_first_not_of(fence.substr(first, 1), first), fence.size());
  return absl::StrCat(std::string(fence.substr(first, last - first)), "\n");
}

size_t Minus(size_t a, size_t b) { return a > b ? a - b : 0; }

}  // namespace

absl::Status GuardStream::Push(std::string_view bytes, Piece& out) {
  if (absl::Status status = TakeCharacters(bytes); !status.ok()) return status;
  for (size_t end = NextStep(); end != 0; end = NextStep()) {
    if (absl::Status status = RunStep(end, out); !status.ok()) return status;
  }
  return absl::OkStatus();
}

absl::Status GuardStream::TakeCharacters(std::string_view bytes) {
  const size_t before = window_begin_ + window_.size();
  unfinished_ += bytes;
  if (before + unfinished_.size() > kMaxTextBytes) {
    return absl::InvalidArgumentError(absl::StrCat("the stream has more than ", kMaxTextBytes,
                                                   " bytes of text: inspect longer texts in several streams"));
  }
  const size_t valid = std::min(chunking::FirstInvalidUtf8(unfinished_), unfinished_.size());
  if (valid < unfinished_.size() && !IsUnfinished(std::string_view(unfinished_).substr(valid))) {
    return absl::InvalidArgumentError(absl::StrCat("is not UTF-8 at byte ", before + valid, " of the stream"));
  }
  window_ += unfinished_.substr(0, valid);
  unfinished_.erase(0, valid);
  return absl::OkStatus();
}

size_t GuardStream::NextStep() {
  const size_t least = last_step_ + step_;
  if (window_.size() < least) return 0;
  scanned_ = std::max(scanned_, chunking::FloorToCodePoint(window_, least - 1));
  while (scanned_ < window_.size()) {
    const bool word_ended = EndsWord(chunking::NextCodePoint(window_, scanned_));
    if (scanned_ < least) continue;
    if (word_ended || scanned_ - last_step_ >= step_ + kLongestStep) return scanned_;
  }
  return 0;
}

absl::Status GuardStream::RunStep(size_t end, Piece& out) {
  const absl::StatusOr<CleanText> judged = guard_.InspectPart(std::string_view(window_).substr(0, end), terms_);
  if (!judged.ok()) return judged.status();
  steps_.push_back(end);
  last_step_ = scanned_ = end;
  const size_t cut = CutBefore(end, *judged);
  if (cut > released_) {
    Release(cut, *judged, out);
    step_ = kLeastStep;
    DropWhatIsBehind();
  } else {
    step_ = std::clamp((end - released_) / 4, kLeastStep, kLongestStep);
  }
  return absl::OkStatus();
}

size_t GuardStream::CutBefore(size_t end, const CleanText& judged) const {
  const size_t latest = Minus(end, kAhead);
  const size_t open = FirstOpenMark(std::string_view(window_).substr(0, end), released_);
  size_t fallback = released_;
  for (auto step = steps_.rbegin(); step != steps_.rend() && *step > released_; ++step) {
    if (*step > latest) continue;
    if (fallback == released_) fallback = *step;
    if (*step <= open && !CutsThrough(*step, judged)) return *step;
  }
  return end - released_ > kMostHeld ? fallback : released_;
}

bool GuardStream::CutsThrough(size_t at, const CleanText& judged) const {
  if (judged.map.ToSource(judged.map.ToClean(at)) != at) return true;
  return std::any_of(judged.findings.begin(), judged.findings.end(),
                     [at](const Finding& finding) { return finding.source.begin < at && at < finding.source.end; });
}

void GuardStream::Release(size_t end, const CleanText& judged, Piece& out) {
  const Span share = judged.map.ShareOf(Span{released_, end});
  out.text += judged.text.substr(share.begin, share.size());
  const auto in_stream = [&](size_t clean) { return clean_size_ + Minus(std::min(clean, share.end), share.begin); };
  const bool last = end == window_.size();
  for (Finding finding : judged.findings) {
    const bool here = finding.source.begin >= released_ && (finding.source.begin < end || last);
    if (!here) continue;
    finding.source = {finding.source.begin + window_begin_, finding.source.end + window_begin_};
    finding.clean = {in_stream(finding.clean.begin), in_stream(finding.clean.end)};
    flagged_ = flagged_ || IsFlagged(finding);
    ++finding_count_;
    out.findings.push_back(std::move(finding));
  }
  const size_t excess = Minus(terms_.max_length, window_begin_);
  if (excess >= released_ && excess < end) clean_excess_ = in_stream(judged.map.ToClean(excess));
  clean_size_ += share.size();
  released_ = end;
}

size_t GuardStream::ContextBegin() const {
  const size_t latest = Minus(released_, kBefore);
  const size_t earliest = Minus(released_, kMostBefore);
  const std::string_view before = std::string_view(window_).substr(0, latest);
  for (const std::string_view mark : {"\n\n", "\n"}) {
    const size_t found = before.rfind(mark);
    if (found != std::string_view::npos && found + mark.size() >= earliest) return found + mark.size();
  }
  const auto after = std::upper_bound(steps_.begin(), steps_.end(), latest);
  return after == steps_.begin() ? 0 : *std::prev(after);
}

void GuardStream::DropWhatIsBehind() {
  const size_t begin = ContextBegin();
  if (begin == 0) return;
  const std::string mark = MarkFor(std::string_view(window_).substr(0, begin));
  if (mark.size() > begin) return;
  const size_t shift = begin - mark.size();
  window_.replace(0, begin, mark);
  std::erase_if(steps_, [begin](size_t step) { return step < begin; });
  for (size_t& step : steps_) step -= shift;
  window_begin_ += shift;
  released_ -= shift;
  last_step_ -= shift;
  scanned_ -= shift;
}

absl::Status GuardStream::Finish(Piece& out) {
  if (!unfinished_.empty()) return absl::InvalidArgumentError("the stream ends inside a character of UTF-8");
  const size_t size = window_begin_ + window_.size();
  if (size == 0) return absl::InvalidArgumentError("the stream brought no text; send at least one byte");
  const absl::StatusOr<CleanText> judged = guard_.InspectPart(window_, terms_);
  if (!judged.ok()) return judged.status();
  Release(window_.size(), *judged, out);
  const std::optional<Finding> excess = FindExcess(terms_, size, {clean_excess_, clean_size_});
  if (!excess) return absl::OkStatus();
  flagged_ = flagged_ || IsFlagged(*excess);
  ++finding_count_;
  out.findings.push_back(*excess);
  return absl::OkStatus();
}

}  // namespace usher::guard
