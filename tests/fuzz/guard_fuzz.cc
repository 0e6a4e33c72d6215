// Any text at the boundaries of an application: judged whole, and as a stream in the pieces that the first bytes
// choose.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include "server/guard/guard_stream.h"
#include "tests/fuzz/broken.h"
#include "tests/property/clean_promises.h"

namespace usher::tests {
namespace {

using guard::Boundary;
using guard::Guard;
using guard::GuardStream;

Guard* MakeGuard(Boundary boundary) {
  auto policy = std::make_shared<sanitize::Policy>();
  policy->canaries = {kCanary};
  return new Guard(
      std::make_shared<const sanitize::Sanitizer>(policy, sanitize::PseudonymKey{}, guard::UseAt(boundary)));
}

const Guard& GuardAt(Boundary boundary) {
  static const Guard* const kInput = MakeGuard(Boundary::kUserInput);
  static const Guard* const kOutput = MakeGuard(Boundary::kModelOutput);
  return boundary == Boundary::kUserInput ? *kInput : *kOutput;
}

// nullopt when the stream refuses the text.
std::optional<GuardStream::Piece> Streamed(std::string_view text, const guard::Terms& terms, size_t step) {
  GuardStream stream(GuardAt(terms.boundary), terms);
  GuardStream::Piece out;
  for (size_t at = 0; at < text.size(); at += step) {
    if (!stream.Push(text.substr(at, step), out).ok()) return std::nullopt;
  }
  if (!stream.Finish(out).ok()) return std::nullopt;
  return out;
}

void CheckInspected(std::string_view text, const guard::Terms& terms) {
  const Guard& guard = GuardAt(terms.boundary);
  const absl::StatusOr<sanitize::CleanText> whole = guard.Inspect(text, terms);
  if (!whole.ok()) return;
  if (const auto broken = BrokenAccount(text, *whole)) Broken(*broken);
  if (terms.boundary == Boundary::kUserInput) return;
  const absl::StatusOr<sanitize::CleanText> again = guard.Inspect(whole->text, terms);
  Require(again.ok() && again->text == whole->text, "inspecting what was inspected changes nothing");
}

void CheckStream(std::string_view text, const guard::Terms& terms, size_t step) {
  const std::optional<GuardStream::Piece> whole = Streamed(text, terms, text.size() + 1);
  const std::optional<GuardStream::Piece> cut = Streamed(text, terms, step);
  Require(whole.has_value() == cut.has_value(), "how a text is cut does not decide whether it is refused");
  if (!whole) return;
  Require(IsUtf8(text) && IsUtf8(whole->text), "UTF-8 in, UTF-8 out");
  Require(whole->text == cut->text, "how a text is cut changes nothing");
  Require(whole->findings.size() == cut->findings.size(), "how a text is cut changes no finding");
  for (const sanitize::Finding& finding : whole->findings) {
    Require(finding.source.begin <= finding.source.end && finding.source.end <= text.size(),
            "findings are in the text");
    Require(finding.clean.begin <= finding.clean.end && finding.clean.end <= whole->text.size(),
            "findings are in what was released");
  }
}

}  // namespace
}  // namespace usher::tests

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace usher;
  if (size < 3) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  guard::Terms terms;
  terms.boundary = data[0] % 2 == 0 ? guard::Boundary::kModelOutput : guard::Boundary::kUserInput;
  terms.format = data[0] / 2 % 2 == 0 ? chunking::Format::kMarkdown : chunking::Format::kPlain;
  terms.given.AddText("See https://docs.example.org/guide for more.");
  tests::CheckInspected(text, terms);
  tests::CheckStream(text, terms, size_t{1} + data[1]);
  return 0;
}
