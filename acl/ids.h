// Numbers that must not be mixed up: each kind is a type of its own.
#ifndef USHER_ACL_IDS_H_
#define USHER_ACL_IDS_H_

#include <compare>
#include <cstdint>
#include <limits>
#include <utility>

namespace usher::acl {

// A number tagged with what it counts. Trivially copyable; converts to nothing by itself.
template <typename Tag, typename Rep>
class StrongId {
 public:
  using rep = Rep;
  constexpr StrongId() = default;
  constexpr explicit StrongId(Rep value) : value_(value) {}
  constexpr Rep value() const { return value_; }
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 sees a null in the defaulted comparison
  friend constexpr auto operator<=>(StrongId, StrongId) = default;
  template <typename H>
  friend H AbslHashValue(H h, StrongId id) {
    return H::combine(std::move(h), id.value_);
  }

 private:
  Rep value_ = 0;
};

// Position in the write log of the whole store; 0 is before the first write.
using Revision = StrongId<struct RevisionTag, uint64_t>;
// A collection for as long as it lives; never reused.
using CollectionId = StrongId<struct CollectionTag, uint64_t>;
// One version of a document's content; never reused, so a chunk of an older version is simply not found.
using DocumentVersion = StrongId<struct DocumentVersionTag, uint64_t>;
// An interned access condition of one collection; dense from 0, never reused within a run of the server.
using ClassId = StrongId<struct ClassTag, uint32_t>;
// An interned subject name of one tenant; dense from 0.
using SubjectId = StrongId<struct SubjectTag, uint32_t>;

// Carried by deleted rows. No entitlement ever contains it.
inline constexpr ClassId kNoClass{std::numeric_limits<uint32_t>::max()};

}  // namespace usher::acl

#endif  // USHER_ACL_IDS_H_
