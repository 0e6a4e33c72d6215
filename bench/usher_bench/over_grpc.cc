#include "bench/usher_bench/over_grpc.h"

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <functional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "bench/usher_bench/prose.h"
#include "bench/usher_bench/server_process.h"
#include "server/rpc/client/rpc_error.h"
#include "usher/v1/access.grpc.pb.h"
#include "usher/v1/corpus.grpc.pb.h"
#include "usher/v1/retrieval.grpc.pb.h"

namespace usher::bench {
namespace {

constexpr int kMembersABatch = 10'000;
constexpr size_t kChunksABatch = 10'000;
constexpr size_t kDocumentsABatch = 1'000;
constexpr size_t kBytesABatch = 12 << 20;  // below the server's limit of a message
constexpr auto kPatience = std::chrono::minutes(5);

std::string CollectionName() { return absl::StrCat("collections/", kCollection); }
std::string DocumentPrefix() { return CollectionName() + "/documents/"; }

void Authorize(const std::string& key, grpc::ClientContext& context) {
  context.AddMetadata("authorization", "Bearer " + key);
  context.set_deadline(std::chrono::system_clock::now() + kPatience);
}

void FillVector(absl::Span<const float> from, v1::Vector* to) { to->mutable_values()->Add(from.begin(), from.end()); }

void FillDocument(const Workload& workload, uint32_t number, v1::Document* document) {
  document->set_name(DocumentPrefix() + DocumentName(number));
  const std::vector<uint32_t>& readers = workload.readers()[number];
  v1::Rule* rule = readers.empty() ? nullptr : document->mutable_policy()->add_rules();
  if (rule != nullptr) rule->set_effect(v1::EFFECT_ALLOW);
  for (const uint32_t group : readers) rule->add_subjects(GroupName(group));
  for (const uint32_t row : workload.rows()[number]) {
    v1::ReadyChunk* chunk = document->mutable_chunks()->add_chunks();
    chunk->set_text(Prose(row));
    FillVector(workload.Row(row), chunk->mutable_vector());
  }
}

class Loader {
 public:
  Loader(const Workload& workload, const std::string& key, const std::shared_ptr<grpc::Channel>& channel)
      : workload_(workload),
        key_(key),
        corpus_(v1::CorpusService::NewStub(channel)),
        access_(v1::AccessService::NewStub(channel)) {}

  absl::Status Load() {
    v1::CreateCollectionRequest request;
    request.mutable_collection()->set_name(CollectionName());
    request.mutable_collection()->set_dimension(static_cast<int32_t>(workload_.dimension()));
    absl::Status status = Call([&](grpc::ClientContext* context) {
      v1::CreateCollectionResponse response;
      return corpus_->CreateCollection(context, request, &response);
    });
    if (status.ok()) status = LoadMembers();
    if (status.ok()) status = LoadDocuments();
    return status;
  }

 private:
  absl::Status Call(const std::function<grpc::Status(grpc::ClientContext*)>& call) {
    grpc::ClientContext context;
    Authorize(key_, context);
    return rpc::FromGrpcStatus(call(&context));
  }

  absl::Status Send(v1::UpdateMembersRequest& request) {
    if (request.add_size() == 0) return absl::OkStatus();
    absl::Status status = Call([&](grpc::ClientContext* context) {
      v1::UpdateMembersResponse response;
      return access_->UpdateMembers(context, request, &response);
    });
    request.Clear();
    return status;
  }

  absl::Status LoadMembers() {
    v1::UpdateMembersRequest request;
    const auto& principals = workload_.principals();
    for (uint32_t principal = 0; principal < principals.size(); ++principal) {
      for (const uint32_t group : principals[principal]) {
        v1::Membership* member = request.add_add();
        member->set_group(GroupName(group));
        member->set_member(PrincipalName(principal));
        if (request.add_size() < kMembersABatch) continue;
        if (absl::Status status = Send(request); !status.ok()) return status;
      }
    }
    return Send(request);
  }

  absl::Status LoadDocuments() {
    const auto& rows = workload_.rows();
    for (uint32_t document = 0; document < rows.size();) {
      v1::UpsertDocumentsRequest request;
      request.set_collection(CollectionName());
      size_t chunks = 0;
      size_t bytes = 0;
      do {
        v1::Document* added = request.add_documents();
        FillDocument(workload_, document, added);
        chunks += rows[document].size();
        bytes += added->ByteSizeLong();
        ++document;
      } while (document < rows.size() && chunks + rows[document].size() <= kChunksABatch && bytes < kBytesABatch &&
               static_cast<size_t>(request.documents_size()) < kDocumentsABatch);
      absl::Status status = Call([&](grpc::ClientContext* context) {
        v1::UpsertDocumentsResponse response;
        return corpus_->UpsertDocuments(context, request, &response);
      });
      if (!status.ok()) return status;
    }
    return absl::OkStatus();
  }

  const Workload& workload_;
  const std::string& key_;
  std::unique_ptr<v1::CorpusService::Stub> corpus_;
  std::unique_ptr<v1::AccessService::Stub> access_;
};

class GrpcClient : public Client {
 public:
  GrpcClient(const Workload& workload, const std::string& key, const std::shared_ptr<grpc::Channel>& channel,
             bool exact)
      : workload_(workload), key_(key), exact_(exact), stub_(v1::RetrievalService::NewStub(channel)) {}

  absl::StatusOr<std::vector<uint32_t>> Ask(size_t question) override {
    grpc::ClientContext context;
    Authorize(key_, context);
    context.AddMetadata("usher-principal", PrincipalName(workload_.questions()[question].principal));
    v1::SearchRequest request;
    request.set_collection(CollectionName());
    FillVector(workload_.QuestionVector(question), request.mutable_vector());
    request.set_k(kResults);
    if (exact_) request.set_mode(v1::SEARCH_MODE_EXACT);
    v1::SearchResponse response;
    const grpc::Status status = stub_->Search(&context, request, &response);
    if (!status.ok()) return rpc::FromGrpcStatus(status);
    std::vector<uint32_t> rows;
    for (const v1::RetrievedChunk& chunk : response.chunks()) {
      const auto row = RowOf(chunk);
      if (!row.ok()) return row.status();
      rows.push_back(*row);
    }
    return rows;
  }

 private:
  // The row behind `collections/C/documents/dN/chunks/M`; its text is looked at, so that an answer without is noticed.
  absl::StatusOr<uint32_t> RowOf(const v1::RetrievedChunk& chunk) const {
    absl::string_view name = chunk.name();
    uint32_t document = 0;
    uint32_t number = 0;
    const std::vector<absl::string_view> parts = absl::ConsumePrefix(&name, DocumentPrefix() + "d")
                                                     ? absl::StrSplit(name, "/chunks/")
                                                     : std::vector<absl::string_view>();
    if (parts.size() == 2 && absl::SimpleAtoi(parts[0], &document) && absl::SimpleAtoi(parts[1], &number) &&
        document < workload_.rows().size() && number < workload_.rows()[document].size() && !chunk.text().empty()) {
      return workload_.rows()[document][number];
    }
    return absl::DataLossError(absl::StrCat("the answer holds '", chunk.name(), "', which was not loaded, or no text"));
  }

  const Workload& workload_;
  const std::string& key_;
  const bool exact_;
  std::unique_ptr<v1::RetrievalService::Stub> stub_;
};

class OverGrpc : public Target {
 public:
  OverGrpc(const Workload& workload, std::unique_ptr<ServerProcess> server)
      : workload_(workload), server_(std::move(server)) {}

  absl::Status Load(Folder& folder) {
    if (folder.loaded()) return absl::OkStatus();
    if (absl::Status status = Loader(workload_, server_->key(), NewChannel()).Load(); !status.ok()) return status;
    return folder.MarkLoaded();
  }

  absl::StatusOr<std::unique_ptr<Client>> Connect(bool exact) override {
    const std::shared_ptr<grpc::Channel> channel = NewChannel();
    if (!channel->WaitForConnected(std::chrono::system_clock::now() + kPatience)) {
      return absl::UnavailableError(absl::StrCat("usherd does not answer on port ", server_->port()));
    }
    return std::make_unique<GrpcClient>(workload_, server_->key(), channel, exact);
  }

  pid_t process() const override { return server_->process(); }

 private:
  // A connection of its own, not one that gRPC shares among channels.
  std::shared_ptr<grpc::Channel> NewChannel() const {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return grpc::CreateCustomChannel(absl::StrCat("127.0.0.1:", server_->port()), grpc::InsecureChannelCredentials(),
                                     arguments);
  }

  const Workload& workload_;
  std::unique_ptr<ServerProcess> server_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Target>> OpenOverGrpc(const Workload& workload, Folder& folder,
                                                     const std::string& usherd) {
  auto server = ServerProcess::Start(usherd, folder.data(), kTenant);
  if (!server.ok()) return server.status();
  auto target = std::make_unique<OverGrpc>(workload, *std::move(server));
  if (absl::Status status = target->Load(folder); !status.ok()) return status;
  return target;
}

}  // namespace usher::bench
