// Judges text that stands where nobody reads it: comments, hidden elements, attributes, titles.
//
// Guarantees: linear; looks at the first 2 KiB only. Non-guarantees: a judgement of words, meant for places where
// orders are out of place; on ordinary text it would be wrong far too often. Thread-safety: free functions.
#ifndef USHER_SERVER_SANITIZE_UNSEEN_TEXT_H_
#define USHER_SERVER_SANITIZE_UNSEEN_TEXT_H_

#include <string_view>

namespace usher::sanitize {

// Whether `text` asks its reader for something or speaks to a model, rather than describe a picture or a link.
bool SpeaksToReader(std::string_view text);

// Whether `text`, with or without comment marks, is a note between maintainers, a mark of a tool or a menu: nothing to
// report, though still nothing for a model to read.
bool IsHousekeeping(std::string_view text);

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_UNSEEN_TEXT_H_
