#include "server/sanitize/rules.h"

#include <utility>

namespace usher::sanitize {
namespace {

// What happens to a value.
Action ActionFor(Use use, Action of_policy) {
  if (use == Use::kUserInput) return Action::kAnnotate;
  if (use == Use::kModelOutput && of_policy == Action::kQuarantine) return Action::kMask;
  return of_policy;
}

}  // namespace

std::vector<std::unique_ptr<const Rule>> RulesOf(const Policy& policy, const PseudonymKey& key, Use use) {
  std::vector<std::unique_ptr<const Rule>> rules;
  rules.push_back(MakeUnicodeTagsRule());
  rules.push_back(MakeVariationSelectorsRule());
  rules.push_back(MakeZeroWidthRule());
  rules.push_back(MakeBidiRule());
  rules.push_back(MakeControlsRule());
  rules.push_back(MakeSpacesRule());
  rules.push_back(MakeMarkFloodRule());
  rules.push_back(MakeLookalikesRule());
  rules.push_back(MakeEncodedRule());
  rules.push_back(MakeHtmlTextRule());
  rules.push_back(MakeMarkdownHtmlRule());
  rules.push_back(MakePlainHtmlRule());
  rules.push_back(MakeAttributeTextRule());
  rules.push_back(MakeLoaderTagsRule(policy.allow_hosts));
  rules.push_back(MakeMarkdownLinksRule(policy.allow_hosts));
  rules.push_back(MakeBareUrlsRule(policy.allow_hosts));
  rules.push_back(
      MakeInjectionRule(use == Use::kLeaving ? policy.injection : Action::kAnnotate, policy.injection_threshold));
  if (use == Use::kStorage) return rules;
  rules.push_back(MakeSecretsRule(ActionFor(use, policy.secrets), policy.certain_secrets_only));
  std::map<PersonalType, Action> personal = policy.personal;
  for (auto& [type, action] : personal) action = ActionFor(use, action);
  if (!personal.empty()) rules.push_back(MakePersonalRule(std::move(personal), policy.phone_regions, key));
  if (policy.canaries.empty() || use == Use::kUserInput) return rules;
  rules.push_back(MakeCanaryRule(policy.canaries, use == Use::kLeaving ? Action::kQuarantine : Action::kReplace));
  return rules;
}

}  // namespace usher::sanitize
