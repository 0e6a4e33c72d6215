// What the access model costs a whole tenant: a million documents of fifty thousand people, in process and over gRPC.
//
// Each part runs in a process of its own on one temporary folder, which holds about 1 GB and is removed at the end.
// `access_bench [DOCUMENTS]`: fewer documents, 10,000 at least, for a quick look; figures are of 1,000,000.
#include <stdlib.h>

#include <filesystem>
#include <string>
#include <system_error>

#include "absl/strings/numbers.h"
#include "bench/access/measure.h"
#include "bench/access/parts.h"

namespace usher::bench {
namespace {

// Graphs are built in the background: returns when they are, that is, when the process has come to rest.
void AwaitGraphs() {
  const absl::Duration start = Elapsed();
  absl::Duration used;
  do {
    const absl::Duration before = CpuTime();
    absl::SleepFor(absl::Seconds(1));
    used = CpuTime() - before;
  } while (used > absl::Milliseconds(20));
  PrintValue("graphs of vectors, built in the background", absl::ToDoubleSeconds(Elapsed() - start), "s");
  PrintValue("resident memory with them and the vectors", static_cast<double>(ResidentBytes()) / (1 << 20), "MiB");
}

void AskAndChange(const std::string& folder) {
  DriveTenant tenant(folder, {});
  AwaitGraphs();
  MeasureQuestions(tenant);
  MeasureMembershipChanges(tenant);
  MeasureSyncs(tenant);
}

bool Run(const std::string& folder, size_t documents) {
  return RunApart([&] { MeasureLoad(folder, documents); }) && RunApart([&] { MeasureRestart(folder, documents); }) &&
         RunApart([&] { MeasureStructures(documents); }) && RunApart([&] { AskAndChange(folder); }) &&
         RunApart([&] { MeasureLists(folder); });
}

}  // namespace
}  // namespace usher::bench

int main(int argc, char** argv) {
  size_t documents = 1'000'000;
  usher::bench::Require(argc <= 2 && (argc == 1 || absl::SimpleAtoi(argv[1], &documents)) && documents >= 10'000,
                        "usage: access_bench [DOCUMENTS], 10000 at least");
  std::string folder = (std::filesystem::temp_directory_path() / "usher-access-bench-XXXXXX").string();
  usher::bench::Require(mkdtemp(folder.data()) != nullptr, "no temporary folder");
  const bool done = usher::bench::Run(folder, documents);
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return done ? 0 : 1;
}
