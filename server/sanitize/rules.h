// The register of the sanitiser's rules: a new rule is one new file and one line here.
#ifndef USHER_SERVER_SANITIZE_RULES_H_
#define USHER_SERVER_SANITIZE_RULES_H_

#include <memory>
#include <vector>

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
std::unique_ptr<Rule> MakeLoaderTagsRule();
std::unique_ptr<Rule> MakeMarkdownLinksRule();
std::unique_ptr<Rule> MakeBareUrlsRule();
std::unique_ptr<Rule> MakeInjectionRule();

// All rules in the order they run; where edits are equal, the earlier rule's replacement wins.
std::vector<std::unique_ptr<const Rule>> AllRules();

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_RULES_H_
