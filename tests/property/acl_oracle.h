// The rules of access, read naively: maps of strings, recursion, nothing interned, nothing cached.
//
// A direct transcription of the comments in acl/policy.h and acl/asker.h that shares no code with acl/, only the
// structs rules are written in. It also holds deliberately wrong readings, which show that a comparison with the oracle
// notices a wrong evaluator.
#ifndef USHER_TESTS_PROPERTY_ACL_ORACLE_H_
#define USHER_TESTS_PROPERTY_ACL_ORACLE_H_

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "acl/asker.h"
#include "acl/policy.h"

namespace usher::acl_oracle {

// Mistakes an evaluator could make.
enum class Flaw {
  kNone,
  kDenyDoesNotBeatAllow,
  kReplaceForgetsDenyAbove,
  kReplaceForgetsLabelAbove,
  kRestrictIgnoresParent,
  kInheritIgnored,
  kExpiryIsInclusive,
  kNotBeforeIgnored,
  kOnlyDirectMembersCount,
  kEveryoneForgotten,
  kAnyNameIsAPrincipal,
  kLabelIgnored,
  kCompartmentsIgnored,
  kPurposeIgnored,
  kCeilingIgnored,
  kCeilingAllows,
  kOwnersRead,
  kBreakGlassPassesDeny,
  kBreakGlassForgottenByReplace,
  kClaimsIgnored,
  kClaimsNotNested,
  kChunkRulesIgnored,
  kFoldersIgnored,
  kOnlyNearestFolderCounts,
  kOpenUntilIgnored,  // the last one
};
inline constexpr int kFlawCount = static_cast<int>(Flaw::kOpenUntilIgnored) + 1;

// One tenant with one collection. Nodes are spelled as on the wire below the collection: `` for the collection itself,
// `folders/a/b`, `documents/a/b/c.md` and `documents/a/b/c.md/chunks/2`.
class Oracle {
 public:
  explicit Oracle(Flaw flaw) : flaw_(flaw) {}

  std::map<std::string, acl::PolicyDraft> policies;      // node -> rules as they were written
  std::map<std::string, std::set<std::string>> members;  // group -> direct members
  std::map<std::string, acl::Clearance> clearances;      // principal -> clearance
  absl::Time open_until = absl::InfiniteFuture();

  bool MayRead(const acl::Asker& asker, const std::string& node, absl::Time now) const {
    if (now >= open_until && flaw_ != Flaw::kOpenUntilIgnored) return false;
    if (!IsPrincipal(asker.principal) && flaw_ != Flaw::kAnyNameIsAPrincipal) return false;
    bool allowed = false;
    bool granted = false;
    const std::vector<const acl::PolicyDraft*> chain = Chain(node);
    for (size_t i = 0; i < chain.size(); ++i) {
      const acl::PolicyDraft& policy = *chain[i];
      const bool own = Matches(acl::Effect::kAllow, asker, policy, now);
      granted = granted || Matches(acl::Effect::kBreakGlass, asker, policy, now);
      const bool denied = Matches(acl::Effect::kDeny, asker, policy, now);
      if (denied && !DenyOverlooked(chain, i, own, granted)) return false;
      if (!Satisfies(asker, policy.label) && !LabelOverlooked(chain, i)) return false;
      if (!UnderCeiling(asker, policy)) return false;
      Inherit(policy, own, &allowed, &granted);
      if (flaw_ == Flaw::kCeilingAllows && !policy.ceiling.empty()) allowed = true;
      if (flaw_ == Flaw::kOwnersRead && IsUnderAny(asker, policy.owners)) allowed = true;
    }
    return allowed || granted;
  }

 private:
  void Inherit(const acl::PolicyDraft& policy, bool own, bool* allowed, bool* granted) const {
    switch (InheritanceOf(policy)) {
      case acl::Inheritance::kReplace:
        *allowed = own;
        if (flaw_ == Flaw::kBreakGlassForgottenByReplace) *granted = false;
        break;
      case acl::Inheritance::kRestrict:
        *allowed = flaw_ == Flaw::kRestrictIgnoresParent ? own : (*allowed && own);
        break;
      case acl::Inheritance::kInherit:
        if (flaw_ == Flaw::kInheritIgnored) *allowed = false;
        break;
    }
  }

  static acl::Inheritance InheritanceOf(const acl::PolicyDraft& policy) {
    if (policy.inheritance.has_value()) return *policy.inheritance;
    for (const acl::Rule& rule : policy.rules) {
      if (rule.effect == acl::Effect::kAllow) return acl::Inheritance::kReplace;
    }
    return acl::Inheritance::kInherit;
  }

  // The node, preceded by everything it lies in, from the collection down.
  std::vector<std::string> NodesAbove(const std::string& node) const {
    std::vector<std::string> nodes = {""};
    if (node.empty()) return nodes;
    const size_t chunk = node.rfind("/chunks/");
    const std::string item = node.substr(0, chunk);
    const std::string path = item.substr(item.find('/') + 1);
    for (size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
      if (flaw_ != Flaw::kFoldersIgnored) nodes.push_back("folders/" + path.substr(0, slash));
    }
    nodes.push_back(item);
    if (chunk != std::string::npos && flaw_ != Flaw::kChunkRulesIgnored) nodes.push_back(node);
    return nodes;
  }

  std::vector<const acl::PolicyDraft*> Chain(const std::string& node) const {
    std::vector<const acl::PolicyDraft*> chain;
    bool folder_is_last = false;
    for (const std::string& above : NodesAbove(node)) {
      const auto policy = policies.find(above);
      if (policy == policies.end()) continue;
      const bool folder = above.starts_with("folders/");
      if (flaw_ == Flaw::kOnlyNearestFolderCounts && folder && folder_is_last) chain.pop_back();
      chain.push_back(&policy->second);
      folder_is_last = folder;
    }
    return chain;
  }

  bool DenyOverlooked(const std::vector<const acl::PolicyDraft*>& chain, size_t i, bool own, bool granted) const {
    if (flaw_ == Flaw::kDenyDoesNotBeatAllow) return own;
    if (flaw_ == Flaw::kBreakGlassPassesDeny) return granted;
    return flaw_ == Flaw::kReplaceForgetsDenyAbove && ReplacedBelow(chain, i);
  }

  bool LabelOverlooked(const std::vector<const acl::PolicyDraft*>& chain, size_t i) const {
    return flaw_ == Flaw::kReplaceForgetsLabelAbove && ReplacedBelow(chain, i);
  }

  static bool ReplacedBelow(const std::vector<const acl::PolicyDraft*>& chain, size_t i) {
    return i + 1 < chain.size() && InheritanceOf(*chain[i + 1]) == acl::Inheritance::kReplace;
  }

  bool Matches(acl::Effect effect, const acl::Asker& asker, const acl::PolicyDraft& policy, absl::Time now) const {
    for (const acl::Rule& rule : policy.rules) {
      if (rule.effect == effect && InForce(rule, now) && IsUnderAny(asker, rule.subjects)) return true;
    }
    return false;
  }

  bool InForce(const acl::Rule& rule, absl::Time now) const {
    if (now < rule.not_before && flaw_ != Flaw::kNotBeforeIgnored) return false;
    return flaw_ == Flaw::kExpiryIsInclusive ? now <= rule.expire_time : now < rule.expire_time;
  }

  bool Satisfies(const acl::Asker& asker, const acl::Label& label) const {
    if (flaw_ == Flaw::kLabelIgnored) return true;
    const auto entry = clearances.find(asker.principal);
    const acl::Clearance clearance = entry == clearances.end() ? acl::Clearance() : entry->second;
    if (clearance.level < label.level) return false;
    for (const std::string& compartment : label.compartments) {
      if (!Has(clearance.compartments, compartment) && flaw_ != Flaw::kCompartmentsIgnored) return false;
    }
    return label.purposes.empty() || Has(label.purposes, asker.purpose) || flaw_ == Flaw::kPurposeIgnored;
  }

  bool UnderCeiling(const acl::Asker& asker, const acl::PolicyDraft& policy) const {
    return policy.ceiling.empty() || IsUnderAny(asker, policy.ceiling) || flaw_ == Flaw::kCeilingIgnored;
  }

  static bool Has(const std::vector<std::string>& words, const std::string& word) {
    return std::find(words.begin(), words.end(), word) != words.end();
  }

  // Enough for the names that stories use; the rest of the spelling has tests of its own.
  static bool IsPrincipal(const std::string& name) {
    const size_t colon = name.find(':');
    const std::string kind = name.substr(0, colon);
    return (kind == "user" || kind == "service") && colon + 1 < name.size() && name.find(' ') == std::string::npos;
  }

  bool IsUnderAny(const acl::Asker& asker, const std::vector<std::string>& subjects) const {
    for (const std::string& subject : subjects) {
      if (IsUnder(asker, subject)) return true;
    }
    return false;
  }

  bool IsUnder(const acl::Asker& asker, const std::string& subject) const {
    if (subject == "everyone") return flaw_ != Flaw::kEveryoneForgotten;
    if (Contains(subject, asker.principal)) return true;
    if (flaw_ == Flaw::kClaimsIgnored) return false;
    for (const std::string& claimed : asker.claimed_groups) {
      if (claimed == subject || (flaw_ != Flaw::kClaimsNotNested && Contains(subject, claimed))) return true;
    }
    return false;
  }

  bool Contains(const std::string& subject, const std::string& member) const {
    std::set<std::string> visited;
    return Contains(subject, member, visited);
  }

  // From the subject downwards, whereas the engine climbs from the principal.
  bool Contains(const std::string& subject, const std::string& member, std::set<std::string>& visited) const {
    if (subject == member) return true;
    const auto group = members.find(subject);
    if (group == members.end() || !visited.insert(subject).second) return false;
    if (flaw_ == Flaw::kOnlyDirectMembersCount) return group->second.count(member) > 0;
    for (const std::string& inner : group->second) {
      if (Contains(inner, member, visited)) return true;
    }
    return false;
  }

  Flaw flaw_;
};

}  // namespace usher::acl_oracle

#endif  // USHER_TESTS_PROPERTY_ACL_ORACLE_H_
