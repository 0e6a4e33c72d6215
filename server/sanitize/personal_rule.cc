#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/sanitize/personal/personal_detector.h"
#include "server/sanitize/personal/pseudonym.h"
#include "server/sanitize/rules.h"

namespace usher::sanitize {
namespace {

PersonalDataDetector::Options OptionsFor(const std::map<PersonalType, Action>& types, PhoneRegions regions) {
  PersonalDataDetector::Options options;
  options.types.clear();
  for (const auto& [type, action] : types) options.types.insert(type);
  options.phone_regions = std::move(regions);
  return options;
}

// Labels personal data, or puts something else in its place, type by type.
class PersonalRule final : public Rule {
 public:
  PersonalRule(std::map<PersonalType, Action> types, PhoneRegions regions, PseudonymKey key)
      : types_(std::move(types)), detector_(OptionsFor(types_, std::move(regions))), key_(std::move(key)) {}

  std::string_view id() const override { return "personal"; }
  bool late() const override { return true; }

  void Inspect(const RuleInput& input, EditList& edits, FindingLog& findings) const override {
    for (const PersonalDatum& datum : detector_.Find(input.text)) {
      const Action action = types_.at(datum.type);
      const std::string_view value = input.text.substr(datum.span.begin, datum.span.size());
      const std::string type(PersonalTypeName(datum.type));
      std::string shown = type;
      if (action == Action::kMask) shown = Mask(datum.type, value);
      if (action == Action::kPseudonymise) shown = Pseudonym(key_.key, key_.tenant, datum.type, value);
      findings.Add(absl::StrCat("personal.", type), Kind::kPersonal, action, datum.span, shown);
      if (action == Action::kMask || action == Action::kPseudonymise) edits.Replace(datum.span, shown);
      if (action == Action::kRemove) edits.Remove(datum.span);
    }
  }

 private:
  const std::map<PersonalType, Action> types_;
  const PersonalDataDetector detector_;
  const PseudonymKey key_;
};

}  // namespace

std::unique_ptr<Rule> MakePersonalRule(std::map<PersonalType, Action> types, PhoneRegions regions, PseudonymKey key) {
  return std::make_unique<PersonalRule>(std::move(types), std::move(regions), std::move(key));
}

}  // namespace usher::sanitize
