// Numbers the subjects of one tenant so that sets of principals are bitmaps.
//
// A subject the SubjectTable knows has its SubjectId as number; names met later, such as those of a change that is only
// proposed, get numbers behind. kAnyoneElse stands for every principal that has no number: it is in a set if somebody
// whom nothing names would be.
// Non-guarantee: the table must not grow while the space lives. Thread-safety: as a container.
#ifndef USHER_ACL_PRINCIPAL_SPACE_H_
#define USHER_ACL_PRINCIPAL_SPACE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "acl/id_bitmap.h"
#include "acl/policy.h"
#include "acl/subject_table.h"

namespace usher::acl {

// Principals by name, sorted, and whether a principal that no membership, rule or clearance names is one of them.
struct Readers {
  std::vector<std::string> principals;
  bool everyone_else = false;

  friend bool operator==(const Readers&, const Readers&) = default;
};

class PrincipalSpace {
 public:
  static constexpr uint32_t kAnyoneElse = SubjectTable::kEveryoneId.value();

  // `subjects` must outlive the space.
  explicit PrincipalSpace(const SubjectTable& subjects);

  // The number of a principal or group, new if it has none.
  uint32_t Add(std::string_view name);
  // Adds every subject that the policies (none null) name. Sets made before do not tell the added principals from
  // anyone else; to compare sets, add the names of all chains first.
  void AddNamesOf(absl::Span<const Policy* const> chain);
  std::optional<uint32_t> Find(std::string_view name) const;

  // Whether the number is a valid principal's.
  bool IsPrincipal(uint32_t number) const { return number != kAnyoneElse && everyone_.Contains(number); }
  // Whether the SubjectTable knows it, under this number as SubjectId.
  bool IsInterned(uint32_t number) const { return number < subjects_.size(); }
  // All principals and kAnyoneElse.
  const IdBitmap& everyone() const { return everyone_; }
  // Numbers are below it.
  size_t size() const { return subjects_.size() + later_.size(); }

  // `numbers` are principals', or kAnyoneElse.
  Readers ToReaders(const IdBitmap& numbers) const;

 private:
  const SubjectTable& subjects_;
  SubjectTable later_;  // numbers behind those of subjects_
  IdBitmap everyone_;
};

}  // namespace usher::acl

#endif  // USHER_ACL_PRINCIPAL_SPACE_H_
