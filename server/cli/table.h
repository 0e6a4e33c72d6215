// Aligned columns for people. Cells are escaped, so they may hold untrusted text.
//
// Not thread-safe.
#ifndef USHER_SERVER_CLI_TABLE_H_
#define USHER_SERVER_CLI_TABLE_H_

#include <cstddef>
#include <string>
#include <vector>

namespace usher::cli {

struct Column {
  std::string title;
  bool align_right = false;
  // Gives way when the table is wider than the terminal.
  bool flexible = false;
};

class Table {
 public:
  explicit Table(std::vector<Column> columns);

  // `cells` has one text a column.
  void AddRow(const std::vector<std::string>& cells);

  // Heading and rows, each ended by a line break and without trailing spaces. Flexible columns, the last first, are cut
  // so that no line takes more than `width` columns, but not below 8 each; 0 means unlimited.
  std::string Render(size_t width) const;

 private:
  std::vector<size_t> ColumnWidths(size_t limit) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_TABLE_H_
