// The documents of one collection by name, each with its access class: what lists are made from.
//
// Guarantees: listing in order costs the entries passed, listing by class the entries of the class, whatever the size
// of the rest. Non-guarantees: rows are found again by name only; nothing here is durable. Thread-safety: const methods
// may run concurrently with each other, not with the others.
#ifndef USHER_INDEX_CORPUS_CATALOGUE_H_
#define USHER_INDEX_CORPUS_CATALOGUE_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/btree_set.h"
#include "absl/functional/function_ref.h"
#include "acl/ids.h"

namespace usher::corpus {

// What a document is to the access engine.
struct DocumentClasses {
  acl::ClassId document;
  // Only chunks with rules of their own; ascending by number.
  std::vector<std::pair<uint32_t, acl::ClassId>> chunks;
};

class Catalogue {
 public:
  struct Entry {
    std::string_view id;  // valid until the document is removed
    acl::ClassId class_id;
    uint32_t chunk_count = 0;
    bool from_source = false;                                                       // a sync wrote the policy
    const std::vector<std::pair<uint32_t, acl::ClassId>>* chunk_classes = nullptr;  // null: all as the document

    // Of one chunk. number < chunk_count.
    acl::ClassId ClassOf(uint32_t number) const;
  };
  // Returns whether to go on.
  using Visitor = absl::FunctionRef<bool(const Entry&)>;

  // Adds the document, or replaces what is known of it.
  void Put(std::string_view id, DocumentClasses classes, uint32_t chunk_count, bool from_source);
  void Remove(std::string_view id);

  size_t size() const { return order_.size(); }

  // nullopt where there is none.
  std::optional<Entry> Find(std::string_view id) const;
  // In order of id, from after `after` (exclusive; empty for the start).
  void ForEach(std::string_view after, Visitor visit) const;
  // Documents whose own class it is, in no order.
  void ForEachOfClass(acl::ClassId id, Visitor visit) const;
  size_t CountOfClass(acl::ClassId id) const;
  // Documents some of whose chunks have classes of their own, in no order.
  void ForEachWithChunkClasses(Visitor visit) const;
  size_t count_with_chunk_classes() const { return with_chunk_classes_.size(); }

 private:
  using ChunkClasses = std::vector<std::pair<uint32_t, acl::ClassId>>;
  struct Row {
    std::string id;
    acl::ClassId class_id;
    uint32_t chunk_count = 0;
    uint32_t place = 0;  // in its class's list
    bool from_source = false;
    std::unique_ptr<const ChunkClasses> chunk_classes;
  };

  static Entry EntryOf(const Row& row);
  void Enlist(uint32_t row);
  void Unlist(uint32_t row);

  std::deque<Row> rows_;  // addresses are stable; rows without an id are free
  std::vector<uint32_t> free_;
  absl::btree_map<std::string_view, uint32_t> order_;  // keys lie in rows_
  std::vector<std::vector<uint32_t>> by_class_;        // by ClassId
  absl::btree_set<uint32_t> with_chunk_classes_;
};

}  // namespace usher::corpus

#endif  // USHER_INDEX_CORPUS_CATALOGUE_H_
