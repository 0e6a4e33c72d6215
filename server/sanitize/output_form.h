// The forms in which retrieved text leaves.
#ifndef USHER_SERVER_SANITIZE_OUTPUT_FORM_H_
#define USHER_SERVER_SANITIZE_OUTPUT_FORM_H_

namespace usher::sanitize {

enum class OutputForm {
  kPlain,
  kDelimited,   // between marker lines, see spotlight.h
  kDatamarked,  // with a marker before every word, see datamark.h
  kBase64,
};

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_OUTPUT_FORM_H_
