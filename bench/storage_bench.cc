// How fast the store commits and reads, on the disk below TMPDIR: chunks of 2 KB with vectors of 384 dimensions.
#include <benchmark/benchmark.h>
#include <stdlib.h>

#include <filesystem>
#include <random>

#include "index/storage/store.h"

namespace usher::storage {
namespace {

constexpr acl::CollectionId kCollection{1};
constexpr uint64_t kVersions = 2'000;
constexpr uint32_t kChunksPerVersion = 10;

// A store with kVersions * kChunksPerVersion chunks, in a folder that goes away with it.
class FilledStore {
 public:
  FilledStore() {
    std::string pattern = (std::filesystem::temp_directory_path() / "usher_storage_bench_XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) std::abort();
    parent_ = pattern;
    StoreOptions options;
    options.path = parent_ + "/data";
    absl::StatusOr<std::unique_ptr<Store>> store = Store::Open(options);
    if (!store.ok()) std::abort();
    store_ = *std::move(store);
    for (uint64_t version = 1; version <= kVersions; ++version) Put(version);
  }
  ~FilledStore() {
    store_.reset();
    std::filesystem::remove_all(parent_);
  }

  void Put(uint64_t version) {
    Batch batch;
    DocumentRecord document;
    document.id = std::to_string(version);
    document.version = acl::DocumentVersion(version);
    batch.PutDocument(kCollection, document);
    ChunkRecord chunk;
    chunk.text = std::string(2'000, 'x');
    for (uint32_t i = 0; i < kChunksPerVersion; ++i) {
      batch.PutChunk(kCollection, {acl::DocumentVersion(version), i}, chunk, vector_);
    }
    Commit(std::move(batch));
  }
  void Commit(Batch batch) {
    const acl::Revision next(store_->last_revision().value() + 1);
    if (!store_->Commit(std::move(batch), next).ok()) std::abort();
  }
  Store& store() { return *store_; }

 private:
  std::string parent_;
  std::vector<float> vector_ = std::vector<float>(384, 0.5f);
  std::unique_ptr<Store> store_;
};

FilledStore& Filled() {
  static FilledStore filled;
  return filled;
}

void BM_CommitOneMembership(benchmark::State& state) {
  Filled();  // not to be timed
  for (auto _ : state) {
    Batch batch;
    batch.PutMembership("acme", {"group:eng", "user:alice"});
    Filled().Commit(std::move(batch));
  }
}
BENCHMARK(BM_CommitOneMembership)->UseRealTime();

void BM_CommitDocumentOfTenChunks(benchmark::State& state) {
  uint64_t version = kVersions;
  for (auto _ : state) Filled().Put(++version);
}
BENCHMARK(BM_CommitDocumentOfTenChunks)->UseRealTime()->Iterations(500);

void BM_GetDocument(benchmark::State& state) {
  std::mt19937 random(1);
  for (auto _ : state) {
    auto document = Filled().store().GetDocument(kCollection, std::to_string(random() % kVersions + 1));
    if (!document.ok() || !document->has_value()) state.SkipWithError("missing");
  }
}
BENCHMARK(BM_GetDocument);

void BM_GetTenChunks(benchmark::State& state) {
  std::mt19937 random(1);
  for (auto _ : state) {
    std::vector<ChunkKey> keys;
    for (int i = 0; i < 10; ++i) {
      keys.push_back(
          {acl::DocumentVersion(random() % kVersions + 1), static_cast<uint32_t>(random() % kChunksPerVersion)});
    }
    auto chunks = Filled().store().GetChunks(kCollection, keys);
    if (!chunks.ok()) state.SkipWithError("unreadable");
  }
  state.SetItemsProcessed(state.iterations() * 10);
}
BENCHMARK(BM_GetTenChunks);

void BM_AppendAudit(benchmark::State& state) {
  uint64_t id = Filled().store().LastAudit()->value_or(std::pair<uint64_t, std::string>()).first;
  const std::string entry(500, 'x');
  for (auto _ : state) {
    if (!Filled().store().AppendAudit(++id, entry).ok()) state.SkipWithError("refused");
  }
}
BENCHMARK(BM_AppendAudit);

// Last, because it changes what the others read: the price of range tombstones that are still in memory.
void BM_GetTenChunksAfterManyDeletedVersions(benchmark::State& state) {
  for (uint64_t version = kVersions + 1'000; version < kVersions + 1'500; ++version) {
    Batch batch;
    batch.DeleteChunks(kCollection, acl::DocumentVersion(version));
    Filled().Commit(std::move(batch));
  }
  BM_GetTenChunks(state);
}
BENCHMARK(BM_GetTenChunksAfterManyDeletedVersions)->Iterations(5'000);

}  // namespace
}  // namespace usher::storage

BENCHMARK_MAIN();
