#include "server/cli/duration_text.h"

#include "absl/strings/str_cat.h"
#include "server/cli/exit_code.h"

namespace usher::cli {

absl::StatusOr<std::string> ApiDuration(const std::string& option, const std::string& text, absl::Duration least) {
  absl::Duration duration;
  if (absl::ParseDuration(text, &duration) && duration >= least && duration != absl::InfiniteDuration()) {
    return absl::StrCat(absl::ToInt64Seconds(duration), "s");
  }
  return UsageError(
      absl::StrCat(option, " `", text, "` is not a duration of at least ", absl::FormatDuration(least), ", e.g. 2h"));
}

std::string ReadableDuration(const std::string& text) {
  absl::Duration duration;
  return absl::ParseDuration(text, &duration) ? absl::FormatDuration(duration) : text;
}

}  // namespace usher::cli
