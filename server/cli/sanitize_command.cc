#include <cerrno>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/cli/commands.h"
#include "server/cli/json_lines.h"
#include "server/cli/sanitize_sample.h"
#include "server/cli/sanitize_view.h"
#include "server/sanitize/sanitizer.h"

namespace usher::cli {
namespace {

absl::StatusOr<ExitCode> SanitizeLines(Output& out) {
  const sanitize::Sanitizer sanitizer;
  const auto read = ForEachJsonLine(
      std::cin, "standard input", [&](const std::string& where, const absl::StatusOr<nlohmann::json>& line) {
        const auto answer = line.ok() ? SanitizeSample(sanitizer, *line) : line;
        if (!answer.ok()) return absl::FailedPreconditionError(absl::StrCat(where, ": ", answer.status().message()));
        out.Json(*answer);
        return absl::OkStatus();
      });
  if (!read.ok()) return read;
  return ExitCode::kOk;
}

absl::StatusOr<ExitCode> ShowFile(const std::string& path, Output& out) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::ErrnoToStatus(errno, absl::StrCat("cannot open ", path));
  std::string text(sanitize::Sanitizer::kMaxBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return absl::DataLossError(absl::StrCat("cannot read ", path, " to its end"));
  text.resize(static_cast<size_t>(file.gcount()));
  const auto clean = sanitize::Sanitizer().Clean(text, GuessFormat(text));
  if (!clean.ok()) return absl::FailedPreconditionError(absl::StrCat(path, ": ", clean.status().message()));
  ShowFindings(text, clean->findings, out);
  return ExitCode::kOk;
}

}  // namespace

void AddSanitizeCommand(Program& program) {
  auto file = std::make_shared<std::string>();
  CLI::App* command = program.app.add_subcommand(
      "sanitize", "Clean texts without a server: JSON lines with id, text and maybe format from standard input");
  command->add_option("--show", *file, "Show this file's text with the findings marked and listed instead");
  program.Run(command, [&program, file] {
    return file->empty() ? SanitizeLines(program.session.out()) : ShowFile(*file, program.session.out());
  });
}

}  // namespace usher::cli
