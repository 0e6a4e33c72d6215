#include "bench/pause/growing_collection.h"

#include <stdlib.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <random>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "bench/access/measure.h"

namespace usher::bench {
namespace {

constexpr size_t kTopics = 2'000;
constexpr size_t kTextBytes = 1'000;  // a chunk

corpus::PreparedDocument Document(size_t number, absl::Span<const float> rows) {
  corpus::PreparedDocument document;
  document.id = DocumentId(number);
  document.policy = Allow({ShareOf(number)});
  document.vectors.assign(rows.begin(), rows.end());
  for (size_t i = 0; i < rows.size() / kDimension; ++i) {
    storage::ChunkRecord chunk;
    chunk.document_id = document.id;
    chunk.text = std::string(kTextBytes, 'x');
    document.chunks.push_back(std::move(chunk));
  }
  return document;
}

}  // namespace

std::vector<float> TopicRows(size_t count) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  std::vector<float> topics(kTopics * kDimension);
  for (float& x : topics) x = normal(random);
  std::vector<float> rows(count * kDimension);
  for (size_t row = 0; row < count; ++row) {
    const float* const topic = &topics[random() % kTopics * kDimension];
    double sum = 0;
    for (size_t i = 0; i < kDimension; ++i) {
      float& x = rows[row * kDimension + i];
      x = topic[i] + normal(random);
      sum += double{x} * double{x};
    }
    for (size_t i = 0; i < kDimension; ++i) {
      rows[row * kDimension + i] = static_cast<float>(rows[row * kDimension + i] / std::sqrt(sum));
    }
  }
  return rows;
}

acl::Policy Allow(std::vector<std::string> subjects) {
  auto policy = acl::CanonicalPolicy(std::nullopt, {{acl::Effect::kAllow, std::move(subjects)}});
  Require(policy.status(), "make a policy");
  return *std::move(policy);
}

std::string DocumentId(size_t number) { return absl::StrCat("document-", number); }

std::string ShareOf(size_t number) { return absl::StrCat("group:share-", number % kShares); }

corpus::WriteContext Context() { return {kTenant, "service:bench", "", "", std::nullopt}; }

GrowingCollection::GrowingCollection(bool sealing) {
  std::string pattern = (std::filesystem::temp_directory_path() / "usher_pause_bench_XXXXXX").string();
  Require(mkdtemp(pattern.data()) != nullptr, "make a temporary folder");
  parent_ = pattern;
  storage::StoreOptions store_options;
  store_options.path = parent_ + "/data";
  auto store = storage::Store::Open(store_options);
  Require(store.status(), "open the store");
  store_ = *std::move(store);
  corpus::CorpusOptions options;
  if (!sealing) options.index.seal_rows = std::numeric_limits<uint32_t>::max();
  auto corpus = corpus::Corpus::Open(store_.get(), &clock_, options);
  Require(corpus.status(), "open the corpus");
  corpus_ = *std::move(corpus);
  storage::CollectionRecord record;
  record.name = kCollection;
  record.dimension = kDimension;
  auto created = corpus_->CreateCollection(Context(), record, "");
  Require(created.status(), "make the collection");
  Require(corpus_->UpdateMembers(Context(), {{"group:share-0", kReader}}, {}, "").status(), "make the reader");
  id_ = corpus_->GetCollection(kTenant, kCollection)->record.id;
}

GrowingCollection::~GrowingCollection() {
  corpus_.reset();
  store_.reset();
  std::error_code ignored;
  std::filesystem::remove_all(parent_, ignored);
}

void GrowingCollection::Write(absl::Span<const float> rows) {
  std::vector<corpus::PreparedDocument> batch;
  for (size_t at = 0; at < rows.size(); at += kChunks * kDimension) {
    batch.push_back(Document(documents_ + batch.size(), rows.subspan(at, kChunks * kDimension)));
  }
  const size_t count = batch.size();
  Require(corpus_->UpsertDocuments(Context(), kCollection, id_, std::move(batch), "").status(), "write documents");
  documents_ += count;
}

}  // namespace usher::bench
