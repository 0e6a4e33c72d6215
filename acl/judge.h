// Judges compiled policies for one asker at one instant.
//
// Thread-safety: free function; AskerView is a value.
#ifndef USHER_ACL_JUDGE_H_
#define USHER_ACL_JUDGE_H_

#include <string_view>

#include "absl/time/time.h"
#include "acl/id_bitmap.h"
#include "acl/outcome.h"

namespace usher::acl {

// One asker in the form rules are judged by.
struct AskerView {
  IdBitmap subjects;  // SubjectIds
  IdBitmap labels;    // LabelIds of the satisfied labels
  absl::Time now;
};

struct Verdict {
  Outcome outcome = Outcome::kPass;
  // The outcome stays the same from AskerView::now up to here: a rule that names the asker begins or ends.
  absl::Time holds_until = absl::InfiniteFuture();
};

// `chain`: compiled policies, top first; an empty one passes.
Verdict Judge(std::string_view chain, const AskerView& asker);

}  // namespace usher::acl

#endif  // USHER_ACL_JUDGE_H_
