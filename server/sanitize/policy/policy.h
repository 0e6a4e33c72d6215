// What is to be done about what the sanitiser finds: one tenant's or collection's decisions.
//
// Thread-safety: values.
#ifndef USHER_SERVER_SANITIZE_POLICY_POLICY_H_
#define USHER_SERVER_SANITIZE_POLICY_POLICY_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "server/sanitize/finding.h"
#include "server/sanitize/host_list.h"
#include "server/sanitize/personal/personal_type.h"
#include "server/sanitize/personal/phone_plan.h"

namespace usher::sanitize {

// As it stands here it is the policy of whoever has written none.
struct Policy {
  struct Example {
    std::string text;                        // Markdown
    std::optional<std::string> expect = {};  // what it becomes
  };

  HostList allow_hosts;                                         // links to them stay, whatever they carry
  Action injection = Action::kAnnotate;                         // or kRemove the sentence, or kQuarantine
  double injection_threshold = 0.5;                             // sentences scored at least this count, 0 to 1
  Action hidden = Action::kRemove;                              // or kQuarantine; what hides is gone either way
  Action secrets = Action::kMask;                               // or kAnnotate, kRemove, kQuarantine
  bool certain_secrets_only = false;                            // leave alone what only looks like a secret
  std::map<PersonalType, Action> personal = DefaultPersonal();  // types that are looked for; also kPseudonymise
  PhoneRegions phone_regions;
  std::vector<std::string> canaries;  // a text that holds one of them is quarantined
  bool external_detectors = true;     // cleaned texts may be sent to the detector that the server has
  std::vector<Example> must_change;
  std::vector<std::string> must_keep;

  // All types but those that are found too seldom to rely on, kept and labelled.
  static std::map<PersonalType, Action> DefaultPersonal();

  // The same bytes for all policies that act alike; examples are not part of it.
  std::string Canonical() const;
};

// Makes pseudonyms that are a tenant's own. Both empty: only for looking at what a policy does.
struct PseudonymKey {
  std::string key;  // as secret as the data
  std::string tenant;
};

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_POLICY_POLICY_H_
