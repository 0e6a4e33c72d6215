// Messages of the API as JSON, and the methods they belong to, looked up in the compiled .proto files.
//
// Thread-safety: free functions.
#ifndef USHER_SERVER_RPC_CLIENT_JSON_MESSAGE_H_
#define USHER_SERVER_RPC_CLIENT_JSON_MESSAGE_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace usher::rpc {

// Which sides of a call send more than one message.
enum class Streams { kNone, kAnswers, kBoth };

// The method named like `usher.v1.RetrievalService/Search`, or UNIMPLEMENTED. It lives as long as the program.
absl::StatusOr<const google::protobuf::MethodDescriptor*> FindMethod(absl::string_view method);
// The same, and UNIMPLEMENTED also for one that streams otherwise.
absl::StatusOr<const google::protobuf::MethodDescriptor*> RequireMethod(absl::string_view method, Streams streams);

// An empty message of a compiled type.
std::unique_ptr<google::protobuf::Message> NewMessage(const google::protobuf::Descriptor* type);

// INVALID_ARGUMENT for fields and values that the message does not have.
absl::Status ToMessage(const nlohmann::json& json, google::protobuf::Message& message);
// With the names of the .proto files and with defaults. INTERNAL for what cannot be written as JSON.
absl::StatusOr<nlohmann::json> ToJson(const google::protobuf::Message& message);

}  // namespace usher::rpc

#endif  // USHER_SERVER_RPC_CLIENT_JSON_MESSAGE_H_
