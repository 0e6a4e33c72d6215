#include "server/rpc/convert_guard.h"

#include "absl/strings/str_cat.h"
#include "index/corpus/resource_name.h"
#include "server/guard/guard.h"
#include "server/pipeline/clean_context.h"
#include "server/rpc/convert.h"
#include "server/status_detail.h"

namespace usher::rpc {
namespace {

constexpr int kMaxContextItems = 1'000;
constexpr size_t kMaxContextBytes = 4u << 20;

absl::Status Invalid(const std::string& field, const std::string& message) {
  return AtField(absl::InvalidArgumentError(message), field);
}

absl::StatusOr<guard::Boundary> BoundaryFromProto(v1::Boundary boundary) {
  switch (boundary) {
    case v1::BOUNDARY_USER_INPUT:
      return guard::Boundary::kUserInput;
    case v1::BOUNDARY_MODEL_OUTPUT:
      return guard::Boundary::kModelOutput;
    case v1::BOUNDARY_UNSPECIFIED:
      return Invalid("boundary", "is required: BOUNDARY_USER_INPUT or BOUNDARY_MODEL_OUTPUT");
    default:
      return Invalid("boundary", "is not a known boundary");
  }
}

absl::Status AddItem(const v1::GivenContext& item, const std::string& field, guard::GivenLinks& given) {
  switch (item.content_case()) {
    case v1::GivenContext::kText:
      if (item.text().empty()) return Invalid(field + ".text", "must not be empty");
      given.AddText(item.text());
      return absl::OkStatus();
    case v1::GivenContext::kUrl:
      if (item.url().size() > guard::kMaxAddressBytes) {
        return Invalid(field + ".url", absl::StrCat("has ", item.url().size(), " bytes; at most ",
                                                    guard::kMaxAddressBytes, " are allowed"));
      }
      if (given.AddUrl(item.url())) return absl::OkStatus();
      return Invalid(field + ".url", "is not an absolute address with a host, such as https://example.org/page");
    case v1::GivenContext::CONTENT_NOT_SET:
      break;
  }
  return Invalid(field, "needs `text` or `url`");
}

absl::StatusOr<guard::GivenLinks> GivenFromProto(const google::protobuf::RepeatedPtrField<v1::GivenContext>& context) {
  if (context.size() > kMaxContextItems) {
    return Invalid("context",
                   absl::StrCat("has ", context.size(), " items; at most ", kMaxContextItems, " are allowed"));
  }
  size_t bytes = 0;
  for (const v1::GivenContext& item : context) bytes += item.text().size() + item.url().size();
  if (bytes > kMaxContextBytes) {
    return Invalid("context", absl::StrCat("has ", bytes, " bytes; at most ", kMaxContextBytes,
                                           " are allowed: give the addresses alone, as `url`"));
  }
  guard::GivenLinks given;
  for (int i = 0; i < context.size(); ++i) {
    if (absl::Status status = AddItem(context[i], absl::StrCat("context[", i, "]"), given); !status.ok()) return status;
  }
  return given;
}

template <typename Request>
absl::StatusOr<Inspection> InspectionFromProto(const Request& request) {
  Inspection inspection;
  const auto boundary = BoundaryFromProto(request.boundary());
  if (!boundary.ok()) return boundary.status();
  inspection.terms.boundary = *boundary;
  const auto format = FormatFromProto(request.format(), "format");
  if (!format.ok()) return format.status();
  inspection.terms.format = *format;
  if (!request.collection().empty()) {
    auto collection = corpus::ParseCollectionName(request.collection());
    if (!collection.ok()) return AtField(collection.status(), "collection");
    inspection.collection = *std::move(collection);
  }
  if (request.max_length() < 0 || static_cast<size_t>(request.max_length()) > guard::kMaxTextBytes) {
    return Invalid("max_length", absl::StrCat("is ", request.max_length(), "; must be 1 to ", guard::kMaxTextBytes,
                                              " bytes, or 0 for no limit"));
  }
  inspection.terms.max_length = static_cast<size_t>(request.max_length());
  if (*boundary == guard::Boundary::kUserInput && !request.context().empty()) {
    return Invalid("context", "is for BOUNDARY_MODEL_OUTPUT only: links of a user are not judged by it");
  }
  auto given = GivenFromProto(request.context());
  if (!given.ok()) return given.status();
  inspection.terms.given = *std::move(given);
  return inspection;
}

}  // namespace

absl::StatusOr<Inspection> FromProto(const v1::InspectRequest& request) { return InspectionFromProto(request); }

absl::StatusOr<Inspection> FromProto(const v1::InspectStreamRequest& request) { return InspectionFromProto(request); }

absl::Status CheckHoldsTextAlone(const v1::InspectStreamRequest& request) {
  const struct {
    bool set;
    const char* field;
  } fields[] = {
      {request.boundary() != v1::BOUNDARY_UNSPECIFIED, "boundary"},
      {request.format() != v1::TEXT_FORMAT_UNSPECIFIED, "format"},
      {!request.collection().empty(), "collection"},
      {request.max_length() != 0, "max_length"},
      {!request.context().empty(), "context"},
  };
  for (const auto& field : fields) {
    if (field.set) return Invalid(field.field, "belongs to the first message of a stream alone");
  }
  return absl::OkStatus();
}

void AddFindings(const std::vector<sanitize::Finding>& findings, google::protobuf::RepeatedPtrField<v1::Finding>* out) {
  for (const sanitize::Finding& finding : findings) *out->Add() = ToProto(pipeline::ToRecord(finding));
}

}  // namespace usher::rpc
