#include "server/sanitize/markdown_links.h"

#include <algorithm>

#include "index/chunking/ascii.h"

namespace usher::sanitize {
namespace {

constexpr size_t kMaxTargetBytes = 4096;
constexpr size_t kMaxLabelBytes = 1000;
constexpr size_t kBudgetPerByte = 16;
constexpr size_t kLeastBudget = size_t{1} << 18;  // so that only large texts can run out
constexpr size_t kNpos = std::string_view::npos;

// Labels are compared without case and with white space collapsed.
std::string NormaliseLabel(std::string_view label) {
  std::string out;
  for (const char c : chunking::TrimAscii(label)) {
    if (!chunking::IsSpaceAscii(c)) {
      out.push_back(chunking::ToLowerAscii(c));
    } else if (!out.empty() && out.back() != ' ') {
      out.push_back(' ');
    }
  }
  return out;
}

class Finder {
 public:
  explicit Finder(std::string_view text) : text_(text), budget_(kBudgetPerByte * text.size() + kLeastBudget) {}

  MarkdownLinks Find() {
    for (size_t at = text_.find_first_of("[]\\\n"); at < text_.size(); at = text_.find_first_of("[]\\\n", at)) {
      switch (text_[at]) {
        case '\\':
          at += 2;
          break;
        case '\n':
          at = ReadLineBreak(at);
          break;
        case '[':
          if (!ReadDefinition(at)) {
            open_.push_back(at);
            ++at;
          }
          break;
        default:
          at = ReadClose(at);
      }
    }
    return std::move(found_);
  }

 private:
  // No link crosses a blank line.
  size_t ReadLineBreak(size_t at) {
    const size_t next = text_.find_first_not_of(" \t\r", at + 1);
    if (next == kNpos || text_[next] == '\n') open_.clear();
    return at + 1;
  }

  // "]" with what follows it; returns where to go on.
  size_t ReadClose(size_t at) {
    if (open_.empty()) return at + 1;
    const size_t open = open_.back();
    open_.pop_back();
    MarkdownLink link;
    link.image = open > 0 && text_[open - 1] == '!' && (open < 2 || text_[open - 2] != '\\');
    link.open = {open - (link.image ? 1 : 0), open + 1};
    const char next = at + 1 < text_.size() ? text_[at + 1] : '\0';
    if (next == '(') {
      ReadInline(at, link);
      return at + 2;
    }
    const size_t label_end =
        next == '[' ? text_.substr(0, std::min(text_.size(), at + kMaxLabelBytes)).find(']', at + 2) : kNpos;
    const std::string_view own = text_.substr(open + 1, std::min(at - open - 1, kMaxLabelBytes));
    link.form = MarkdownLink::Form::kReference;
    const bool labelled = label_end != kNpos && label_end > at + 2;
    link.target = {at, label_end == kNpos ? at + 1 : label_end + 1};
    if (!labelled && at - open - 1 > kMaxLabelBytes) return at + 1;
    link.destination = NormaliseLabel(labelled ? text_.substr(at + 2, label_end - at - 2) : own);
    if (!Spend(link.target.size() + own.size())) return at + 1;
    const size_t end = link.target.end;
    found_.links.push_back(std::move(link));
    return end;
  }

  void ReadInline(size_t close, MarkdownLink& link) {
    size_t depth = 1;
    size_t at = close + 2;
    const size_t limit = std::min(text_.size(), at + kMaxTargetBytes);
    for (; at < limit && depth > 0; ++at) {
      if (text_[at] == '\\') {
        ++at;
      } else if (text_[at] == '(') {
        ++depth;
      } else if (text_[at] == ')') {
        --depth;
      } else if (text_[at] == '\n' && at + 1 < text_.size() && text_[at + 1] == '\n') {
        break;
      }
    }
    at = std::min(at, text_.size());
    const bool in_budget = Spend(at - close);
    if (depth == 0 && in_budget) {
      link.target = {close, at};
      link.destination = std::string(text_.substr(close + 2, at - close - 3));
      found_.links.push_back(std::move(link));
    } else if (!in_budget || at == limit) {
      ReadUnbalanced(close, limit, in_budget, link);
    }
  }

  // A reader may stop at the first ")" where parentheses do not balance; without one there is no link.
  void ReadUnbalanced(size_t close, size_t limit, bool in_budget, MarkdownLink& link) {
    const size_t end = in_budget ? text_.substr(0, limit).find(')', close) : kNpos;
    if (end != kNpos) {
      link.target = {close, end + 1};
      link.destination = std::string(text_.substr(close + 2, end - close - 2));
    } else if (!in_budget || limit < text_.size()) {
      link.form = MarkdownLink::Form::kUnread;
      link.target = {close, close + 2};
    } else {
      return;
    }
    found_.links.push_back(std::move(link));
  }

  // "[label]: destination 'title'". Definitions in the middle of a line are read as well: a model reads them so.
  bool ReadDefinition(size_t& at) {
    const std::string_view window = text_.substr(at, kMaxLabelBytes);
    if (stop_ <= at) stop_ = std::min(text_.find_first_of("]\n", at + 1), text_.size());
    const size_t close = stop_ - at;
    if (close >= window.size() || !Spend(close) || window[close] != ']' || window.substr(close, 2) != "]:")
      return false;
    if (window.substr(1, close - 1).find('[') != kNpos) return false;
    const size_t line_end =
        at + std::min(text_.substr(at, kMaxTargetBytes).find('\n'), std::min(text_.size() - at, kMaxTargetBytes));
    size_t begin = text_.find_first_not_of(" \t", at + close + 2);
    if (begin == kNpos || begin >= line_end) return false;
    const size_t end = std::min(text_.substr(0, line_end).find_first_of(" \t", begin), line_end);
    MarkdownDefinition definition;
    definition.label = NormaliseLabel(window.substr(1, close - 1));
    definition.span = {at, end};
    const std::string_view rest = text_.substr(end, line_end - end);
    definition.title = TitleOf(rest);
    if (!definition.title.empty()) {
      definition.span.end = static_cast<size_t>(definition.title.data() + definition.title.size() + 1 - text_.data());
    }
    // A destination with spaces is none to Markdown, but a model would fill it in all the same.
    const bool whole_line = definition.title.empty() && text_.substr(begin, end - begin).find("://") != kNpos;
    if (whole_line)
      definition.span.end = end + chunking::TrimAscii(rest).size() + (rest.size() - TrimLeft(rest).size());
    definition.destination = std::string(text_.substr(begin, (whole_line ? definition.span.end : end) - begin));
    at = definition.span.end;
    found_.definitions.push_back(std::move(definition));
    return true;
  }

  static std::string_view TrimLeft(std::string_view text) {
    const size_t first = text.find_first_not_of(chunking::kAsciiSpaces);
    return first == kNpos ? std::string_view() : text.substr(first);
  }

  static std::string_view TitleOf(std::string_view rest) {
    rest = TrimLeft(rest);
    if (rest.empty()) return {};
    const char close = rest[0] == '(' ? ')' : rest[0];
    if (close != ')' && close != '"' && close != '\'') return {};
    const size_t end = rest.rfind(close);
    return end == kNpos || end < 2 ? std::string_view() : rest.substr(1, end - 1);
  }

  bool Spend(size_t bytes) {
    if (bytes > budget_) {
      budget_ = 0;
      return false;
    }
    budget_ -= bytes;
    return true;
  }

  const std::string_view text_;
  size_t budget_;
  size_t stop_ = 0;  // the next "]" or line break
  std::vector<size_t> open_;
  MarkdownLinks found_;
};

}  // namespace

MarkdownLinks FindMarkdownLinks(std::string_view text) { return Finder(text).Find(); }

}  // namespace usher::sanitize
