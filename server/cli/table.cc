#include "server/cli/table.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "server/cli/escape.h"

namespace usher::cli {
namespace {

constexpr size_t kGap = 2;
constexpr size_t kNarrowestColumn = 8;

std::string Padded(const std::string& cell, size_t width, bool align_right) {
  const std::string cut = CutToWidth(cell, width);
  const std::string padding(width - DisplayWidth(cut), ' ');
  return align_right ? absl::StrCat(padding, cut) : absl::StrCat(cut, padding);
}

}  // namespace

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {
  std::vector<std::string> titles;
  for (const Column& column : columns_) titles.push_back(column.title);
  rows_.push_back(std::move(titles));
}

void Table::AddRow(const std::vector<std::string>& cells) {
  assert(cells.size() == columns_.size());
  std::vector<std::string> row;
  for (const std::string& cell : cells) row.push_back(EscapeText(cell));
  rows_.push_back(std::move(row));
}

std::vector<size_t> Table::ColumnWidths(size_t limit) const {
  std::vector<size_t> widths(columns_.size(), 0);
  for (const auto& row : rows_) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], DisplayWidth(row[i]));
  }
  size_t total = kGap * (columns_.size() - 1);
  for (const size_t width : widths) total += width;
  for (size_t i = columns_.size(); limit > 0 && total > limit && i-- > 0;) {
    if (!columns_[i].flexible || widths[i] <= kNarrowestColumn) continue;
    const size_t cut = std::min(total - limit, widths[i] - kNarrowestColumn);
    widths[i] -= cut;
    total -= cut;
  }
  return widths;
}

std::string Table::Render(size_t width) const {
  const std::vector<size_t> widths = ColumnWidths(width);
  std::string out;
  for (const auto& row : rows_) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      if (i > 0) line.append(kGap, ' ');
      line += Padded(row[i], widths[i], columns_[i].align_right);
    }
    absl::StrAppend(&out, absl::StripTrailingAsciiWhitespace(line), "\n");
  }
  return out;
}

}  // namespace usher::cli
