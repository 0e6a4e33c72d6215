// How long a start takes with index files, by phase, and without them.
//
// One collection of documents with ten chunks each, 384 floats a chunk, in clusters, one of 200 groups may read each
// document. `startup_bench [DOCUMENTS]`: 100,000 unless told. Each start is a process of its own on a temporary folder
// of about 4 KiB a chunk, which is removed at the end; files are in the page cache, as after a restart of the server.
#include <stdlib.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <filesystem>
#include <random>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "acl/clock.h"
#include "bench/access/measure.h"
#include "bench/access_shapes.h"
#include "bench/open_corpus.h"
#include "index/corpus/corpus.h"
#include "index/segment_file.h"

namespace usher::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kDimension = 384;
constexpr size_t kChunks = 10;  // a document
constexpr size_t kGroups = 200;
constexpr size_t kClusters = 1'000;
constexpr size_t kDocumentsAWrite = 500;
constexpr char kTenant[] = "acme";
constexpr char kCollection[] = "docs";

corpus::WriteContext Context() { return {kTenant, "service:bench", "", "", std::nullopt}; }

// Around one of the clusters' centres, of unit length.
std::vector<float> ClusteredVector(std::mt19937_64& random) {
  std::normal_distribution<float> normal;
  std::mt19937_64 centre(random() % kClusters);
  std::vector<float> vector(kDimension);
  double squares = 0;
  for (float& value : vector) {
    value = normal(centre) + normal(random);
    squares += static_cast<double>(value) * static_cast<double>(value);
  }
  for (float& value : vector) value /= static_cast<float>(std::sqrt(squares));
  return vector;
}

corpus::PreparedDocument Document(size_t number, std::mt19937_64& random) {
  corpus::PreparedDocument document;
  document.id = absl::StrCat("team/", number % kGroups, "/document-", number);
  document.policy = AllowOnly({absl::StrCat("group:team-", number % kGroups)});
  for (size_t i = 0; i < kChunks; ++i) {
    storage::ChunkRecord chunk;
    chunk.document_id = document.id;
    chunk.text = absl::StrCat("Chunk ", i, " of document ", number, ". ", std::string(400, 'x'));
    document.chunks.push_back(std::move(chunk));
    const std::vector<float> vector = ClusteredVector(random);
    document.vectors.insert(document.vectors.end(), vector.begin(), vector.end());
  }
  return document;
}

// Until this process has had next to nothing to do for longer than an index takes to begin settling.
void AwaitRest(const corpus::Corpus& corpus) {
  const absl::Duration start = Elapsed();
  for (int idle = 0; idle < 4;) {
    const std::clock_t before = std::clock();
    absl::SleepFor(absl::Seconds(1));
    idle = std::clock() - before < CLOCKS_PER_SEC / 20 ? idle + 1 : 0;
  }
  PrintValue("until it was at rest", absl::ToDoubleSeconds(Elapsed() - start), "s");
  PrintValue("index files written in all", static_cast<double>(corpus.IndexFileStatistics().written), "");
}

void Fill(const std::string& folder, size_t documents) {
  const acl::SystemClock clock;
  const auto store = OpenStore(folder);
  const auto corpus = OpenCorpus(store.get(), &clock);
  std::mt19937_64 random(1);
  storage::CollectionRecord record;
  record.name = kCollection;
  record.dimension = kDimension;
  Require(corpus->CreateCollection(Context(), record, "").status(), "create the collection");
  Require(corpus->UpdateMembers(Context(), {{"group:team-1", "user:alice"}}, {}, "").status(), "add a member");
  const acl::CollectionId id = corpus->GetCollection(kTenant, kCollection)->record.id;
  const absl::Duration start = Elapsed();
  for (size_t first = 0; first < documents; first += kDocumentsAWrite) {
    std::vector<corpus::PreparedDocument> some;
    for (size_t i = first; i < std::min(documents, first + kDocumentsAWrite); ++i) some.push_back(Document(i, random));
    Require(corpus->UpsertDocuments(Context(), kCollection, id, std::move(some), "").status(), "add documents");
  }
  PrintValue("write", absl::ToDoubleSeconds(Elapsed() - start), "s");
  AwaitRest(*corpus);
}

void PrintSeconds(const std::string& what, absl::Duration since) {
  PrintValue(what, absl::ToDoubleSeconds(Elapsed() - since), "s");
}

void Start(const std::string& folder) {
  const acl::SystemClock clock;
  absl::Duration start = Elapsed();
  const auto store = OpenStore(folder);
  PrintSeconds("open the store", start);
  start = Elapsed();
  const auto corpus = OpenCorpus(store.get(), &clock);
  PrintSeconds("open the corpus", start);
  start = Elapsed();
  std::mt19937_64 random(2);
  const std::vector<float> vector = ClusteredVector(random);
  index::Query query;
  query.vector = vector;
  const auto view = corpus->Resolve(kTenant, kCollection, {"user:alice", {}, ""});
  Require(view.status(), "resolve");
  const auto found = view->snapshot->Search(query, *view->entitlement);
  Require(found.ok() && found->candidates.size() == 10, "the collection does not answer");
  PrintSeconds("first search", start);
  PrintValue("files read", static_cast<double>(corpus->IndexFileStatistics().read), "");
}

// What opening the corpus does, one thing after another.
void Phases(const std::string& folder) {
  const auto store = OpenStore(folder);
  acl::CollectionId id;
  Require(store->ForEachCollection([&](std::string_view, const storage::CollectionRecord& record) {
    id = record.id;
    return absl::OkStatus();
  }),
          "find the collection");
  absl::Duration start = Elapsed();
  size_t documents = 0;
  Require(store->ForEachDocument(id, "",
                                 [&](const storage::DocumentRecord&) {
                                   ++documents;
                                   return absl::OkStatus();
                                 }),
          "read the documents");
  PrintSeconds(absl::StrCat("phase: read ", documents, " document records"), start);
  for (const auto& folder_entry : fs::directory_iterator(folder + "/index")) {
    for (const auto& entry : fs::directory_iterator(folder_entry)) {
      uint64_t number = 0;
      Require(absl::SimpleHexAtoi(entry.path().stem().string(), &number), "understand the name of a file");
      start = Elapsed();
      const auto stored = index::ReadSegment({entry.path().string(), store->file_key(), id, number, kDimension});
      Require(stored.status(), "read a segment");
      PrintSeconds(absl::StrCat("phase: verify and copy ", stored->arrays.keys.size(), " rows, ",
                                entry.file_size() >> 20, " MiB"),
                   start);
    }
  }
}

int Main(int count, char** arguments) {
  size_t documents = 100'000;
  if (count > 1 && !absl::SimpleAtoi(arguments[1], &documents)) return 2;
  std::string pattern = (fs::temp_directory_path() / "usher-startup-XXXXXX").string();
  Require(mkdtemp(pattern.data()) != nullptr, "make a temporary folder");
  PrintHeader(absl::StrCat(documents * kChunks, " chunks of ", kDimension, " floats"));
  bool worked = RunApart([&] { Fill(pattern, documents); });
  PrintHeader("start with index files");
  worked = worked && RunApart([&] { Start(pattern); }) && RunApart([&] { Phases(pattern); });
  std::error_code error;
  fs::remove_all(pattern + "/index", error);
  PrintHeader("start without them");
  worked = worked && RunApart([&] { Start(pattern); });
  fs::remove_all(pattern, error);
  return worked ? 0 : 1;
}

}  // namespace
}  // namespace usher::bench

int main(int count, char** arguments) { return usher::bench::Main(count, arguments); }
