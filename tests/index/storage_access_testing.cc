#include "tests/index/storage_access_testing.h"

#include "gtest/gtest.h"
#include "tests/index/storage_testing.h"

namespace usher::storage {
namespace {

absl::Time At(int64_t seconds) { return absl::FromUnixSeconds(1'700'000'000 + seconds) + absl::Nanoseconds(7); }

}  // namespace

acl::Policy AFullPolicy() {
  acl::PolicyDraft draft;
  draft.inheritance = acl::Inheritance::kRestrict;
  draft.rules = {{.effect = acl::Effect::kAllow, .subjects = {"group:eng", "everyone"}},
                 {.effect = acl::Effect::kDeny, .subjects = {"user:mallory"}},
                 {.effect = acl::Effect::kBreakGlass, .subjects = {"user:alice"}, .expire_time = At(3600)}};
  draft.label = {.level = 3, .compartments = {"finance", "merger"}, .purposes = {"audit"}};
  draft.ceiling = {"group:eng", "user:alice"};
  draft.owners = {"user:olga"};
  absl::StatusOr<acl::Policy> policy = acl::CanonicalPolicy(draft);
  EXPECT_TRUE(policy.ok()) << policy.status();
  return policy.ok() ? *policy : acl::Policy{};
}

CollectionRecord ASyncedCollection(const std::string& name) {
  CollectionRecord record = ACollection(4, name);
  record.policy = AFullPolicy();
  record.policy_source = "sharepoint";
  return record;
}

DocumentRecord ADocumentWithChunkRules(const std::string& id) {
  DocumentRecord record = ADocument(id, 8);
  record.policy = AFullPolicy();
  record.chunk_policies = {{0, AFullPolicy()}, {2, APolicy()}, {~0u, AFullPolicy()}};
  record.policy_source = "sharepoint";
  return record;
}

ApiKeyRecord AnApiKeyWithGroups(const std::string& key_id) {
  ApiKeyRecord record = AnApiKey(key_id);
  record.groups = {"group:eng", "group:night"};
  return record;
}

FolderRecord AFolder(const std::string& path) {
  return {.path = path,
          .policy = AFullPolicy(),
          .policy_revision = acl::Revision(12),
          .policy_source = "source of " + path};
}

ClearanceRecord AClearance(const std::string& principal) {
  return {.principal = principal,
          .clearance = {.level = 200, .compartments = {"finance", "merger"}},
          .revision = acl::Revision(13)};
}

SourceRecord ASource(const std::string& name) {
  return {.name = name,
          .agents = {"service:" + name, "group:syncers"},
          .max_age = absl::Hours(24) + absl::Nanoseconds(1),
          .deny_when_stale = false,
          .collections = {"handbook", "minutes"},
          .share_limit = 20,
          .minimum = 50,
          .last_commit = At(1),
          .last_commit_revision = acl::Revision(14),
          .create_time = At(2),
          .held = true,
          .held_sync_id = "s1",
          .held_memberships_added = 1,
          .held_memberships_removed = 1ull << 40,
          .held_grants_changed = 3,
          .held_reason = "removes most of " + name};
}

SyncRecord ASync(const std::string& source, const std::string& sync_id) {
  return {.source = source,
          .sync_id = sync_id,
          .begin_time = At(3),
          .parts = 2,
          .membership_count = 1'000'000,
          .grant_count = 1ull << 33};
}

SyncPartRecord ASyncPart(const std::string& sync_id, uint32_t number) {
  return {.sync_id = sync_id,
          .number = number,
          .memberships = {{"group:hr/staff", "user:alice"}, {"group:hr/staff", "user:bob"}},
          .grants = {{.resource = "collections/c/documents/d", .policy = AFullPolicy()},
                     {.resource = "collections/c/folders/a", .policy = APolicy()}}};
}

BreakGlassRecord ABreakGlass(const std::string& id) {
  return {.id = id,
          .resource = "collections/c/documents/d",
          .principal = "user:alice",
          .reason = "patient in danger",
          .requested_by = "user:alice",
          .request_time = At(4),
          .duration = absl::Minutes(30) + absl::Nanoseconds(3),
          .approved_by = "user:bob",
          .approve_time = At(5),
          .expire_time = At(6),
          .ended_by = "user:carol",
          .end_time = At(7),
          .state = BreakGlassState::kEnded};
}

TenantSettingsRecord ASettings() {
  return {.claim_sources = {"okta", "entra"}, .require_known_subjects = true, .revision = acl::Revision(15)};
}

ChangeRecord AChange(const std::string& text) {
  return {.time = At(8),
          .last_part = true,
          .changes = {{3, text, "b", AFolder("a").policy, std::nullopt},
                      {4, "user:a", text, std::nullopt, acl::Clearance{2, {"c"}}}}};
}

}  // namespace usher::storage
