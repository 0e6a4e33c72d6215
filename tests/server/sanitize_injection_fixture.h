// What the shipped detector makes of a text and of what is encoded in it.
#ifndef USHER_TESTS_SERVER_SANITIZE_INJECTION_FIXTURE_H_
#define USHER_TESTS_SERVER_SANITIZE_INJECTION_FIXTURE_H_

#include <string_view>

#include "server/sanitize/injection/injection_detector.h"

namespace usher::sanitize::injection {

inline Judgement JudgePlain(std::string_view text) {
  return InjectionDetector::Shipped().Judge(text, DecodePayloads(text));
}

inline bool IsFlagged(std::string_view text) { return JudgePlain(text).score >= InjectionDetector::kThreshold; }

}  // namespace usher::sanitize::injection

#endif  // USHER_TESTS_SERVER_SANITIZE_INJECTION_FIXTURE_H_
