#include "server/sanitize/markdown_code.h"

#include <algorithm>
#include <array>

#include "index/chunking/ascii.h"

namespace usher::sanitize {
namespace {

size_t RunLength(std::string_view text, size_t at) {
  return std::min(text.find_first_not_of(text[at], at), text.size()) - at;
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::vector<Span> Scan() {
    for (size_t at = 0; at < text_.size();) {
      const size_t end = std::min(text_.find('\n', at), text_.size());
      ReadLine(at, text_.substr(at, end - at));
      at = end + 1;
    }
    if (fence_ != 0) spans_.push_back({fence_begin_, text_.size()});
    return std::move(spans_);
  }

 private:
  void ReadLine(size_t begin, std::string_view line) {
    const size_t indent = std::min(line.find_first_not_of(' '), line.size());
    const std::string_view words = chunking::TrimAscii(line);
    if (fence_ != 0) return ReadFenced(begin, line, indent, words);
    if (words.empty()) {
      doubtful_ = raw_block_;
      return;
    }
    // An HTML block makes backticks plain characters until a blank line, and <pre> and its like beyond that.
    const size_t less_than = line.find_first_not_of(" \t>-+*0123456789.)");
    if (less_than != std::string_view::npos && line[less_than] == '<') doubtful_ = true;
    if (OpensRawBlock(line)) doubtful_ = raw_block_ = true;
    if (doubtful_) return;
    if (indent <= 3 && OpensFence(words)) {
      fence_ = words[0];
      fence_length_ = RunLength(words, 0);
      fence_begin_ = begin;
      return;
    }
    ReadSpans(begin, line);
  }

  void ReadFenced(size_t begin, std::string_view line, size_t indent, std::string_view words) {
    const bool closes = indent <= 3 && !words.empty() && words[0] == fence_ && RunLength(words, 0) == words.size() &&
                        words.size() >= fence_length_;
    if (!closes) return;
    spans_.push_back({fence_begin_, begin + line.size()});
    fence_ = 0;
    doubtful_ = false;
  }

  static bool OpensFence(std::string_view words) {
    if (words[0] != '`' && words[0] != '~') return false;
    const size_t length = RunLength(words, 0);
    return length >= 3 && (words[0] == '~' || words.find('`', length) == std::string_view::npos);
  }

  static bool OpensRawBlock(std::string_view line) {
    static constexpr std::array<std::string_view, 7> kOpeners = {"<pre", "<script", "<style", "<textarea",
                                                                 "<!--", "<![",     "<?"};
    const size_t less_than = line.find('<');
    if (less_than == std::string_view::npos) return false;
    const std::string lower = chunking::LowerAscii(line.substr(less_than, 10));
    if (line.find_first_not_of(" \t>-+*0123456789.)") != less_than) return false;
    return std::any_of(kOpeners.begin(), kOpeners.end(),
                       [&lower](std::string_view opener) { return lower.compare(0, opener.size(), opener) == 0; });
  }

  // Pairs runs of backticks of equal length within the line.
  void ReadSpans(size_t begin, std::string_view line) {
    for (size_t at = line.find('`'); at < line.size() && !doubtful_; at = line.find('`', at)) {
      const size_t length = RunLength(line, at);
      if (at > 0 && line[at - 1] == '\\') {
        doubtful_ = true;
        return;
      }
      size_t close = line.find('`', at + length);
      while (close != std::string_view::npos && RunLength(line, close) != length) {
        close = line.find('`', close + RunLength(line, close));
      }
      if (close == std::string_view::npos) {
        doubtful_ = true;  // its partner may stand on a later line
        return;
      }
      spans_.push_back({begin + at, begin + close + length});
      at = close + length;
    }
  }

  const std::string_view text_;
  std::vector<Span> spans_;
  char fence_ = 0;
  size_t fence_length_ = 0;
  size_t fence_begin_ = 0;
  bool doubtful_ = false;   // backticks in the rest of this paragraph prove nothing
  bool raw_block_ = false;  // an HTML block that blank lines do not end has been opened
};

}  // namespace

std::vector<Span> MarkdownCode(std::string_view text) { return Scanner(text).Scan(); }

}  // namespace usher::sanitize
