#include "server/cli/clearance.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/cli/exit_code.h"

namespace usher::cli {
namespace {

constexpr uint32_t kHighestLevel = 255;

}  // namespace

absl::StatusOr<nlohmann::json> ParseClearance(absl::string_view text) {
  const size_t equals = text.rfind('=');
  const absl::string_view value = equals == absl::string_view::npos ? "" : text.substr(equals + 1);
  const size_t colon = value.find(':');
  uint32_t level = 0;
  const bool fits = equals != absl::string_view::npos && equals > 0 && absl::SimpleAtoi(value.substr(0, colon), &level);
  std::vector<std::string> compartments;
  if (colon != absl::string_view::npos) compartments = absl::StrSplit(value.substr(colon + 1), ',');
  const bool named = std::find(compartments.begin(), compartments.end(), "") == compartments.end();
  if (!fits || !named || level > kHighestLevel) {
    return UsageError(absl::StrCat("`", text,
                                   "` is no clearance; write PRINCIPAL=LEVEL:COMPARTMENT,... with a level from 0 to "
                                   "255, e.g. user:ann=3:nato,crypto"));
  }
  return nlohmann::json{
      {"principal", std::string(text.substr(0, equals))}, {"level", level}, {"compartments", std::move(compartments)}};
}

}  // namespace usher::cli
