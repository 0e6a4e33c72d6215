#include "server/sanitize/injection/grammar.h"

#include <re2/re2.h>

#include <algorithm>

namespace usher::sanitize::injection {
namespace {

// `pattern` is a row of words by concept: "V" is a word that carries V, "VE" one that carries V or E, "~3" up to three
// words of any kind, "^" the start of the sentence.
struct Source {
  std::string_view rule;
  float weight;
  std::string_view pattern;
};

constexpr Source kSources[] = {
    {"override", 4.0f, "V ~3 P ~3 O"},
    {"override", 3.2f, "V ~3 O ~3 P"},
    {"override", 3.2f, "P ~3 O ~4 V"},
    {"override", 2.2f, "^ ~1 V ~2 P ~4 aQEeno"},
    {"override", 1.4f, "^ ~3 V ~2 P"},
    {"override", 1.8f, "Y ~3 O ~3 V"},
    {"addressed", 3.5f, "B ~1 Y ~3 A"},
    {"addressed", 3.0f, "m ~5 A ~4 wjBt"},
    {"addressed", 1.8f, "m ~4 A"},
    {"addressed", 2.4f, "^ ~1 A ~3 tBpVX ~6 QEeZLwV"},
    {"addressed", 1.2f, "A ~4 tp ~4 QEewLZ"},
    {"secrecy", 2.5f, "X ~2 L ~5 U"},
    {"secrecy", 2.5f, "U ~4 L ~2 X"},
    {"secrecy", 1.0f, "y ~6 U"},
    {"exfiltration", 2.8f, "Ee ~6 C ~6 HM"},
    {"exfiltration", 2.5f, "E ~4 HM ~6 C"},
    {"exfiltration", 2.2f, "C ~6 HM ~5 E"},
    {"exfiltration", 1.0f, "C ~6 E"},
    {"persistence", 2.4f, "B ~3 w ~7 F ~2 wQ"},
    {"persistence", 1.6f, "F ~3 Y ~4 tQwe"},
    {"persistence", 1.4f, "F ~4 Y ~2 R"},
    {"persistence", 1.2f, "F ~5 wQ ~4 RUT"},
    {"persistence", 1.2f, "G ~6 F"},
    {"prompt-leak", 2.8f, "l ~5 Y ~3 O"},
    {"prompt-leak", 2.4f, "Y ~3 O ~5 l"},
    {"prompt-leak", 1.2f, "l ~3 KP ~2 O"},
    {"persona", 4.0f, "D ~5 g"},
    {"persona", 2.2f, "D ~4 A"},
    {"persona", 1.0f, "Y ~3 g"},
    {"answer-control", 2.6f, "^ ~2 Qe ~9 Y R"},
    {"answer-control", 2.0f, "Qe ~8 Y R"},
    {"answer-control", 1.6f, "Y ~1 R ~8 Qe"},
    {"answer-control", 2.0f, "^ ~2 wQ ~1 o"},
    {"new-task", 3.0f, "Y ~1 n ~1 TO"},
    {"new-task", 2.2f, "^ ~2 n TO"},
    {"new-task", 2.2f, "k"},
    {"new-task", 0.7f, "^ a ~3 QEZ"},
    {"before-answering", 2.0f, "B ~1 Y ~1 w ~4 U"},
    {"before-answering", 1.6f, "B ~1 w ~3 U"},
    {"before-answering", 1.4f, "B ~3 w ~3 j ~8 QEeZLwa"},
    {"delimiter", 3.5f, "d"},
    {"role", 2.2f, "^ h ~6 YnVtAQ"},
    {"role", 1.2f, "^ h"},
    {"forged-tool", 2.5f, "f"},
    {"authority", 2.0f, "K ~3 mO ~4 A"},
    {"authority", 1.0f, "^ I ~10 YA ~3 t"},
    {"tool-call", 2.0f, "A ~8 Z ~3 J"},
    {"tool-call", 1.4f, "p ~2 Z ~3 J"},
    {"tool-call", 1.2f, "Z ~3 J ~6 CMHUj"},
    {"code", 3.0f, "eQE ~6 c ~6 Y ~2 s"},
    {"code", 2.5f, "eQE ~4 N ~1 c"},
    {"code", 1.5f, "N c ~8 es"},
};

constexpr int64_t kPatternMemory = int64_t{8} << 20;

// Words without a concept are a dot each; every word ends in a blank.
std::string SymbolsOf(const Reading& reading, const Sentence& sentence, bool skip_quoted) {
  std::string symbols;
  for (size_t i = sentence.first_token; i < sentence.last_token; ++i) {
    const Token& token = reading.tokens[i];
    Concepts left = skip_quoted && token.quoted ? 0 : token.concepts;
    if (left == 0) symbols += '.';
    for (; left != 0; left &= left - 1) symbols += ConceptLetter(__builtin_ctzll(left));
    symbols += ' ';
  }
  return symbols;
}

}  // namespace

struct Grammar::Compiled {
  std::string_view rule;
  float weight;
  std::vector<Concepts> needs;  // the sentence must carry one of each
  std::unique_ptr<RE2> pattern;
};

const Grammar& Grammar::Get() {
  static const auto* const kGrammar = new Grammar();
  return *kGrammar;
}

Grammar::~Grammar() = default;

Grammar::Grammar() {
  RE2::Options options;
  options.set_max_mem(kPatternMemory);
  options.set_never_capture(true);
  for (const Source& source : kSources) {
    Compiled compiled{source.rule, source.weight, {}, nullptr};
    std::string pattern = "(?:^| )";
    for (size_t begin = 0; begin < source.pattern.size();) {
      const size_t end = std::min(source.pattern.find(' ', begin), source.pattern.size());
      const std::string part(source.pattern.substr(begin, end - begin));
      if (part == "^") {
        pattern = "^";
      } else if (part[0] == '~') {
        pattern += "(?:[^ ]* ){0," + part.substr(1) + "}";
      } else {
        pattern += "[^ ]*[" + part + "][^ ]* ";
        compiled.needs.push_back(ConceptsOf(part.c_str()));
      }
      begin = end + 1;
    }
    compiled.pattern = std::make_unique<RE2>(pattern, options);
    rules_.push_back(std::move(compiled));
  }
}

std::vector<RuleMatch> Grammar::Match(const Reading& reading, const Sentence& sentence) const {
  std::vector<RuleMatch> matches;
  std::string symbols;
  for (const Compiled& rule : rules_) {
    const bool possible = std::all_of(rule.needs.begin(), rule.needs.end(),
                                      [&](Concepts need) { return (need & sentence.concepts) != 0; });
    if (!possible) continue;
    const auto same =
        std::find_if(matches.begin(), matches.end(), [&](const RuleMatch& match) { return match.rule == rule.rule; });
    if (same != matches.end() && same->weight >= rule.weight) continue;
    if (symbols.empty()) symbols = SymbolsOf(reading, sentence, IsReportedSpeech(reading, sentence));
    if (!RE2::PartialMatch(symbols, *rule.pattern)) continue;
    if (same != matches.end()) {
      same->weight = rule.weight;
    } else {
      matches.push_back({rule.rule, rule.weight});
    }
  }
  return matches;
}

bool IsReportedSpeech(const Reading& reading, const Sentence& sentence) {
  bool speaks = false;
  bool quotes = false;
  for (size_t i = sentence.first_token; i < sentence.last_token; ++i) {
    const Token& token = reading.tokens[i];
    quotes |= token.quoted;
    speaks |= !token.quoted && (token.concepts & ConceptOf('x')) != 0;
  }
  return speaks && quotes;
}

}  // namespace usher::sanitize::injection
