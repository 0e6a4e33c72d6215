// What the store keeps, as plain values. The encoding on disk is described by records.fbs.
#ifndef USHER_INDEX_STORAGE_RECORDS_H_
#define USHER_INDEX_STORAGE_RECORDS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "acl/ids.h"
#include "acl/policy.h"
#include "index/fields/schema.h"

namespace usher::storage {

// How far people who answer for a collection vouch for what is in it.
enum class TrustTier : uint8_t { kUnverified, kCurated, kReviewed };

struct CollectionRecord {
  acl::CollectionId id;
  std::string name;  // within the tenant
  int32_t dimension = 0;
  std::string embedding_model;  // empty: ready vectors only
  int32_t chunk_target_bytes = 0;
  int32_t chunk_max_bytes = 0;
  int32_t chunk_overlap_bytes = 0;
  absl::Time create_time;
  acl::Policy policy;             // canonical
  acl::Revision policy_revision;  // of the last change of `policy`
  std::string policy_source;      // the sync source that set `policy`; empty: people
  fields::Schema fields = {};     // declared; no field twice
  bool strict_search = false;     // every search is exact, whatever it asks for
  TrustTier trust_tier = TrustTier::kUnverified;
};

struct DocumentRecord {
  std::string id;  // within the collection
  acl::DocumentVersion version;
  std::string title;
  std::string source_uri;
  std::string metadata_json;  // a JSON object, or empty
  acl::Policy policy;         // canonical; INHERIT without rules for a document without rules of its own
  uint32_t chunk_count = 0;
  acl::Revision revision;  // of the last change of content or rules
  absl::Time update_time;
  // Only chunks with rules of their own: by chunk number, ascending; canonical and not empty.
  std::vector<std::pair<uint32_t, acl::Policy>> chunk_policies;
  std::string policy_source;    // the sync source that set `policy`; empty: people
  bool chunk_metadata = false;  // some chunks have metadata of their own
};

// Positions are UTF-8 byte offsets [begin, end).
struct FindingRecord {
  std::string rule;
  uint8_t kind = 0;
  uint8_t action = 0;
  uint64_t source_begin = 0;
  uint64_t source_end = 0;
  uint64_t text_begin = 0;
  uint64_t text_end = 0;
  std::string detail;
};

struct ChunkRecord {
  std::string document_id;
  std::string text;  // cleaned
  std::vector<std::string> headings;
  uint64_t source_begin = 0;
  uint64_t source_end = 0;
  std::vector<FindingRecord> findings;
  std::string metadata_json = {};  // a JSON object, or empty; of this chunk alone
};

struct MembershipRecord {
  std::string group;
  std::string member;
  friend bool operator==(const MembershipRecord&, const MembershipRecord&) = default;
};

struct ApiKeyRecord {
  std::string key_id;  // public part; unique over all tenants
  std::string tenant;
  std::string principal;
  std::string salt;         // raw bytes
  std::string secret_hash;  // raw bytes
  uint32_t roles = 0;       // bit per role, meaning is the caller's
  bool delegate = false;
  absl::Time create_time;
  absl::Time expire_time = absl::InfiniteFuture();
  bool revoked = false;
  std::vector<std::string> groups;  // that the credential vouches for
  std::string maker = {};           // key_id of the key that made it; empty: made on the server's machine
};

// The memory of a write that carried a request_id.
struct RequestRecord {
  std::string fingerprint;  // of method and content
  std::string response;     // opaque to the store
  acl::Revision revision;
  absl::Time time;
};

}  // namespace usher::storage

#endif  // USHER_INDEX_STORAGE_RECORDS_H_
