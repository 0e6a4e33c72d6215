#include "server/sanitize/injection/grammar.h"

#include <algorithm>
#include <array>
#include <charconv>

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
    {"override", 4.0f, "V ~3 P ~2 O"},
    {"override", 3.2f, "V ~3 O ~3 P"},
    {"override", 3.2f, "P ~3 O ~4 V"},
    {"override", 2.2f, "^ ~1 V ~2 P ~4 aQEeno"},
    {"override", 1.4f, "^ ~3 V ~2 P"},
    {"override", 1.8f, "Y ~3 O ~3 V"},
    {"addressed", 4.0f, "B ~1 Y ~3 A"},
    {"addressed", 3.0f, "m ~6 A ~4 wjBt"},
    {"addressed", 1.8f, "m ~6 A"},
    {"addressed", 2.4f, "^ ~1 A ~3 tBpVX ~6 QEeZLwV"},
    {"addressed", 1.2f, "A ~4 tp ~4 QEewLZ"},
    {"secrecy", 2.5f, "X ~2 L ~5 U"},
    {"secrecy", 2.5f, "U ~4 L ~2 X"},
    {"secrecy", 1.0f, "y ~6 U"},
    {"exfiltration", 2.8f, "Ee ~6 C ~6 HM"},
    {"exfiltration", 3.5f, "^ ~2 E ~3 C ~3 M"},
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
    {"prompt-leak", 3.5f, "^ ~2 l ~2 y ~1 O"},
    {"persona", 4.0f, "D ~5 g"},
    {"persona", 2.2f, "D ~4 A"},
    {"persona", 1.0f, "Y ~3 g"},
    {"answer-control", 3.2f, "^ ~2 Qe ~9 Y R"},
    {"answer-control", 2.5f, "Qe ~8 Y R"},
    {"answer-control", 1.6f, "Y ~1 R ~8 Qe"},
    {"answer-control", 1.9f, "^ w o"},
    {"answer-control", 0.8f, "^ ~2 w o"},
    {"answer-control", 2.0f, "^ ~2 w ~1 o ~3 NRwnL"},
    {"new-task", 3.0f, "Y ~1 n ~1 TO"},
    {"new-task", 1.4f, "^ ~1 n TO"},
    {"new-task", 2.0f, "^ ~1 n TO ~4 ZQEeYp"},
    {"new-task", 2.8f, "k"},
    {"new-task", 2.4f, "Y ~1 n TO ~3 Nt"},
    {"new-task", 0.7f, "^ a ~3 QEZ"},
    {"before-answering", 2.0f, "B ~1 Y ~1 w ~4 U"},
    {"before-answering", 1.6f, "B ~1 w ~3 U"},
    {"before-answering", 1.4f, "B ~3 w ~3 j ~8 QEeZLwa"},
    {"delimiter", 3.8f, "d"},
    {"role", 2.2f, "^ h ~6 YnVtAQ"},
    {"role", 1.2f, "^ h"},
    {"forged-tool", 3.6f, "f"},
    {"authority", 2.0f, "K ~3 mO ~4 A"},
    {"authority", 1.0f, "^ I ~10 YA ~3 t"},
    {"before-answering", 2.2f, "B ~1 w ~2 Nj ~6 pQEeZL"},
    {"tool-call", 2.0f, "A ~8 Z ~3 J"},
    {"tool-call", 1.4f, "p ~2 Z ~3 J"},
    {"tool-call", 1.2f, "Z ~3 J ~6 CMHUj"},
    {"code", 3.5f, "N ~1 c ~8 Y ~2 s"},
    {"code", 3.5f, "eQE ~6 c ~6 Y ~2 s"},
    {"code", 3.0f, "eQE ~4 N ~1 c"},
    {"code", 1.5f, "N c ~8 es"},
};

constexpr size_t kWindow = 64;  // words looked at together, one bit each
constexpr size_t kStep = 40;    // so that any pattern that spans fewer than 24 words lies in one window

// For each concept the words of a window that carry it, bit by bit.
using Places = std::array<uint64_t, 52>;

Places PlacesOf(const Reading& reading, size_t begin, size_t end, bool skip_quoted) {
  Places places{};
  for (size_t i = begin; i < end; ++i) {
    const Token& token = reading.tokens[i];
    Concepts left = skip_quoted && token.quoted ? 0 : token.concepts;
    for (; left != 0; left &= left - 1)
      places[static_cast<size_t>(__builtin_ctzll(left))] |= uint64_t{1} << (i - begin);
  }
  return places;
}

// The next word of a pattern: one that carries any of `concepts`, at most `gap` words behind the one before.
struct Step {
  Concepts concepts = 0;
  int gap = 0;
};

uint64_t AnyOf(const Places& places, Concepts concepts) {
  uint64_t any = 0;
  for (; concepts != 0; concepts &= concepts - 1) any |= places[static_cast<size_t>(__builtin_ctzll(concepts))];
  return any;
}

// Whether the sentence has a word for every step: most have not.
bool HasAll(const std::vector<Step>& steps, Concepts concepts) {
  return std::all_of(steps.begin(), steps.end(), [&](const Step& step) { return (step.concepts & concepts) != 0; });
}

// All places where the pattern can have got to, step by step; no choice is ever taken back.
bool Follows(const std::vector<Step>& steps, bool from_start, const Places& places) {
  uint64_t reached = ~uint64_t{0};
  for (size_t i = 0; i < steps.size() && reached != 0; ++i) {
    if (i == 0) {
      if (from_start) reached = (uint64_t{2} << steps[0].gap) - 1;
    } else {
      uint64_t next = 0;
      for (int shift = 1; shift <= steps[i].gap + 1; ++shift) next |= reached << shift;
      reached = next;
    }
    reached &= AnyOf(places, steps[i].concepts);
  }
  return reached != 0;
}

// Of each name only the heaviest counts.
void Keep(const RuleMatch& match, std::vector<RuleMatch>& matches) {
  const auto same =
      std::find_if(matches.begin(), matches.end(), [&](const RuleMatch& other) { return other.rule == match.rule; });
  if (same == matches.end()) {
    matches.push_back(match);
  } else {
    same->weight = std::max(same->weight, match.weight);
  }
}

}  // namespace

struct Grammar::Compiled {
  std::string_view rule;
  float weight;
  bool from_start;  // of the sentence
  std::vector<Step> steps;
};

const Grammar& Grammar::Get() {
  static const auto* const kGrammar = new Grammar();
  return *kGrammar;
}

Grammar::~Grammar() = default;

Grammar::Grammar() {
  for (const Source& source : kSources) {
    Compiled compiled{source.rule, source.weight, false, {}};
    int gap = 0;
    for (size_t begin = 0; begin < source.pattern.size();) {
      const size_t end = std::min(source.pattern.find(' ', begin), source.pattern.size());
      const std::string part(source.pattern.substr(begin, end - begin));
      if (part == "^") {
        compiled.from_start = true;
      } else if (part[0] == '~') {
        std::from_chars(part.data() + 1, part.data() + part.size(), gap);
      } else {
        compiled.steps.push_back({ConceptsOf(part.c_str()), gap});
        gap = 0;
      }
      begin = end + 1;
    }
    rules_.push_back(std::move(compiled));
  }
}

std::vector<RuleMatch> Grammar::Match(const Reading& reading, const Sentence& sentence) const {
  std::vector<RuleMatch> matches;
  const bool skip_quoted = IsReportedSpeech(reading, sentence);
  for (size_t begin = sentence.first_token; begin < sentence.last_token; begin += kStep) {
    const size_t end = std::min(begin + kWindow, sentence.last_token);
    const Places places = PlacesOf(reading, begin, end, skip_quoted);
    for (const Compiled& rule : rules_) {
      if (rule.from_start && begin != sentence.first_token) continue;
      if (!HasAll(rule.steps, sentence.concepts)) continue;
      if (Follows(rule.steps, rule.from_start, places)) Keep({rule.rule, rule.weight}, matches);
    }
    if (end == sentence.last_token) break;
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
