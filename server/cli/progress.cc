#include "server/cli/progress.h"

#include <algorithm>
#include <cstdio>

#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"

namespace usher::cli {
namespace {

constexpr size_t kCells = 20;

}  // namespace

std::string ProgressBar(uint64_t done, uint64_t total, absl::string_view label) {
  const double share = total == 0 ? 1.0 : std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
  const auto full = static_cast<size_t>(share * kCells);
  return absl::StrFormat("[%s%s] %3d %%  %s", std::string(full, '#'), std::string(kCells - full, ' '),
                         static_cast<int>(share * 100), label);
}

void Progress::Show(uint64_t done, absl::string_view label) {
  if (!visible_) return;
  std::fprintf(stderr, "\r%s\x1b[K", ProgressBar(done, total_, label).c_str());
  shown_ = true;
}

void Progress::Hide() {
  if (shown_) std::fputs("\r\x1b[K", stderr);
  shown_ = false;
}

}  // namespace usher::cli
