#include "bench/usher_bench/report.h"

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace usher::bench {
namespace {

using nlohmann::json;

constexpr double kMiB = 1 << 20;

double VectorBytes(const Workload& workload) {
  return static_cast<double>(workload.row_count()) * static_cast<double>(workload.dimension()) * sizeof(float);
}

double PerSecond(const Measured& measured) {
  return static_cast<double>(measured.passes.asked) / absl::ToDoubleSeconds(measured.passes.wall);
}

json CellJson(const Cell& cell) {
  json result{{"n", cell.questions},
              {"forbidden", cell.forbidden},
              {"short", cell.short_replies},
              {"qps", 1e6 / cell.latency.mean},
              {"mean", cell.latency.mean / 1e3},
              {"p50", cell.latency.p50 / 1e3},
              {"p95", cell.latency.p95 / 1e3},
              {"p99", cell.latency.p99 / 1e3}};
  if (cell.recall) result["recall"] = *cell.recall;
  return result;
}

json Summary(const Workload& workload, const Report& report) {
  json summary;
  summary["wall_s"] = absl::ToDoubleSeconds(report.measured.front().passes.wall);
  summary["clients"] = report.measured.front().clients;
  summary["mode"] = report.mode;
  summary["strict"] = report.exact;
  summary["rows"] = workload.row_count();
  summary["dimension"] = workload.dimension();
  summary["reused"] = report.loading.reused;
  summary["load_s"] = absl::ToDoubleSeconds(report.loading.load);
  summary["build_s"] = absl::ToDoubleSeconds(report.loading.build);
  summary["memory_mib"] = static_cast<double>(report.loading.memory) / kMiB;
  summary["vectors_mib"] = VectorBytes(workload) / kMiB;
  for (const Measured& measured : report.measured) {
    const Latency latency = LatencyOf(measured.passes.all);
    summary["throughput"].push_back({{"clients", measured.clients},
                                     {"asked", measured.passes.asked},
                                     {"qps", PerSecond(measured)},
                                     {"p50", latency.p50 / 1e3},
                                     {"p99", latency.p99 / 1e3}});
  }
  return summary;
}

json ScoresJson(const Scores& scores) {
  json buckets;
  for (const auto& [bucket, cells] : scores) {
    for (const auto& [correlation, cell] : cells) buckets[bucket][correlation] = CellJson(cell);
  }
  return {{"buckets", std::move(buckets)}};
}

std::string RecallOf(const std::map<std::string, Cell>& cells, const std::string& correlation) {
  const auto cell = cells.find(correlation);
  if (cell == cells.end() || !cell->second.recall) return "-";
  return absl::StrFormat("%.4f", *cell->second.recall);
}

}  // namespace

absl::Status WriteRun(const Workload& workload, const Report& report, const std::string& path) {
  std::ofstream stream(path);
  const std::vector<Reply>& replies = report.measured.front().passes.replies;
  for (size_t i = 0; i < replies.size(); ++i) {
    stream << json{{"q", i}, {"ids", replies[i].rows}, {"us", absl::ToDoubleMicroseconds(replies[i].taken)}} << '\n';
  }
  stream << ScoresJson(report.scores) << '\n' << Summary(workload, report) << '\n';
  stream.close();
  if (!stream) return absl::UnavailableError(absl::StrCat("could not write --out ", path));
  return absl::OkStatus();
}

void PrintTable(const Workload& workload, const Report& report) {
  absl::PrintF("usher, %s, %s: %u rows of %u floats, %u questions\n", report.mode,
               report.exact ? "strict" : "default mode", workload.row_count(), workload.dimension(),
               workload.questions().size());
  absl::PrintF("  %-8s %8s %8s %8s %9s %6s %9s %9s %9s\n", "readable", "recall", "pos", "neg", "forbidden", "short",
               "queries/s", "p50 us", "p99 us");
  for (const std::string& bucket : BucketsInOrder(report.scores)) {
    const std::map<std::string, Cell>& cells = report.scores.at(bucket);
    const Cell& both = cells.at("both");
    absl::PrintF("  %-8s %8s %8s %8s %9u %6u %9.0f %9.1f %9.1f\n", bucket, RecallOf(cells, "both"),
                 RecallOf(cells, "pos"), RecallOf(cells, "neg"), both.forbidden, both.short_replies,
                 1e6 / both.latency.mean, both.latency.p50, both.latency.p99);
  }
  absl::PrintF(
      "  above: the first time each question was asked, %u client(s); queries/s of a row is 1 / mean latency\n",
      report.measured.front().clients);
  for (const Measured& measured : report.measured) {
    const Latency latency = LatencyOf(measured.passes.all);
    absl::PrintF("  %u client(s), all questions mixed: %.0f queries/s, p50 %.1f us, p99 %.1f us (%u asked in %.1f s)\n",
                 measured.clients, PerSecond(measured), latency.p50, latency.p99, measured.passes.asked,
                 absl::ToDoubleSeconds(measured.passes.wall));
  }
  const Loading& loading = report.loading;
  absl::PrintF("  %s in %.1f s, index at rest %.1f s later\n",
               loading.reused ? "opened (it was loaded before)" : "loaded, on disk,",
               absl::ToDoubleSeconds(loading.load), absl::ToDoubleSeconds(loading.build));
  absl::PrintF("  memory %.0f MiB, %.0f MiB of it the vectors' own bytes (%s)\n",
               static_cast<double>(loading.memory) / kMiB, VectorBytes(workload) / kMiB,
               report.mode == "grpc" ? "resident memory of usherd"
                                     : "growth of this process's resident memory since before the store was opened");
}

}  // namespace usher::bench
