#include "server/sanitize/personal/table_columns.h"

#include <algorithm>

#include "server/sanitize/personal/ascii.h"

namespace usher::sanitize::personal {
namespace {

constexpr size_t kLongestHeading = 1024;

size_t LineEnd(std::string_view text, size_t from) { return std::min(text.find('\n', from), text.size()); }

std::vector<std::string_view> Split(std::string_view line, char delimiter) {
  std::vector<std::string_view> cells;
  for (size_t begin = 0; begin <= line.size();) {
    const size_t end = std::min(line.find(delimiter, begin), line.size());
    cells.push_back(line.substr(begin, end - begin));
    begin = end + 1;
  }
  return cells;
}

}  // namespace

void TableColumns::StartBlock(size_t line) {
  heading_line_ = true;
  headings_.clear();
  const std::string_view heading = text_.substr(line, LineEnd(text_, line) - line);
  if (heading.size() > kLongestHeading || std::any_of(heading.begin(), heading.end(), IsDigit)) return;
  for (const char delimiter : {'|', '\t', ';', ','}) {
    if (heading.find(delimiter) == std::string_view::npos) continue;
    delimiter_ = delimiter;
    headings_ = Split(heading, delimiter);
    return;
  }
}

void TableColumns::AdvanceTo(size_t at) {
  if (next_ == 0) {
    StartBlock(0);
    next_ = LineEnd(text_, 0) + 1;
  }
  while (next_ <= at) {
    const std::string_view line = text_.substr(line_, next_ - line_);
    const bool was_empty = line.find_first_not_of(" \t\r\n") == std::string_view::npos;
    line_ = counted_ = next_;
    next_ = LineEnd(text_, line_) + 1;
    column_ = 0;
    quoted_ = false;
    if (was_empty) {
      StartBlock(line_);
    } else {
      heading_line_ = false;
    }
  }
}

std::string_view TableColumns::HeadingOf(size_t at) {
  AdvanceTo(at);
  if (headings_.empty() || heading_line_) return {};
  for (; counted_ < at; ++counted_) {
    if (text_[counted_] == '"') quoted_ = !quoted_;
    if (text_[counted_] == delimiter_ && !quoted_) ++column_;
  }
  return column_ < headings_.size() ? headings_[column_] : std::string_view();
}

}  // namespace usher::sanitize::personal
