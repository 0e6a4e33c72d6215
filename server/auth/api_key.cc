#include "server/auth/api_key.h"

#include <algorithm>
#include <mutex>
#include <shared_mutex>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "acl/absl_view.h"
#include "acl/names.h"
#include "server/auth/crypto.h"

namespace usher::auth {
namespace {

constexpr std::string_view kPrefix = "usher_";
constexpr size_t kIdDigits = 16;
constexpr size_t kSecretDigits = 64;
constexpr size_t kSaltBytes = 16;

struct ParsedKey {
  std::string_view id;
  std::string_view secret;
};

bool IsLowerHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

// False when the text has not the form of a key at all.
bool Parse(std::string_view credential, ParsedKey& key) {
  if (credential.size() != kPrefix.size() + kIdDigits + 1 + kSecretDigits) return false;
  if (!credential.starts_with(kPrefix)) return false;
  credential.remove_prefix(kPrefix.size());
  key = {credential.substr(0, kIdDigits), credential.substr(kIdDigits + 1)};
  return credential[kIdDigits] == '_' && IsLowerHex(key.id) && IsLowerHex(key.secret);
}

std::string HashSecret(std::string_view salt, std::string_view secret) {
  return Sha256(absl::StrCat(acl::ToAbsl(salt), acl::ToAbsl(secret)));
}

absl::Status Refused() {
  return absl::UnauthenticatedError("the API key is not valid; send a current one as `authorization: Bearer KEY`");
}

absl::Status CheckClaimedGroups(const std::vector<std::string>& groups) {
  if (groups.size() > kMaxClaimedGroups) {
    return absl::InvalidArgumentError(absl::StrCat("a key can vouch for at most ", kMaxClaimedGroups, " groups"));
  }
  for (const std::string& group : groups) {
    if (absl::Status status = ValidateClaimedGroup(group); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ValidateClaimedGroup(std::string_view group) {
  if (absl::Status status = acl::ValidateGroup(group); !status.ok()) return status;
  const std::string_view source = acl::SourceOf(group);
  if (!source.empty()) return acl::ValidateSource(source);
  return absl::InvalidArgumentError("a group of a credential must name its source, as in group:okta/eng");
}

absl::StatusOr<MadeKey> MakeApiKey(const NewKey& key, absl::Time now) {
  if (absl::Status status = acl::ValidateTenant(key.tenant); !status.ok()) return status;
  if (absl::Status status = acl::ValidatePrincipal(key.principal); !status.ok()) return status;
  if (key.roles.empty()) return absl::InvalidArgumentError("a key needs at least one role");
  if (absl::Status status = CheckClaimedGroups(key.groups); !status.ok()) return status;
  if (key.expire_time <= now) return absl::InvalidArgumentError("a key must expire in the future");
  absl::StatusOr<std::string> id = RandomBytes(kIdDigits / 2);
  absl::StatusOr<std::string> secret = RandomBytes(kSecretDigits / 2);
  absl::StatusOr<std::string> salt = RandomBytes(kSaltBytes);
  for (const auto* random : {&id, &secret, &salt}) {
    if (!random->ok()) return random->status();
  }
  MadeKey made;
  const std::string secret_text = absl::BytesToHexString(*secret);
  made.record.key_id = absl::BytesToHexString(*id);
  made.record.tenant = key.tenant;
  made.record.principal = key.principal;
  made.record.salt = *salt;
  made.record.secret_hash = HashSecret(*salt, secret_text);
  made.record.roles = key.roles.bits();
  made.record.delegate = key.delegate;
  made.record.create_time = now;
  made.record.expire_time = key.expire_time;
  made.record.maker = key.maker;
  made.record.groups = key.groups;
  std::sort(made.record.groups.begin(), made.record.groups.end());
  made.record.groups.erase(std::unique(made.record.groups.begin(), made.record.groups.end()), made.record.groups.end());
  made.secret = absl::StrCat(acl::ToAbsl(kPrefix), made.record.key_id, "_", secret_text);
  return made;
}

absl::StatusOr<std::unique_ptr<KeyRing>> KeyRing::Load(const storage::Store& store, const acl::Clock* clock) {
  auto ring = std::unique_ptr<KeyRing>(new KeyRing(clock));
  const absl::Status status = store.ForEachApiKey([&](storage::ApiKeyRecord record) {
    ring->Put(record);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return ring;
}

absl::StatusOr<KeyHolder> KeyRing::Verify(std::string_view credential) const {
  ParsedKey parsed;
  if (!Parse(credential, parsed)) return Refused();
  std::shared_ptr<const storage::ApiKeyRecord> record;
  {
    const std::shared_lock lock(mutex_);
    if (const auto it = keys_.find(parsed.id); it != keys_.end()) record = it->second;
  }
  // An unknown id costs the same hash as a known one.
  static const storage::ApiKeyRecord kNobody;
  const storage::ApiKeyRecord& known = record ? *record : kNobody;
  const bool secret_matches = ConstantTimeEqual(HashSecret(known.salt, parsed.secret), known.secret_hash);
  if (!record || !secret_matches || !IsValid(known)) return Refused();
  return KeyHolder{known.tenant, known.principal, known.key_id, RoleSet(known.roles), known.delegate, known.groups};
}

bool KeyRing::IsValid(const storage::ApiKeyRecord& record) const {
  return !record.revoked && clock_->Now() < record.expire_time;
}

bool KeyRing::HasOtherAdministrator(std::string_view tenant, std::string_view key_id) const {
  const std::shared_lock lock(mutex_);
  return std::any_of(keys_.begin(), keys_.end(), [&](const auto& entry) {
    const storage::ApiKeyRecord& record = *entry.second;
    return record.tenant == tenant && record.key_id != key_id && RoleSet(record.roles).Has(Role::kAdministrator) &&
           IsValid(record);
  });
}

bool KeyRing::DescendsFrom(std::string_view tenant, std::string_view key_id, std::string_view principal) const {
  std::shared_ptr<const storage::ApiKeyRecord> key = Find(tenant, key_id);
  // A key is made with one that was there before, so that the way back ends.
  for (; key != nullptr; key = key->maker.empty() ? nullptr : Find(tenant, key->maker)) {
    if (key->principal == principal) return true;
  }
  return false;
}

void KeyRing::Put(const storage::ApiKeyRecord& record) {
  const std::unique_lock lock(mutex_);
  keys_[record.key_id] = std::make_shared<const storage::ApiKeyRecord>(record);
}

std::shared_ptr<const storage::ApiKeyRecord> KeyRing::Find(std::string_view tenant, std::string_view key_id) const {
  const std::shared_lock lock(mutex_);
  const auto it = keys_.find(key_id);
  return it != keys_.end() && it->second->tenant == tenant ? it->second : nullptr;
}

std::vector<std::shared_ptr<const storage::ApiKeyRecord>> KeyRing::List(std::string_view tenant, std::string_view after,
                                                                        size_t limit) const {
  const std::shared_lock lock(mutex_);
  std::vector<std::shared_ptr<const storage::ApiKeyRecord>> result;
  for (auto it = keys_.upper_bound(after); it != keys_.end() && result.size() < limit; ++it) {
    if (it->second->tenant == tenant) result.push_back(it->second);
  }
  return result;
}

size_t KeyRing::size() const {
  const std::shared_lock lock(mutex_);
  return keys_.size();
}

}  // namespace usher::auth
