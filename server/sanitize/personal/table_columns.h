// What heads the column of a number in CSV, TSV and Markdown tables.
//
// A block is a run of lines without an empty one; its first line heads it when that has several cells and no digits.
// Guarantees: asked from left to right, all questions together take time linear in the text.
// Thread-safety: none; one object belongs to one search.
#ifndef USHER_SERVER_SANITIZE_PERSONAL_TABLE_COLUMNS_H_
#define USHER_SERVER_SANITIZE_PERSONAL_TABLE_COLUMNS_H_

#include <cstddef>
#include <string_view>
#include <vector>

namespace usher::sanitize::personal {

class TableColumns {
 public:
  // `text` must outlive this.
  explicit TableColumns(std::string_view text) : text_(text) {}

  // The heading above `at`, which must not be less than in the call before; empty when there is none.
  std::string_view HeadingOf(size_t at);

 private:
  void StartBlock(size_t line);
  void AdvanceTo(size_t at);

  std::string_view text_;
  size_t line_ = 0;     // start of the line that holds the last question
  size_t next_ = 0;     // start of the line behind it
  size_t counted_ = 0;  // bytes of the text whose delimiters are counted
  size_t column_ = 0;
  bool quoted_ = false;
  bool heading_line_ = true;
  char delimiter_ = '\0';
  std::vector<std::string_view> headings_;
};

}  // namespace usher::sanitize::personal

#endif  // USHER_SERVER_SANITIZE_PERSONAL_TABLE_COLUMNS_H_
