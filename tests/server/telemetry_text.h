// Reads figures out of Prometheus' text format.
#ifndef USHER_TESTS_SERVER_TELEMETRY_TEXT_H_
#define USHER_TESTS_SERVER_TELEMETRY_TEXT_H_

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace usher::telemetry {

// `series`: name and labels as they stand in the text. -1 where there is no such series.
inline double SeriesValue(const std::string& text, const std::string& series) {
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    double value = 0;
    if (absl::StartsWith(line, absl::StrCat(series, " ")) && absl::SimpleAtod(line.substr(series.size() + 1), &value)) {
      return value;
    }
  }
  return -1;
}

}  // namespace usher::telemetry

#endif  // USHER_TESTS_SERVER_TELEMETRY_TEXT_H_
