#include "server/sanitize/personal/personal_detector.h"

#include <algorithm>
#include <utility>

#include "server/sanitize/personal/folded_text.h"
#include "server/sanitize/personal/number_search.h"
#include "server/sanitize/personal/people_names.h"

namespace usher::sanitize {
namespace {

bool Overlap(const Span& a, const Span& b) { return a.begin < b.end && b.begin < a.end; }

// Adds those of `spans` that overlap nothing of `found`; both ascend.
void AddFree(const std::vector<Span>& spans, PersonalType type, std::vector<PersonalDatum>& found) {
  std::vector<PersonalDatum> merged;
  merged.reserve(found.size() + spans.size());
  auto next = found.begin();
  for (const Span& span : spans) {
    while (next != found.end() && next->span.end <= span.begin) merged.push_back(*next++);
    if (next == found.end() || !Overlap(next->span, span)) merged.push_back({span, type});
  }
  merged.insert(merged.end(), next, found.end());
  found = std::move(merged);
}

}  // namespace

const std::set<PersonalType>& PersonalDataDetector::AllTypes() {
  static const auto* const kAll = new auto([] {
    std::set<PersonalType> types = Options().types;
    types.insert(PersonalType::kName);
    return types;
  }());
  return *kAll;
}

PersonalDataDetector::PersonalDataDetector() : PersonalDataDetector(Options()) {}

PersonalDataDetector::PersonalDataDetector(Options options) : options_(std::move(options)) {}

std::vector<PersonalDatum> PersonalDataDetector::Find(std::string_view text) const {
  const personal::FoldedText folded(text);
  std::vector<PersonalDatum> found = personal::NumberSearch(folded.text(), options_).Run();
  if (options_.types.count(PersonalType::kName) > 0) {
    AddFree(personal::PeopleNames(folded.text()), PersonalType::kName, found);
  }
  for (PersonalDatum& datum : found) datum.span = folded.Source(datum.span);
  return found;
}

}  // namespace usher::sanitize
