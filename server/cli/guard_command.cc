#include <cerrno>
#include <fstream>
#include <iostream>
#include <istream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/cli/commands.h"
#include "server/cli/finding_text.h"
#include "server/cli/resource.h"

namespace usher::cli {
namespace {

using nlohmann::json;

struct GuardOptions {
  std::string boundary = "output";
  std::string format = "plain";
  std::string collection;
  int max_length = 0;
  std::vector<std::string> context_files;
};

// The server says what is too long; here it is only kept from filling the memory.
constexpr size_t kMostBytes = size_t{16} << 20;

absl::StatusOr<std::string> ReadAll(std::istream& in, const std::string& name) {
  std::string text(kMostBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) return absl::DataLossError(absl::StrCat("cannot read ", name, " to its end"));
  text.resize(static_cast<size_t>(in.gcount()));
  if (text.size() <= kMostBytes) return text;
  return absl::InvalidArgumentError(absl::StrCat(name, " has more than ", kMostBytes, " bytes; give less of it"));
}

std::string EnumName(const char* prefix, const std::string& option) {
  return absl::StrCat(prefix, option == "input"      ? "USER_INPUT"
                              : option == "output"   ? "MODEL_OUTPUT"
                              : option == "markdown" ? "MARKDOWN"
                              : option == "html"     ? "HTML"
                                                     : "PLAIN");
}

absl::StatusOr<json> RequestOf(const GuardOptions& options) {
  json request = {{"boundary", EnumName("BOUNDARY_", options.boundary)},
                  {"format", EnumName("TEXT_FORMAT_", options.format)},
                  {"max_length", options.max_length},
                  {"context", json::array()}};
  if (!options.collection.empty()) {
    auto collection = CollectionName(options.collection);
    if (!collection.ok()) return collection.status();
    request["collection"] = *std::move(collection);
  }
  for (const std::string& path : options.context_files) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return absl::ErrnoToStatus(errno, absl::StrCat("cannot open ", path));
    auto text = ReadAll(file, path);
    if (!text.ok()) return text.status();
    request["context"].push_back({{"text", *std::move(text)}});
  }
  auto text = ReadAll(std::cin, "standard input");
  if (!text.ok()) return text.status();
  request["text"] = *std::move(text);
  return request;
}

absl::StatusOr<ExitCode> Guard(Session& session, const GuardOptions& options) {
  auto request = RequestOf(options);
  if (!request.ok()) return request.status();
  auto answer = session.Call("usher.v1.GuardService/Inspect", *request);
  if (!answer.ok()) return answer.status();
  Output& out = session.out();
  if (out.json()) {
    out.Json(*answer);
  } else {
    out.Part(answer->value("text", ""));
    for (const json& finding : answer->at("findings")) out.Note("! " + FindingText(finding));
  }
  return answer->value("verdict", "") == "VERDICT_ALLOWED" ? ExitCode::kOk : ExitCode::kNegative;
}

}  // namespace

void AddGuardCommand(Program& program) {
  auto options = std::make_shared<GuardOptions>();
  CLI::App* guard = program.app.add_subcommand(
      "guard",
      "Judge what goes into a model or comes out of it: reads standard input, prints it cleaned, and what was "
      "found on standard error; exits with 3 when that asks for attention");
  guard->add_option("--boundary", options->boundary, "What it is: input of a user or output of a model")
      ->check(CLI::IsMember({"input", "output"}))
      ->capture_default_str();
  guard->add_option("--format", options->format, "How it is written")
      ->check(CLI::IsMember({"plain", "markdown", "html"}))
      ->capture_default_str();
  guard->add_option("--context", options->context_files, "File with what the model was given: its links are expected")
      ->allow_extra_args(false);
  guard->add_option("--collection", options->collection, "Collection that the policy is of");
  guard->add_option("--max-length", options->max_length, "Bytes that are expected at most")
      ->check(CLI::Range(1, 1 << 20));
  program.Run(guard, [&program, options] { return Guard(program.session, *options); });
}

}  // namespace usher::cli
