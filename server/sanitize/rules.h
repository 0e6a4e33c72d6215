// The register of the sanitiser's rules: a new rule is one new file, one line here and one in rules.cc.
#ifndef USHER_SERVER_SANITIZE_RULES_H_
#define USHER_SERVER_SANITIZE_RULES_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "server/sanitize/host_list.h"
#include "server/sanitize/policy/policy.h"
#include "server/sanitize/rule.h"

namespace usher::sanitize {

std::unique_ptr<Rule> MakeUnicodeTagsRule();
std::unique_ptr<Rule> MakeVariationSelectorsRule();
std::unique_ptr<Rule> MakeZeroWidthRule();
std::unique_ptr<Rule> MakeBidiRule();
std::unique_ptr<Rule> MakeControlsRule();
std::unique_ptr<Rule> MakeSpacesRule();
std::unique_ptr<Rule> MakeMarkFloodRule();
std::unique_ptr<Rule> MakeLookalikesRule();
std::unique_ptr<Rule> MakeEncodedRule();
std::unique_ptr<Rule> MakeHtmlTextRule();
std::unique_ptr<Rule> MakeMarkdownHtmlRule();
std::unique_ptr<Rule> MakePlainHtmlRule();
std::unique_ptr<Rule> MakeAttributeTextRule();
std::unique_ptr<Rule> MakeLoaderTagsRule(HostList trusted);
std::unique_ptr<Rule> MakeMarkdownLinksRule(HostList trusted);
std::unique_ptr<Rule> MakeBareUrlsRule(HostList trusted);
std::unique_ptr<Rule> MakeInjectionRule(Action action, double threshold);
std::unique_ptr<Rule> MakeSecretsRule(Action action, bool certain_only);
std::unique_ptr<Rule> MakePersonalRule(std::map<PersonalType, Action> types, PhoneRegions regions, PseudonymKey key);
// `action`: kQuarantine, or kReplace by "[CANARY]".
std::unique_ptr<Rule> MakeCanaryRule(std::vector<std::string> canaries, Action action);

// What a text is cleaned for.
enum class Use {
  kStorage,  // structure is cleaned and orders are labelled; values stay, so that another policy can decide about them
  kLeaving,  // everything the policy says
  kUserInput,    // structure is cleaned; values, which a person may mean to hand over, and orders are labelled
  kModelOutput,  // as kLeaving; but what has been said in part cannot be quarantined, so the values are masked then
};

// All rules in the order they run; where edits are equal, the earlier rule's replacement wins.
std::vector<std::unique_ptr<const Rule>> RulesOf(const Policy& policy, const PseudonymKey& key, Use use);

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_RULES_H_
