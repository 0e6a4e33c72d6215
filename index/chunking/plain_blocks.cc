#include <algorithm>

#include "index/chunking/ascii.h"
#include "index/chunking/block.h"
#include "index/chunking/utf8.h"

namespace usher::chunking {
namespace {

constexpr size_t kMaxHeadingBytes = 200;
constexpr std::string_view kUnderlines = "=-~^*+#\"'.:`_";

struct Line {
  size_t begin;
  size_t end;   // behind the last byte before the line break
  size_t next;  // first byte of the next line
};

Line LineAt(std::string_view text, size_t begin) {
  const size_t end = std::min(text.find('\n', begin), text.size());
  return {begin, end, std::min(end + 1, text.size())};
}

std::string_view Trimmed(std::string_view text, const Line& line) {
  return TrimAscii(text.substr(line.begin, line.end - line.begin));
}

// The character a line is drawn with, or 0. Three are the fewest that are a drawing and not a word.
char UnderlineOf(std::string_view line) {
  if (line.size() < 3 || kUnderlines.find(line[0]) == std::string_view::npos) return 0;
  return line.find_first_not_of(line[0]) == std::string_view::npos ? line[0] : '\0';
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Outline Read() {
    for (size_t at = 0; at < text_.size();) at = ReadLine(LineAt(text_, at));
    Close(text_.size());
    return std::move(outline_);
  }

 private:
  size_t ReadLine(const Line& line) {
    const std::string_view words = Trimmed(text_, line);
    if (words.empty()) {
      paragraph_ended_ = true;
      return line.next;
    }
    if (const size_t behind = ReadTitle(line, words)) return behind;
    if (paragraph_ended_) Close(line.begin);
    paragraph_ended_ = false;
    return line.next;
  }

  // Reads a title that starts at `line` (its overline or its text) and returns the offset behind it, or 0.
  size_t ReadTitle(const Line& line, std::string_view words) {
    if (!paragraph_ended_) return 0;
    const char over = UnderlineOf(words);
    const Line title = over != 0 ? LineAt(text_, line.next) : line;
    const Line under = LineAt(text_, title.next);
    if (title.next >= text_.size()) return 0;
    const std::string_view name = Trimmed(text_, title);
    const char drawn = UnderlineOf(Trimmed(text_, under));
    if (name.empty() || name.size() > kMaxHeadingBytes || drawn == 0 || (over != 0 && over != drawn)) return 0;
    if (UnderlineOf(name) != 0) return 0;
    Close(line.begin);
    outline_.blocks.push_back({line.begin, under.next, LevelOf(drawn, over != 0), HeadingText(name)});
    open_ = under.next;
    paragraph_ended_ = true;
    return under.next;
  }

  int LevelOf(char drawn, bool overlined) {
    const std::string style = {drawn, overlined ? '2' : '1'};
    auto found = std::find(styles_.begin(), styles_.end(), style);
    if (found == styles_.end()) found = styles_.insert(styles_.end(), style);
    return static_cast<int>(std::min<std::ptrdiff_t>(6, found - styles_.begin() + 1));
  }

  void Close(size_t end) {
    if (end > open_) outline_.blocks.push_back({open_, end, 0, ""});
    open_ = end;
  }

  const std::string_view text_;
  Outline outline_;
  std::vector<std::string> styles_;
  size_t open_ = 0;
  bool paragraph_ended_ = true;
};

}  // namespace

Outline PlainBlocks(std::string_view text) { return Reader(text).Read(); }

std::string HeadingText(std::string_view text) {
  std::string heading;
  for (const char c : TrimAscii(text.substr(0, 4 * kMaxHeadingBytes))) {
    if (!IsSpaceAscii(c)) {
      heading.push_back(c);
    } else if (!heading.empty() && heading.back() != ' ') {
      heading.push_back(' ');
    }
  }
  if (heading.size() > kMaxHeadingBytes) heading.resize(FloorToCodePoint(heading, kMaxHeadingBytes));
  // A cut through the input's last code point leaves an ill-formed tail.
  const size_t bad = FirstInvalidUtf8(heading);
  if (bad != std::string::npos) heading.resize(bad);
  return heading;
}

}  // namespace usher::chunking
