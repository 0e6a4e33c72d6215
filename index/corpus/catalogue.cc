#include "index/corpus/catalogue.h"

#include <algorithm>

namespace usher::corpus {

acl::ClassId Catalogue::Entry::ClassOf(uint32_t number) const {
  if (chunk_classes == nullptr) return class_id;
  const auto own = std::lower_bound(chunk_classes->begin(), chunk_classes->end(), number,
                                    [](const auto& pair, uint32_t n) { return pair.first < n; });
  return own != chunk_classes->end() && own->first == number ? own->second : class_id;
}

Catalogue::Entry Catalogue::EntryOf(const Row& row) {
  return {row.id, row.class_id, row.chunk_count, row.from_source, row.chunk_classes.get()};
}

void Catalogue::Enlist(uint32_t row) {
  const size_t index = rows_[row].class_id.value();
  if (index >= by_class_.size()) by_class_.resize(index + 1);
  rows_[row].place = static_cast<uint32_t>(by_class_[index].size());
  by_class_[index].push_back(row);
  if (rows_[row].chunk_classes != nullptr) with_chunk_classes_.insert(row);
}

void Catalogue::Unlist(uint32_t row) {
  std::vector<uint32_t>& list = by_class_[rows_[row].class_id.value()];
  const uint32_t last = list.back();
  list[rows_[row].place] = last;
  rows_[last].place = rows_[row].place;
  list.pop_back();
  with_chunk_classes_.erase(row);
}

void Catalogue::Put(std::string_view id, DocumentClasses classes, uint32_t chunk_count, bool from_source) {
  uint32_t row = 0;
  if (const auto known = order_.find(id); known != order_.end()) {
    row = known->second;
    Unlist(row);
  } else {
    if (free_.empty()) {
      row = static_cast<uint32_t>(rows_.size());
      rows_.emplace_back();
    } else {
      row = free_.back();
      free_.pop_back();
    }
    rows_[row].id = id;
    order_.emplace(rows_[row].id, row);
  }
  rows_[row].class_id = classes.document;
  rows_[row].chunk_count = chunk_count;
  rows_[row].from_source = from_source;
  rows_[row].chunk_classes =
      classes.chunks.empty() ? nullptr : std::make_unique<const ChunkClasses>(std::move(classes.chunks));
  Enlist(row);
}

void Catalogue::Remove(std::string_view id) {
  const auto known = order_.find(id);
  if (known == order_.end()) return;
  const uint32_t row = known->second;
  Unlist(row);
  order_.erase(known);
  rows_[row] = Row();
  free_.push_back(row);
}

std::optional<Catalogue::Entry> Catalogue::Find(std::string_view id) const {
  const auto known = order_.find(id);
  if (known == order_.end()) return std::nullopt;
  return EntryOf(rows_[known->second]);
}

void Catalogue::ForEach(std::string_view after, Visitor visit) const {
  for (auto it = after.empty() ? order_.begin() : order_.upper_bound(after); it != order_.end(); ++it) {
    if (!visit(EntryOf(rows_[it->second]))) return;
  }
}

void Catalogue::ForEachOfClass(acl::ClassId id, Visitor visit) const {
  if (id.value() >= by_class_.size()) return;
  for (const uint32_t row : by_class_[id.value()]) {
    if (!visit(EntryOf(rows_[row]))) return;
  }
}

size_t Catalogue::CountOfClass(acl::ClassId id) const {
  return id.value() < by_class_.size() ? by_class_[id.value()].size() : 0;
}

void Catalogue::ForEachWithChunkClasses(Visitor visit) const {
  for (const uint32_t row : with_chunk_classes_) {
    if (!visit(EntryOf(rows_[row]))) return;
  }
}

}  // namespace usher::corpus
