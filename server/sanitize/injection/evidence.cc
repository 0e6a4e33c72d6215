#include "server/sanitize/injection/evidence.h"

#include <algorithm>
#include <cmath>

namespace usher::sanitize::injection {
namespace {

constexpr double kShareOfOthers = 0.5;
constexpr double kMostModel = 5.0;    // log odds beyond which the model adds nothing
constexpr double kLeastModel = -1.4;  // and below which it takes nothing away: patterns stand on their own
constexpr double kModelShare = 0.8;
constexpr double kPatternShare = 0.9;
constexpr double kOffset = -1.9;
constexpr double kDisguise = 1.5;  // only on top of a rule that matched

}  // namespace

double PatternLogOdds(const std::vector<RuleMatch>& matches) {
  double sum = 0;
  double most = 0;
  for (const RuleMatch& match : matches) {
    sum += static_cast<double>(match.weight);
    most = std::max(most, static_cast<double>(match.weight));
  }
  return most + kShareOfOthers * (sum - most);
}

double Score(double pattern_log_odds, double model_log_odds, bool disguised) {
  double odds =
      kOffset + kPatternShare * pattern_log_odds + kModelShare * std::clamp(model_log_odds, kLeastModel, kMostModel);
  if (disguised && pattern_log_odds > 0) odds += kDisguise;
  return 1.0 / (1.0 + std::exp(-odds));
}

}  // namespace usher::sanitize::injection
