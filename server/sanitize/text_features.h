// One quick look at a text that lets most rules stop before they start.
#ifndef USHER_SERVER_SANITIZE_TEXT_FEATURES_H_
#define USHER_SERVER_SANITIZE_TEXT_FEATURES_H_

#include <string_view>

namespace usher::sanitize {

struct TextFeatures {
  bool non_ascii = false;
  bool controls = false;  // C0 other than tab, line feed and carriage return, or DEL
  bool less_than = false;
  bool brackets = false;  // '['
  bool colons = false;

  static TextFeatures Of(std::string_view text);
};

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_TEXT_FEATURES_H_
