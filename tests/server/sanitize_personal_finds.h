// What a detector finds in a text, written as "TYPE value" so that tests read like the texts.
#ifndef USHER_TESTS_SERVER_SANITIZE_PERSONAL_FINDS_H_
#define USHER_TESTS_SERVER_SANITIZE_PERSONAL_FINDS_H_

#include <string>
#include <string_view>
#include <vector>

#include "server/sanitize/personal/personal_detector.h"

namespace usher::sanitize {

inline std::vector<std::string> Finds(std::string_view text, const PersonalDataDetector& detector) {
  std::vector<std::string> finds;
  for (const PersonalDatum& datum : detector.Find(text)) {
    finds.push_back(std::string(PersonalTypeName(datum.type)) + " " +
                    std::string(text.substr(datum.span.begin, datum.span.size())));
  }
  return finds;
}

inline std::vector<std::string> Finds(std::string_view text) {
  static const auto* const detector = new PersonalDataDetector;
  return Finds(text, *detector);
}

}  // namespace usher::sanitize

#endif  // USHER_TESTS_SERVER_SANITIZE_PERSONAL_FINDS_H_
