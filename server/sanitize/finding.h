// What a rule saw: the record that receipts, answers and operators read.
#ifndef USHER_SERVER_SANITIZE_FINDING_H_
#define USHER_SERVER_SANITIZE_FINDING_H_

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "server/sanitize/offset_map.h"

namespace usher::sanitize {

// Stored as numbers: new ones go to the end.
enum class Kind { kHidden, kExfiltration, kInjection, kSecret, kPersonal, kCanary, kLength };
enum class Action {
  kAnnotate,      // the text stays
  kRemove,        // the span is gone
  kReplace,       // the span became other text
  kMask,          // the span became a word for what it was
  kPseudonymise,  // the span became a stand-in that is the same for the same value
  kQuarantine,    // the whole text must not leave
};

std::string_view KindName(Kind kind);        // "hidden", "exfil", "injection", "secret", ...
std::string_view ActionName(Action action);  // "annotate", "remove", "replace", "mask", ...

struct Finding {
  std::string rule;  // stable id, e.g. "unicode.tags"
  Kind kind = Kind::kHidden;
  Action action = Action::kAnnotate;
  Span source;         // bytes of the text given to Clean
  Span clean;          // where that is in the cleaned text; empty where it was removed
  std::string detail;  // printable ASCII-safe text of at most kMaxDetailBytes, e.g. the decoded hidden text
};

inline constexpr size_t kMaxDetailBytes = 200;

// `text` made safe to show: control, invisible and bidirectional characters become \u{HEX}; cut to kMaxDetailBytes.
// Accepts any bytes.
std::string PrintableDetail(std::string_view text);

// Collects the findings of one pass in bounded memory: past kMaxPerRule findings of a rule, the rule's last finding
// grows to cover the rest and its detail says how many more there were.
class FindingLog {
 public:
  static constexpr size_t kMaxPerRule = 256;

  // `detail` is made printable here.
  void Add(std::string_view rule, Kind kind, Action action, Span source, std::string_view detail);

  // How much the text reads like orders to a model, 0 to 1, also where that is no finding; the highest counts.
  void NoteScore(double score) { score_ = std::max(score_, score); }
  double score() const { return score_; }

  // The findings in the order they were added; leaves the log without them.
  std::vector<Finding> Take();

 private:
  struct Tally {
    size_t last = 0;   // index of the rule's last finding
    size_t count = 0;  // findings of the rule so far
  };
  std::vector<Finding> findings_;
  std::map<std::string, Tally, std::less<>> tallies_;
  double score_ = 0;
};

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_FINDING_H_
