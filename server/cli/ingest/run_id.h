// Names one run of a long load, so that a run that broke can be continued.
#ifndef USHER_SERVER_CLI_INGEST_RUN_ID_H_
#define USHER_SERVER_CLI_INGEST_RUN_ID_H_

#include <random>
#include <string>

#include "absl/strings/str_cat.h"

namespace usher::cli {

// 16 hexadecimal digits that no other run has.
inline std::string NewRunId() {
  std::random_device random;
  return absl::StrCat(absl::Hex(random(), absl::kZeroPad8), absl::Hex(random(), absl::kZeroPad8));
}

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_INGEST_RUN_ID_H_
