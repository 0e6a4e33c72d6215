// The text around a number, as far as it tells what the number is.
//
// Guarantees: each question looks at a bounded piece of text. Thread-safety: none; one object belongs to one search.
#ifndef USHER_SERVER_SANITIZE_PERSONAL_SURROUNDINGS_H_
#define USHER_SERVER_SANITIZE_PERSONAL_SURROUNDINGS_H_

#include <cstddef>
#include <string_view>

#include "server/sanitize/offset_map.h"
#include "server/sanitize/personal/table_columns.h"
#include "server/sanitize/personal/topic.h"

namespace usher::sanitize::personal {

class Surroundings {
 public:
  // `text` must outlive this and be folded.
  explicit Surroundings(std::string_view text) : text_(text), columns_(text) {}

  std::string_view text() const { return text_; }

  // What the nearest word before `span` says it is, else the heading of its column, else the next words. Ask from left
  // to right; the answer for one begin is computed once.
  Topic TopicOf(Span span);

  // No letter, digit or joining sign of a longer name, number or path touches `span`.
  bool StandsAlone(Span span) const;

  // Inside a web address or a path of a file.
  bool InsideAddress(size_t at) const;

 private:
  std::string_view text_;
  TableColumns columns_;
  Topic before_ = Topic::kNone;
  size_t before_at_ = std::string_view::npos;
  Topic behind_ = Topic::kNone;
  size_t behind_at_ = std::string_view::npos;
};

}  // namespace usher::sanitize::personal

#endif  // USHER_SERVER_SANITIZE_PERSONAL_SURROUNDINGS_H_
