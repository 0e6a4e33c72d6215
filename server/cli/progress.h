// A bar on standard error that shows how far a long command is; silent unless that is a terminal.
//
// Not thread-safe.
#ifndef USHER_SERVER_CLI_PROGRESS_H_
#define USHER_SERVER_CLI_PROGRESS_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace usher::cli {

// e.g. `[#####               ]  25 %  120 documents`. `done` above `total` counts as all of it.
std::string ProgressBar(uint64_t done, uint64_t total, absl::string_view label);

class Progress {
 public:
  Progress(bool visible, uint64_t total) : visible_(visible), total_(total) {}
  ~Progress() { Hide(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void Show(uint64_t done, absl::string_view label);
  // Clears the bar's line, for something else to be printed there.
  void Hide();

 private:
  bool visible_;
  bool shown_ = false;
  uint64_t total_;
};

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_PROGRESS_H_
