#include "index/storage/keys.h"

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
  std::string out(kCollectionPrefix);
  AppendWithLength(out, tenant);
  out.append(name);
  return out;
}

std::string MembershipKey(std::string_view tenant, std::string_view group, std::string_view member) {
  std::string out(kMembershipPrefix);
  AppendWithLength(out, tenant);
  AppendWithLength(out, group);
  out.append(member);
  return out;
}

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

std::string RequestKey(std::string_view tenant, std::string_view caller, std::string_view request_id) {
  std::string out;
  AppendWithLength(out, tenant);
  AppendWithLength(out, caller);
  out.append(request_id);
  return out;
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
