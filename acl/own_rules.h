// The distinct rules that documents and chunks carry themselves, interned by content: the document's policy and, where
// the chunk has one, the chunk's.
//
// Guarantee: two ids differ exactly if their compiled bytes do. Non-guarantee: nothing is forgotten.
// Thread-safety: const methods may run concurrently with each other, not with Intern.
#ifndef USHER_ACL_OWN_RULES_H_
#define USHER_ACL_OWN_RULES_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "acl/absl_view.h"
#include "acl/ids.h"
#include "acl/postings.h"

namespace usher::acl {

// Interned own rules of one collection; dense from 0.
using OwnId = StrongId<struct OwnTag, uint32_t>;

class OwnRules {
 public:
  OwnRules();
  OwnRules(const OwnRules&) = delete;
  OwnRules& operator=(const OwnRules&) = delete;

  // `chain`: one compiled policy or two.
  OwnId Intern(std::string_view chain);
  std::optional<OwnId> Find(std::string_view chain) const;

  // Ids must come from this table. Views live as long as the table.
  std::string_view Chain(OwnId id) const { return {rules_[id.value()].data, rules_[id.value()].size}; }
  // Whether whoever is not posted gets exactly what is above.
  bool PassesByDefault(OwnId id) const { return rules_[id.value()].passes_by_default; }
  const Postings& postings() const { return postings_; }
  size_t size() const { return rules_.size(); }

 private:
  struct Rules {
    const char* data;
    uint32_t size;
    bool passes_by_default;
  };
  struct ChainHash {
    using is_transparent = void;
    const OwnRules* table;
    size_t operator()(absl::string_view chain) const { return absl::Hash<absl::string_view>()(chain); }
    size_t operator()(uint32_t id) const { return (*this)(ToAbsl(table->Chain(OwnId(id)))); }
  };
  struct ChainEqual {
    using is_transparent = void;
    const OwnRules* table;
    bool operator()(uint32_t a, uint32_t b) const { return a == b; }
    bool operator()(uint32_t a, absl::string_view b) const { return ToAbsl(table->Chain(OwnId(a))) == b; }
  };

  // A copy that never moves.
  const char* Store(std::string_view chain);

  std::vector<Rules> rules_;
  absl::flat_hash_set<uint32_t, ChainHash, ChainEqual> ids_;
  Postings postings_;
  std::vector<std::unique_ptr<char[]>> blocks_;
  size_t block_left_ = 0;  // bytes free at the end of the last block
  char* block_next_ = nullptr;
};

}  // namespace usher::acl

#endif  // USHER_ACL_OWN_RULES_H_
