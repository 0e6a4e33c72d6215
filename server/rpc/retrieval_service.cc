#include "server/rpc/call.h"
#include "server/rpc/convert.h"
#include "server/rpc/services.h"
#include "usher/v1/retrieval.grpc.pb.h"

namespace usher::rpc {
namespace {

constexpr std::string_view kSearch = "usher.v1.RetrievalService/Search";
constexpr std::string_view kBatchSearch = "usher.v1.RetrievalService/BatchSearch";
constexpr std::string_view kGetChunks = "usher.v1.RetrievalService/GetChunks";

class RetrievalService final : public v1::RetrievalService::Service {
 public:
  explicit RetrievalService(const Backend& backend) : backend_(backend) {}

  grpc::Status Search(grpc::ServerContext* context, const v1::SearchRequest* request,
                      v1::SearchResponse* response) override {
    const auto question = FromProto(*request, *backend_.tokens);
    if (!question.ok()) return Refuse(*context, kSearch, question.status());
    const auto answer = backend_.queries->Search(ControlOf(*context), *question);
    if (!answer.ok()) return ConcludeForReader(kSearch, answer.status());
    Fill(*answer, response);
    response->set_incomplete(answer->incomplete);
    if (request->explain_plan()) *response->mutable_plan() = ToProto(answer->plan);
    return grpc::Status::OK;
  }

  grpc::Status BatchSearch(grpc::ServerContext* context, const v1::BatchSearchRequest* request,
                           v1::BatchSearchResponse* response) override {
    const auto question = FromProto(*request, *backend_.tokens);
    if (!question.ok()) return Refuse(*context, kBatchSearch, question.status());
    const auto answer = backend_.queries->BatchSearch(ControlOf(*context), *question);
    if (!answer.ok()) return ConcludeForReader(kBatchSearch, answer.status());
    for (const pipeline::BatchAnswer::Part& part : answer->parts) {
      v1::BatchSearchResult* result = response->add_results();
      FillContext(part.context, result);
      result->set_incomplete(part.incomplete);
      if (request->explain_plan()) *result->mutable_plan() = ToProto(part.plan);
    }
    response->set_revision_token(backend_.tokens->RevisionToken(answer->revision));
    response->set_receipt_id(answer->receipt_id);
    response->set_policy_digest(answer->policy_digest);
    return grpc::Status::OK;
  }

  grpc::Status GetChunks(grpc::ServerContext* context, const v1::GetChunksRequest* request,
                         v1::GetChunksResponse* response) override {
    const auto question = FromProto(*request, *backend_.tokens);
    if (!question.ok()) return Refuse(*context, kGetChunks, question.status());
    const auto answer = backend_.queries->GetChunks(ControlOf(*context), *question);
    if (!answer.ok()) return ConcludeForReader(kGetChunks, answer.status());
    Fill(*answer, response);
    return grpc::Status::OK;
  }

 private:
  // A bad request of somebody who may not ask at all is answered with that, not with what is bad about it.
  grpc::Status Refuse(const grpc::ServerContext& context, std::string_view method, const absl::Status& status) const {
    return Handle(*backend_.door, context, method, admission::WorkKind::kQuery,
                  [&](const pipeline::Visit&) { return status; });
  }

  template <typename Response>
  void Fill(const pipeline::Answer& answer, Response* response) const {
    FillContext(answer.context, response);
    response->set_revision_token(backend_.tokens->RevisionToken(answer.revision));
    response->set_receipt_id(answer.receipt_id);
    response->set_policy_digest(answer.policy_digest);
  }

  template <typename Message>
  static void FillContext(const pipeline::CleanContext& context, Message* message) {
    for (const pipeline::CleanChunk& chunk : context.chunks()) *message->add_chunks() = ToProto(chunk);
    message->set_boundary(context.boundary());
    message->set_marker(context.marker());
    message->set_instructions(context.instructions());
  }

  const Backend backend_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeRetrievalService(const Backend& backend) {
  return std::make_unique<RetrievalService>(backend);
}

}  // namespace usher::rpc
