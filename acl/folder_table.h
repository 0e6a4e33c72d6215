// Interns the folder paths of one collection as a tree.
//
// A path is its components joined by '/', compared byte by byte; the empty path is the collection itself. Each
// component is stored once for its parent, so that deep paths cost what they add. A parent's id is less than its
// children's. Non-guarantee: nothing is forgotten. Thread-safety: const methods may run concurrently with each other,
// not with Intern.
#ifndef USHER_ACL_FOLDER_TABLE_H_
#define USHER_ACL_FOLDER_TABLE_H_

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "acl/absl_view.h"
#include "acl/ids.h"

namespace usher::acl {

// An interned folder path of one collection; dense from 0.
using FolderId = StrongId<struct FolderTag, uint32_t>;

class FolderTable {
 public:
  FolderTable();
  FolderTable(const FolderTable&) = delete;
  FolderTable& operator=(const FolderTable&) = delete;

  static constexpr FolderId kRoot{0};

  // The folder and those above it are made where they are new.
  FolderId Intern(std::string_view path);
  std::optional<FolderId> Find(std::string_view path) const;

  // Ids must come from this table. The root is its own parent.
  FolderId Parent(FolderId id) const { return folders_[id.value()].parent; }
  std::string Path(FolderId id) const;
  size_t size() const { return folders_.size(); }

  // Calls visit(FolderId) for each folder directly below.
  template <typename Visitor>
  void ForEachChild(FolderId id, Visitor visit) const {
    for (uint32_t child = folders_[id.value()].first_child; child != kNone; child = folders_[child].next_sibling) {
      visit(FolderId(child));
    }
  }

 private:
  static constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();
  struct Folder {
    FolderId parent;
    uint32_t first_child = kNone;
    uint32_t next_sibling = kNone;
    std::string name;
  };
  using Key = std::pair<uint32_t, absl::string_view>;  // parent, name
  struct KeyHash {
    using is_transparent = void;
    const FolderTable* table;
    size_t operator()(const Key& key) const { return absl::Hash<Key>()(key); }
    size_t operator()(uint32_t id) const { return (*this)(table->KeyOf(id)); }
  };
  struct KeyEqual {
    using is_transparent = void;
    const FolderTable* table;
    bool operator()(uint32_t a, uint32_t b) const { return a == b; }
    bool operator()(uint32_t a, const Key& b) const { return table->KeyOf(a) == b; }
  };

  Key KeyOf(uint32_t id) const { return {folders_[id].parent.value(), ToAbsl(folders_[id].name)}; }

  std::vector<Folder> folders_;
  absl::flat_hash_set<uint32_t, KeyHash, KeyEqual> ids_;
};

}  // namespace usher::acl

#endif  // USHER_ACL_FOLDER_TABLE_H_
