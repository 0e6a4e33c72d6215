// Short forms for tests that clean texts.
#ifndef USHER_TESTS_SERVER_SANITIZE_CLEAN_TEXT_H_
#define USHER_TESTS_SERVER_SANITIZE_CLEAN_TEXT_H_

#include <gtest/gtest.h>

#include <string_view>
#include <utility>

#include "server/sanitize/sanitizer.h"

namespace usher::testing {

inline sanitize::CleanText Clean(std::string_view text, chunking::Format format = chunking::Format::kPlain) {
  static const auto* const kSanitizer = new sanitize::Sanitizer();
  absl::StatusOr<sanitize::CleanText> clean = kSanitizer->Clean(text, format);
  EXPECT_TRUE(clean.ok()) << clean.status();
  return clean.ok() ? *std::move(clean) : sanitize::CleanText{};
}

inline const sanitize::Finding* Find(const sanitize::CleanText& clean, std::string_view rule) {
  for (const sanitize::Finding& finding : clean.findings) {
    if (finding.rule == rule) return &finding;
  }
  return nullptr;
}

inline void ExpectUntouched(std::string_view text, chunking::Format format = chunking::Format::kPlain) {
  const sanitize::CleanText clean = Clean(text, format);
  EXPECT_EQ(clean.text, text);
  EXPECT_TRUE(clean.findings.empty()) << clean.findings[0].rule << " in " << text;
}

}  // namespace usher::testing

#endif  // USHER_TESTS_SERVER_SANITIZE_CLEAN_TEXT_H_
