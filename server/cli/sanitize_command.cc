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
#include "server/sanitize/policy/policy_file.h"
#include "server/sanitize/sanitizer.h"

namespace usher::cli {
namespace {

// By the policy in `path`, or the default one. Pseudonyms are those of nobody.
absl::StatusOr<sanitize::Sanitizer> SanitizerFrom(const std::string& path) {
  auto policy = std::make_shared<sanitize::Policy>();
  if (!path.empty()) {
    auto text = sanitize::ReadPolicyFile(path);
    if (!text.ok()) return text.status();
    auto parsed = sanitize::ParsePolicy(path, *text);
    if (!parsed.ok()) return absl::FailedPreconditionError(parsed.status().message());
    *policy = *std::move(parsed);
    if (absl::Status status = sanitize::CheckExamples(path, *policy); !status.ok()) {
      return absl::FailedPreconditionError(status.message());
    }
  }
  return sanitize::Sanitizer(std::move(policy), {}, sanitize::Use::kLeaving);
}

absl::StatusOr<ExitCode> SanitizeLines(const sanitize::Sanitizer& sanitizer, Output& out) {
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

absl::StatusOr<ExitCode> ShowFile(const sanitize::Sanitizer& sanitizer, const std::string& path, Output& out) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::ErrnoToStatus(errno, absl::StrCat("cannot open ", path));
  std::string text(sanitize::Sanitizer::kMaxBytes + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return absl::DataLossError(absl::StrCat("cannot read ", path, " to its end"));
  text.resize(static_cast<size_t>(file.gcount()));
  const auto clean = sanitizer.Clean(text, GuessFormat(text));
  if (!clean.ok()) return absl::FailedPreconditionError(absl::StrCat(path, ": ", clean.status().message()));
  ShowFindings(text, clean->findings, out);
  return ExitCode::kOk;
}

}  // namespace

void AddSanitizeCommand(Program& program) {
  auto file = std::make_shared<std::string>();
  auto policy = std::make_shared<std::string>();
  CLI::App* command = program.app.add_subcommand(
      "sanitize", "Clean texts without a server: JSON lines with id, text and maybe format from standard input");
  command->add_option("--show", *file, "Show this file's text with the findings marked and listed instead");
  command->add_option("--policy", *policy, "Clean by this policy, a YAML file, instead of the default");
  program.Run(command, [&program, file, policy]() -> absl::StatusOr<ExitCode> {
    const auto sanitizer = SanitizerFrom(*policy);
    if (!sanitizer.ok()) return sanitizer.status();
    Output& out = program.session.out();
    return file->empty() ? SanitizeLines(*sanitizer, out) : ShowFile(*sanitizer, *file, out);
  });
}

}  // namespace usher::cli
