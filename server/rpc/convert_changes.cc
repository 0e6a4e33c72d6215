#include "absl/strings/str_cat.h"
#include "acl/names.h"
#include "server/rpc/convert_access.h"
#include "server/status_detail.h"

namespace usher::rpc {
namespace {

absl::Status Twice(const std::string& field) {
  return AtField(absl::InvalidArgumentError("is in the request twice"), field);
}

}  // namespace

absl::StatusOr<std::vector<storage::MembershipRecord>> MembershipsFromProto(
    const google::protobuf::RepeatedPtrField<v1::Membership>& memberships, const std::string& field,
    MembershipSet& seen) {
  std::vector<storage::MembershipRecord> records;
  for (int i = 0; i < memberships.size(); ++i) {
    const v1::Membership& membership = memberships[i];
    const std::string at = absl::StrCat(field, "[", i, "]");
    if (absl::Status status = acl::ValidateGroup(membership.group()); !status.ok()) {
      return AtField(status, absl::StrCat(at, ".group"));
    }
    if (absl::Status status = acl::ValidateMember(membership.member()); !status.ok()) {
      return AtField(status, absl::StrCat(at, ".member"));
    }
    if (!seen.emplace(membership.group(), membership.member()).second) return Twice(at);
    records.push_back({membership.group(), membership.member()});
  }
  return records;
}

absl::StatusOr<std::vector<corpus::PolicyUpdate>> UpdatesFromProto(
    const google::protobuf::RepeatedPtrField<v1::PolicyUpdate>& updates, const std::string& field, Etags etags,
    const auth::TokenMint& tokens) {
  std::vector<corpus::PolicyUpdate> result;
  absl::flat_hash_set<std::string> seen;
  for (int i = 0; i < updates.size(); ++i) {
    const v1::PolicyUpdate& message = updates[i];
    const std::string at = absl::StrCat(field, "[", i, "]");
    corpus::PolicyUpdate update;
    auto node = corpus::ParseNodeName(message.resource());
    if (!node.ok()) return AtField(node.status(), absl::StrCat(at, ".resource"));
    if (!seen.insert(corpus::FormatNodeName(*node)).second) return Twice(absl::StrCat(at, ".resource"));
    update.node = *std::move(node);
    auto policy = PolicyFromProto(message.policy(), absl::StrCat(at, ".policy"));
    if (!policy.ok()) return policy.status();
    update.policy = *std::move(policy);
    if (etags == Etags::kRead && !message.etag().empty()) {
      auto revision = tokens.ParseRevisionToken(message.etag());
      if (!revision.ok()) return AtField(revision.status(), absl::StrCat(at, ".etag"));
      update.expected_revision = *revision;
    }
    result.push_back(std::move(update));
  }
  return result;
}

absl::StatusOr<std::vector<storage::ClearanceRecord>> ClearancesFromProto(
    const google::protobuf::RepeatedPtrField<v1::Clearance>& clearances, const std::string& field) {
  std::vector<storage::ClearanceRecord> records;
  absl::flat_hash_set<std::string> seen;
  for (int i = 0; i < clearances.size(); ++i) {
    const v1::Clearance& message = clearances[i];
    const std::string at = absl::StrCat(field, "[", i, "]");
    if (absl::Status status = acl::ValidatePrincipal(message.principal()); !status.ok()) {
      return AtField(status, absl::StrCat(at, ".principal"));
    }
    if (!seen.insert(message.principal()).second) return Twice(absl::StrCat(at, ".principal"));
    auto clearance = acl::CanonicalClearance(
        message.level(), std::vector<std::string>(message.compartments().begin(), message.compartments().end()));
    if (!clearance.ok()) return AtField(clearance.status(), at);
    storage::ClearanceRecord record;
    record.principal = message.principal();
    record.clearance = *std::move(clearance);
    records.push_back(std::move(record));
  }
  return records;
}

v1::Clearance ToProto(const std::string& principal, const acl::Clearance& clearance) {
  v1::Clearance message;
  message.set_principal(principal);
  message.set_level(clearance.level);
  message.mutable_compartments()->Assign(clearance.compartments.begin(), clearance.compartments.end());
  return message;
}

}  // namespace usher::rpc
