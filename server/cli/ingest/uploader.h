// Sends batches over one stream, some ahead of their answers, and survives breaks.
//
// Guarantees: what is counted was acknowledged, so it is durable and searchable. After a broken connection unanswered
// batches are sent again under the same request ids, hence carried out once. Batches are carried out in the order in
// which they were given.
//
// Not thread-safe.
#ifndef USHER_SERVER_CLI_INGEST_UPLOADER_H_
#define USHER_SERVER_CLI_INGEST_UPLOADER_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "server/cli/ingest/batch.h"
#include "server/cli/session.h"

namespace usher::cli {

struct UploadTotals {
  uint64_t documents = 0;
  uint64_t chunks = 0;
  uint64_t findings = 0;
  uint64_t source_bytes = 0;
};

struct UploadOptions {
  // Full name.
  std::string collection;
  // Part of every request id; see ToRequest.
  std::string run;
  // Called after each acknowledged batch, with the server's answer.
  std::function<void(const nlohmann::json& answer)> on_answer;
  // When set, a document that the server refuses is told here and left out, instead of ending the upload.
  std::function<void(const std::string& message)> on_refused;
};

class Uploader {
 public:
  // `session` must outlive this.
  Uploader(Session& session, UploadOptions options);

  // Sends a batch, waiting while too many are unanswered. Errors name the file and line at fault where the server tells
  // it.
  absl::Status Add(Batch batch);

  // Waits until everything is acknowledged.
  absl::Status Finish();

  const UploadTotals& totals() const { return totals_; }

 private:
  absl::Status Pump(size_t unanswered_at_most);
  absl::Status Open();
  absl::Status SendNext();
  absl::Status ReceiveNext();
  absl::Status ReceiveAll();
  absl::Status ReceiveEnd();
  absl::Status Recover(const absl::Status& failure);
  absl::Status Refused(const absl::Status& failure);

  Session& session_;
  UploadOptions options_;
  std::unique_ptr<rpc::JsonStream> stream_;
  std::deque<Batch> waiting_;
  std::deque<Batch> unanswered_;
  UploadTotals totals_;
  // What ended the upload for good: nothing is sent after it.
  absl::Status failed_;
  int failures_in_a_row_ = 0;
  bool answered_since_open_ = false;
};

}  // namespace usher::cli

#endif  // USHER_SERVER_CLI_INGEST_UPLOADER_H_
