// The newest rows of the index, in the order they came, until they are sealed into a segment.
//
// A copy of a Head is a view of the rows it held when it was made, with the classes of that moment; rows themselves
// never move or change. Thread-safety: one thread changes the original; copies may be read meanwhile by any thread that
// was handed them.
#ifndef USHER_INDEX_HEAD_H_
#define USHER_INDEX_HEAD_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "acl/ids.h"
#include "index/aligned_floats.h"
#include "index/class_map.h"
#include "index/fields/row_fields.h"
#include "index/row_format.h"
#include "index/scanner.h"
#include "index/vector_index.h"

namespace usher::index {

class Head {
 public:
  // Rows are rounded to what `row_format` can hold; they lie in memory as floats all the same.
  explicit Head(int dimension, RowFormat row_format = RowFormat::kFloat32)
      : dimension_(dimension), row_format_(row_format) {}

  uint32_t size() const { return static_cast<uint32_t>(classes_.size()); }

  const ClassMap& classes() const { return classes_; }

  // i < size().
  acl::ClassId class_of(uint32_t i) const { return classes_[i]; }
  RowKey key(uint32_t i) const;
  const float* row(uint32_t i) const;

  // Adds the chunks 0..count-1 of a version. `rows`: count x dimension floats. Returns the place of the first.
  uint32_t Append(acl::DocumentVersion version, acl::ClassId class_id, const float* rows, uint32_t count);

  // Says once what filters see of rows [first, first + count), which Append has just added.
  void SetFields(uint32_t first, uint32_t count, const fields::VersionFields& fields) {
    fields_.Append(first, count, fields);
  }
  const fields::RowFields& fields() const { return fields_; }

  // Gives rows [first, first + count), all present, another class.
  void SetClass(uint32_t first, uint32_t count, acl::ClassId class_id) { classes_.Fill(first, count, class_id); }

  // Gives single rows other classes, as CowArray::Write.
  void SetClasses(absl::Span<const ClassMap::Change> changes) { classes_.Write(changes); }

  // Offers every authorised row. Errors as Scanner::Scan.
  absl::Status Scan(Scanner* scanner) const;

 private:
  // The first rows lie in small blocks, so that a collection of a few documents costs little more than its rows.
  static constexpr size_t kBlockRows = 256;
  static constexpr size_t kSmallBlockRows = 16;
  static constexpr size_t kSmallBlocks = 32;
  static constexpr size_t kRowsInSmallBlocks = kSmallBlocks * kSmallBlockRows;
  struct Block {
    Block(size_t rows, size_t stride) : floats(rows * stride), keys(rows) {}
    AlignedFloats floats;
    std::vector<RowKey> keys;
  };
  using Root = std::vector<std::shared_ptr<Block>>;

  static size_t BlockOf(size_t row);
  static size_t RowsOfBlock(size_t block);
  static size_t FirstRowOf(size_t block);

  int dimension_;
  RowFormat row_format_;
  std::shared_ptr<const Root> blocks_ = std::make_shared<Root>();
  ClassMap classes_;
  fields::RowFields fields_;
};

}  // namespace usher::index

#endif  // USHER_INDEX_HEAD_H_
