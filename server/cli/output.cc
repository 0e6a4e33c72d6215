#include "server/cli/output.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "server/cli/escape.h"

namespace usher::cli {
namespace {

void Write(std::FILE* file, absl::string_view text) { std::fwrite(text.data(), 1, text.size(), file); }

bool WantsColour() {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* terminal = std::getenv("TERM");
  const bool refused = no_colour != nullptr && *no_colour != '\0';
  return !refused && terminal != nullptr && absl::string_view(terminal) != "dumb";
}

size_t TerminalWidth() {
  winsize size{};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

absl::string_view Sequence(Colour colour) {
  switch (colour) {
    case Colour::kGood:
      return "\x1b[32m";
    case Colour::kBad:
      return "\x1b[31m";
    case Colour::kWarning:
      return "\x1b[33m";
    case Colour::kFaint:
      return "\x1b[2m";
    case Colour::kPlain:
      break;
  }
  return "";
}

}  // namespace

Output::Output() : error_is_terminal_(isatty(STDERR_FILENO) == 1) {
  if (isatty(STDOUT_FILENO) == 1) {
    colour_ = WantsColour();
    width_ = TerminalWidth();
  }
}

void Output::Json(const nlohmann::json& document) {
  using Handler = nlohmann::json::error_handler_t;
  Write(stdout, document.dump(-1, ' ', /*ensure_ascii=*/true, Handler::replace) + "\n");
}

void Output::Line(absl::string_view text, Colour colour) {
  const absl::string_view begin = colour_ ? Sequence(colour) : "";
  Write(stdout, absl::StrCat(begin, EscapeText(text), begin.empty() ? "" : "\x1b[0m", "\n"));
}

void Output::Text(absl::string_view text) { Write(stdout, EscapeText(text, Lines::kKeep) + "\n"); }

void Output::MarkedText(absl::string_view text, absl::string_view marker) {
  if (!IsPrivateUse(marker)) return Text(text);
  std::vector<std::string> parts;
  for (const absl::string_view part : absl::StrSplit(text, marker)) parts.push_back(EscapeText(part, Lines::kKeep));
  Write(stdout, absl::StrJoin(parts, marker) + "\n");
}

void Output::Part(absl::string_view text, Colour colour) {
  const absl::string_view begin = colour_ ? Sequence(colour) : "";
  Write(stdout, absl::StrCat(begin, EscapeText(text, Lines::kKeep), begin.empty() ? "" : "\x1b[0m"));
}

void Output::Print(const Table& table) { Write(stdout, table.Render(width_)); }

void Output::Note(absl::string_view text) { Write(stderr, EscapeText(text) + "\n"); }

void Output::Error(const absl::Status& status) {
  Write(stderr, absl::StrCat("usher: ", EscapeText(status.message(), Lines::kKeep), "\n"));
}

absl::Status Output::Finish() {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return absl::OkStatus();
  return absl::DataLossError("standard output did not take the whole answer; is the disk full?");
}

}  // namespace usher::cli
