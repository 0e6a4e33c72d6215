// The shipped detector, loaded once for all tests of a program.
#ifndef USHER_TESTS_SERVER_SANITIZE_INJECTION_FIXTURE_H_
#define USHER_TESTS_SERVER_SANITIZE_INJECTION_FIXTURE_H_

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "server/sanitize/injection/injection_detector.h"

namespace usher::sanitize::injection {

inline const InjectionDetector& ShippedDetector() {
  static const InjectionDetector* const kDetector = [] {
    auto loaded = InjectionDetector::Load(USHER_INJECTION_WEIGHTS);
    if (!loaded.ok()) ADD_FAILURE() << loaded.status();
    return loaded->release();
  }();
  return *kDetector;
}

inline Judgement JudgePlain(std::string_view text) { return ShippedDetector().Judge(text, chunking::Format::kPlain); }

inline bool IsFlagged(std::string_view text) { return JudgePlain(text).score >= InjectionDetector::kThreshold; }

}  // namespace usher::sanitize::injection

#endif  // USHER_TESTS_SERVER_SANITIZE_INJECTION_FIXTURE_H_
