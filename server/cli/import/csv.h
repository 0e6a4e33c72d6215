// Reads comma-separated values as RFC 4180 writes them, strictly: a program that guesses at quotes grants the wrong
// people. Own code, since the CSV readers that Debian 12 packages for C++ accept more than they should or less than a
// quoted line break.
//
// Guarantees: every record has as many fields as the first; a quote stands only around a whole field or doubled inside
// one; a file of more than 256 MiB is refused.
//
// Thread-safety: free function.
#ifndef USHER_SERVER_CLI_IMPORT_CSV_H_
#define USHER_SERVER_CLI_IMPORT_CSV_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace usher::cli {

struct CsvRecord {
  size_t line = 0;  // on which it begins, from 1
  std::vector<std::string> fields;
};

// All records, the header first; lines that hold nothing are left out. A byte order mark is skipped. INVALID_ARGUMENT
// with PATH:LINE for anything else; `path` is for messages only.
absl::StatusOr<std::vector<CsvRecord>> ParseCsv(const std::string& path, absl::string_view text);

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_IMPORT_CSV_H_
