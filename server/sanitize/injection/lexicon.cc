#include "server/sanitize/injection/lexicon.h"

#include <algorithm>

#include "index/chunking/utf8.h"
#include "server/sanitize/injection/bytes.h"
#include "server/sanitize/injection/fold.h"

namespace usher::sanitize::injection {
namespace {

constexpr size_t kMostBlanks = 8;  // between two words of an entry
constexpr size_t kBusy = 4;        // children from which a node gets a table

bool EndsWord(std::string_view text, size_t at) {
  if (at >= text.size()) return true;
  size_t next = at;
  if (IsBlank(text[at])) return true;
  return LetterClass(chunking::NextCodePoint(text, next)) != Letter::kWord;
}

bool IsArabic(std::string_view entry) {
  size_t at = 0;
  const char32_t c = chunking::NextCodePoint(entry, at);
  return c >= 0x600 && c < 0x700;
}

// Arabic writes its article, conjunctions and prepositions together with the word that follows.
constexpr std::string_view kArabicPrefixes[] = {"ال", "و", "وال", "ف", "ب", "بال", "ل", "لل", "ك"};

}  // namespace

const Lexicon& Lexicon::Get() {
  static const auto* const kLexicon = new Lexicon();
  return *kLexicon;
}

Lexicon::Lexicon() : nodes_(1) {
  for (const auto& lines : {EnglishLexicon(), WesternLexicon(), EasternLexicon(), UnspacedLexicon(), FormatLexicon()}) {
    for (const LexiconLine& line : lines) {
      const std::string entries = Folding::Get().Fold(line.entries);
      for (size_t begin = 0; begin < entries.size();) {
        const size_t end = std::min(entries.find(';', begin), entries.size());
        const std::string entry = entries.substr(begin, end - begin);
        Add(entry, ConceptOf(line.concept_letter));
        if (IsArabic(entry)) {
          for (const std::string_view prefix : kArabicPrefixes) {
            Add(std::string(prefix) + entry, ConceptOf(line.concept_letter));
          }
        }
        begin = end + 1;
      }
    }
  }
  for (const auto& [byte, child] : nodes_[0].next) first_[byte] = child;
  for (Node& node : nodes_) {
    if (node.next.size() < kBusy) continue;
    node.table = static_cast<int>(tables_.size());
    tables_.emplace_back().fill(0);
    for (const auto& [byte, child] : node.next) tables_.back()[byte] = child;
  }
}

void Lexicon::Add(std::string_view entry, Concepts concepts) {
  if (entry.empty()) return;
  const bool prefix = entry.back() == '*';
  if (prefix) entry.remove_suffix(1);
  uint32_t node = 0;
  for (const char c : entry) {
    const auto byte = static_cast<unsigned char>(c);
    uint32_t child = Child(node, byte);
    if (child == 0) {
      child = static_cast<uint32_t>(nodes_.size());
      nodes_[node].next.emplace_back(byte, child);
      nodes_.emplace_back();
    }
    node = child;
  }
  (prefix ? nodes_[node].prefix : nodes_[node].exact) |= concepts;
}

uint32_t Lexicon::Child(uint32_t node, unsigned char byte) const {
  if (nodes_[node].table >= 0) return tables_[static_cast<size_t>(nodes_[node].table)][byte];
  for (const auto& [label, child] : nodes_[node].next) {
    if (label == byte) return child;
  }
  return 0;
}

Lexicon::Match Lexicon::At(std::string_view text, size_t at, bool whole_words) const {
  Match match;
  size_t begin = at;
  uint32_t node = first_[static_cast<unsigned char>(text[at])];
  ++at;
  while (node != 0) {
    const Node& here = nodes_[node];
    Concepts found = here.prefix;
    if (here.exact != 0 && (!whole_words || EndsWord(text, at))) found |= here.exact;
    if (found != 0) {
      match.concepts |= found;
      match.length = at - begin;
    }
    if (at >= text.size()) break;
    const bool blank = IsBlank(text[at]);
    node = Child(node, blank ? ' ' : static_cast<unsigned char>(text[at]));
    ++at;
    for (size_t n = 0; blank && n < kMostBlanks && at < text.size() && IsBlank(text[at]); ++n) ++at;
  }
  return match;
}

}  // namespace usher::sanitize::injection
