// Where the caller's key comes from. Never from an argument, which every user of the machine can see in the list of
// processes.
#ifndef USHER_SERVER_CLI_KEY_FILE_H_
#define USHER_SERVER_CLI_KEY_FILE_H_

#include <string>

#include "absl/status/statusor.h"

namespace usher::cli {

struct KeyFile {
  // Without the white space around it.
  std::string key;
  // Whether the file's mode lets others than its owner read it.
  bool readable_by_others = false;
};

// NOT_FOUND, PERMISSION_DENIED or INVALID_ARGUMENT (empty, longer than 4 KiB, not a regular file) with what to change.
absl::StatusOr<KeyFile> ReadKeyFile(const std::string& path);

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_KEY_FILE_H_
