#include "index/storage/keys.h"

#include <initializer_list>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "acl/absl_view.h"

namespace usher::storage {
namespace {

template <typename T>
void AppendBigEndian(std::string& out, T value) {
  for (int shift = static_cast<int>(sizeof(T)) * 8 - 8; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(static_cast<unsigned char>(value >> shift)));
  }
}

uint64_t ReadBigEndian(std::string_view bytes) {
  uint64_t value = 0;
  for (char byte : bytes) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

void AppendWithLength(std::string& out, std::string_view text) {
  AppendBigEndian(out, static_cast<uint32_t>(text.size()));
  out.append(text);
}

// The prefix, the strings before the last with their lengths, and the last as it is.
std::string KeyOf(std::string_view prefix, std::initializer_list<std::string_view> counted, std::string_view last) {
  std::string out(prefix);
  for (std::string_view text : counted) AppendWithLength(out, text);
  out.append(last);
  return out;
}

}  // namespace

std::string BigEndian64(uint64_t value) {
  std::string out;
  AppendBigEndian(out, value);
  return out;
}

std::optional<uint64_t> ParseBigEndian64(std::string_view bytes) {
  if (bytes.size() != 8) return std::nullopt;
  return ReadBigEndian(bytes);
}

std::string CollectionKey(std::string_view tenant, std::string_view name) {
  return KeyOf(kCollectionPrefix, {tenant}, name);
}

std::string MembershipKey(std::string_view tenant, std::string_view group, std::string_view member) {
  return KeyOf(kMembershipPrefix, {tenant, group}, member);
}

std::string FolderRangePrefix(acl::CollectionId collection) {
  return KeyOf(kFolderPrefix, {}, BigEndian64(collection.value()));
}

std::string FolderKey(acl::CollectionId collection, std::string_view path) {
  return FolderRangePrefix(collection).append(path);
}

std::string ClearanceKey(std::string_view tenant, std::string_view principal) {
  return KeyOf(kClearancePrefix, {tenant}, principal);
}

std::string SourceKey(std::string_view tenant, std::string_view name) { return KeyOf(kSourcePrefix, {tenant}, name); }

std::string SyncKey(std::string_view tenant, std::string_view source, std::string_view sync_id) {
  return KeyOf(kSyncPrefix, {tenant, source}, sync_id);
}

std::string BreakGlassRangePrefix(std::string_view tenant) { return KeyOf(kBreakGlassPrefix, {tenant}, ""); }

std::string BreakGlassKey(std::string_view tenant, std::string_view id) {
  return BreakGlassRangePrefix(tenant).append(id);
}

std::string SettingsKey(std::string_view tenant) { return KeyOf(kSettingsPrefix, {tenant}, ""); }

std::optional<std::string_view> TenantOfKey(std::string_view key) {
  if (key.size() < 5) return std::nullopt;
  const uint64_t length = ReadBigEndian(key.substr(1, 4));
  if (key.size() - 5 < length) return std::nullopt;
  return key.substr(5, length);
}

std::string CollectionRangePrefix(acl::CollectionId collection) { return BigEndian64(collection.value()); }

std::string DocumentKey(acl::CollectionId collection, std::string_view id) {
  return CollectionRangePrefix(collection).append(id);
}

std::string VersionPrefix(acl::CollectionId collection, acl::DocumentVersion version) {
  std::string out = CollectionRangePrefix(collection);
  AppendBigEndian(out, version.value());
  return out;
}

std::string ChunkRowKey(acl::CollectionId collection, ChunkKey key) {
  std::string out = VersionPrefix(collection, key.version);
  AppendBigEndian(out, key.number);
  return out;
}

std::optional<ChunkKey> ParseChunkRowKey(std::string_view key) {
  if (key.size() != 20) return std::nullopt;
  return ChunkKey{acl::DocumentVersion(ReadBigEndian(key.substr(8, 8))),
                  static_cast<uint32_t>(ReadBigEndian(key.substr(16)))};
}

std::string SyncPartPrefix(std::string_view tenant, std::string_view source, std::string_view sync_id) {
  return KeyOf("", {tenant, source, sync_id}, "");
}

std::string SyncPartKey(std::string_view tenant, std::string_view source, std::string_view sync_id, uint32_t number) {
  std::string out = SyncPartPrefix(tenant, source, sync_id);
  AppendBigEndian(out, number);
  return out;
}

std::string ChangePrefix(std::string_view tenant) { return KeyOf("", {tenant}, ""); }

std::string ChangeRowKey(std::string_view tenant, ChangeKey key) {
  std::string out = ChangePrefix(tenant);
  AppendBigEndian(out, key.revision.value());
  AppendBigEndian(out, key.part);
  return out;
}

std::optional<ChangeKey> ParseChangeRowKey(std::string_view prefix, std::string_view key) {
  if (key.size() != prefix.size() + 12) return std::nullopt;
  key.remove_prefix(prefix.size());
  return ChangeKey{acl::Revision(ReadBigEndian(key.substr(0, 8))), static_cast<uint32_t>(ReadBigEndian(key.substr(8)))};
}

std::string RequestKey(std::string_view tenant, std::string_view caller, std::string_view request_id) {
  return KeyOf("", {tenant, caller}, request_id);
}

std::optional<std::string> PrefixEnd(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && static_cast<unsigned char>(end.back()) == 0xFF) end.pop_back();
  if (end.empty()) return std::nullopt;
  end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
  return end;
}

std::string DescribeKey(Column column, std::string_view key) {
  return absl::StrCat("record '", absl::CHexEscape(acl::ToAbsl(key)), "' of column family '",
                      acl::ToAbsl(kColumnNames[static_cast<size_t>(column)]), "'");
}

}  // namespace usher::storage
