// How the findings about one sentence become one number.
//
// Guarantees: monotone in every rule's weight and in the model's log odds; constants are fixed by hand, because fitting
// them to the sources at hand did worse on others.
// Thread-safety: pure functions.
#ifndef USHER_SERVER_SANITIZE_INJECTION_EVIDENCE_H_
#define USHER_SERVER_SANITIZE_INJECTION_EVIDENCE_H_

#include <vector>

#include "server/sanitize/injection/grammar.h"

namespace usher::sanitize::injection {

// Log odds of all rules together: the heaviest counts whole, the others for a part, because they overlap.
double PatternLogOdds(const std::vector<RuleMatch>& matches);

// 0 to 1. `disguised`: the sentence was found under a disguise or encoded, which readers have no use for.
double Score(double pattern_log_odds, double model_log_odds, bool disguised);

}  // namespace usher::sanitize::injection

#endif  // USHER_SERVER_SANITIZE_INJECTION_EVIDENCE_H_
