// One receipt for every answer that carried text, and one event for every act of an administrator that must not go
// unseen, written before the answer leaves or the act takes effect.
//
// Each entry is a line of JSON that holds the SHA-256 of the entry before it, so that an entry changed, removed or put
// in between breaks the chain from there on. Receipts hold names, numbers and digests, never the text of a chunk or a
// query. Guarantees: when Append returns OK the entry survives a crash of the process; when it fails the answer must
// not leave. Non-guarantees: cutting entries off the end goes unnoticed (that takes a signed checkpoint kept
// elsewhere), and a loss of power can take the newest. Thread-safety: all methods may be called concurrently.
#ifndef USHER_SERVER_AUDIT_RECEIPT_LOG_H_
#define USHER_SERVER_AUDIT_RECEIPT_LOG_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "acl/clock.h"
#include "acl/ids.h"
#include "index/storage/store.h"

namespace usher::audit {

// What an answer consisted of.
struct Receipt {
  std::string method;
  std::string tenant;
  std::string principal;  // whose rights counted
  std::string actor;      // whose credential it was
  std::string key_id;
  acl::Revision revision;
  std::string policy_digest;  // of the cleaning
  std::string collection;
  std::string purpose;              // as the question stated it; empty: none
  std::vector<std::string> chunks;  // names of the chunks that left
  // Of an answer to several questions: how many of `chunks`, in order, left for each; else empty.
  std::vector<uint64_t> chunks_per_question;
  uint64_t findings = 0;
  absl::Duration latency;  // until the receipt was written
};

// What somebody is about to do, or has just done.
struct Event {
  std::string method;
  std::string tenant;
  std::string principal;  // whose rights counted
  std::string actor;      // whose credential it was
  std::string key_id;
  std::string action;  // e.g. "break_glass.approved"
  std::vector<std::pair<std::string, std::string>> detail;
};

class ReceiptLog {
 public:
  // `store` and `clock` must outlive the log. DATA_LOSS when the last entry does not parse.
  static absl::StatusOr<std::unique_ptr<ReceiptLog>> Open(storage::Store* store, const acl::Clock* clock);

  // Returns the receipt's name, "r-" and 32 random hexadecimal digits, by which it is found in the log.
  absl::StatusOr<std::string> Append(const Receipt& receipt);

  // Returns the event's name, "e-" and 32 random hexadecimal digits.
  absl::StatusOr<std::string> AppendEvent(const Event& event);

 private:
  // What ties an entry to the one before it.
  struct Link {
    uint64_t id;
    std::string name;
    std::string previous;
    absl::Time time;
  };
  // `letter`: of the entry's name. `refusal`: begins the message of a failure.
  absl::StatusOr<std::string> AppendEntry(std::string_view letter, std::string_view refusal,
                                          const std::function<std::string(const Link&)>& to_line);
  static std::string ToLine(const Receipt& receipt, const Link& link);
  static std::string ToLine(const Event& event, const Link& link);

  ReceiptLog(storage::Store* store, const acl::Clock* clock) : store_(store), clock_(clock) {}

  storage::Store* store_;
  const acl::Clock* clock_;
  std::mutex mutex_;
  uint64_t last_id_ = 0;     // guarded by mutex_
  std::string last_digest_;  // guarded by mutex_; hexadecimal
};

struct Verification {
  uint64_t entries = 0;
  std::string last_digest;
};

// Walks the whole log. DATA_LOSS names the first entry that is missing or does not follow from the one before.
absl::StatusOr<Verification> VerifyReceipts(const storage::Store& store);

}  // namespace usher::audit

#endif  // USHER_SERVER_AUDIT_RECEIPT_LOG_H_
