// Filters and declared fields between the wire and the index; where their sizes are bounded.
//
// Errors: INVALID_ARGUMENT naming the field of the request. Thread-safety: free functions.
#ifndef USHER_SERVER_RPC_CONVERT_FILTER_H_
#define USHER_SERVER_RPC_CONVERT_FILTER_H_

#include <string>

#include "absl/status/statusor.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "index/fields/filter.h"
#include "index/fields/schema.h"
#include "usher/v1/corpus.pb.h"
#include "usher/v1/filter.pb.h"

namespace usher::rpc {

inline constexpr int kMaxFilterDepth = 8;
inline constexpr int kMaxFilterNodes = 64;
inline constexpr int kMaxFilterValues = 1'000;
inline constexpr int kMaxDeclaredFields = 256;

// `at`: where the request has the filter. Each condition remembers its own place.
absl::StatusOr<fields::Filter> FromProto(const v1::Filter& filter, const std::string& at);

absl::StatusOr<fields::Schema> SchemaFromProto(const google::protobuf::RepeatedPtrField<v1::FieldDeclaration>& fields,
                                               const std::string& at);
void ToProto(const fields::Schema& schema, google::protobuf::RepeatedPtrField<v1::FieldDeclaration>* out);

}  // namespace usher::rpc

#endif  // USHER_SERVER_RPC_CONVERT_FILTER_H_
