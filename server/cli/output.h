// What the program prints, and where: answers on standard output, everything about the run on standard error.
//
// Guarantees: text given here as untrusted is escaped before it is printed; colour only reaches a terminal that wants
// it.
//
// Not thread-safe.
#ifndef USHER_SERVER_CLI_OUTPUT_H_
#define USHER_SERVER_CLI_OUTPUT_H_

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "server/cli/table.h"

namespace usher::cli {

enum class Colour { kPlain, kGood, kBad, kWarning, kFaint };

class Output {
 public:
  // Looks at standard output, standard error, NO_COLOR and TERM.
  Output();

  // Whether answers are printed as JSON, for scripts.
  bool json() const { return json_; }
  void set_json(bool json) { json_ = json; }
  // Columns of standard output's terminal; 0 when it is none.
  size_t width() const { return width_; }
  bool error_is_terminal() const { return error_is_terminal_; }

  // One JSON document on a line of its own. Everything but printable ASCII is escaped the JSON way, so that it is safe
  // anywhere.
  void Json(const nlohmann::json& document);
  // One line of untrusted text.
  void Line(absl::string_view text, Colour colour = Colour::kPlain);
  // Untrusted text of many lines.
  void Text(absl::string_view text);
  // As Text, but `marker` stays as it is wherever it occurs, if it consists of characters of private use: no terminal
  // obeys those.
  void MarkedText(absl::string_view text, absl::string_view marker);
  // A part of untrusted text, its line breaks kept; the caller ends the line.
  void Part(absl::string_view text, Colour colour = Colour::kPlain);
  void Print(const Table& table);

  // One line about the run, e.g. a warning, on standard error.
  void Note(absl::string_view text);
  // `usher: ` and the message, its lines kept, on standard error.
  void Error(const absl::Status& status);

  // Flushes. DATA_LOSS when standard output did not take everything, e.g. on a full disk.
  absl::Status Finish();

 private:
  bool json_ = false;
  bool colour_ = false;
  bool error_is_terminal_ = false;
  size_t width_ = 0;
};

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_OUTPUT_H_
