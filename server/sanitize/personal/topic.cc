#include "server/sanitize/personal/topic.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "server/sanitize/personal/ascii.h"

namespace usher::sanitize::personal {
namespace {

using Table = absl::flat_hash_map<std::string_view, Topic>;

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

const Table& Words() {
  static const auto* const table = [] {
    auto* words = new Table;
    for (const TopicWord& word : Split(WordsOfTopics())) words->emplace(word.word, word.topic);
    return words;
  }();
  return *table;
}

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

// The words of `text` in lower case; "phoneNumber" and "phone_number" are two each.
std::vector<std::string> SplitWords(std::string_view text) {
  std::vector<std::string> words;
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
    if (!inside || (after_lower && upper)) words.emplace_back();
    inside = true;
    after_lower = c >= 'a' && c <= 'z';
    const size_t end = CharacterEnd(text, i);
    if (IsNonAscii(c)) {
      AppendLower(text.substr(i, end - i), words.back());
    } else {
      words.back().push_back(Lower(c));
    }
    i = end;
  }
  return words;
}

Topic Lookup(std::string_view word) {
  const auto found = Words().find(word);
  return found == Words().end() ? Topic::kNone : found->second;
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

Topic TopicAtWord(const std::vector<std::string>& words, size_t i, bool last) {
  if (i > 0) {
    const Topic pair = Lookup(words[i - 1] + " " + words[i]);
    if (pair != Topic::kNone) return pair;
  }
  return TopicOfWord(words[i], last);
}

}  // namespace

Topic LastTopic(std::string_view text) {
  const std::vector<std::string> words = SplitWords(text);
  for (size_t i = words.size(); i-- > 0;) {
    if (const Topic topic = TopicAtWord(words, i, true); topic != Topic::kNone) return topic;
  }
  return Topic::kNone;
}

Topic FirstTopic(std::string_view text) {
  const std::vector<std::string> words = SplitWords(text);
  for (size_t i = 0; i < words.size(); ++i) {
    if (const Topic topic = TopicAtWord(words, i, false); topic != Topic::kNone) return topic;
  }
  return Topic::kNone;
}

}  // namespace usher::sanitize::personal
