// The access model between the wire's messages and the types of the rest of the server.
//
// Errors: INVALID_ARGUMENT naming the field (server/status_detail.h). Thread-safety: free functions.
#ifndef USHER_SERVER_RPC_CONVERT_ACCESS_H_
#define USHER_SERVER_RPC_CONVERT_ACCESS_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "acl/explain.h"
#include "acl/policy.h"
#include "index/corpus/corpus_types.h"
#include "index/storage/access_records.h"
#include "server/auth/token.h"
#include "usher/v1/access.pb.h"
#include "usher/v1/rule.pb.h"
#include "usher/v1/sync.pb.h"

namespace usher::rpc {

// --- Rules ---

// The one way from a policy of the wire to one that counts. Break-glass rules in it are not looked at. Errors name the
// part of the policy that is wrong, e.g. FIELD.rules[2].subjects[0].
absl::StatusOr<acl::Policy> PolicyFromProto(const v1::Policy& policy, const std::string& field);
v1::Policy ToProto(const acl::Policy& policy);
v1::Label ToProto(const acl::Label& label);
v1::Effect ToProto(acl::Effect effect);
v1::Inheritance ToProto(acl::Inheritance inheritance);

// An explanation's nodes, verdict and summary.
void FillExplanation(const acl::Explanation& explanation, v1::ExplainResponse* response);
v1::SyncAge ToProto(const corpus::SyncAge& age);

// What a question is asked for: nothing, or 1 to 64 bytes. INVALID_ARGUMENT at "purpose".
absl::StatusOr<std::string> PurposeFromProto(const std::string& purpose, const std::string& field = "purpose");

// --- Changes ---

using MembershipSet = absl::flat_hash_set<std::pair<std::string, std::string>>;

// `seen` grows by the memberships; one that is in it already is refused.
absl::StatusOr<std::vector<storage::MembershipRecord>> MembershipsFromProto(
    const google::protobuf::RepeatedPtrField<v1::Membership>& memberships, const std::string& field,
    MembershipSet& seen);

enum class Etags { kRead, kIgnore };
// No node twice.
absl::StatusOr<std::vector<corpus::PolicyUpdate>> UpdatesFromProto(
    const google::protobuf::RepeatedPtrField<v1::PolicyUpdate>& updates, const std::string& field, Etags etags,
    const auth::TokenMint& tokens);

// No principal twice.
absl::StatusOr<std::vector<storage::ClearanceRecord>> ClearancesFromProto(
    const google::protobuf::RepeatedPtrField<v1::Clearance>& clearances, const std::string& field);
v1::Clearance ToProto(const std::string& principal, const acl::Clearance& clearance);

// --- Syncs ---

absl::StatusOr<storage::SourceRecord> FromProto(const v1::Source& source);
v1::Source ToProto(const storage::SourceRecord& record);
v1::CommitSyncResponse ToProto(const corpus::CommitOutcome& outcome, const std::string& sync_id,
                               const auth::TokenMint& tokens);

// --- Break-glass ---

// What the record says; the revision is the caller's.
v1::BreakGlass ToProto(const storage::BreakGlassRecord& record);

}  // namespace usher::rpc

#endif  // USHER_SERVER_RPC_CONVERT_ACCESS_H_
