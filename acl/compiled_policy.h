// Policies as bytes over interned names: small, exact as keys, and judged without being unpacked.
//
// Guarantee: the bytes of two policies of one collection are equal exactly if the policies are, owners aside. A chain
// is the concatenation of its policies' bytes; each knows where it ends. Bytes stay in memory; they are never stored.
// Thread-safety: free functions and values.
#ifndef USHER_ACL_COMPILED_POLICY_H_
#define USHER_ACL_COMPILED_POLICY_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "acl/compact_bytes.h"
#include "acl/ids.h"
#include "acl/label_table.h"
#include "acl/policy.h"
#include "acl/subject_table.h"

namespace usher::acl {

// A policy whose names are ids; owners are left out, since they never matter to reading.
struct IdRule {
  Effect effect = Effect::kDeny;
  absl::Time not_before;
  absl::Time expire_time;
  std::vector<SubjectId> subjects;  // sorted by id
};
struct IdPolicy {
  Inheritance inheritance = Inheritance::kInherit;
  std::optional<LabelId> label;
  std::vector<SubjectId> ceiling;  // sorted by id
  std::vector<IdRule> rules;       // in the policy's order
};

// `policy` is canonical; unknown names are interned.
IdPolicy ToIds(const Policy& policy, SubjectTable* subjects, LabelTable* labels);
// The same without interning; nullopt when a name or the label is unknown, so that no compiled policy has it.
std::optional<IdPolicy> FindIds(const Policy& policy, const SubjectTable& subjects, const LabelTable& labels);
// The canonical policy again, without owners.
Policy FromIds(const IdPolicy& policy, const SubjectTable& subjects, const LabelTable& labels);

void AppendCompiled(const IdPolicy& policy, std::string& out);
// The policies of a chain, in its order.
std::vector<IdPolicy> Decompile(std::string_view chain);

// Where a chain must be posted so that whoever it can concern finds it.
struct PostingKeys {
  std::vector<SubjectId> subjects;  // sorted, unique
  std::optional<LabelId> label;
  // Whether it passes what is above on to everybody who is not posted; otherwise nobody else gets anything through it,
  // unless granted above.
  bool passes_by_default = false;
};
PostingKeys PostingKeysOf(absl::Span<const IdPolicy> chain);

// The parts of a compiled policy in the order they are written, for whoever judges it in place.
namespace compiled {

struct Head {
  Inheritance inheritance;
  bool has_label;
  bool has_ceiling;
  uint64_t rule_count;
};
struct RuleHead {
  Effect effect;
  absl::Time not_before;
  absl::Time expire_time;
};

// A head is followed by the label's id and the ceiling's subjects, if any, and the rules; a rule's head by its
// subjects.
Head ReadHead(ByteReader& in);
RuleHead ReadRuleHead(ByteReader& in);

// Calls visit(SubjectId) for each subject, ascending.
template <typename Visitor>
void ReadSubjects(ByteReader& in, Visitor visit) {
  uint32_t id = 0;
  for (uint64_t left = in.Varint(); left > 0; --left) {
    id += static_cast<uint32_t>(in.Varint());
    visit(SubjectId(id));
  }
}

}  // namespace compiled
}  // namespace usher::acl

#endif  // USHER_ACL_COMPILED_POLICY_H_
