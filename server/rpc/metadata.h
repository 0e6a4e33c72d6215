// A document's metadata between google.protobuf.Struct and the JSON in which it is stored.
#ifndef USHER_SERVER_RPC_METADATA_H_
#define USHER_SERVER_RPC_METADATA_H_

#include <string>

#include "absl/status/statusor.h"
#include "google/protobuf/struct.pb.h"

namespace usher::rpc {

// INVALID_ARGUMENT for more than 64 fields, names over 256 bytes, more than 16 KiB, or numbers that are not finite.
absl::StatusOr<std::string> MetadataToJson(const google::protobuf::Struct& metadata);

// `json` was made by MetadataToJson; anything else leaves `metadata` empty.
void MetadataFromJson(const std::string& json, google::protobuf::Struct* metadata);

}  // namespace usher::rpc

#endif  // USHER_SERVER_RPC_METADATA_H_
