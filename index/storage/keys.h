// Column families, and how keys lie in them.
//
// Numbers are big-endian, so that bytes sort as numbers do. A string that something follows is written as a 4-byte
// length and its bytes; the last string of a key is written as it is. So no two different keys have equal bytes,
// whatever the strings hold, and everything under one collection, version, tenant or group is one contiguous range.
//   default    format | revision | store_id | token_key
//   acl        'c' tenant+length name               -> collection
//              'm' tenant+length group+length member -> membership
//              'f' collection:8 path          -> folder, in order of path
//              'p' tenant+length principal    -> clearance
//              's' tenant+length name         -> sync source
//              'y' tenant+length source+length sync_id -> sync that was begun
//              'b' tenant+length id           -> break-glass
//              't' tenant+length              -> settings
//   documents  collection:8 id                      in order of id
//   chunks     collection:8 version:8 number:4
//   vectors    collection:8 version:8 number:4
//   requests   tenant+length caller+length request_id
//   keys       key_id
//   audit      id:8
//   sync_parts tenant+length source+length sync_id+length number:4
//   changes    tenant+length revision:8 part:4
// Thread-safety: free functions.
#ifndef USHER_INDEX_STORAGE_KEYS_H_
#define USHER_INDEX_STORAGE_KEYS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "acl/ids.h"
#include "index/storage/store.h"

namespace usher::storage {

// The numbers enter the checksums on disk: never renumber.
enum class Column : uint8_t {
  kMeta = 0,
  kAcl = 1,
  kDocuments = 2,
  kChunks = 3,
  kVectors = 4,
  kRequests = 5,
  kKeys = 6,
  kAudit = 7,
  kSyncParts = 8,
  kChanges = 9,
};
inline constexpr int kColumnCount = 10;

// Names on disk, by Column.
inline constexpr std::array<std::string_view, kColumnCount> kColumnNames = {
    "default", "acl", "documents", "chunks", "vectors", "requests", "keys", "audit", "sync_parts", "changes"};

inline constexpr std::string_view kFormatKey = "format";
inline constexpr std::string_view kRevisionKey = "revision";
inline constexpr std::string_view kStoreIdKey = "store_id";
inline constexpr std::string_view kTokenKeyKey = "token_key";

std::string BigEndian64(uint64_t value);
// nullopt unless `bytes` has exactly 8 bytes.
std::optional<uint64_t> ParseBigEndian64(std::string_view bytes);

inline constexpr std::string_view kCollectionPrefix = "c";
inline constexpr std::string_view kMembershipPrefix = "m";
std::string CollectionKey(std::string_view tenant, std::string_view name);
std::string MembershipKey(std::string_view tenant, std::string_view group, std::string_view member);
inline constexpr std::string_view kFolderPrefix = "f";
inline constexpr std::string_view kClearancePrefix = "p";
inline constexpr std::string_view kSourcePrefix = "s";
inline constexpr std::string_view kSyncPrefix = "y";
inline constexpr std::string_view kBreakGlassPrefix = "b";
inline constexpr std::string_view kSettingsPrefix = "t";
// Prefix of all folders of a collection.
std::string FolderRangePrefix(acl::CollectionId collection);
std::string FolderKey(acl::CollectionId collection, std::string_view path);
std::string ClearanceKey(std::string_view tenant, std::string_view principal);
std::string SourceKey(std::string_view tenant, std::string_view name);
std::string SyncKey(std::string_view tenant, std::string_view source, std::string_view sync_id);
// Prefix of all break-glass grants of a tenant.
std::string BreakGlassRangePrefix(std::string_view tenant);
std::string BreakGlassKey(std::string_view tenant, std::string_view id);
std::string SettingsKey(std::string_view tenant);
// The tenant of a key of column family `acl` that has one, folders have none; nullopt if the key is malformed.
std::optional<std::string_view> TenantOfKey(std::string_view key);

// Also the prefix of all documents, chunks or vectors of a collection.
std::string CollectionRangePrefix(acl::CollectionId collection);
std::string DocumentKey(acl::CollectionId collection, std::string_view id);
// Prefix of all chunks or vectors of one version.
std::string VersionPrefix(acl::CollectionId collection, acl::DocumentVersion version);
std::string ChunkRowKey(acl::CollectionId collection, ChunkKey key);
// The part behind the collection; nullopt if `key` has another length.
std::optional<ChunkKey> ParseChunkRowKey(std::string_view key);

// Prefix of all parts of one sync.
std::string SyncPartPrefix(std::string_view tenant, std::string_view source, std::string_view sync_id);
std::string SyncPartKey(std::string_view tenant, std::string_view source, std::string_view sync_id, uint32_t number);

struct ChangeKey {
  acl::Revision revision;
  uint32_t part = 0;
};
// Prefix of all changes of a tenant.
std::string ChangePrefix(std::string_view tenant);
std::string ChangeRowKey(std::string_view tenant, ChangeKey key);
// The part behind the tenant's prefix, which `key` must start with; nullopt if it has another length.
std::optional<ChangeKey> ParseChangeRowKey(std::string_view prefix, std::string_view key);

std::string RequestKey(std::string_view tenant, std::string_view caller, std::string_view request_id);

// The smallest string above every string that starts with `prefix`; nullopt if there is none (empty or all 0xFF).
std::optional<std::string> PrefixEnd(std::string_view prefix);

// For error messages: the column and the key, escaped.
std::string DescribeKey(Column column, std::string_view key);

}  // namespace usher::storage

#endif  // USHER_INDEX_STORAGE_KEYS_H_
