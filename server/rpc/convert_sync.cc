#include <algorithm>

#include "absl/strings/str_cat.h"
#include "acl/names.h"
#include "server/rpc/convert_access.h"
#include "server/rpc/convert_time.h"
#include "server/status_detail.h"

namespace usher::rpc {
namespace {

constexpr int kMaxAgents = 16;
constexpr int kMaxCollections = 1'000;
constexpr uint32_t kDefaultShareLimit = 20;
constexpr uint32_t kMaxShareLimit = 100;
constexpr uint32_t kDefaultMinimum = 10;
constexpr DurationBounds kMaxAge{absl::Minutes(1), absl::Hours(24 * 3'653), "1 minute to 10 years"};

void SortUnique(std::vector<std::string>& names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

absl::StatusOr<std::vector<std::string>> AgentsFromProto(const v1::Source& source) {
  if (source.agents_size() > kMaxAgents) {
    return AtField(absl::InvalidArgumentError(absl::StrCat("at most ", kMaxAgents, " are allowed")), "source.agents");
  }
  std::vector<std::string> agents;
  for (int i = 0; i < source.agents_size(); ++i) {
    if (absl::Status status = acl::ValidateMember(source.agents(i)); !status.ok()) {
      return AtField(status, absl::StrCat("source.agents[", i, "]"));
    }
    agents.push_back(source.agents(i));
  }
  SortUnique(agents);
  return agents;
}

absl::StatusOr<std::vector<std::string>> CollectionsFromProto(const v1::Source& source) {
  if (source.collections_size() > kMaxCollections) {
    return AtField(absl::InvalidArgumentError(absl::StrCat("at most ", kMaxCollections,
                                                           " are allowed: name none to govern all of the tenant, or "
                                                           "use several sources")),
                   "source.collections");
  }
  std::vector<std::string> collections;
  for (int i = 0; i < source.collections_size(); ++i) {
    auto name = corpus::ParseCollectionName(source.collections(i));
    if (!name.ok()) return AtField(name.status(), absl::StrCat("source.collections[", i, "]"));
    collections.push_back(*std::move(name));
  }
  SortUnique(collections);
  return collections;
}

v1::HeldSync HeldToProto(const storage::SourceRecord& record) {
  v1::HeldSync held;
  held.set_sync_id(record.held_sync_id);
  held.set_memberships_added(record.held_memberships_added);
  held.set_memberships_removed(record.held_memberships_removed);
  held.set_policies_changed(record.held_grants_changed);
  held.set_reason(record.held_reason);
  return held;
}

}  // namespace

absl::StatusOr<storage::SourceRecord> FromProto(const v1::Source& source) {
  storage::SourceRecord record;
  if (absl::Status status = acl::ValidateSource(source.name()); !status.ok()) return AtField(status, "source.name");
  record.name = source.name();
  auto agents = AgentsFromProto(source);
  if (!agents.ok()) return agents.status();
  record.agents = *std::move(agents);
  if (source.has_max_age()) {
    auto age = DurationFromProto(source.max_age(), kMaxAge, "source.max_age");
    if (!age.ok()) return age.status();
    record.max_age = *age;
  }
  record.deny_when_stale = source.deny_when_stale();
  auto collections = CollectionsFromProto(source);
  if (!collections.ok()) return collections.status();
  record.collections = *std::move(collections);
  record.share_limit = source.has_share_limit() ? source.share_limit() : kDefaultShareLimit;
  if (record.share_limit > kMaxShareLimit) {
    return AtField(absl::InvalidArgumentError("is a percentage: must be 0 to 100"), "source.share_limit");
  }
  record.minimum = source.has_minimum() ? source.minimum() : kDefaultMinimum;
  return record;
}

v1::Source ToProto(const storage::SourceRecord& record) {
  v1::Source message;
  message.set_name(record.name);
  message.mutable_agents()->Assign(record.agents.begin(), record.agents.end());
  if (record.max_age != absl::InfiniteDuration()) *message.mutable_max_age() = ToProto(record.max_age);
  message.set_deny_when_stale(record.deny_when_stale);
  for (const std::string& name : record.collections) message.add_collections(corpus::FormatCollectionName(name));
  message.set_share_limit(record.share_limit);
  message.set_minimum(static_cast<uint32_t>(record.minimum));
  if (record.last_commit != absl::InfinitePast()) *message.mutable_last_commit_time() = ToProto(record.last_commit);
  if (record.held) *message.mutable_held() = HeldToProto(record);
  return message;
}

v1::CommitSyncResponse ToProto(const corpus::CommitOutcome& outcome, const std::string& sync_id,
                               const auth::TokenMint& tokens) {
  v1::CommitSyncResponse message;
  message.set_revision_token(tokens.RevisionToken(outcome.revision));
  if (outcome.held) {
    v1::HeldSync* held = message.mutable_held();
    held->set_sync_id(sync_id);
    held->set_memberships_added(outcome.memberships_added);
    held->set_memberships_removed(outcome.memberships_removed);
    held->set_policies_changed(outcome.policies_changed);
    held->set_reason(outcome.held_reason);
    return message;
  }
  message.set_memberships_added(outcome.memberships_added);
  message.set_memberships_removed(outcome.memberships_removed);
  message.set_policies_changed(outcome.policies_changed);
  return message;
}

}  // namespace usher::rpc
