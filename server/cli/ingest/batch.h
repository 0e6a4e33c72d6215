// Groups documents into the atomic batches they are sent in.
//
// Not thread-safe.
#ifndef USHER_SERVER_CLI_INGEST_BATCH_H_
#define USHER_SERVER_CLI_INGEST_BATCH_H_

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace usher::cli {

struct BatchItem {
  nlohmann::json document;
  // FILE or FILE:LINE, for messages.
  std::string where;
  // Of the file it came from, for the progress bar.
  uint64_t source_bytes = 0;
};

using Batch = std::vector<BatchItem>;

// The usher.v1.UpsertDocumentsRequest of a batch. Its request_id is derived from `run` and the content: sent again
// within a run, a batch is carried out once; in another run the same content is carried out anew, since documents may
// have been deleted or changed in between.
nlohmann::json ToRequest(const std::string& collection, const std::string& run, const Batch& batch);

// Closes a batch at 200 documents, about 2 MiB, or before 10,000 chunks, which is as many as one request may hold.
class Batcher {
 public:
  // Returns the batch that had to be closed to make room for `item`.
  std::optional<Batch> Add(BatchItem item);
  // The last batch; may be empty.
  Batch Take();

 private:
  Batch batch_;
  size_t bytes_ = 0;
  size_t chunks_ = 0;
};

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_INGEST_BATCH_H_
