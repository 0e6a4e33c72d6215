// Policies for cleaning text: tried without a server, and their effect on what a server stores.
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/cli/commands.h"
#include "server/cli/resource.h"
#include "server/sanitize/policy/policy_file.h"

namespace usher::cli {
namespace {

// Prints how each example of one file came out; false if anything is wrong with it.
bool TestPolicy(const std::string& path, Output& out) {
  const auto fail = [&](const std::string& message) {
    out.Line(message, Colour::kBad);
    return false;
  };
  const auto text = sanitize::ReadPolicyFile(path);
  if (!text.ok()) return fail(std::string(text.status().message()));
  const auto policy = sanitize::ParsePolicy(path, *text);
  if (!policy.ok()) return fail(std::string(policy.status().message()));
  bool passed = true;
  for (const sanitize::ExampleOutcome& outcome : sanitize::RunExamples(*policy)) {
    passed = passed && outcome.passed;
    out.Line(absl::StrCat(path, ": ", outcome.name, outcome.passed ? " passes" : " fails: ", outcome.why),
             outcome.passed ? Colour::kGood : Colour::kBad);
  }
  if (passed) out.Line(absl::StrCat(path, ": can be used"), Colour::kGood);
  return passed;
}

absl::StatusOr<ExitCode> Review(Session& session, const std::string& collection) {
  auto name = CollectionName(collection);
  if (!name.ok()) return name.status();
  auto answer = session.Call("usher.v1.CorpusService/GetPolicyReview", {{"collection", *name}});
  if (!answer.ok()) return answer.status();
  Output& out = session.out();
  if (out.json()) {
    out.Json(*answer);
    return ExitCode::kOk;
  }
  const auto count = [&](const char* field) { return answer->value(field, "0"); };
  const std::string state = answer->value("state", "");
  out.Line(absl::StrCat("policy ", answer->value("policy_digest", "")));
  out.Line(absl::StrCat(state == "REVIEW_STATE_FINISHED"  ? "finished: "
                        : state == "REVIEW_STATE_RUNNING" ? "under way: "
                                                          : "not begun yet: ",
                        count("reviewed"), " of ", count("chunk_count"), " chunks reviewed"));
  out.Line(absl::StrCat(count("quarantined"), " kept back, ", count("changed"), " changed, ", count("labelled"),
                        " labelled"));
  for (const nlohmann::json& chunk : answer->at("canary_chunks")) {
    out.Line(absl::StrCat("holds a canary: ", ShortName(chunk.get<std::string>())), Colour::kBad);
  }
  return ExitCode::kOk;
}

}  // namespace

void AddPolicyCommands(Program& program) {
  CLI::App* group = Program::AddGroup(program.app, "policy", "Policies for cleaning text");
  auto files = std::make_shared<std::vector<std::string>>();
  CLI::App* test = group->add_subcommand("test", "Run the examples of policy files, without a server");
  test->add_option("FILE", *files, "YAML files")->required();
  program.Run(test, [&program, files]() -> absl::StatusOr<ExitCode> {
    size_t failed = 0;
    for (const std::string& file : *files) failed += TestPolicy(file, program.session.out()) ? 0 : 1;
    if (failed == 0) return ExitCode::kOk;
    return absl::FailedPreconditionError(absl::StrCat(failed, " of ", files->size(), " policies cannot be used"));
  });
  auto name = std::make_shared<std::string>();
  CLI::App* review =
      group->add_subcommand("review", "Tell what the policy in force does to the text a collection stores");
  review->add_option("COLLECTION", *name)->required();
  program.Run(review, [&program, name] { return Review(program.session, *name); });
}

}  // namespace usher::cli
