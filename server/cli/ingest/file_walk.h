// Finds the files to ingest below the paths that a person named.
//
// Guarantees: symbolic links found inside a directory are not followed, so that a tree cannot pull in files from
// outside it; what is passed over is counted. The order depends on the names only.
//
// Thread-safety: free functions.
#ifndef USHER_SERVER_CLI_INGEST_FILE_WALK_H_
#define USHER_SERVER_CLI_INGEST_FILE_WALK_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace usher::cli {

struct SourceFile {
  std::string path;
  // Document id: the path below the directory named, or the file's own name. Not used for JSON lines, which hold ids.
  std::string id;
  uint64_t bytes = 0;

  bool IsJsonLines() const;
};

struct FileList {
  std::vector<SourceFile> files;
  size_t other_files = 0;
  size_t symbolic_links = 0;
};

// Directories are searched for text files of the extensions that DocumentFromFile reads; JSON lines are only taken when
// named. UsageError for a path that does not exist or is a file of another kind, and when two files would become the
// same document.
absl::StatusOr<FileList> FindFiles(const std::vector<std::string>& paths);

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_INGEST_FILE_WALK_H_
