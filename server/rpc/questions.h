// The parts of a question about access: who is asked about, whether the caller may ask that, and as of when.
//
// Thread-safety: free functions.
#ifndef USHER_SERVER_RPC_QUESTIONS_H_
#define USHER_SERVER_RPC_QUESTIONS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "acl/asker.h"
#include "server/rpc/handler.h"
#include "server/rpc/ownership.h"
#include "usher/v1/consistency.pb.h"

namespace usher::rpc {

// `principal`: empty for the caller itself, whose credential's groups count; those of others are not known. `at` is put
// before the names of fields. INVALID_ARGUMENT.
absl::StatusOr<acl::Asker> AskedAbout(const Call& call, const std::string& principal, const std::string& purpose,
                                      const std::string& at = "");

// OK for a reader about itself, for administrators, and for owners of the node; else PERMISSION_DENIED or NOT_FOUND.
absl::Status CheckMayAsk(const Call& call, const Ownership& ownership, const acl::Asker& asker,
                         const corpus::NodeName& node);

// INVALID_ARGUMENT for a consistency that is malformed or asks for a revision this store has not reached.
absl::Status CheckConsistency(const Call& call, const v1::Consistency& consistency);

}  // namespace usher::rpc

#endif  // USHER_SERVER_RPC_QUESTIONS_H_
