// The rules of access, read naively: plain sets, recursion, nothing interned, nothing cached.
//
// A direct transcription of the comment in acl/policy.h that shares no code with acl/, only the structs rules are
// written in. It also holds deliberately wrong readings, which show that a comparison with the oracle notices a wrong
// evaluator.
#ifndef USHER_TESTS_PROPERTY_ACL_ORACLE_H_
#define USHER_TESTS_PROPERTY_ACL_ORACLE_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "acl/policy.h"

namespace usher::acl_oracle {

// Mistakes an evaluator could make.
enum class Flaw {
  kNone,
  kDenyDoesNotBeatAllow,
  kReplaceForgetsDenyAbove,
  kRestrictIgnoresParent,
  kInheritIgnored,
  kExpiryIsInclusive,
  kNotBeforeIgnored,
  kOnlyDirectMembersCount,
  kEveryoneForgotten,
};

// A policy as somebody wrote it: not canonical, inheritance perhaps left out.
struct Draft {
  std::optional<acl::Inheritance> inheritance;
  std::vector<acl::Rule> rules;
};

class Oracle {
 public:
  explicit Oracle(Flaw flaw) : flaw_(flaw) {}

  std::map<std::string, std::set<std::string>> members;  // group -> direct members

  bool MayRead(const std::string& principal, const std::vector<Draft>& chain, absl::Time now) const {
    bool allowed = false;
    for (size_t i = 0; i < chain.size(); ++i) {
      const bool own = Matches(acl::Effect::kAllow, principal, chain[i], now);
      if (Matches(acl::Effect::kDeny, principal, chain[i], now) && !DenyOverlooked(chain, i, own)) return false;
      switch (InheritanceOf(chain[i])) {
        case acl::Inheritance::kReplace:
          allowed = own;
          break;
        case acl::Inheritance::kRestrict:
          allowed = flaw_ == Flaw::kRestrictIgnoresParent ? own : (allowed && own);
          break;
        case acl::Inheritance::kInherit:
          if (flaw_ == Flaw::kInheritIgnored) allowed = false;
          break;
      }
    }
    return allowed;
  }

 private:
  static acl::Inheritance InheritanceOf(const Draft& draft) {
    if (draft.inheritance.has_value()) return *draft.inheritance;
    for (const acl::Rule& rule : draft.rules) {
      if (rule.effect == acl::Effect::kAllow) return acl::Inheritance::kReplace;
    }
    return acl::Inheritance::kInherit;
  }

  bool DenyOverlooked(const std::vector<Draft>& chain, size_t i, bool own) const {
    if (flaw_ == Flaw::kDenyDoesNotBeatAllow) return own;
    if (flaw_ != Flaw::kReplaceForgetsDenyAbove) return false;
    return i + 1 < chain.size() && InheritanceOf(chain[i + 1]) == acl::Inheritance::kReplace;
  }

  bool Matches(acl::Effect effect, const std::string& principal, const Draft& draft, absl::Time now) const {
    for (const acl::Rule& rule : draft.rules) {
      if (rule.effect != effect || !InForce(rule, now)) continue;
      for (const std::string& subject : rule.subjects) {
        if (IsUnder(principal, subject)) return true;
      }
    }
    return false;
  }

  bool InForce(const acl::Rule& rule, absl::Time now) const {
    if (now < rule.not_before && flaw_ != Flaw::kNotBeforeIgnored) return false;
    return flaw_ == Flaw::kExpiryIsInclusive ? now <= rule.expire_time : now < rule.expire_time;
  }

  bool IsUnder(const std::string& principal, const std::string& subject) const {
    if (subject == "everyone") return flaw_ != Flaw::kEveryoneForgotten;
    std::set<std::string> visited;
    return Contains(subject, principal, visited);
  }

  // From the subject downwards, whereas the engine climbs from the principal.
  bool Contains(const std::string& subject, const std::string& principal, std::set<std::string>& visited) const {
    if (subject == principal) return true;
    const auto group = members.find(subject);
    if (group == members.end() || !visited.insert(subject).second) return false;
    if (flaw_ == Flaw::kOnlyDirectMembersCount) return group->second.count(principal) > 0;
    for (const std::string& member : group->second) {
      if (Contains(member, principal, visited)) return true;
    }
    return false;
  }

  Flaw flaw_;
};

}  // namespace usher::acl_oracle

#endif  // USHER_TESTS_PROPERTY_ACL_ORACLE_H_
