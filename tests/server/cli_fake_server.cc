#include "tests/server/cli_fake_server.h"

#include <grpcpp/grpcpp.h>

#include <mutex>
#include <thread>

#include "tests/server/cli_fake_access.h"
#include "tests/server/cli_fake_state.h"
#include "usher/v1/admin.grpc.pb.h"
#include "usher/v1/corpus.grpc.pb.h"
#include "usher/v1/retrieval.grpc.pb.h"
#include "usher/v1/status_details.pb.h"

namespace usher::testing {
namespace {

using grpc::ServerContext;
using grpc::Status;
using grpc::StatusCode;

template <typename Message>
void AddDetail(const char* type, const Message& message, v1::RpcStatus& status) {
  auto* detail = status.add_details();
  detail->set_type_url(std::string("type.googleapis.com/google.rpc.") + type);
  detail->set_value(message.SerializeAsString());
}

Status WithDetails() {
  v1::RpcStatus details;
  v1::BadRequest bad_request;
  auto* violation = bad_request.add_field_violations();
  violation->set_field("vector");
  violation->set_description("has 3 numbers, the collection takes 384");
  AddDetail("BadRequest", bad_request, details);
  v1::ErrorInfo info;
  info.set_reason("DIMENSION_MISMATCH");
  AddDetail("ErrorInfo", info, details);
  v1::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(2);
  AddDetail("RetryInfo", retry, details);
  return {StatusCode::INVALID_ARGUMENT, "the query does not fit", details.SerializeAsString()};
}

}  // namespace

struct FakeServer::Services {
  struct Retrieval final : v1::RetrievalService::Service {
    Status Search(ServerContext* context, const v1::SearchRequest* request, v1::SearchResponse* response) override {
      if (Status admitted = state->Admit(*context); !admitted.ok()) return admitted;
      if (request->collection() == "collections/broken") return WithDetails();
      if (request->collection() == "collections/slow") {
        while (!context->IsCancelled()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
        return {StatusCode::CANCELLED, "gone"};
      }
      auto* chunk = response->add_chunks();
      chunk->set_name("collections/handbook/documents/hr/leave.md/chunks/0");
      chunk->set_score(0.5);
      chunk->set_text("\x1b[31mleave \xe2\x80\xae for " + request->text());
      auto* finding = chunk->add_findings();
      finding->set_rule("unicode.bidi");
      finding->set_kind(v1::FINDING_KIND_HIDDEN);
      finding->set_detail("U+202E");
      auto* in_title = chunk->add_findings();
      in_title->set_rule("instructions.override");
      in_title->set_kind(v1::FINDING_KIND_INJECTION);
      in_title->set_field("title");
      if (request->output_form() == v1::OUTPUT_FORM_DATAMARKED) Datamark(*chunk, *response);
      return Status::OK;
    }
    static void Datamark(v1::RetrievedChunk& chunk, v1::SearchResponse& response) {
      response.set_marker("\uE001\uE002");
      response.set_instructions("be careful");
      response.set_incomplete(true);
      chunk.set_text("\uE001\uE002\x1b[31mleave \uE001\uE002\uE003 \uE001\uE002parents");
      chunk.set_trust_tier(v1::TRUST_TIER_CURATED);
      chunk.mutable_label()->set_level(2);
      chunk.add_near_duplicates("collections/handbook/documents/copy/chunks/0");
    }
    FakeState* state = nullptr;
  };

  struct Corpus final : v1::CorpusService::Service {
    Status ListCollections(ServerContext* context, const v1::ListCollectionsRequest* request,
                           v1::ListCollectionsResponse* response) override {
      if (Status admitted = state->Admit(*context); !admitted.ok()) return admitted;
      const bool first = request->page_token().empty();
      response->add_collections()->set_name(first ? "collections/one" : "collections/two");
      if (first) response->set_next_page_token("second");
      return Status::OK;
    }

    Status StreamUpsertDocuments(
        ServerContext* context,
        grpc::ServerReaderWriter<v1::UpsertDocumentsResponse, v1::UpsertDocumentsRequest>* stream) override {
      if (Status admitted = state->Admit(*context); !admitted.ok()) return admitted;
      v1::UpsertDocumentsRequest request;
      while (stream->Read(&request)) {
        if (Status taken = Take(request); !taken.ok()) return taken;
        v1::UpsertDocumentsResponse response;
        response.set_document_count(static_cast<uint32_t>(request.documents_size()));
        response.set_chunk_count(2 * static_cast<uint32_t>(request.documents_size()));
        stream->Write(response);
      }
      return Status::OK;
    }

    Status Take(const v1::UpsertDocumentsRequest& request) const {
      const std::lock_guard lock(state->mutex);
      state->upload_ids.push_back(request.request_id());
      for (int i = 0; i < request.documents_size(); ++i) {
        if (request.documents(i).source().text() != "refuse me") continue;
        return {StatusCode::INVALID_ARGUMENT, "documents[" + std::to_string(i) + "].source.text: is not wanted"};
      }
      for (const auto& document : request.documents()) {
        state->documents[document.name()] =
            document.has_source() ? document.source().text() : document.chunks().chunks(0).text();
      }
      state->known_ids.insert(request.request_id());
      if (static_cast<int>(state->upload_ids.size()) != state->break_at) return Status::OK;
      return {StatusCode::UNAVAILABLE, "the connection broke"};
    }
    FakeState* state = nullptr;
  };

  struct Admin final : v1::AdminService::Service {
    Status GetServerInfo(ServerContext* context, const v1::GetServerInfoRequest*,
                         v1::GetServerInfoResponse* response) override {
      if (Status admitted = state->Admit(*context); !admitted.ok()) return admitted;
      response->set_version("1.2.3");
      response->set_principal("service:tests");
      response->add_roles(v1::ROLE_READER);
      return state->Answer("GetServerInfo", *response);
    }

    Status CreateApiKey(ServerContext* context, const v1::CreateApiKeyRequest* request,
                        v1::CreateApiKeyResponse* response) override {
      return state->Serve(context, "CreateApiKey", request, response);
    }
    FakeState* state = nullptr;
  };

  Services(FakeState* state, std::shared_ptr<grpc::ServerCredentials> credentials) {
    retrieval.state = corpus.state = access.state = sync.state = admin.state = state;
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", credentials, &port);
    builder.RegisterService(&retrieval)
        .RegisterService(&corpus)
        .RegisterService(&access)
        .RegisterService(&sync)
        .RegisterService(&admin);
    server = builder.BuildAndStart();
  }

  Retrieval retrieval;
  Corpus corpus;
  FakeAccess access;
  FakeSync sync;
  Admin admin;
  int port = 0;
  std::unique_ptr<grpc::Server> server;
};

FakeServer::FakeServer()
    : state_(std::make_unique<FakeState>()),
      services_(std::make_unique<Services>(state_.get(), grpc::InsecureServerCredentials())) {}

FakeServer::FakeServer(const std::string& certificate, const std::string& key, const std::string& client_authority)
    : state_(std::make_unique<FakeState>()) {
  grpc::SslServerCredentialsOptions options;
  options.pem_key_cert_pairs.push_back({key, certificate});
  if (!client_authority.empty()) {
    options.pem_root_certs = client_authority;
    options.client_certificate_request = GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY;
  }
  services_ = std::make_unique<Services>(state_.get(), grpc::SslServerCredentials(options));
}

FakeServer::~FakeServer() { services_->server->Shutdown(std::chrono::system_clock::now()); }

std::string FakeServer::address() const { return "127.0.0.1:" + std::to_string(services_->port); }

std::string FakeServer::last_principal() const {
  const std::lock_guard lock(state_->mutex);
  return state_->principal;
}

std::map<std::string, std::string> FakeServer::documents() const {
  const std::lock_guard lock(state_->mutex);
  return state_->documents;
}

std::vector<std::string> FakeServer::request_ids() const {
  const std::lock_guard lock(state_->mutex);
  return state_->upload_ids;
}

int FakeServer::batches_carried_out() const {
  const std::lock_guard lock(state_->mutex);
  return static_cast<int>(state_->known_ids.size());
}

void FakeServer::BreakUploadAt(int batch) {
  const std::lock_guard lock(state_->mutex);
  state_->break_at = batch;
}

std::string FakeServer::policy() const {
  const std::lock_guard lock(state_->mutex);
  std::string text;
  for (const auto& rule : state_->policy.rules()) {
    text += rule.effect() == v1::EFFECT_ALLOW ? "allow" : "deny";
    for (const auto& subject : rule.subjects()) text += " " + subject;
    text += ";";
  }
  return text;
}

void FakeServer::Interfere(int times) {
  const std::lock_guard lock(state_->mutex);
  state_->interferences = times;
}

std::vector<std::string> FakeServer::memberships() const {
  const std::lock_guard lock(state_->mutex);
  return state_->memberships;
}

std::vector<std::string> FakeServer::requests(const std::string& method) const {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->requests.find(method);
  return found == state_->requests.end() ? std::vector<std::string>() : found->second;
}

void FakeServer::Prepare(const std::string& method, const std::string& answer) {
  const std::lock_guard lock(state_->mutex);
  state_->answers[method].push_back(answer);
}

}  // namespace usher::testing
