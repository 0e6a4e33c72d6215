#include "server/sanitize/rules.h"

namespace usher::sanitize {

std::vector<std::unique_ptr<const Rule>> AllRules() {
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
  rules.push_back(MakeLoaderTagsRule());
  rules.push_back(MakeMarkdownLinksRule());
  rules.push_back(MakeBareUrlsRule());
  rules.push_back(MakeInjectionRule());
  return rules;
}

}  // namespace usher::sanitize
