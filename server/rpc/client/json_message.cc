#include "server/rpc/client/json_message.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "usher/v1/access.pb.h"
#include "usher/v1/admin.pb.h"
#include "usher/v1/corpus.pb.h"
#include "usher/v1/guard.pb.h"
#include "usher/v1/retrieval.pb.h"
#include "usher/v1/sync.pb.h"

namespace usher::rpc {
namespace {

using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

absl::string_view KindOf(Streams streams) {
  switch (streams) {
    case Streams::kNone:
      return "unary";
    case Streams::kAnswers:
      return "answer-streaming";
    case Streams::kBoth:
      break;
  }
  return "streaming";
}

}  // namespace

// Naming one message of each file with a service also keeps the linker from dropping the descriptors that methods are
// looked up in.
absl::StatusOr<const MethodDescriptor*> FindMethod(absl::string_view method) {
  std::string dotted(method);
  std::replace(dotted.begin(), dotted.end(), '/', '.');
  for (const auto* file : {v1::Membership::descriptor()->file(), v1::ApiKey::descriptor()->file(),
                           v1::Document::descriptor()->file(), v1::SearchRequest::descriptor()->file(),
                           v1::InspectRequest::descriptor()->file(), v1::Source::descriptor()->file()}) {
    const MethodDescriptor* found = file->pool()->FindMethodByName(dotted);
    if (found != nullptr && found->file() == file) return found;
  }
  return absl::UnimplementedError(absl::StrCat("the API has no method ", method));
}

absl::StatusOr<const MethodDescriptor*> RequireMethod(absl::string_view method, Streams streams) {
  auto found = FindMethod(method);
  if (!found.ok()) return found;
  const bool fits = (*found)->client_streaming() == (streams == Streams::kBoth) &&
                    (*found)->server_streaming() == (streams != Streams::kNone);
  if (!fits) return absl::UnimplementedError(absl::StrCat("the API has no ", KindOf(streams), " method ", method));
  return found;
}

std::unique_ptr<Message> NewMessage(const google::protobuf::Descriptor* type) {
  return std::unique_ptr<Message>(google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New());
}

absl::Status ToMessage(const nlohmann::json& json, Message& message) {
  std::string text;
  try {
    text = json.dump();
  } catch (const nlohmann::json::exception&) {  // thrown only for strings that are not UTF-8
    return absl::InvalidArgumentError("the request holds text that is not valid UTF-8");
  }
  const auto parsed = google::protobuf::util::JsonStringToMessage(text, &message);
  if (parsed.ok()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("the request does not fit ", message.GetDescriptor()->full_name(),
                                                 ": ",
                                                 absl::string_view(parsed.message().data(), parsed.message().size())));
}

absl::StatusOr<nlohmann::json> ToJson(const Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  options.always_print_primitive_fields = true;
  std::string text;
  const auto printed = google::protobuf::util::MessageToJsonString(message, &text, options);
  nlohmann::json json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (printed.ok() && !json.is_discarded()) return json;
  return absl::InternalError(
      absl::StrCat("the server's ", message.GetDescriptor()->full_name(), " cannot be written as JSON"));
}

}  // namespace usher::rpc
