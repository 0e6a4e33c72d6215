// The detector as a rule of the sanitiser.
#ifndef USHER_SERVER_SANITIZE_INJECTION_INJECTION_RULE_H_
#define USHER_SERVER_SANITIZE_INJECTION_INJECTION_RULE_H_

#include <memory>

#include "server/sanitize/injection/injection_detector.h"
#include "server/sanitize/rule.h"

namespace usher::sanitize::injection {

// Annotates the sentences at or above the detector's threshold, as findings "injection.<rule>"; never edits the text.
std::unique_ptr<Rule> MakeInjectionRule(std::shared_ptr<const InjectionDetector> detector);

}  // namespace usher::sanitize::injection

#endif  // USHER_SERVER_SANITIZE_INJECTION_INJECTION_RULE_H_
