// How the texts of one answer are marked, and what to tell the model about it.
//
// Guarantees: what is drawn for an answer (boundary or marker) occurs in none of its texts. Instructions are fixed
// sentences and what was drawn: no word of them was chosen by an author, a caller or a document.
// Non-guarantee: as in spotlight.h; nothing makes a model obey its instructions.
// Thread-safety: immutable.
#ifndef USHER_SERVER_SANITIZE_ANSWER_MARKING_H_
#define USHER_SERVER_SANITIZE_ANSWER_MARKING_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "server/sanitize/output_form.h"
#include "server/sanitize/spotlight.h"

namespace usher::sanitize {

class AnswerMarking {
 public:
  // Draws what the form needs for these texts, which are all that will be marked. UNAVAILABLE when there is no
  // randomness.
  static absl::StatusOr<AnswerMarking> For(OutputForm form, absl::Span<const std::string_view> texts,
                                           const RandomBytes& random);

  // `ordinal`: the text's place in the answer, from 1. INVALID_ARGUMENT when the text is not UTF-8.
  absl::StatusOr<std::string> Mark(std::string_view text, size_t ordinal) const;

  // A paragraph for the system prompt of the application.
  std::string Instructions() const;

  // Empty unless the form is kDelimited.
  std::string boundary() const { return form_ == OutputForm::kDelimited ? drawn_ : ""; }
  // Empty unless the form is kDatamarked.
  std::string marker() const { return form_ == OutputForm::kDatamarked ? drawn_ : ""; }

 private:
  AnswerMarking(OutputForm form, std::string drawn) : form_(form), drawn_(std::move(drawn)) {}

  OutputForm form_;
  std::string drawn_;
};

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_ANSWER_MARKING_H_
