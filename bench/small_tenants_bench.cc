// What many small collections cost: how long until they can be searched after a start, and memory beyond their vectors.
//
// 10,000 collections of 10 documents of 10 chunks each, as 100 tenants of 100 collections and as 10,000 tenants of one.
// Each part runs in a process of its own on a temporary folder of about 2 GB, which is removed at the end.
// `small_tenants_bench [COLLECTIONS]`: 100 at least; figures are of 10,000.
#include <malloc.h>
#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "acl/clock.h"
#include "bench/access/measure.h"
#include "bench/access_shapes.h"
#include "bench/open_corpus.h"
#include "index/corpus/corpus.h"
#include "server/config/config.h"
#include "server/daemon/daemon.h"

namespace usher::bench {
namespace {

constexpr int kDimension = 384;
constexpr size_t kDocuments = 10;  // a collection
constexpr size_t kChunks = 10;     // a document
constexpr size_t kVectorBytes = kDocuments * kChunks * kDimension * sizeof(float);

struct Shape {
  size_t tenants = 0;
  size_t collections = 0;  // a tenant
};

std::string Tenant(size_t i) { return absl::StrCat("tenant-", i); }
std::string Name(size_t i) { return absl::StrCat("collection-", i); }
corpus::WriteContext Context(size_t tenant) { return {Tenant(tenant), "service:bench", "", "", std::nullopt}; }

// What is measured does not look at values.
std::vector<float> UnitVector(std::mt19937_64& random) {
  std::vector<float> vector(kDimension, 0);
  vector[random() % kDimension] = 1;
  return vector;
}

corpus::PreparedDocument Document(size_t number, std::mt19937_64& random) {
  corpus::PreparedDocument document;
  document.id = absl::StrCat("team/", number % 3, "/document-", number);
  document.policy = AllowOnly({absl::StrCat("group:team-", number % 3)});
  for (size_t i = 0; i < kChunks; ++i) {
    storage::ChunkRecord chunk;
    chunk.document_id = document.id;
    chunk.text = absl::StrCat("Chunk ", i, " of document ", number, ". ", std::string(400, 'x'));
    document.chunks.push_back(std::move(chunk));
    const std::vector<float> vector = UnitVector(random);
    document.vectors.insert(document.vectors.end(), vector.begin(), vector.end());
  }
  return document;
}

void Fill(corpus::Corpus& corpus, size_t tenant, size_t collection, std::mt19937_64& random) {
  storage::CollectionRecord record;
  record.name = Name(collection);
  record.dimension = kDimension;
  Require(corpus.CreateCollection(Context(tenant), record, "").status(), "create a collection");
  std::vector<corpus::PreparedDocument> documents;
  for (size_t i = 0; i < kDocuments; ++i) documents.push_back(Document(i, random));
  const acl::CollectionId id = corpus.GetCollection(Tenant(tenant), record.name)->record.id;
  Require(corpus.UpsertDocuments(Context(tenant), record.name, id, std::move(documents), "").status(), "add documents");
}

void MeasureLoad(const std::string& folder, const Shape& shape) {
  const acl::SystemClock clock;
  const auto store = OpenStore(folder);
  const auto corpus = OpenCorpus(store.get(), &clock);
  std::mt19937_64 random(1);
  const absl::Duration start = Elapsed();
  for (size_t tenant = 0; tenant < shape.tenants; ++tenant) {
    const storage::MembershipRecord member{"group:team-1", "user:alice"};
    Require(corpus->UpdateMembers(Context(tenant), {member}, {}, "").status(), "add a member");
    for (size_t i = 0; i < shape.collections; ++i) Fill(*corpus, tenant, i, random);
  }
  PrintValue("load, each collection's documents in a batch", absl::ToDoubleSeconds(Elapsed() - start), "s");
}

void PrintPerCollection(const std::string& what, size_t bytes, size_t collections) {
  PrintValue(what, (static_cast<double>(bytes) / static_cast<double>(collections) - kVectorBytes) / 1024, "KiB");
}

void SearchEach(const corpus::Corpus& corpus, const Shape& shape) {
  std::mt19937_64 random(2);
  const std::vector<float> vector = UnitVector(random);
  index::Query query;
  query.vector = vector;
  for (size_t tenant = 0; tenant < shape.tenants; ++tenant) {
    for (size_t i = 0; i < shape.collections; ++i) {
      const auto view = corpus.Resolve(Tenant(tenant), Name(i), {"user:alice", {}, ""});
      Require(view.status(), "resolve");
      const auto found = view->snapshot->Search(query, *view->entitlement);
      Require(found.ok() && found->candidates.size() == 10, "a collection does not answer");
    }
  }
}

void MeasureStart(const std::string& folder, const Shape& shape) {
  const acl::SystemClock clock;
  const absl::Duration start = Elapsed();
  const auto store = OpenStore(folder);
  PrintValue("restart: the store is open", absl::ToDoubleSeconds(Elapsed() - start), "s");
  const size_t resident = ResidentBytes();
  const size_t heap = HeapBytes();
  const absl::Duration used = CpuTime();
  const absl::Duration opened = Elapsed();
  const auto corpus = OpenCorpus(store.get(), &clock);
  const size_t collections = shape.tenants * shape.collections;
  PrintValue("  everything can be searched", absl::ToDoubleSeconds(Elapsed() - opened), "s");
  PrintValue("  processor time of it", absl::ToDoubleSeconds(CpuTime() - used), "s");
  PrintPerCollection("  resident memory a collection, less its vectors", ResidentBytes() - resident, collections);
  malloc_trim(0);
  PrintPerCollection("    the same once malloc has given back what is free", ResidentBytes() - resident, collections);
  PrintPerCollection("    of it handed out by malloc", HeapBytes() - heap, collections);
  const absl::Duration asked = Elapsed();
  SearchEach(*corpus, shape);
  PrintValue("  first search of a collection, mean",
             absl::ToDoubleMicroseconds(Elapsed() - asked) / static_cast<double>(collections), "us");
  PrintPerCollection("  resident memory once each was searched", ResidentBytes() - resident, collections);
}

void MeasureServer(const std::string& folder) {
  auto config = config::LoadConfig("", {{"USHER_DATA_DIR", folder}, {"USHER_LISTEN", "127.0.0.1:0"}});
  Require(config.status(), "read the settings");
  const acl::SystemClock clock;
  const absl::Duration start = Elapsed();
  const auto daemon = daemon::Daemon::Start(*config, &clock);
  Require(daemon.status(), "start the server");
  PrintValue("restart of the server, until it listens", absl::ToDoubleSeconds(Elapsed() - start), "s");
  (*daemon)->Shutdown();
}

bool Run(const Shape& shape) {
  std::string folder = (std::filesystem::temp_directory_path() / "usher-small-tenants-XXXXXX").string();
  Require(mkdtemp(folder.data()) != nullptr, "no temporary folder");
  PrintHeader(absl::StrCat(shape.tenants, " tenants of ", shape.collections, " collections"));
  const bool done = RunApart([&] { MeasureLoad(folder, shape); }) && RunApart([&] { MeasureStart(folder, shape); }) &&
                    RunApart([&] { MeasureServer(folder); });
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return done;
}

}  // namespace
}  // namespace usher::bench

int main(int argc, char** argv) {
  size_t collections = 10'000;
  usher::bench::Require(argc <= 2 && (argc == 1 || absl::SimpleAtoi(argv[1], &collections)) && collections >= 100,
                        "usage: small_tenants_bench [COLLECTIONS], 100 at least");
  return usher::bench::Run({collections / 100, 100}) && usher::bench::Run({collections, 1}) ? 0 : 1;
}
