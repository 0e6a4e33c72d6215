#include "index/fields/postings.h"

#include <roaring/roaring.h>

#include <algorithm>
#include <array>

#include "acl/absl_view.h"

namespace usher::fields {

void Postings::FreeBitmap::operator()(roaring_bitmap_s* bitmap) const { roaring_bitmap_free(bitmap); }

std::string_view Postings::term(size_t i) const {
  const size_t begin = i == 0 ? 0 : term_ends_[i - 1];
  return std::string_view(terms_).substr(begin, term_ends_[i] - begin);
}

absl::Span<const uint32_t> Postings::ListedRows(size_t i) const {
  const size_t begin = i == 0 ? 0 : row_ends_[i - 1];
  return absl::MakeConstSpan(rows_).subspan(begin, row_ends_[i] - begin);
}

bool Postings::ForEachRows(size_t i, absl::FunctionRef<bool(absl::Span<const uint32_t>)> visit) const {
  const auto found = bitmaps_.find(i);
  if (found == bitmaps_.end()) return visit(ListedRows(i));
  std::array<uint32_t, 1'024> piece;
  roaring_uint32_iterator_t next;
  roaring_init_iterator(found->second.get(), &next);
  for (;;) {
    const uint32_t count = roaring_read_uint32_iterator(&next, piece.data(), piece.size());
    if (count == 0) return true;
    if (!visit({piece.data(), count})) return false;
  }
}

size_t Postings::LowerBound(std::string_view wanted) const {
  size_t begin = 0;
  size_t end = size();
  while (begin < end) {
    const size_t middle = begin + (end - begin) / 2;
    term(middle) < wanted ? begin = middle + 1 : end = middle;
  }
  return begin;
}

std::pair<size_t, size_t> Postings::TermsIn(const Interval& interval) const {
  return {LowerBound(interval.begin), LowerBound(interval.end)};
}

void Postings::AddTo(const Interval& interval, RowBits& bits) const {
  const auto [first, end] = TermsIn(interval);
  for (size_t i = first; i < end; ++i) {
    ForEachRows(i, [&](absl::Span<const uint32_t> rows) {
      for (const uint32_t row : rows) SetRow(bits, row);
      return true;
    });
  }
}

bool Postings::AnyRow(const Interval& interval, absl::FunctionRef<bool(uint32_t)> wanted) const {
  const auto [first, end] = TermsIn(interval);
  for (size_t i = first; i < end; ++i) {
    const bool none =
        ForEachRows(i, [&](absl::Span<const uint32_t> rows) { return std::none_of(rows.begin(), rows.end(), wanted); });
    if (!none) return true;
  }
  return false;
}

size_t Postings::bytes() const {
  size_t total = terms_.capacity() + (term_ends_.capacity() + row_ends_.capacity()) * sizeof(size_t) +
                 rows_.capacity() * sizeof(uint32_t);
  for (const auto& [term, bitmap] : bitmaps_) total += roaring_bitmap_size_in_bytes(bitmap.get());
  return total;
}

void PostingsBuilder::Add(std::string_view term, uint32_t row) {
  const auto [id, added] = ids_.try_emplace(acl::ToAbsl(term), static_cast<uint32_t>(ids_.size()));
  pairs_.emplace_back(id->second, row);
}

void PostingsBuilder::Append(std::string_view term, absl::Span<const uint32_t> rows, Postings& postings) {
  if (rows.size() >= kBitmapRows) {
    Postings::Bitmap bitmap(roaring_bitmap_of_ptr(rows.size(), rows.data()));
    roaring_bitmap_run_optimize(bitmap.get());
    roaring_bitmap_shrink_to_fit(bitmap.get());
    postings.bitmaps_[postings.size()] = std::move(bitmap);
  } else {
    postings.rows_.insert(postings.rows_.end(), rows.begin(), rows.end());
  }
  postings.terms_.append(term);
  postings.term_ends_.push_back(postings.terms_.size());
  postings.row_ends_.push_back(postings.rows_.size());
}

Postings PostingsBuilder::Build() && {
  std::vector<std::pair<std::string_view, uint32_t>> order(ids_.begin(), ids_.end());
  std::sort(order.begin(), order.end());
  std::vector<uint32_t> ranks(order.size());
  for (size_t rank = 0; rank < order.size(); ++rank) ranks[order[rank].second] = static_cast<uint32_t>(rank);
  for (auto& [id, row] : pairs_) id = ranks[id];
  std::sort(pairs_.begin(), pairs_.end());
  Postings postings;
  std::vector<uint32_t> rows;
  for (size_t i = 0; i < pairs_.size();) {
    const uint32_t rank = pairs_[i].first;
    for (rows.clear(); i < pairs_.size() && pairs_[i].first == rank; ++i) rows.push_back(pairs_[i].second);
    Append(order[rank].first, rows, postings);
  }
  postings.terms_.shrink_to_fit();
  postings.term_ends_.shrink_to_fit();
  postings.rows_.shrink_to_fit();
  postings.row_ends_.shrink_to_fit();
  return postings;
}

}  // namespace usher::fields
