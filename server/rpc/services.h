// The six services of the API: each handler checks the request, calls one thing below, and fills the response.
//
// Thread-safety: gRPC calls handlers concurrently; the services hold nothing but pointers.
#ifndef USHER_SERVER_RPC_SERVICES_H_
#define USHER_SERVER_RPC_SERVICES_H_

#include <atomic>
#include <memory>

#include "absl/time/time.h"
#include "acl/clock.h"
#include "grpcpp/impl/codegen/service_type.h"
#include "index/corpus/corpus.h"
#include "index/embed/embedder.h"
#include "server/audit/receipt_log.h"
#include "server/auth/api_key.h"
#include "server/auth/token.h"
#include "server/pipeline/front_door.h"
#include "server/pipeline/policy_review.h"
#include "server/pipeline/query_pipeline.h"
#include "server/sanitize/policy/policy_set.h"

namespace usher::rpc {

// What the handlers work on; all of it outlives the services. `embedder` may be null.
struct Backend {
  const pipeline::FrontDoor* door = nullptr;
  pipeline::QueryPipeline* queries = nullptr;
  const sanitize::PolicySet* policies = nullptr;
  const pipeline::PolicyReviewer* reviews = nullptr;
  corpus::Corpus* corpus = nullptr;
  auth::KeyRing* keys = nullptr;
  const auth::TokenMint* tokens = nullptr;
  const embed::Embedder* embedder = nullptr;
  audit::ReceiptLog* receipts = nullptr;
  const acl::Clock* clock = nullptr;
  absl::Time start_time;
  // Set by the server that calls the services: whether it is about to stop, so that calls which wait should end.
  const std::atomic<bool>* draining = nullptr;
};

std::unique_ptr<grpc::Service> MakeRetrievalService(const Backend& backend);
std::unique_ptr<grpc::Service> MakeGuardService(const Backend& backend);
std::unique_ptr<grpc::Service> MakeCorpusService(const Backend& backend);
std::unique_ptr<grpc::Service> MakeAccessService(const Backend& backend);
std::unique_ptr<grpc::Service> MakeSyncService(const Backend& backend);
std::unique_ptr<grpc::Service> MakeAdminService(const Backend& backend);

}  // namespace usher::rpc

#endif  // USHER_SERVER_RPC_SERVICES_H_
