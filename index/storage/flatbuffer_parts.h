// What the codecs share: times, policies, strings and the checked way into a flatbuffer. Private to the codecs.
#ifndef USHER_INDEX_STORAGE_FLATBUFFER_PARTS_H_
#define USHER_INDEX_STORAGE_FLATBUFFER_PARTS_H_

#include <flatbuffers/flatbuffers.h>

#include <string>
#include <string_view>
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

flatbuffers::Offset<fb::Policy> EncodePolicy(flatbuffers::FlatBufferBuilder& builder, const acl::Policy& policy);
// INVALID_ARGUMENT for unknown enum values and for anything but a canonical policy.
absl::StatusOr<acl::Policy> DecodePolicy(const fb::Policy& policy);

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

using StringVector = flatbuffers::Vector<flatbuffers::Offset<flatbuffers::String>>;
flatbuffers::Offset<StringVector> EncodeStrings(flatbuffers::FlatBufferBuilder& builder,
                                                const std::vector<std::string>& strings);
std::vector<std::string> DecodeStrings(const StringVector& strings);

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
    flatbuffers::Verifier verifier(root.bytes_.data(), root.bytes_.size());
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
