// Judges a text while it is written, and lets go of it as soon as nothing that follows can change what it becomes.
//
// The text is judged in steps of at least 128 bytes, each ending behind white space or a character of a script that
// does without. A step looks at the held text with 1 to 4 KiB of released text before it. Released is what ends at an
// earlier step, lies kAhead bytes back, and is cut through by no finding, no replacement and no open tag or bracket.
// Where nothing can be released, steps grow, so that waiting does not make the work quadratic; past kMostHeld the
// oldest goes. Guarantees: what is released, and when, depends on the text alone and not on how it was cut; at most
// kMostHeld bytes and one step are held, and at most kMaxTextBytes taken. Non-guarantees: the result is that of
// Guard::Inspect unless a judgement needs more text than a step looks at. Thread-safety: none.
#ifndef USHER_SERVER_GUARD_GUARD_STREAM_H_
#define USHER_SERVER_GUARD_GUARD_STREAM_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/guard/guard.h"

namespace usher::guard {

class GuardStream {
 public:
  // A piece of the cleaned text. Spans of its findings count from the beginning of the stream, on both sides.
  struct Piece {
    std::string text;
    std::vector<sanitize::Finding> findings;
  };

  // Longer than any account number, address or half of a link whose other half decides.
  static constexpr size_t kAhead = 256;
  static constexpr size_t kBefore = 1024;
  static constexpr size_t kMostBefore = 4096;
  static constexpr size_t kLeastStep = 128;
  static constexpr size_t kMostHeld = 16'384;

  GuardStream(Guard guard, Terms terms) : guard_(std::move(guard)), terms_(std::move(terms)) {}

  // Takes more of the text, and appends to `out` what can be released. INVALID_ARGUMENT when all together is too long
  // or not UTF-8; errors of the guard. After an error the stream must not be used.
  absl::Status Push(std::string_view bytes, Piece& out);

  // Releases the rest. INVALID_ARGUMENT when the text is empty or ends inside a character.
  absl::Status Finish(Piece& out);

  const std::string& policy_digest() const { return guard_.policy_digest(); }
  bool flagged() const { return flagged_; }
  size_t finding_count() const { return finding_count_; }

 private:
  absl::Status TakeCharacters(std::string_view bytes);
  // Where the step that began at `last_step_` ends; 0 when the text does not reach there yet.
  size_t NextStep();
  absl::Status RunStep(size_t end, Piece& out);
  // The latest place where the text may be cut; `released_` when there is none.
  size_t CutBefore(size_t end, const sanitize::CleanText& judged) const;
  bool CutsThrough(size_t at, const sanitize::CleanText& judged) const;
  void Release(size_t end, const sanitize::CleanText& judged, Piece& out);
  // From where the text before `released_` goes on being looked at: a blank line, a line, or a step.
  size_t ContextBegin() const;
  void DropWhatIsBehind();

  const Guard guard_;
  const Terms terms_;
  std::string window_;         // text from `window_begin_` on, at times behind a mark; offsets below are into it
  std::string unfinished_;     // the first bytes of a character
  size_t window_begin_ = 0;    // in the stream
  size_t released_ = 0;        // what is before it has left
  size_t last_step_ = 0;       // end of the last step
  size_t scanned_ = 0;         // for the end of the next one
  size_t step_ = kLeastStep;   // least length of the next one
  std::vector<size_t> steps_;  // ends of steps, ascending
  size_t clean_size_ = 0;      // of all that was released
  size_t clean_excess_ = 0;    // where terms_.max_length is in the cleaned text, once released
  size_t finding_count_ = 0;
  bool flagged_ = false;
};

}  // namespace usher::guard

#endif  // USHER_SERVER_GUARD_GUARD_STREAM_H_
