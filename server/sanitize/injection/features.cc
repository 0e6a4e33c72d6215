#include "server/sanitize/injection/features.h"

#include <algorithm>

#include "index/chunking/ascii.h"
#include "index/chunking/utf8.h"
#include "server/sanitize/byte_set.h"
#include "server/sanitize/injection/fold.h"

namespace usher::sanitize::injection {
namespace {

constexpr size_t kWordSlots = 4096;
constexpr size_t kContentWord = 4;  // bytes from which a word counts as content

uint32_t Mix(uint32_t a, uint32_t b) {
  uint32_t h = (a ^ (b + 0x9E3779B9u + (a << 6) + (a >> 2))) * 0x85EBCA6Bu;
  h ^= h >> 15;
  return h * 0xC2B2AE35u;
}

uint32_t Slot(FeatureGroup group, uint32_t hash) { return (hash ^ (hash >> 16)) & ((1u << kFeatureBits[group]) - 1u); }

// At most three concepts of a word, so that a word with many meanings does not drown the others.
template <typename Visit>
void ForSomeConcepts(Concepts concepts, Visit visit) {
  for (int n = 0; n < 3 && concepts != 0; ++n, concepts &= concepts - 1) {
    visit(static_cast<uint32_t>(__builtin_ctzll(concepts)));
  }
}

constexpr Concepts kFirstOfPair = ConceptsOf("VOADIKhdkmBfFY");
constexpr Concepts kSecondOfPair = ConceptsOf("QEeZTRYLXCHwa");

enum Flag : uint32_t {
  kPresent,
  kOpens,
  kCloses,
  kPlace,
  kEnd,
  kLength,
  kKnown,
  kKnownAsked,
  kProse,
  kQuoted,
  kShout,
  kAsks,
  kPlaceAsked
};

int LengthClass(size_t tokens) {
  constexpr size_t kLimits[] = {3, 6, 10, 16, 25, 40};
  return static_cast<int>(std::upper_bound(std::begin(kLimits), std::end(kLimits), tokens) - std::begin(kLimits));
}

uint32_t KindOf(Concepts opening) {
  if ((opening & ConceptOf('q')) != 0) return 1;
  if ((opening & ConceptOf('Q')) != 0) return 2;
  if ((opening & ConceptOf('e')) != 0) return 3;
  if ((opening & ConceptOf('E')) != 0) return 4;
  if ((opening & ConceptOf('p')) != 0) return 5;
  return (opening & ConceptOf('i')) != 0 ? 6 : 0;
}

}  // namespace

FeatureExtractor::FeatureExtractor(const View& view, std::string_view source, const Reading& reading)
    : view_(view), folded_(view.text), source_(source), reading_(reading), word_counts_(kWordSlots, 0) {
  for (const Token& token : reading.tokens) {
    if (token.end - token.begin >= kContentWord) ++word_counts_[token.hash % kWordSlots];
  }
  prose_.reserve(reading.sentences.size());
  for (const Sentence& sentence : reading.sentences) prose_.push_back(IsProse(sentence));
}

void FeatureExtractor::Extract(size_t index, Features& out) {
  for (auto& group : out.groups) group.clear();
  AddGrams(reading_.sentences[index], out.groups[kGrams]);
  AddConceptRows(index, out.groups[kConceptRows]);
  AddFlags(index, out.groups[kFlags]);
}

void FeatureExtractor::AddGrams(const Sentence& sentence, std::vector<uint32_t>& out) {
  uint32_t before = 1;
  uint32_t before_that = 1;
  letters_.assign(1, ' ');
  for (size_t i = sentence.first_token; i < sentence.last_token; ++i) {
    const Token& token = reading_.tokens[i];
    out.push_back(Slot(kGrams, Mix(token.hash, 11)));
    out.push_back(Slot(kGrams, Mix(Mix(before, token.hash), 12)));
    out.push_back(Slot(kGrams, Mix(Mix(before_that, Mix(before, token.hash)), 13)));
    before_that = before;
    before = token.hash;
    if ((token.concepts & ConceptsOf("HM")) != 0 && token.end - token.begin > 24) continue;  // an address is no wording
    for (size_t at = token.begin; at < token.end;) letters_.push_back(NextLetter(folded_, at));
    letters_.push_back(' ');
  }
  AddLetterGrams(out);
}

// Rows of three, four and five letters from each letter on, as far as there are that many.
void FeatureExtractor::AddLetterGrams(std::vector<uint32_t>& out) {
  const size_t count = letters_.size();
  if (count < 3) return;
  const auto three = [&](size_t i) { return Mix(Mix(letters_[i], letters_[i + 1]), letters_[i + 2]); };
  const size_t whole = count >= 5 ? count - 4 : 0;
  out.resize(out.size() + 3 * whole);
  uint32_t* slot = out.data() + out.size() - 3 * whole;
  for (size_t i = 0; i < whole; ++i) {
    const uint32_t hash = three(i);
    const uint32_t four = Mix(hash, letters_[i + 3]);
    *slot++ = Slot(kGrams, hash);
    *slot++ = Slot(kGrams, four);
    *slot++ = Slot(kGrams, Mix(four, letters_[i + 4]));
  }
  for (size_t i = whole; i + 3 <= count; ++i) {
    out.push_back(Slot(kGrams, three(i)));
    if (i + 4 <= count) out.push_back(Slot(kGrams, Mix(three(i), letters_[i + 3])));
  }
}

void FeatureExtractor::AddConceptRows(size_t index, std::vector<uint32_t>& out) {
  const Sentence& sentence = reading_.sentences[index];
  Concepts last = 0;
  Concepts before_last = 0;
  for (size_t i = sentence.first_token; i < sentence.last_token; ++i) {
    const Concepts concepts = reading_.tokens[i].concepts;
    if (concepts == 0) continue;
    ForSomeConcepts(concepts, [&](uint32_t c) {
      out.push_back(Slot(kConceptRows, Mix(c, 21)));
      ForSomeConcepts(last, [&](uint32_t b) {
        out.push_back(Slot(kConceptRows, Mix(Mix(b, c), 22)));
        ForSomeConcepts(before_last & (~before_last + 1),
                        [&](uint32_t a) { out.push_back(Slot(kConceptRows, Mix(Mix(a, Mix(b, c)), 24))); });
      });
      ForSomeConcepts(before_last, [&](uint32_t a) { out.push_back(Slot(kConceptRows, Mix(Mix(a, c), 23))); });
    });
    before_last = last;
    last = concepts;
  }
  if (index == 0) return;
  Concepts first = reading_.sentences[index - 1].concepts & kFirstOfPair;
  for (; first != 0; first &= first - 1) {
    Concepts second = sentence.concepts & kSecondOfPair;
    for (; second != 0; second &= second - 1) {
      const auto pair = static_cast<uint32_t>(__builtin_ctzll(first) * 64 + __builtin_ctzll(second));
      out.push_back(Slot(kConceptRows, Mix(pair, 25)));
    }
  }
}

// Tenths of the sentence's content words that the rest of the text uses too, or 11 when it has too few to say.
int FeatureExtractor::ShareKnownElsewhere(const Sentence& sentence) {
  size_t content = 0;
  size_t known = 0;
  const auto each = [&](auto visit) {
    for (size_t i = sentence.first_token; i < sentence.last_token; ++i) {
      const Token& token = reading_.tokens[i];
      if (token.end - token.begin >= kContentWord) visit(word_counts_[token.hash % kWordSlots]);
    }
  };
  each([](uint16_t& count) { --count; });
  each([&](uint16_t& count) {
    ++content;
    known += count > 0;
  });
  each([](uint16_t& count) { ++count; });
  return content < 3 ? 11 : static_cast<int>(known * 10 / content);
}

bool FeatureExtractor::IsProse(const Sentence& sentence) const {
  static constexpr ByteSet kSymbols("|{}()[]=<>_;/\\0123456789\"#*");
  const std::string_view text = folded_.substr(sentence.bytes.begin, sentence.bytes.size());
  const auto symbols = std::count_if(text.begin(), text.end(), [](char c) { return kSymbols.Has(c); });
  return symbols * 8 < static_cast<std::ptrdiff_t>(text.size()) && sentence.tokens() >= 5;
}

// How much the sentences around look like prose: 0 none of both, 2 both, 3 when there are none.
int FeatureExtractor::ProseAround(size_t index) const {
  int prose = 0;
  int around = 0;
  for (const size_t other : {index - 1, index + 1}) {
    if (other >= reading_.sentences.size()) continue;
    ++around;
    prose += prose_[other] ? 1 : 0;
  }
  return around == 0 ? 3 : prose;
}

// Most letters of the original are capitals.
bool FeatureExtractor::IsShouted(const Sentence& sentence) const {
  const Span span = view_.ToSource(sentence.bytes);
  const std::string_view text = source_.substr(span.begin, span.size());
  const auto capitals = std::count_if(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  return text.size() >= 12 && capitals * 2 > static_cast<std::ptrdiff_t>(text.size());
}

void FeatureExtractor::AddFlags(size_t index, std::vector<uint32_t>& out) {
  const Sentence& sentence = reading_.sentences[index];
  const auto add = [&](Flag flag, uint32_t value) { out.push_back(Slot(kFlags, Mix(flag + 31, value))); };
  for (Concepts left = sentence.concepts; left != 0; left &= left - 1) {
    add(kPresent, static_cast<uint32_t>(__builtin_ctzll(left)));
  }
  const Concepts opening = reading_.tokens[sentence.first_token].concepts;
  for (Concepts left = opening; left != 0; left &= left - 1) add(kOpens, static_cast<uint32_t>(__builtin_ctzll(left)));
  const Concepts closing = reading_.tokens[sentence.last_token - 1].concepts;
  for (Concepts left = closing; left != 0; left &= left - 1) add(kCloses, static_cast<uint32_t>(__builtin_ctzll(left)));
  const size_t count = reading_.sentences.size();
  const uint32_t place = count == 1 ? 3 : index == 0 ? 1 : index + 1 == count ? 2 : 0;
  const uint32_t kind = KindOf(opening);
  const auto known = static_cast<uint32_t>(ShareKnownElsewhere(sentence));
  const auto prose = static_cast<uint32_t>(ProseAround(index));
  add(kPlace, place);
  add(kPlaceAsked, place * 8 + kind);
  add(kEnd, static_cast<unsigned char>(folded_[sentence.bytes.end - 1]));
  add(kLength, static_cast<uint32_t>(LengthClass(sentence.tokens())));
  add(kKnown, count < 4 ? 12 : known / 2);
  add(kKnownAsked, (count < 4 ? 12 : known / 2) * 8 + kind);
  add(kProse, prose * 8 + kind);
  add(kAsks, kind);
  add(kQuoted, std::any_of(reading_.tokens.begin() + static_cast<std::ptrdiff_t>(sentence.first_token),
                           reading_.tokens.begin() + static_cast<std::ptrdiff_t>(sentence.last_token),
                           [](const Token& token) { return token.quoted; }));
  add(kShout, IsShouted(sentence));
}

}  // namespace usher::sanitize::injection
