// How stories are told to people.
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/property/acl_story.h"

namespace usher::acl_oracle {
namespace {

std::string InWords(absl::Time time) {
  if (time == absl::InfiniteFuture()) return "ever";
  return absl::StrCat(absl::FormatDuration(time - absl::UnixEpoch()));
}

std::string InWords(const acl::Rule& rule) {
  constexpr const char* kEffects[] = {"allow", "deny", "break-glass"};
  std::string words = absl::StrCat(kEffects[static_cast<int>(rule.effect)], " ", absl::StrJoin(rule.subjects, ","));
  if (rule.not_before != absl::InfinitePast()) absl::StrAppend(&words, " from ", InWords(rule.not_before));
  if (rule.expire_time != absl::InfiniteFuture()) absl::StrAppend(&words, " until ", InWords(rule.expire_time));
  return words;
}

std::string InWords(const acl::PolicyDraft& policy) {
  constexpr const char* kInheritances[] = {"inherit", "restrict", "replace"};
  std::string words = policy.inheritance ? kInheritances[static_cast<int>(*policy.inheritance)] : "unspecified";
  for (const acl::Rule& rule : policy.rules) absl::StrAppend(&words, "; ", InWords(rule));
  if (policy.label.level > 0) absl::StrAppend(&words, "; level ", policy.label.level);
  const auto list = [&words](const char* name, const std::vector<std::string>& items) {
    if (!items.empty()) absl::StrAppend(&words, "; ", name, " ", absl::StrJoin(items, ","));
  };
  list("compartments", policy.label.compartments);
  list("purposes", policy.label.purposes);
  list("ceiling", policy.ceiling);
  list("owners", policy.owners);
  return words;
}

struct Teller {
  std::string operator()(const ChangeMembership& change) const {
    return absl::StrCat(change.add ? "add " : "remove ", change.member, change.add ? " to " : " from ", change.group);
  }
  std::string operator()(const SetPolicy& change) const {
    return absl::StrCat("policy of '", change.node, "': ", InWords(change.policy));
  }
  std::string operator()(const PutDocument& change) const {
    return absl::StrCat("put document ", change.id, " of ", change.chunks, " chunks");
  }
  std::string operator()(const RemoveDocument& change) const { return absl::StrCat("remove document ", change.id); }
  std::string operator()(const SetClearance& change) const {
    return absl::StrCat("clear ", change.principal, " for level ", change.clearance.level, " ",
                        absl::StrJoin(change.clearance.compartments, ","));
  }
  std::string operator()(const SetOpenUntil& change) const {
    return absl::StrCat("the collection is open for ", InWords(change.instant));
  }
};

}  // namespace

std::string InWords(const Story& story) {
  std::string words;
  for (const acl::Asker& asker : story.askers) {
    absl::StrAppend(&words, "  asker ", asker.principal, " claiming [", absl::StrJoin(asker.claimed_groups, ","),
                    "] for '", asker.purpose, "'\n");
  }
  for (const Change& change : story.beginning) absl::StrAppend(&words, "  ", std::visit(Teller(), change), "\n");
  for (const Step& step : story.steps) {
    absl::StrAppend(&words, "  ", std::visit(Teller(), step.change), "; asked after ", InWords(step.moment), "\n");
  }
  return words;
}

}  // namespace usher::acl_oracle
