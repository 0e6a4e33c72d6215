#include "bench/usher_bench/search_command.h"

#include <malloc.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <utility>

#include "bench/usher_bench/folder.h"
#include "bench/usher_bench/in_process.h"
#include "bench/usher_bench/over_grpc.h"
#include "bench/usher_bench/passes.h"
#include "bench/usher_bench/process.h"
#include "bench/usher_bench/report.h"
#include "bench/usher_bench/scores.h"
#include "bench/usher_bench/target.h"
#include "bench/usher_bench/workload.h"

namespace usher::bench {
namespace {

// Of the target, without what this program itself holds: the workload's lists were read before, and its vectors are
// pages of a file, which are let go of.
absl::StatusOr<uint64_t> MemoryOf(const Target& target, const Workload& workload, uint64_t before) {
  if (target.process() != getpid()) return ResidentBytes(target.process());
  workload.vectors().Release();
  malloc_trim(0);
  const auto now = ResidentBytes(getpid());
  if (!now.ok()) return now.status();
  return *now > before ? *now - before : 0;
}

absl::Status MeasureMode(Target& target, const Workload& workload, const std::vector<size_t>& clients,
                         const std::string& out, Report report) {
  for (const size_t count : clients) {
    auto passes = RunClients(target, workload, count, report.exact);
    if (!passes.ok()) return passes.status();
    report.measured.push_back({count, *std::move(passes)});
  }
  report.scores = ScoreReplies(workload, report.measured.front().passes.replies);
  PrintTable(workload, report);
  std::fflush(stdout);
  return WriteRun(workload, report, out);
}

}  // namespace

absl::Status RunSearch(const SearchOptions& options) {
  const auto workload = Workload::Read(options.data);
  if (!workload.ok()) return workload.status();
  auto folder = Folder::Open(options.folder, workload->Fingerprint());
  if (!folder.ok()) return folder.status();
  workload->vectors().Release();
  malloc_trim(0);
  const auto before = ResidentBytes(getpid());
  if (!before.ok()) return before.status();

  Report report;
  report.mode = options.mode;
  report.exact = options.strict;
  report.loading.reused = folder->loaded();
  const absl::Duration start = Elapsed();
  auto target =
      options.mode == "grpc" ? OpenOverGrpc(*workload, *folder, options.usherd) : OpenInProcess(*workload, *folder);
  if (!target.ok()) return target.status();
  report.loading.load = Elapsed() - start;
  const auto rested = AwaitRest((*target)->process());
  if (!rested.ok()) return rested.status();
  report.loading.build = *rested;

  if (absl::Status status = WarmUp(**target, *workload, options.strict); !status.ok()) return status;
  const auto memory = MemoryOf(**target, *workload, *before);
  if (!memory.ok()) return memory.status();
  report.loading.memory = *memory;
  if (absl::Status status = MeasureMode(**target, *workload, options.clients, options.out, report); !status.ok()) {
    return status;
  }
  if (options.strict_out.empty()) return absl::OkStatus();
  report.exact = true;
  return MeasureMode(**target, *workload, options.clients, options.strict_out, std::move(report));
}

}  // namespace usher::bench
