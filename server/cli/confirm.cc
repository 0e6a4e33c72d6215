#include "server/cli/confirm.h"

#include <unistd.h>

#include <iostream>

#include "absl/strings/str_cat.h"
#include "server/cli/exit_code.h"

namespace usher::cli {

absl::Status ConfirmByName(const std::string& question, const std::string& name) {
  if (isatty(STDIN_FILENO) != 1) return UsageError(absl::StrCat(question, " Pass --yes to do so without being asked."));
  std::cerr << question << " Type `" << name << "` to go on: " << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  return answer == name ? absl::OkStatus() : absl::AbortedError("nothing was deleted");
}

}  // namespace usher::cli
