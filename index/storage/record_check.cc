#include "index/storage/record_check.h"

#include <cstdint>

#include "absl/strings/str_cat.h"

namespace usher::storage {
namespace {

// An eighth of what a flatbuffer can hold.
constexpr uint64_t kMaxRecordBytes = 256ull << 20;
// What flatbuffers need around a string or a table, at most.
constexpr uint64_t kOverhead = 64;

uint64_t SizeOf(const std::vector<std::string>& strings) {
  uint64_t bytes = 0;
  for (const std::string& text : strings) bytes += text.size() + kOverhead;
  return bytes;
}

uint64_t SizeOf(const acl::Policy& policy) {
  uint64_t bytes = 2 * kOverhead + SizeOf(policy.label.compartments) + SizeOf(policy.label.purposes) +
                   SizeOf(policy.ceiling) + SizeOf(policy.owners);
  for (const acl::Rule& rule : policy.rules) bytes += kOverhead + SizeOf(rule.subjects);
  return bytes;
}

absl::Status CheckSize(uint64_t bytes, const char* what, const char* remedy) {
  if (bytes <= kMaxRecordBytes) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(what, " take more than ", kMaxRecordBytes, " bytes together; ", remedy));
}

absl::Status CheckCanonical(const acl::Policy& policy) {
  absl::StatusOr<acl::Policy> canonical =
      acl::CanonicalPolicy({policy.inheritance, policy.rules, policy.label, policy.ceiling, policy.owners});
  if (!canonical.ok()) return canonical.status();
  if (*canonical != policy) return absl::InvalidArgumentError("the policy is not in canonical form");
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckWritable(const DocumentRecord& record) {
  uint64_t bytes = 0;
  for (size_t i = 0; i < record.chunk_policies.size(); ++i) {
    const auto& [number, policy] = record.chunk_policies[i];
    if (policy.empty() || (i > 0 && number <= record.chunk_policies[i - 1].first)) {
      return absl::InvalidArgumentError(
          absl::StrCat("the rules of chunk ", number, " are empty or not in order of chunk numbers"));
    }
    if (absl::Status status = CheckCanonical(policy); !status.ok()) return status;
    bytes += SizeOf(policy);
  }
  return CheckSize(bytes, "the rules of the document's chunks", "name groups instead of their members");
}

absl::Status CheckWritable(const FolderRecord& record) { return CheckCanonical(record.policy); }

absl::Status CheckWritable(const ClearanceRecord& record) {
  absl::StatusOr<acl::Clearance> canonical =
      acl::CanonicalClearance(record.clearance.level, record.clearance.compartments);
  if (!canonical.ok()) return canonical.status();
  if (*canonical != record.clearance) return absl::InvalidArgumentError("the clearance is not in canonical form");
  return absl::OkStatus();
}

absl::Status CheckWritable(const SourceRecord& record) {
  if (record.share_limit <= 100) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("a share limit of ", record.share_limit, " percent; choose one from 0 to 100"));
}

absl::Status CheckWritable(const SyncPartRecord& record) {
  uint64_t bytes = 0;
  for (const MembershipRecord& membership : record.memberships) {
    bytes += membership.group.size() + membership.member.size() + 3 * kOverhead;
  }
  for (size_t i = 0; i < record.grants.size(); ++i) {
    if (absl::Status status = CheckCanonical(record.grants[i].policy); !status.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("grants[", i, "]: ", status.message()));
    }
    bytes += record.grants[i].resource.size() + kOverhead + SizeOf(record.grants[i].policy);
  }
  return CheckSize(bytes, "the memberships and grants of one part of a sync", "send more, smaller parts");
}

}  // namespace usher::storage
