// Which versions of documents the rows of a sealed segment belong to, and where each lies.
//
// Thread-safety: immutable once built.
#ifndef USHER_INDEX_VERSION_TABLE_H_
#define USHER_INDEX_VERSION_TABLE_H_

#include <cstddef>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/types/span.h"
#include "acl/ids.h"
#include "index/row_places.h"
#include "index/vector_index.h"

namespace usher::index {

// Where all rows of a version lie in a segment, in the order of the chunks' numbers.
struct VersionRows {
  acl::DocumentVersion version;
  absl::Span<const RowRange> ranges;
};

class VersionTable {
 public:
  VersionTable() = default;
  // `keys`: one a row, in the order of the rows.
  explicit VersionTable(absl::Span<const RowKey> keys);

  size_t size() const { return versions_.size(); }
  // i < size(); ascending by version. Valid while this lives unchanged.
  VersionRows operator[](size_t i) const;
  void ForEach(absl::FunctionRef<void(const VersionRows&)> visit) const;

 private:
  std::vector<acl::DocumentVersion> versions_;
  std::vector<size_t> range_ends_;  // one a version: where its ranges end in ranges_
  std::vector<RowRange> ranges_;
};

}  // namespace usher::index

#endif  // USHER_INDEX_VERSION_TABLE_H_
