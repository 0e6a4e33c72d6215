#include <unicode/uchar.h>

#include <algorithm>
#include <vector>

#include "absl/strings/str_format.h"
#include "index/chunking/utf8.h"
#include "server/sanitize/code_points.h"
#include "server/sanitize/removed_run.h"
#include "server/sanitize/rules.h"

namespace usher::sanitize {
namespace {

constexpr char32_t kPopFormatting = 0x202C;
constexpr char32_t kPopIsolate = 0x2069;

bool IsMark(char32_t c) { return c == 0x200E || c == 0x200F || c == 0x061C; }
bool IsIsolate(char32_t c) { return c >= 0x2066 && c <= 0x2068; }
bool IsOverride(char32_t c) { return c == 0x202D || c == 0x202E; }
bool IsEmbedding(char32_t c) { return c == 0x202A || c == 0x202B || IsOverride(c); }

bool IsRightToLeft(char32_t c) {
  const UCharDirection direction = u_charDirection(static_cast<UChar32>(c));
  return direction == U_RIGHT_TO_LEFT || direction == U_RIGHT_TO_LEFT_ARABIC;
}

struct Control {
  Span span;
  char32_t code;
  bool keep;
};

// The controls of one line, the unit at whose end every embedding and isolate closes.
class LineControls {
 public:
  void Add(Span span, char32_t c) {
    controls_.push_back({span, c, false});
    const size_t index = controls_.size() - 1;
    if (IsMark(c)) {
      controls_[index].keep = true;
    } else if (IsIsolate(c) || IsEmbedding(c)) {
      open_.push_back(index);
    } else if (!open_.empty()) {
      Pair(index);
    }
  }
  void SeeRightToLeft() { right_to_left_ = true; }

  // Removes what does not serve the line's right-to-left text and starts the next line.
  void Finish(RemovedRun& run) {
    for (const Control& control : controls_) {
      if (control.keep && right_to_left_) continue;
      run.Remove(control.span, absl::StrFormat("U+%04X ", static_cast<unsigned>(control.code)));
    }
    controls_.clear();
    open_.clear();
    right_to_left_ = false;
  }

 private:
  // Keeps a well-nested pair, unless it turns the order of characters around.
  void Pair(size_t closing) {
    Control& opening = controls_[open_.back()];
    const bool matches = controls_[closing].code == (IsIsolate(opening.code) ? kPopIsolate : kPopFormatting);
    if (!matches) return;
    open_.pop_back();
    opening.keep = controls_[closing].keep = !IsOverride(opening.code);
  }

  std::vector<Control> controls_;
  std::vector<size_t> open_;
  bool right_to_left_ = false;
};

class BidiRule final : public Rule {
 public:
  std::string_view id() const override { return "unicode.bidi"; }

  void Inspect(const RuleInput& input, EditList& edits, FindingLog& findings) const override {
    if (!input.features.non_ascii) return;
    RemovedRun run(id(), edits, findings);
    LineControls line;
    const std::string_view text = input.text;
    for (size_t at = 0; at < text.size();) {
      const size_t begin = at;
      const size_t non_ascii = NextNonAscii(text, at);
      if (text.substr(begin, non_ascii - begin).find('\n') != std::string_view::npos) line.Finish(run);
      at = non_ascii;
      if (at >= text.size()) break;
      const char32_t c = chunking::NextCodePoint(text, at);
      if (c == 0x2029) line.Finish(run);
      if (IsBidiControl(c)) {
        line.Add({non_ascii, at}, c);
      } else if (IsRightToLeft(c)) {
        line.SeeRightToLeft();
      }
    }
    line.Finish(run);
  }
};

}  // namespace

std::unique_ptr<Rule> MakeBidiRule() { return std::make_unique<BidiRule>(); }

}  // namespace usher::sanitize
