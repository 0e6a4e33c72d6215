// Acts that nobody may do unseen: written to the audit log before they take effect, and said in the server's log.
//
// Guarantees: an act that cannot be recorded is not done; one that fails after it was recorded is recorded as failed.
// Thread-safety: free functions.
#ifndef USHER_SERVER_RPC_AUDITED_H_
#define USHER_SERVER_RPC_AUDITED_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "index/corpus/corpus_types.h"
#include "server/rpc/handler.h"

namespace usher::rpc {

struct Act {
  std::string action;                                       // e.g. "break_glass.approved"
  std::vector<std::pair<std::string, std::string>> detail;  // kept in the audit log
};

// Detail under this key is for the audit log only.
inline constexpr char kReasonGiven[] = "reason";

absl::Status RecordAct(const Call& call, const Act& act);

// Records the act, then does it.
absl::Status DoAudited(const Call& call, const Act& act, const std::function<absl::Status()>& change);

// The same for a write: one that is repeated under its request_id does nothing, and so is not recorded.
absl::Status DoAuditedOnce(const Call& call, const corpus::WriteContext& write, const Act& act,
                           const std::function<absl::Status()>& change);

}  // namespace usher::rpc

#endif  // USHER_SERVER_RPC_AUDITED_H_
