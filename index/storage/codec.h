// Records to framed bytes and back.
//
// Guarantee: Decode(Encode(x)) == x for times of whole nanoseconds; anything that Encode could not have made is
// DATA_LOSS naming the record, among it unknown enum values, times out of range, and policies that are not canonical: a
// damaged rule never decodes to another rule. Finer times are cut to the nanosecond, towards the past. Thread-safety:
// free functions.
#ifndef USHER_INDEX_STORAGE_CODEC_H_
#define USHER_INDEX_STORAGE_CODEC_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/storage/access_records.h"
#include "index/storage/keys.h"
#include "index/storage/records.h"

namespace usher::storage {

// `key` is the key the value is stored under; it enters the checksum.
std::string EncodeCollection(std::string_view key, const CollectionRecord& record);
std::string EncodeDocument(std::string_view key, const DocumentRecord& record);
std::string EncodeChunk(std::string_view key, const ChunkRecord& record);
std::string EncodeMembership(std::string_view key, const MembershipRecord& record);
std::string EncodeApiKey(std::string_view key, const ApiKeyRecord& record);
std::string EncodeRequest(std::string_view key, const RequestRecord& record);
std::string EncodeFolder(std::string_view key, const FolderRecord& record);
std::string EncodeClearance(std::string_view key, const ClearanceRecord& record);
std::string EncodeSource(std::string_view key, const SourceRecord& record);
std::string EncodeSync(std::string_view key, const SyncRecord& record);
std::string EncodeSyncPart(std::string_view key, const SyncPartRecord& record);
std::string EncodeBreakGlass(std::string_view key, const BreakGlassRecord& record);
std::string EncodeTenantSettings(std::string_view key, const TenantSettingsRecord& record);
std::string EncodeChange(std::string_view key, const ChangeRecord& record);
// The payload is the bare floats, little-endian: the largest column, read as a whole at every start.
std::string EncodeVector(std::string_view key, absl::Span<const float> vector);

absl::StatusOr<CollectionRecord> DecodeCollection(std::string_view key, std::string_view value);
absl::StatusOr<DocumentRecord> DecodeDocument(std::string_view key, std::string_view value);
absl::StatusOr<ChunkRecord> DecodeChunk(std::string_view key, std::string_view value);
absl::StatusOr<MembershipRecord> DecodeMembership(std::string_view key, std::string_view value);
absl::StatusOr<ApiKeyRecord> DecodeApiKey(std::string_view key, std::string_view value);
absl::StatusOr<RequestRecord> DecodeRequest(std::string_view key, std::string_view value);
absl::StatusOr<FolderRecord> DecodeFolder(std::string_view key, std::string_view value);
absl::StatusOr<ClearanceRecord> DecodeClearance(std::string_view key, std::string_view value);
absl::StatusOr<SourceRecord> DecodeSource(std::string_view key, std::string_view value);
absl::StatusOr<SyncRecord> DecodeSync(std::string_view key, std::string_view value);
absl::StatusOr<SyncPartRecord> DecodeSyncPart(std::string_view key, std::string_view value);
absl::StatusOr<BreakGlassRecord> DecodeBreakGlass(std::string_view key, std::string_view value);
absl::StatusOr<TenantSettingsRecord> DecodeTenantSettings(std::string_view key, std::string_view value);
absl::StatusOr<ChangeRecord> DecodeChange(std::string_view key, std::string_view value);
// Replaces the content of `vector`.
absl::Status DecodeVector(std::string_view key, std::string_view value, std::vector<float>& vector);

}  // namespace usher::storage

#endif  // USHER_INDEX_STORAGE_CODEC_H_
