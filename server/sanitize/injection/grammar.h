// The rules by which words become an instruction to a model, written once over concepts for all languages.
//
// Guarantees: linear in the sentence (places of words are bits, a pattern only shifts and masks them); a rule's name is
// stable. Non-guarantees: a match is evidence with a weight, not a verdict. Thread-safety: immutable; all methods may
// be called concurrently.
#ifndef USHER_SERVER_SANITIZE_INJECTION_GRAMMAR_H_
#define USHER_SERVER_SANITIZE_INJECTION_GRAMMAR_H_

#include <string_view>
#include <vector>

#include "server/sanitize/injection/reading.h"

namespace usher::sanitize::injection {

struct RuleMatch {
  std::string_view rule;  // lives as long as the program
  float weight;           // log odds
};

class Grammar {
 public:
  static const Grammar& Get();
  ~Grammar();

  // Rules that match `sentence`, of each name only the heaviest. Words in quotation marks of a sentence that talks
  // about attacks are reported speech and do not count.
  std::vector<RuleMatch> Match(const Reading& reading, const Sentence& sentence) const;

 private:
  Grammar();

  struct Compiled;
  std::vector<Compiled> rules_;
};

// True when `sentence` speaks about attacks and quotes somebody.
bool IsReportedSpeech(const Reading& reading, const Sentence& sentence);

}  // namespace usher::sanitize::injection

#endif  // USHER_SERVER_SANITIZE_INJECTION_GRAMMAR_H_
