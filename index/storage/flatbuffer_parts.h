// What the codecs share: times, policies, strings and the checked way into a flatbuffer. Private to the codecs.
#ifndef USHER_INDEX_STORAGE_FLATBUFFER_PARTS_H_
#define USHER_INDEX_STORAGE_FLATBUFFER_PARTS_H_

#include <flatbuffers/flatbuffers.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "acl/policy.h"
#include "index/storage/records_generated.h"
#include "index/storage/value_frame.h"

namespace usher::storage {

fb::Time EncodeTime(absl::Time time);
// INVALID_ARGUMENT for nanoseconds out of range.
absl::StatusOr<absl::Time> DecodeTime(const fb::Time& time);

inline fb::Time EncodeDuration(absl::Duration duration) { return EncodeTime(absl::UnixEpoch() + duration); }
// INVALID_ARGUMENT for nanoseconds out of range.
absl::StatusOr<absl::Duration> DecodeDuration(const fb::Time& time);

flatbuffers::Offset<fb::Policy> EncodePolicy(flatbuffers::FlatBufferBuilder& builder, const acl::Policy& policy);
// INVALID_ARGUMENT for unknown enum values and for anything but a canonical policy.
absl::StatusOr<acl::Policy> DecodePolicy(const fb::Policy& policy);

// DATA_LOSS naming the record, the field and the reason.
absl::Status BadField(Column column, std::string_view key, std::string_view field, const absl::Status& reason);

inline flatbuffers::Offset<flatbuffers::String> EncodeString(flatbuffers::FlatBufferBuilder& builder,
                                                             std::string_view text) {
  return builder.CreateString(text.data(), text.size());
}

inline flatbuffers::Offset<flatbuffers::Vector<uint8_t>> EncodeBytes(flatbuffers::FlatBufferBuilder& builder,
                                                                     std::string_view bytes) {
  return builder.CreateVector(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
}

inline std::string DecodeBytes(const flatbuffers::Vector<uint8_t>& bytes) {
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

// Empty text is left out.
inline flatbuffers::Offset<flatbuffers::String> EncodeOptional(flatbuffers::FlatBufferBuilder& builder,
                                                               std::string_view text) {
  return text.empty() ? flatbuffers::Offset<flatbuffers::String>() : EncodeString(builder, text);
}
inline std::string DecodeOptional(const flatbuffers::String* text) { return text == nullptr ? "" : text->str(); }

using StringVector = flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>;
flatbuffers::Offset<StringVector> EncodeStrings(flatbuffers::FlatBufferBuilder& builder,
                                                const std::vector<std::string>& strings);
std::vector<std::string> DecodeStrings(const StringVector& strings);
// An empty vector is left out.
flatbuffers::Offset<StringVector> EncodeOptional(flatbuffers::FlatBufferBuilder& builder,
                                                 const std::vector<std::string>& strings);
// INVALID_ARGUMENT for an empty vector, which should have been left out.
absl::StatusOr<std::vector<std::string>> DecodeOptional(const StringVector* strings);

// Hands on the value, or DATA_LOSS naming the record and the reason.
template <typename T>
absl::StatusOr<T> Checked(Column column, std::string_view key, std::string_view field, absl::StatusOr<T> value) {
  if (value.ok()) return value;
  return BadField(column, key, field, value.status());
}

// The same, for a value that has its place already.
template <typename T>
absl::Status Assign(Column column, std::string_view key, std::string_view field, absl::StatusOr<T> value, T& out) {
  if (!value.ok()) return BadField(column, key, field, value.status());
  out = *std::move(value);
  return absl::OkStatus();
}

template <typename Table>
std::string Finish(Column column, std::string_view key, flatbuffers::FlatBufferBuilder& builder,
                   flatbuffers::Offset<Table> root) {
  builder.Finish(root);
  return Seal(column, key,
              std::string_view(reinterpret_cast<const char*>(builder.GetBufferPointer()), builder.GetSize()));
}

// A verified flatbuffer of one value. Holds a copy of its own, because flatbuffers need alignment and stored values
// have none.
template <typename Table>
class Root {
 public:
  static absl::StatusOr<Root> Of(Column column, std::string_view key, std::string_view value) {
    absl::StatusOr<std::string_view> payload = Unseal(column, key, value);
    if (!payload.ok()) return payload.status();
    Root root(*payload);
    // Each table takes more than 4 bytes, so that no record is refused for its size and the work stays linear in it.
    flatbuffers::Verifier::Options limits;
    limits.max_tables = static_cast<flatbuffers::uoffset_t>(root.bytes_.size() / 4);
    flatbuffers::Verifier verifier(root.bytes_.data(), root.bytes_.size(), limits);
    if (!verifier.VerifyBuffer<Table>(nullptr)) return DamagedRecord(column, key, "is no valid flatbuffer");
    return root;
  }
  const Table& operator*() const { return *flatbuffers::GetRoot<Table>(bytes_.data()); }
  const Table* operator->() const { return &**this; }

 private:
  explicit Root(std::string_view payload) : bytes_(payload.begin(), payload.end()) {}
  std::vector<uint8_t> bytes_;
};

}  // namespace usher::storage

#endif  // USHER_INDEX_STORAGE_FLATBUFFER_PARTS_H_
