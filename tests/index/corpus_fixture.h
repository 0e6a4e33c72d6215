// A corpus over a real store in a temporary folder, with a clock that only the test moves.
#ifndef USHER_TESTS_INDEX_CORPUS_FIXTURE_H_
#define USHER_TESTS_INDEX_CORPUS_FIXTURE_H_

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "index/corpus/corpus.h"
#include "tests/fake_clock.h"
#include "tests/temporary_folder.h"

namespace usher::corpus {

class CorpusFixture : public testing::Test {
 protected:
  static constexpr char kTenant[] = "acme";
  static constexpr int kDimension = 4;

  void SetUp() override { Open(); }

  virtual CorpusOptions Options() const { return {}; }

  void Open() {
    storage::StoreOptions options;
    options.path = folder_.path();
    auto store = storage::Store::Open(options);
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
    auto corpus = Corpus::Open(store_.get(), &clock_, Options());
    ASSERT_TRUE(corpus.ok()) << corpus.status();
    corpus_ = *std::move(corpus);
  }

  void Close() {
    corpus_.reset();
    store_.reset();
  }

  void Restart() {
    Close();
    Open();
  }

  const std::string& folder() const { return folder_.path(); }

  Corpus& corpus() { return *corpus_; }
  storage::Store& store() { return *store_; }
  tests::FakeClock& clock() { return clock_; }

  static WriteContext Context() { return {kTenant, "user:admin", "", ""}; }

  static acl::Asker AskerFor(const std::string& principal) { return {principal, {}, ""}; }

  bool MayRead(const std::string& principal, const NodeName& node) {
    const auto checked = corpus().Check(kTenant, {{AskerFor(principal), node}});
    EXPECT_TRUE(checked.ok()) << checked.status();
    return checked.ok() && checked->allowed.front();
  }

  static acl::Policy Allow(std::vector<std::string> subjects) {
    return *acl::CanonicalPolicy(std::nullopt, {{acl::Effect::kAllow, std::move(subjects)}});
  }

  // Two chunks that say which document they are of.
  static PreparedDocument Document(const std::string& id, std::optional<acl::Policy> policy = std::nullopt) {
    PreparedDocument document;
    document.id = id;
    document.policy = std::move(policy);
    for (int i = 0; i < 2; ++i) {
      storage::ChunkRecord chunk;
      chunk.document_id = id;
      chunk.text = id + " part " + std::to_string(i);
      document.chunks.push_back(chunk);
      const double angle = static_cast<double>(std::hash<std::string>()(id) % 1'000) / 500.0 + 0.1 * i;
      document.vectors.insert(document.vectors.end(),
                              {static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle)), 0.0f, 0.0f});
    }
    return document;
  }

  void Create(const std::string& name, const acl::Policy& policy) {
    storage::CollectionRecord record;
    record.name = name;
    record.dimension = kDimension;
    record.policy = policy;
    const auto result = corpus().CreateCollection(Context(), record, "");
    ASSERT_TRUE(result.ok()) << result.status();
  }

  acl::CollectionId Id(const std::string& collection) { return corpus().GetCollection(kTenant, collection)->record.id; }

  void Upsert(const std::string& collection, std::vector<PreparedDocument> documents) {
    const auto result = corpus().UpsertDocuments(Context(), collection, Id(collection), std::move(documents), "");
    ASSERT_TRUE(result.ok()) << result.status();
  }

  void AddMembers(const std::vector<storage::MembershipRecord>& members) {
    const auto result = corpus().UpdateMembers(Context(), members, {}, "");
    ASSERT_TRUE(result.ok()) << result.status();
  }

  // An empty `document` means the collection.
  void SetPolicy(const std::string& collection, const std::string& document, const acl::Policy& policy) {
    SetPolicy({collection, document}, policy);
  }

  void SetPolicy(const NodeName& node, const acl::Policy& policy) {
    const auto result = corpus().SetPolicies(Context(), {{node, policy, std::nullopt}}, "");
    ASSERT_TRUE(result.ok()) << result.status();
  }

  static std::vector<index::Candidate> Search(const View& view) {
    const std::vector<float> vector = {1, 0, 0, 0};
    index::Query query;
    query.vector = vector;
    query.k = 1'000;
    const auto found = view.snapshot->Search(query, *view.entitlement);
    EXPECT_TRUE(found.ok()) << found.status();
    return found.ok() ? found->candidates : std::vector<index::Candidate>();
  }

  // Ids of the documents that a search by the principal can return, in order of id.
  std::vector<std::string> Reads(const std::string& collection, const std::string& principal) {
    const auto view = corpus().Resolve(kTenant, collection, AskerFor(principal));
    if (!view.ok()) return {};
    std::set<std::string> ids;
    for (const index::Candidate& candidate : Search(*view)) {
      const auto chunks = store().GetChunks(view->collection_id, {{candidate.key.version, candidate.key.number}});
      if (chunks.ok() && chunks->front()) ids.insert(chunks->front()->document_id);
    }
    return {ids.begin(), ids.end()};
  }

 private:
  tests::TemporaryFolder folder_;
  tests::FakeClock clock_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<Corpus> corpus_;
};

}  // namespace usher::corpus

#endif  // USHER_TESTS_INDEX_CORPUS_FIXTURE_H_
