#include "server/rpc/metadata.h"

#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/json_util.h"

namespace usher::rpc {
namespace {

constexpr int kMaxFields = 64;
constexpr size_t kMaxNameBytes = 256;
constexpr size_t kMaxBytes = 16u << 10;

// Walks nested values without recursion.
absl::Status CheckValues(const google::protobuf::Struct& metadata) {
  std::vector<const google::protobuf::Value*> pending;
  for (const auto& [name, value] : metadata.fields()) pending.push_back(&value);
  while (!pending.empty()) {
    const google::protobuf::Value& value = *pending.back();
    pending.pop_back();
    // JSON would leave it out without a word.
    if (value.kind_case() == google::protobuf::Value::KIND_NOT_SET) {
      return absl::InvalidArgumentError("has a value without a kind; every value must be set");
    }
    if (value.has_number_value() && !std::isfinite(value.number_value())) {
      return absl::InvalidArgumentError("numbers must be finite");
    }
    for (const auto& [name, field] : value.struct_value().fields()) pending.push_back(&field);
    for (const auto& item : value.list_value().values()) pending.push_back(&item);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> MetadataToJson(const google::protobuf::Struct& metadata) {
  if (metadata.fields_size() > kMaxFields) {
    return absl::InvalidArgumentError(
        absl::StrCat("has ", metadata.fields_size(), " fields; at most ", kMaxFields, " are allowed"));
  }
  for (const auto& [name, value] : metadata.fields()) {
    if (name.empty() || name.size() > kMaxNameBytes) {
      return absl::InvalidArgumentError(absl::StrCat("field names must have 1 to ", kMaxNameBytes, " bytes"));
    }
  }
  if (metadata.ByteSizeLong() > kMaxBytes) {
    return absl::InvalidArgumentError(absl::StrCat("is larger than ", kMaxBytes, " bytes"));
  }
  if (absl::Status status = CheckValues(metadata); !status.ok()) return status;
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(metadata, &json).ok()) {
    return absl::InvalidArgumentError("cannot be written as JSON");
  }
  return json;
}

void MetadataFromJson(const std::string& json, google::protobuf::Struct* metadata) {
  if (!google::protobuf::util::JsonStringToMessage(json, metadata).ok()) metadata->Clear();
}

}  // namespace usher::rpc
