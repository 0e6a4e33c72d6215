// What the services of the fake server share. Only for cli_fake_*.
#ifndef USHER_TESTS_SERVER_CLI_FAKE_STATE_H_
#define USHER_TESTS_SERVER_CLI_FAKE_STATE_H_

#include <google/protobuf/message.h>
#include <google/protobuf/util/json_util.h>
#include <grpcpp/grpcpp.h>

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "usher/v1/rule.pb.h"

namespace usher::testing {

struct FakeState {
  mutable std::mutex mutex;
  std::string principal;
  std::map<std::string, std::string> documents;
  std::vector<std::string> upload_ids;
  std::set<std::string> known_ids;
  int break_at = 0;
  v1::Policy policy;
  int version = 1;
  int interferences = 0;
  std::vector<std::string> memberships;
  // By method, in order: requests as JSON, and the answers still to be given.
  std::map<std::string, std::vector<std::string>> requests;
  std::map<std::string, std::vector<std::string>> answers;

  grpc::Status Admit(const grpc::ServerContext& context) {
    const std::lock_guard lock(mutex);
    const auto& metadata = context.client_metadata();
    const auto of = [&](const char* key) {
      const auto found = metadata.find(key);
      return found == metadata.end() ? "" : std::string(found->second.data(), found->second.size());
    };
    principal = of("usher-principal");
    if (of("authorization") == "Bearer test-key") return grpc::Status::OK;
    return {grpc::StatusCode::UNAUTHENTICATED, "the API key is not known"};
  }

  void Record(const std::string& method, const google::protobuf::Message& request) {
    std::string text;
    google::protobuf::util::JsonPrintOptions options;
    options.preserve_proto_field_names = true;
    if (!google::protobuf::util::MessageToJsonString(request, &text, options).ok()) text = "(not to be written)";
    const std::lock_guard lock(mutex);
    requests[method].push_back(text);
  }

  // The next answer that the test prepared: JSON, or `!CODE message`; without one, an empty answer.
  grpc::Status Answer(const std::string& method, google::protobuf::Message& response) {
    const std::lock_guard lock(mutex);
    auto& prepared = answers[method];
    if (prepared.empty()) return grpc::Status::OK;
    const std::string text = prepared.front();
    prepared.erase(prepared.begin());
    if (text.starts_with("!")) {
      return {static_cast<grpc::StatusCode>(std::stoi(text.substr(1))), text.substr(text.find(' ') + 1)};
    }
    if (google::protobuf::util::JsonStringToMessage(text, &response).ok()) return grpc::Status::OK;
    return {grpc::StatusCode::INTERNAL, "the test's answer does not fit the API: " + text};
  }

  // A method whose answers the test prepares.
  grpc::Status Serve(const grpc::ServerContext* context, const std::string& method,
                     const google::protobuf::Message* request, google::protobuf::Message* response) {
    if (grpc::Status admitted = Admit(*context); !admitted.ok()) return admitted;
    Record(method, *request);
    return Answer(method, *response);
  }

  // The same for a method that streams its answers: all that the test prepared.
  template <typename Response>
  grpc::Status Stream(const grpc::ServerContext* context, const std::string& method,
                      const google::protobuf::Message* request, grpc::ServerWriter<Response>* writer) {
    if (grpc::Status admitted = Admit(*context); !admitted.ok()) return admitted;
    Record(method, *request);
    while (true) {
      {
        const std::lock_guard lock(mutex);
        if (answers[method].empty()) return grpc::Status::OK;
      }
      Response response;
      if (grpc::Status prepared = Answer(method, response); !prepared.ok()) return prepared;
      writer->Write(response);
    }
  }
};

}  // namespace usher::testing

#endif  // USHER_TESTS_SERVER_CLI_FAKE_STATE_H_
