#include "bench/usher_bench/process.h"

#include <unistd.h>

#include <chrono>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"

namespace usher::bench {
namespace {

constexpr absl::Duration kInterval = absl::Milliseconds(250);
constexpr absl::Duration kBusy = absl::Milliseconds(15);  // of processor time within an interval
// A machine that stands still for an interval, as under a debugger, must not look like a process at rest.
constexpr int kQuietIntervals = 4;

absl::StatusOr<std::vector<std::string>> ReadFields(pid_t process, const char* file) {
  std::ifstream stream(absl::StrCat("/proc/", process, "/", file));
  std::stringstream text;
  text << stream.rdbuf();
  if (!stream || text.str().empty()) return absl::UnavailableError(absl::StrCat("process ", process, " is gone"));
  // The second field of `stat` is a name in brackets that may hold spaces.
  const std::string all = text.str();
  const size_t name_end = all.rfind(')');
  return std::vector<std::string>(absl::StrSplit(name_end == std::string::npos ? all : all.substr(name_end + 2), ' '));
}

absl::StatusOr<int64_t> Number(const std::vector<std::string>& fields, size_t place) {
  int64_t number = 0;
  if (place < fields.size() && absl::SimpleAtoi(fields[place], &number)) return number;
  return absl::InternalError("the kernel's account of a process is not as expected");
}

}  // namespace

absl::Duration Elapsed() { return absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch()); }

absl::StatusOr<uint64_t> ResidentBytes(pid_t process) {
  const auto fields = ReadFields(process, "statm");
  if (!fields.ok()) return fields.status();
  const auto pages = Number(*fields, 1);
  if (!pages.ok()) return pages.status();
  return static_cast<uint64_t>(*pages) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

absl::StatusOr<absl::Duration> CpuTime(pid_t process) {
  const auto fields = ReadFields(process, "stat");
  if (!fields.ok()) return fields.status();
  const auto user = Number(*fields, 11);
  if (!user.ok()) return user.status();
  const auto system = Number(*fields, 12);
  if (!system.ok()) return system.status();
  return absl::Seconds(1) * (*user + *system) / sysconf(_SC_CLK_TCK);
}

absl::StatusOr<absl::Duration> AwaitRest(pid_t process) {
  const absl::Duration start = Elapsed();
  absl::Duration quiet_since = start;
  int quiet = 0;
  while (quiet < kQuietIntervals) {
    const auto before = CpuTime(process);
    if (!before.ok()) return before.status();
    absl::SleepFor(kInterval);
    const auto after = CpuTime(process);
    if (!after.ok()) return after.status();
    if (*after - *before <= kBusy) {
      ++quiet;
      continue;
    }
    quiet = 0;
    quiet_since = Elapsed();
  }
  return quiet_since - start;
}

}  // namespace usher::bench
