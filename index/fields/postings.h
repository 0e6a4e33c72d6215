// Which rows of a sealed segment hold which values of one field: the terms in order, each with its rows.
//
// Terms that few rows hold keep them as plain numbers, 4 bytes a row, so that a range over a field whose values are all
// different is one walk along memory; terms of many rows keep a compressed bitmap. Guarantee: rows are those that were
// added, whatever happened to them later; who may read them is not known here. Thread-safety: immutable once built.
#ifndef USHER_INDEX_FIELDS_POSTINGS_H_
#define USHER_INDEX_FIELDS_POSTINGS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/types/span.h"
#include "index/fields/filter.h"
#include "index/fields/row_bits.h"

struct roaring_bitmap_s;

namespace usher::fields {

class Postings {
 public:
  size_t size() const { return term_ends_.size(); }
  // i < size(); ascending.
  std::string_view term(size_t i) const;
  // Calls `visit` with the rows of term i, ascending and in pieces, until it returns false. Returns whether it never
  // did.
  bool ForEachRows(size_t i, absl::FunctionRef<bool(absl::Span<const uint32_t>)> visit) const;

  // Adds the rows that hold a term of the interval.
  void AddTo(const Interval& interval, RowBits& bits) const;
  // Whether a row that holds a term of the interval is one for which `wanted` returns true.
  bool AnyRow(const Interval& interval, absl::FunctionRef<bool(uint32_t)> wanted) const;

  // Bytes held in memory.
  size_t bytes() const;

 private:
  friend class PostingsBuilder;
  struct FreeBitmap {
    void operator()(roaring_bitmap_s* bitmap) const;
  };
  using Bitmap = std::unique_ptr<roaring_bitmap_s, FreeBitmap>;

  // Terms [first, second) are in the interval.
  std::pair<size_t, size_t> TermsIn(const Interval& interval) const;
  size_t LowerBound(std::string_view wanted) const;
  absl::Span<const uint32_t> ListedRows(size_t i) const;

  std::string terms_;
  std::vector<size_t> term_ends_;  // in terms_
  std::vector<uint32_t> rows_;     // of the terms without a bitmap
  std::vector<size_t> row_ends_;   // in rows_, one a term
  absl::flat_hash_map<size_t, Bitmap> bitmaps_;
};

// One field's postings in the making. Thread-safety: none.
class PostingsBuilder {
 public:
  // No pair twice.
  void Add(std::string_view term, uint32_t row);
  Postings Build() &&;

 private:
  // Terms from this many rows on have a bitmap: below, its parts take more memory than the numbers.
  static constexpr size_t kBitmapRows = 256;

  static void Append(std::string_view term, absl::Span<const uint32_t> rows, Postings& postings);

  absl::flat_hash_map<std::string, uint32_t> ids_;
  std::vector<std::pair<uint32_t, uint32_t>> pairs_;  // id of the term, row
};

}  // namespace usher::fields

#endif  // USHER_INDEX_FIELDS_POSTINGS_H_
