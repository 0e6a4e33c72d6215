#include "server/sanitize/injection/lexicon.h"

#include <algorithm>

#include "index/chunking/utf8.h"
#include "server/sanitize/byte_set.h"
#include "server/sanitize/injection/fold.h"

namespace usher::sanitize::injection {
namespace {

constexpr size_t kMostBlanks = 8;  // between two words of an entry
constexpr size_t kBusy = 6;        // children from which a node gets a table

bool EndsWord(std::string_view text, size_t at) {
  if (at >= text.size()) return true;
  size_t next = at;
  if (IsBlank(text[at])) return true;
  return LetterClass(NextLetter(text, next)) != Letter::kWord;
}

bool IsArabic(std::string_view entry) {
  size_t at = 0;
  const char32_t c = NextLetter(entry, at);
  return c >= 0x600 && c < 0x700;
}

// Arabic writes its article, conjunctions and prepositions together with the word that follows.
constexpr std::string_view kArabicPrefixes[] = {"ال", "و", "وال", "ف", "ب", "بال", "ل", "لل", "ك"};

}  // namespace

// The tree as it grows, entry by entry.
class Lexicon::Builder {
 public:
  struct Node {
    Value value;
    std::vector<std::pair<unsigned char, uint32_t>> next;
  };

  Builder() : nodes(1) {
    for (const auto& lines :
         {EnglishLexicon(), WesternLexicon(), EasternLexicon(), UnspacedLexicon(), FormatLexicon()}) {
      for (const LexiconLine& line : lines) AddLine(line);
    }
  }

  std::vector<Node> nodes;

 private:
  void AddLine(const LexiconLine& line) {
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

  void Add(std::string_view entry, Concepts concepts) {
    if (entry.empty()) return;
    const bool prefix = entry.back() == '*';
    if (prefix) entry.remove_suffix(1);
    uint32_t node = 0;
    for (const char c : entry) node = ChildOf(node, static_cast<unsigned char>(c));
    (prefix ? nodes[node].value.prefix : nodes[node].value.exact) |= concepts;
  }

  uint32_t ChildOf(uint32_t node, unsigned char byte) {
    for (const auto& [label, child] : nodes[node].next) {
      if (label == byte) return child;
    }
    const auto child = static_cast<uint32_t>(nodes.size());
    nodes[node].next.emplace_back(byte, child);
    nodes.emplace_back();
    return child;
  }
};

const Lexicon& Lexicon::Get() {
  static const auto* const kLexicon = new Lexicon(Builder());
  return *kLexicon;
}

Lexicon::Lexicon(const Builder& builder) : nodes_(1), labels_(1, 0), values_(1) {
  std::vector<uint32_t> sources = {0};  // the builder's node of each of ours, level by level
  for (uint32_t at = 0; at < sources.size(); ++at) {
    const Builder::Node& source = builder.nodes[sources[at]];
    if ((source.value.exact | source.value.prefix) != 0) {
      nodes_[at].value = static_cast<uint32_t>(values_.size());
      values_.push_back(source.value);
    }
    nodes_[at].first_child = static_cast<uint32_t>(sources.size());
    nodes_[at].children = static_cast<uint16_t>(source.next.size());
    const bool busy = at == 0 || source.next.size() >= kBusy;
    if (busy) {
      nodes_[at].table = static_cast<int16_t>(tables_.size());
      tables_.emplace_back().fill(0);
    }
    for (const auto& [label, child] : source.next) {
      if (busy) tables_.back()[label] = static_cast<uint32_t>(sources.size());
      sources.push_back(child);
      nodes_.emplace_back();
      labels_.push_back(label);
    }
  }
}

uint32_t Lexicon::Child(const Node& node, unsigned char byte) const {
  if (node.table >= 0) return tables_[static_cast<size_t>(node.table)][byte];
  for (uint32_t child = node.first_child; child < node.first_child + node.children; ++child) {
    if (labels_[child] == byte) return child;
  }
  return 0;
}

Lexicon::Match Lexicon::At(std::string_view text, size_t at, bool whole_words) const {
  Match match;
  const size_t begin = at;
  uint32_t node = tables_[0][static_cast<unsigned char>(text[at])];
  ++at;
  while (node != 0) {
    const Node& here = nodes_[node];
    if (here.value != 0) {
      const Value& value = values_[here.value];
      Concepts found = value.prefix;
      if (value.exact != 0 && (!whole_words || EndsWord(text, at))) found |= value.exact;
      if (found != 0) {
        match.concepts |= found;
        match.length = at - begin;
      }
    }
    if (at >= text.size()) break;
    const bool blank = IsBlank(text[at]);
    node = Child(here, blank ? ' ' : static_cast<unsigned char>(text[at]));
    ++at;
    for (size_t n = 0; blank && n < kMostBlanks && at < text.size() && IsBlank(text[at]); ++n) ++at;
  }
  return match;
}

}  // namespace usher::sanitize::injection
