#include "server/sanitize/personal/topic.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <bitset>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "server/sanitize/personal/ascii.h"

namespace usher::sanitize::personal {
namespace {

struct TopicWord {
  std::string_view word;
  Topic topic;
};

std::vector<TopicWord> Split(absl::Span<const TopicWords> topics) {
  std::vector<TopicWord> words;
  for (const TopicWords& topic : topics) {
    for (size_t begin = 0; begin < topic.words.size();) {
      const size_t end = std::min(topic.words.find(',', begin), topic.words.size());
      words.push_back({topic.words.substr(begin, end - begin), topic.topic});
      begin = end + 1;
    }
  }
  return words;
}

// All words and pairs of words that tell a topic, behind a sieve that few others pass.
class Vocabulary {
 public:
  static const Vocabulary& Get() {
    static const auto* const kVocabulary = new Vocabulary();
    return *kVocabulary;
  }

  Topic Lookup(std::string_view word) const {
    if (word.empty() || !sieve_[SlotOf(word)]) return Topic::kNone;
    const auto found = topics_.find(word);
    return found == topics_.end() ? Topic::kNone : found->second;
  }

 private:
  static constexpr size_t kSlotBits = 13;

  Vocabulary() {
    for (const TopicWord& word : Split(WordsOfTopics())) {
      topics_.emplace(word.word, word.topic);
      sieve_[SlotOf(word.word)] = true;
    }
  }

  static size_t SlotOf(std::string_view word) {
    const auto byte = [word](size_t at) { return static_cast<uint32_t>(static_cast<unsigned char>(word[at])); };
    const uint32_t key = byte(0) << 24 | byte(word.size() / 2) << 16 | byte(word.size() - 1) << 8 |
                         static_cast<uint32_t>(word.size() & 0xFF);
    return (key * 0x9E3779B1u) >> (32 - kSlotBits);
  }

  absl::flat_hash_map<std::string_view, Topic> topics_;
  std::bitset<size_t{1} << kSlotBits> sieve_;
};

Topic Lookup(std::string_view word) { return Vocabulary::Get().Lookup(word); }

void AppendLower(std::string_view character, std::string& out) {
  UChar32 c = 0;
  size_t i = 0;
  U8_NEXT(reinterpret_cast<const uint8_t*>(character.data()), i, character.size(), c);
  uint8_t bytes[U8_MAX_LENGTH];
  size_t size = 0;
  if (c >= 0) {
    c = u_tolower(c);
    U8_APPEND_UNSAFE(bytes, size, c);
  }
  out.append(reinterpret_cast<const char*>(bytes), size);
}

size_t CharacterEnd(std::string_view text, size_t begin) {
  size_t end = begin + 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
  return end;
}

// The words of a text in lower case with one blank between them.
class WordList {
 public:
  void StartWord() {
    if (!begins_.empty()) letters_.push_back(' ');
    begins_.push_back(letters_.size());
  }
  std::string& letters() { return letters_; }  // of the last word and those before it

  size_t size() const { return begins_.size(); }
  std::string_view Word(size_t i) const { return Row(i, i); }
  std::string_view Row(size_t first, size_t last) const {
    const size_t end = last + 1 < begins_.size() ? begins_[last + 1] - 1 : letters_.size();
    return std::string_view(letters_).substr(begins_[first], end - begins_[first]);
  }

 private:
  std::string letters_;
  absl::InlinedVector<size_t, 24> begins_;
};

// The words of `text`; "phoneNumber" and "phone_number" are two each.
WordList SplitWords(std::string_view text) {
  WordList words;
  words.letters().reserve(text.size() + text.size() / 2);
  bool inside = false;
  bool after_lower = false;
  for (size_t i = 0; i < text.size();) {
    const char c = text[i];
    const bool upper = c >= 'A' && c <= 'Z';
    if (!IsLetter(c) && !IsNonAscii(c) && !(inside && IsDigit(c))) {
      inside = after_lower = false;
      ++i;
      continue;
    }
    if (!inside || (after_lower && upper)) words.StartWord();
    inside = true;
    after_lower = c >= 'a' && c <= 'z';
    const size_t end = CharacterEnd(text, i);
    if (IsNonAscii(c)) {
      AppendLower(text.substr(i, end - i), words.letters());
    } else {
      words.letters().push_back(Lower(c));
    }
    i = end;
  }
  return words;
}

// Of the words that `word` contains without blanks, the last (or first) one's topic.
Topic Contained(std::string_view word, bool last) {
  Topic best = Topic::kNone;
  size_t best_at = 0;
  static const auto* const all = new std::vector<TopicWord>(Split(WordsWithoutBlanks()));
  for (const TopicWord& known : *all) {
    const size_t at = last ? word.rfind(known.word) : word.find(known.word);
    if (at == std::string_view::npos) continue;
    if (best == Topic::kNone || (last ? at > best_at : at < best_at)) {
      best = known.topic;
      best_at = at;
    }
  }
  return best;
}

Topic TopicOfWord(std::string_view word, bool last) {
  if (const Topic topic = Lookup(word); topic != Topic::kNone) return topic;
  static constexpr std::string_view kEndings[] = {"nummer", "number", "nr", "num", "no"};
  for (const std::string_view ending : kEndings) {
    if (word.size() <= ending.size() || !word.ends_with(ending)) continue;
    if (const Topic topic = Lookup(word.substr(0, word.size() - ending.size())); topic != Topic::kNone) return topic;
  }
  const bool wide = std::any_of(word.begin(), word.end(), [](char c) { return static_cast<unsigned char>(c) >= 0xE0; });
  return wide ? Contained(word, last) : Topic::kNone;
}

Topic TopicAtWord(const WordList& words, size_t i, bool last) {
  if (i > 0) {
    const Topic pair = Lookup(words.Row(i - 1, i));
    if (pair != Topic::kNone) return pair;
  }
  return TopicOfWord(words.Word(i), last);
}

}  // namespace

Topic LastTopic(std::string_view text) {
  const WordList words = SplitWords(text);
  for (size_t i = words.size(); i-- > 0;) {
    if (const Topic topic = TopicAtWord(words, i, true); topic != Topic::kNone) return topic;
  }
  return Topic::kNone;
}

Topic FirstTopic(std::string_view text) {
  const WordList words = SplitWords(text);
  for (size_t i = 0; i < words.size(); ++i) {
    if (const Topic topic = TopicAtWord(words, i, false); topic != Topic::kNone) return topic;
  }
  return Topic::kNone;
}

}  // namespace usher::sanitize::personal
