// API keys: who holds one is who the key says.
//
// A key reads `usher_ID_SECRET`: ID is 16 hexadecimal digits and public, SECRET is 256 random bits in 64 hexadecimal
// digits. The store keeps SHA-256(salt || secret); a slow password hash would add nothing to 256 random bits. A wrong,
// unknown, revoked and expired key are refused in the same words. Thread-safety: all methods may be called
// concurrently.
#ifndef USHER_SERVER_AUTH_API_KEY_H_
#define USHER_SERVER_AUTH_API_KEY_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "acl/clock.h"
#include "acl/writer_first_mutex.h"
#include "index/storage/records.h"
#include "index/storage/store.h"
#include "server/auth/roles.h"

namespace usher::auth {

// A verified credential.
struct KeyHolder {
  std::string tenant;
  std::string principal;
  std::string key_id;
  RoleSet roles;
  bool delegate = false;
  std::vector<std::string> groups;  // that the credential vouches for
};

struct NewKey {
  std::string tenant;
  std::string principal;
  RoleSet roles;
  bool delegate = false;
  absl::Time expire_time = absl::InfiniteFuture();
  std::vector<std::string> groups = {};  // `group:SOURCE/ID`, at most kMaxClaimedGroups
  std::string maker = {};                // key_id of the key that makes it; empty: somebody on the server's machine
};

inline constexpr size_t kMaxClaimedGroups = 100;

// OK for a group that a key may vouch for: `group:SOURCE/ID`. INVALID_ARGUMENT.
absl::Status ValidateClaimedGroup(std::string_view group);

// What is shown once, and what is kept.
struct MadeKey {
  std::string secret;  // the whole credential
  storage::ApiKeyRecord record;
};

// Checks the names, roles and groups, and draws the random parts. INVALID_ARGUMENT.
absl::StatusOr<MadeKey> MakeApiKey(const NewKey& key, absl::Time now);

// All keys of the store, in memory.
class KeyRing {
 public:
  // `clock` must outlive the ring.
  static absl::StatusOr<std::unique_ptr<KeyRing>> Load(const storage::Store& store, const acl::Clock* clock);

  // UNAUTHENTICATED in the same words whatever is wrong.
  absl::StatusOr<KeyHolder> Verify(std::string_view credential) const;

  // To be called after the record was stored.
  void Put(const storage::ApiKeyRecord& record);

  // nullptr when the tenant has no such key.
  std::shared_ptr<const storage::ApiKeyRecord> Find(std::string_view tenant, std::string_view key_id) const;
  // Whether the key, or one that it was made with, at however many removes, is the principal's: whoever makes keys for
  // others can act as they.
  bool DescendsFrom(std::string_view tenant, std::string_view key_id, std::string_view principal) const;
  // Up to `limit` keys of the tenant by id, after `after` (exclusive).
  std::vector<std::shared_ptr<const storage::ApiKeyRecord>> List(std::string_view tenant, std::string_view after,
                                                                 size_t limit) const;
  // Whether the tenant has a key of an administrator, neither revoked nor expired by now, besides this one.
  bool HasOtherAdministrator(std::string_view tenant, std::string_view key_id) const;
  // Whether the key opens anything at this moment.
  bool IsValid(const storage::ApiKeyRecord& record) const;
  size_t size() const;

 private:
  explicit KeyRing(const acl::Clock* clock) : clock_(clock) {}

  const acl::Clock* clock_;
  mutable acl::WriterFirstMutex mutex_;
  absl::btree_map<std::string, std::shared_ptr<const storage::ApiKeyRecord>, std::less<>> keys_;  // guarded by mutex_
};

}  // namespace usher::auth

#endif  // USHER_SERVER_AUTH_API_KEY_H_
