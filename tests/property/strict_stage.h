// A whole server over a store in a temporary folder, listening on loopback, and a client: what leaves it is what a
// caller gets, byte for byte.
#ifndef USHER_TESTS_PROPERTY_STRICT_STAGE_H_
#define USHER_TESTS_PROPERTY_STRICT_STAGE_H_

#include <memory>
#include <string>

#include "index/corpus/corpus.h"
#include "server/admission/admission.h"
#include "server/audit/receipt_log.h"
#include "server/auth/api_key.h"
#include "server/auth/token.h"
#include "server/pipeline/front_door.h"
#include "server/pipeline/query_pipeline.h"
#include "server/rpc/server.h"
#include "tests/fake_clock.h"
#include "tests/temporary_folder.h"
#include "usher/v1/retrieval.grpc.pb.h"

namespace usher::strict {

class Stage {
 public:
  // Ends the test program when it cannot be set up.
  Stage();

  corpus::Corpus& corpus() { return *corpus_; }
  const corpus::Corpus& corpus() const { return *corpus_; }
  // The value of the `authorization` header of a new reader.
  std::string Credential(const std::string& tenant, const std::string& principal);

  // The whole answer as bytes: status code, message and details, or the response without what is random by contract.
  std::string Search(const std::string& credential, const v1::SearchRequest& request);
  std::string GetChunks(const std::string& credential, const v1::GetChunksRequest& request);

 private:
  tests::TemporaryFolder folder_;
  tests::FakeClock clock_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<corpus::Corpus> corpus_;
  std::unique_ptr<auth::KeyRing> keys_;
  std::unique_ptr<audit::ReceiptLog> receipts_;
  std::unique_ptr<auth::TokenMint> tokens_;
  const sanitize::PolicySet policies_;
  admission::Admission admission_;
  std::unique_ptr<pipeline::FrontDoor> door_;
  std::unique_ptr<pipeline::QueryPipeline> queries_;
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<v1::RetrievalService::Stub> client_;
};

}  // namespace usher::strict

#endif  // USHER_TESTS_PROPERTY_STRICT_STAGE_H_
