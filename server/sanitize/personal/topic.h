// What words say a number is: "phone", "carte", "身份证" and their like in many languages.
//
// Guarantees: the time is linear in what is given, which callers bound. Non-guarantees: words are looked up one or two
// at a time, without grammar; "not a card number" still speaks of cards.
// Thread-safety: free functions over immutable tables.
#ifndef USHER_SERVER_SANITIZE_PERSONAL_TOPIC_H_
#define USHER_SERVER_SANITIZE_PERSONAL_TOPIC_H_

#include <string_view>

#include "absl/types/span.h"

namespace usher::sanitize::personal {

enum class Topic {
  kNone,
  kPhone,
  kCard,
  kBank,
  kSsn,
  kNationalId,
  kIp,
  kBirth,
  kVersion,   // of software, or of a section in a document
  kHarmless,  // orders, parcels, books, parts, hashes, ...
};

// The topic of the last word (or two) of `text` that has one.
Topic LastTopic(std::string_view text);

// The topic of the first word (or two) of `text` that has one.
Topic FirstTopic(std::string_view text);

struct TopicWords {
  Topic topic;
  std::string_view words;  // lower case, by commas; each is one word, or two with one blank between
};

// What the lookups know; those of scripts that write no blanks between words are searched for inside of words.
absl::Span<const TopicWords> WordsOfTopics();
absl::Span<const TopicWords> WordsWithoutBlanks();

}  // namespace usher::sanitize::personal

#endif  // USHER_SERVER_SANITIZE_PERSONAL_TOPIC_H_
