// Everything behind the wire, put together as the server does it, over a real store in a temporary folder.
#ifndef USHER_TESTS_SERVER_PIPELINE_FIXTURE_H_
#define USHER_TESTS_SERVER_PIPELINE_FIXTURE_H_

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/pipeline/ingest_pipeline.h"
#include "server/pipeline/query_pipeline.h"
#include "tests/index/corpus_fixture.h"
#include "tests/server/pipeline_embedder.h"

namespace usher::pipeline {

class PipelineFixture : public corpus::CorpusFixture {
 protected:
  void SetUp() override {
    CorpusFixture::SetUp();
    keys_ = *auth::KeyRing::Load(store(), &clock());
    receipts_ = *audit::ReceiptLog::Open(&store(), &clock());
    door_ = std::make_unique<FrontDoor>(keys_.get(), &admission_);
    ingest_ = std::make_unique<IngestPipeline>(&sanitizer_, &embedder_);
    queries_ = MakePipeline(&embedder_);
  }

  std::unique_ptr<QueryPipeline> MakePipeline(const embed::Embedder* embedder) {
    return MakePipeline(embedder, policies_);
  }
  std::unique_ptr<QueryPipeline> MakePipeline(const embed::Embedder* embedder, const sanitize::PolicySet& policies,
                                              sanitize::external::Detector* detector = nullptr) {
    return std::make_unique<QueryPipeline>(QueryPipeline::Parts{
        door_.get(), &corpus(), &store(), embedder, &policies, receipts_.get(), &clock(), {}, detector});
  }

  QueryPipeline& queries() { return *queries_; }
  IngestPipeline& ingest() { return *ingest_; }
  WordEmbedder& embedder() { return embedder_; }
  const sanitize::PolicySet& policies() { return policies_; }
  const FrontDoor& door() { return *door_; }
  const auth::KeyRing& keys() { return *keys_; }

  // A collection of the embedder's model, as the server makes one.
  void CreateText(const std::string& name, const acl::Policy& policy, const std::string& tenant = kTenant) {
    storage::CollectionRecord record;
    record.name = name;
    record.dimension = WordEmbedder::kWidth;
    record.embedding_model = embedder_.model_id();
    record.chunk_target_bytes = 1'200;
    record.chunk_max_bytes = 2'000;
    record.chunk_overlap_bytes = 150;
    record.policy = policy;
    const auto result = corpus().CreateCollection({tenant, "user:admin", "", ""}, record, "");
    ASSERT_TRUE(result.ok()) << result.status();
  }

  static IncomingDocument TextDocument(const std::string& id, const std::string& text,
                                       std::optional<acl::Policy> policy = std::nullopt,
                                       chunking::Format format = chunking::Format::kPlain) {
    IncomingDocument document;
    document.id = id;
    document.policy = std::move(policy);
    document.content = SourceText{text, format};
    return document;
  }

  // Through the ingest pipeline, as a caller's document comes in.
  void Put(const std::string& collection, IncomingDocument document) {
    const auto info = corpus().GetCollection(kTenant, collection);
    ASSERT_TRUE(info.ok()) << info.status();
    std::vector<IncomingDocument> documents;
    documents.push_back(std::move(document));
    auto batch = ingest_->Prepare(info->record, std::move(documents), absl::InfiniteFuture());
    ASSERT_TRUE(batch.ok()) << batch.status();
    Upsert(collection, std::move(batch->documents));
  }
  void Put(const std::string& collection, const std::string& id, const std::string& text,
           std::optional<acl::Policy> policy = std::nullopt) {
    Put(collection, TextDocument(id, text, std::move(policy)));
  }

  void Delete(const std::string& collection, const std::string& id) {
    const auto result = corpus().DeleteDocuments(Context(), collection, {id}, "");
    ASSERT_TRUE(result.ok()) << result.status();
  }

  // Makes a key and puts it where the server looks for it.
  auth::Credentials MakeCredentials(const std::string& principal, auth::Role role = auth::Role::kReader,
                                    bool delegate = false, const std::string& tenant = kTenant) {
    return MakeCredentials(principal, std::vector{role}, delegate, tenant);
  }
  auth::Credentials MakeCredentials(const std::string& principal, const std::vector<auth::Role>& roles,
                                    bool delegate = false, const std::string& tenant = kTenant) {
    auth::NewKey key;
    key.tenant = tenant;
    key.principal = principal;
    for (const auth::Role role : roles) key.roles.Add(role);
    key.delegate = delegate;
    const auto made = auth::MakeApiKey(key, clock().Now());
    EXPECT_TRUE(made.ok()) << made.status();
    EXPECT_TRUE(corpus().PutApiKey(made->record).ok());
    keys_->Put(made->record);
    return {{"Bearer " + made->secret}, {}};
  }

  // A call by the principal, with a reader's key that is made at its first call.
  CallControl As(const std::string& principal) {
    auto known = credentials_.find(principal);
    if (known == credentials_.end()) known = credentials_.emplace(principal, MakeCredentials(principal)).first;
    CallControl call;
    call.credentials = known->second;
    return call;
  }

  static SearchQuestion Question(const std::string& text, int k = 10, const std::string& collection = "docs") {
    SearchQuestion question;
    question.collection = collection;
    question.query = text;
    question.k = k;
    return question;
  }

  absl::StatusOr<Answer> Ask(const std::string& principal, const std::string& text, int k = 10) {
    return queries_->Search(As(principal), Question(text, k));
  }

  // The documents of an answer, in its order.
  static std::vector<std::string> DocumentsOf(const absl::StatusOr<Answer>& answer) {
    EXPECT_TRUE(answer.ok()) << answer.status();
    std::vector<std::string> documents;
    if (!answer.ok()) return documents;
    for (const CleanChunk& chunk : answer->context.chunks()) {
      const auto name = corpus::ParseChunkName(chunk.fields->name);
      EXPECT_TRUE(name.ok()) << chunk.fields->name;
      if (name.ok()) documents.push_back(name->document);
    }
    return documents;
  }

  std::vector<std::string> ReceiptLines() {
    std::vector<std::string> lines;
    const absl::Status status = store().ForEachAudit(1, [&](uint64_t, std::string_view line) {
      lines.emplace_back(line);
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return lines;
  }

 private:
  WordEmbedder embedder_;
  const sanitize::Sanitizer sanitizer_{std::make_shared<sanitize::Policy>(), {}, sanitize::Use::kStorage};
  const sanitize::PolicySet policies_;
  // The search measures its deadline with the clock of the machine, from which the test's clock may be far away.
  admission::Admission admission_{&clock(), {.max_in_flight = 64, .max_query_time = absl::Hours(1'000'000)}};
  std::unique_ptr<auth::KeyRing> keys_;
  std::unique_ptr<audit::ReceiptLog> receipts_;
  std::unique_ptr<FrontDoor> door_;
  std::unique_ptr<IngestPipeline> ingest_;
  std::unique_ptr<QueryPipeline> queries_;
  std::map<std::string, auth::Credentials> credentials_;
};

}  // namespace usher::pipeline

#endif  // USHER_TESTS_SERVER_PIPELINE_FIXTURE_H_
