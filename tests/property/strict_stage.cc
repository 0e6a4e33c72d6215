#include "tests/property/strict_stage.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <iostream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/index/prefer_path.h"

namespace usher::strict {
namespace {

template <typename T>
T OrDie(absl::StatusOr<T> made) {
  if (made.ok()) return *std::move(made);
  std::cerr << made.status() << std::endl;
  std::abort();
}

// Small segments, so that rows are sealed and merged behind the answers.
corpus::CorpusOptions TinySegments() {
  corpus::CorpusOptions options;
  options.index = index::testing::Prefer(index::Path::kCells, 12);
  return options;
}

// As long as it was, so that a length which tells something is still seen.
std::string Blank(const std::string& text) { return std::string(text.size(), 'x'); }

// A receipt's name is 128 random bits that are drawn for every answer, whatever is in it.
std::string BlankReceipt(const std::string& id) {
  const bool random =
      id.size() == 34 && absl::StartsWith(id, "r-") && std::all_of(id.begin() + 2, id.end(), ::isxdigit);
  return random ? Blank(id) : id;
}

// What is random by contract, and why it tells nothing:
// - revision_token: the position of the whole store in its log, encrypted under a key of the store. It may differ
//   between any two answers, as every write of every tenant moves it; which write, and where, it does not say.
// - receipt_id, boundary and marker: drawn anew for each answer from the system's source of randomness. Instructions
// and
//   texts repeat the last two.
// - the plan's times: measured on a machine that also does other things.
template <typename Response>
void DropWhatIsRandom(Response& response) {
  response.set_revision_token(Blank(response.revision_token()));
  response.set_receipt_id(BlankReceipt(response.receipt_id()));
  const std::string drawn = response.boundary() + response.marker();
  if (drawn.size() != 32 && drawn.size() != 6) return;
  if (!response.boundary().empty()) response.set_boundary(Blank(drawn));
  if (!response.marker().empty()) response.set_marker(Blank(drawn));
  response.set_instructions(absl::StrReplaceAll(response.instructions(), {{drawn, Blank(drawn)}}));
  for (auto& chunk : *response.mutable_chunks()) {
    chunk.set_text(absl::StrReplaceAll(chunk.text(), {{drawn, Blank(drawn)}}));
  }
}

void DropTimes(v1::SearchPlan& plan) {
  plan.clear_resolve_time();
  plan.clear_embed_time();
  plan.clear_search_time();
  plan.clear_load_time();
  plan.clear_verify_time();
  plan.clear_sanitize_time();
}

std::string Transcript(const grpc::Status& status, const google::protobuf::Message& response) {
  return absl::StrCat(static_cast<int>(status.error_code()), "\n", status.error_message(), "\n", status.error_details(),
                      "\n", response.SerializeAsString());
}

}  // namespace

Stage::Stage() : admission_(&clock_, {.max_in_flight = 64, .max_query_time = absl::Hours(1'000'000)}) {
  storage::StoreOptions options;
  options.path = folder_.path();
  store_ = OrDie(storage::Store::Open(options));
  corpus_ = OrDie(corpus::Corpus::Open(store_.get(), &clock_, TinySegments()));
  keys_ = OrDie(auth::KeyRing::Load(*store_, &clock_));
  receipts_ = OrDie(audit::ReceiptLog::Open(store_.get(), &clock_));
  tokens_ = std::make_unique<auth::TokenMint>(store_->token_key());
  door_ = std::make_unique<pipeline::FrontDoor>(keys_.get(), &admission_);
  queries_ = std::make_unique<pipeline::QueryPipeline>(pipeline::QueryPipeline::Parts{
      door_.get(), corpus_.get(), store_.get(), nullptr, &policies_, receipts_.get(), &clock_});
  rpc::Backend backend;
  backend.door = door_.get();
  backend.queries = queries_.get();
  backend.corpus = corpus_.get();
  backend.policies = &policies_;
  backend.keys = keys_.get();
  backend.tokens = tokens_.get();
  backend.receipts = receipts_.get();
  backend.clock = &clock_;
  backend.start_time = clock_.Now();
  rpc::ServerOptions listening;
  listening.listen = "127.0.0.1:0";
  server_ = OrDie(rpc::Server::Start(listening, backend));
  const std::string address = absl::StrCat("127.0.0.1:", server_->port());
  client_ = v1::RetrievalService::NewStub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
}

std::string Stage::Credential(const std::string& tenant, const std::string& principal) {
  auth::NewKey key;
  key.tenant = tenant;
  key.principal = principal;
  key.roles.Add(auth::Role::kReader);
  const auth::MadeKey made = OrDie(auth::MakeApiKey(key, clock_.Now()));
  OrDie(corpus_->PutApiKey(made.record));
  keys_->Put(made.record);
  return absl::StrCat("Bearer ", made.secret);
}

std::string Stage::Search(const std::string& credential, const v1::SearchRequest& request) {
  grpc::ClientContext context;
  context.AddMetadata("authorization", credential);
  v1::SearchResponse response;
  const grpc::Status status = client_->Search(&context, request, &response);
  DropWhatIsRandom(response);
  if (response.has_plan()) DropTimes(*response.mutable_plan());
  return Transcript(status, response);
}

std::string Stage::GetChunks(const std::string& credential, const v1::GetChunksRequest& request) {
  grpc::ClientContext context;
  context.AddMetadata("authorization", credential);
  v1::GetChunksResponse response;
  const grpc::Status status = client_->GetChunks(&context, request, &response);
  DropWhatIsRandom(response);
  return Transcript(status, response);
}

}  // namespace usher::strict
