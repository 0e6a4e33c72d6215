// usher-bench: Usher measured on workloads that other engines can be measured on as well.
#include <unistd.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Validators.hpp>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>

#include "absl/status/status.h"
#include "bench/usher_bench/search_command.h"

namespace usher::bench {
namespace {

constexpr int kFailed = 1;

constexpr char kFooter[] =
    "\nDIR holds x.npy, q.npy, chunk_doc.npy, acl.json and, for recall, kth.npy; bench/workload/generate.py makes "
    "one.\n"
    "RUN.jsonl: one line a question, {\"q\": place in q.npy, \"ids\": rows of x.npy, best first, \"us\": "
    "microseconds};\n"
    "the last two lines hold scores and totals. Settings of the server may be given as environment variables (`usherd "
    "config`).";

std::string ProgramBeside(const std::string& name) {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  return (self.parent_path() / name).string();
}

CLI::App* AddSearch(CLI::App& app, SearchOptions& options) {
  CLI::App* search = app.add_subcommand("search", "Load a workload, ask all its questions, tell recall and speed");
  search->footer(kFooter);
  search->add_option("--data", options.data, "Folder of the workload")->required()->check(CLI::ExistingDirectory);
  search->add_option("--mode", options.mode, "inprocess: search alone; grpc: all of usherd, over loopback")
      ->check(CLI::IsMember({"inprocess", "grpc"}))
      ->capture_default_str();
  search->add_option("--clients", options.clients, "Clients that ask at once; several numbers are measured in turn")
      ->delimiter(',')
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  search->add_flag("--strict", options.strict, "Search in strict mode (SEARCH_MODE_EXACT)");
  search->add_option("--out", options.out, "Where to write the replies of the first number of clients")->required();
  search->add_option("--strict-out", options.strict_out,
                     "Measure strict mode as well, without loading again, and write its replies there");
  search->add_option("--folder", options.folder, "Where to keep the loaded workload, to be used again");
  search->add_option("--usherd", options.usherd, "The server's program")->capture_default_str();
  return search;
}

int Main(int argc, char** argv) {
  CLI::App app{"usher-bench: Usher, measured"};
  app.require_subcommand(1);
  SearchOptions options;
  options.usherd = ProgramBeside("usherd");
  AddSearch(app, options);
  CLI11_PARSE(app, argc, argv);
  const absl::Status status = RunSearch(options);
  if (status.ok()) return 0;
  std::fprintf(stderr, "usher-bench: %s\n", std::string(status.message()).c_str());
  return kFailed;
}

}  // namespace
}  // namespace usher::bench

int main(int argc, char** argv) {
  try {
    return usher::bench::Main(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "usher-bench: unexpected failure: %s\n", error.what());
    return usher::bench::kFailed;
  }
}
