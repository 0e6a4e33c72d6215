#include "bench/usher_bench/process.h"

#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <system_error>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace usher::bench {
namespace {

namespace fs = std::filesystem;

constexpr absl::Duration kInterval = absl::Milliseconds(250);
constexpr absl::Duration kBusy = absl::Milliseconds(50);  // of all threads together, within an interval
// Longer than the two seconds that an index waits for more before it settles, and more than one interval, lest a
// machine that stands still, as under a debugger, look like a process at rest.
constexpr int kQuietIntervals = 24;

absl::Status Gone(pid_t process) { return absl::UnavailableError(absl::StrCat("process ", process, " is gone")); }

// By thread but the calling one: time on a processor, and waiting for one.
using Work = std::map<std::string, absl::Duration>;

absl::StatusOr<Work> WorkOf(pid_t process) {
  Work work;
  std::error_code error;
  const std::string own = absl::StrCat(gettid());
  for (const fs::directory_entry& thread : fs::directory_iterator(absl::StrCat("/proc/", process, "/task"), error)) {
    const std::string name = thread.path().filename();
    std::ifstream stream(thread.path() / "schedstat");
    int64_t running = 0;
    int64_t waiting = 0;
    if (name == own || !(stream >> running >> waiting)) continue;
    work[name] = absl::Nanoseconds(running) + absl::Nanoseconds(waiting);
  }
  if (error) return Gone(process);
  if (work.empty()) return absl::UnavailableError("the kernel does not tell how long threads wait (no schedstat)");
  return work;
}

// What threads did that were there before and are there now; one that came or went counts as busy throughout.
absl::Duration WorkBetween(const Work& before, const Work& after) {
  absl::Duration done = before.size() == after.size() ? absl::ZeroDuration() : kInterval;
  for (const auto& [thread, work] : after) {
    const auto known = before.find(thread);
    done += known == before.end() ? kInterval : work - known->second;
  }
  return done;
}

}  // namespace

absl::Duration Elapsed() { return absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch()); }

absl::StatusOr<uint64_t> ResidentBytes(pid_t process) {
  std::ifstream stream(absl::StrCat("/proc/", process, "/statm"));
  uint64_t total = 0;
  uint64_t resident = 0;
  if (!(stream >> total >> resident)) return Gone(process);
  return resident * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

absl::StatusOr<absl::Duration> AwaitRest(pid_t process) {
  const absl::Duration start = Elapsed();
  absl::Duration quiet_since = start;
  int quiet = 0;
  while (quiet < kQuietIntervals) {
    const auto before = WorkOf(process);
    if (!before.ok()) return before.status();
    absl::SleepFor(kInterval);
    const auto after = WorkOf(process);
    if (!after.ok()) return after.status();
    if (WorkBetween(*before, *after) <= kBusy) {
      ++quiet;
      continue;
    }
    quiet = 0;
    quiet_since = Elapsed();
  }
  return quiet_since - start;
}

}  // namespace usher::bench
