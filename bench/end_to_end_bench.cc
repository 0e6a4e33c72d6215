// Search as a client sees it: over loopback, through credentials, entitlement, index, store, verify step, cleaning and
// receipt.
//
// Corpus: 50,000 chunks of about 600 bytes in 5,000 documents, embedded by the static model; document i is readable by
// `group:g(i % 100)`. Asked by principals in 1, 10, 50 and 100 of the groups, so that they may read 1 %, 10 %, 50 % and
// 100 %. Built once, which takes a minute. Each thread has its own connection. Latencies are of wall-clock time.
#include <grpcpp/grpcpp.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "acl/clock.h"
#include "benchmark/benchmark.h"
#include "index/storage/store.h"
#include "server/auth/api_key.h"
#include "server/daemon/daemon.h"
#include "usher/v1/access.grpc.pb.h"
#include "usher/v1/corpus.grpc.pb.h"
#include "usher/v1/retrieval.grpc.pb.h"

namespace usher {
namespace {

constexpr int kDocuments = 5'000;
constexpr int kChunksPerDocument = 10;
constexpr int kGroups = 100;
constexpr int kWordsPerChunk = 90;
constexpr int kQueries = 256;
constexpr char kCollection[] = "collections/bench";

void Require(bool ok, const std::string& what) {
  if (ok) return;
  std::fprintf(stderr, "end_to_end_bench: %s\n", what.c_str());
  std::exit(1);
}

// Words of a made-up language whose topics share words, so that neighbours exist.
std::string Words(std::mt19937& random, int topic, int count) {
  static constexpr const char* kWords[] = {
      "kernel", "socket",  "memory",  "driver",  "journal", "packet", "buffer", "thread",  "signal", "device", "volume",
      "backup", "account", "ledger",  "invoice", "branch",  "teller", "credit", "policy",  "review", "market", "option",
      "margin", "hedge",   "freight", "harbor",  "vessel",  "cargo",  "engine", "turbine", "valve",  "rotor"};
  std::string text;
  for (int i = 0; i < count; ++i) {
    const size_t word = random() % 3 == 0 ? random() % std::size(kWords)
                                          : (static_cast<size_t>(topic) * 7 + random() % 6) % std::size(kWords);
    text += kWords[word];
    text += i % 12 == 11 ? ".\n" : " ";
  }
  return text;
}

class World {
 public:
  static World& Get() {
    static World& world = *new World;
    return world;
  }

  std::shared_ptr<grpc::Channel> Connect(int number) const {
    grpc::ChannelArguments arguments;
    arguments.SetInt("usher.connection", number);  // a connection of its own
    return grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(daemon_->port()), grpc::InsecureChannelCredentials(),
                                     arguments);
  }

  void Authorize(grpc::ClientContext& context, const std::string& principal) const {
    context.AddMetadata("authorization", "Bearer " + key_);
    if (!principal.empty()) context.AddMetadata("usher-principal", principal);
  }

  const std::vector<std::string>& queries() const { return queries_; }

 private:
  World() {
    std::string pattern = (std::filesystem::temp_directory_path() / "usher-bench-XXXXXX").string();
    Require(mkdtemp(pattern.data()) != nullptr, "no temporary folder");
    folder_ = pattern;
    MakeKey();
    config::Config config;
    config.data_dir = folder_;
    config.listen = "127.0.0.1:0";
    auto daemon = daemon::Daemon::Start(config, &clock_);
    Require(daemon.ok(), std::string(daemon.status().message()));
    daemon_ = *std::move(daemon);
    Fill();
    std::mt19937 random(7);
    for (int i = 0; i < kQueries; ++i) queries_.push_back(Words(random, i, 8));
    std::atexit([] { std::filesystem::remove_all(Get().folder_); });
  }

  void MakeKey() {
    auth::NewKey key{"bench", "user:bench", auth::RoleSet(31), true, absl::InfiniteFuture()};
    auto made = auth::MakeApiKey(key, clock_.Now());
    Require(made.ok(), "no key");
    storage::StoreOptions options;
    options.path = folder_;
    auto store = storage::Store::Open(options);
    Require(store.ok(), std::string(store.status().message()));
    storage::Batch batch;
    batch.PutApiKey(made->record);
    Require((*store)->Commit(std::move(batch), acl::Revision(1)).ok(), "the key could not be stored");
    key_ = made->secret;
  }

  template <typename Call>
  void Do(const std::string& what, Call call) {
    grpc::ClientContext context;
    Authorize(context, "");
    const grpc::Status status = call(context);
    Require(status.ok(), what + ": " + status.error_message());
  }

  void Fill() {
    const auto channel = Connect(-1);
    auto corpus = v1::CorpusService::NewStub(channel);
    auto access = v1::AccessService::NewStub(channel);
    v1::CreateCollectionRequest create;
    create.mutable_collection()->set_name(kCollection);
    create.mutable_collection()->set_embedding_model("default");
    v1::CreateCollectionResponse created;
    Do("create", [&](auto& context) { return corpus->CreateCollection(&context, create, &created); });
    v1::UpdateMembersRequest members;
    for (const int share : {1, 10, 50, 100}) {
      for (int group = 0; group < share; ++group) {
        auto* add = members.add_add();
        add->set_group("group:g" + std::to_string(group));
        add->set_member("user:p" + std::to_string(share));
      }
    }
    v1::UpdateMembersResponse updated;
    Do("members", [&](auto& context) { return access->UpdateMembers(&context, members, &updated); });
    std::mt19937 random(1);
    for (int first = 0; first < kDocuments; first += 250) {
      v1::UpsertDocumentsRequest upsert;
      upsert.set_collection(kCollection);
      for (int d = first; d < first + 250; ++d) AddDocument(random, d, upsert.add_documents());
      v1::UpsertDocumentsResponse upserted;
      Do("upsert", [&](auto& context) { return corpus->UpsertDocuments(&context, upsert, &upserted); });
    }
  }

  static void AddDocument(std::mt19937& random, int number, v1::Document* document) {
    document->set_name(std::string(kCollection) + "/documents/d" + std::to_string(number));
    auto* rule = document->mutable_policy()->add_rules();
    rule->set_effect(v1::EFFECT_ALLOW);
    rule->add_subjects("group:g" + std::to_string(number % kGroups));
    for (int c = 0; c < kChunksPerDocument; ++c) {
      document->mutable_chunks()->add_chunks()->set_text(Words(random, number, kWordsPerChunk));
    }
  }

  acl::SystemClock clock_;
  std::string folder_;
  std::string key_;
  std::unique_ptr<daemon::Daemon> daemon_;
  std::vector<std::string> queries_;
};

// range(0): percent of the chunks that may be read.
void BM_SearchText(benchmark::State& state) {
  World& world = World::Get();
  auto stub = v1::RetrievalService::NewStub(world.Connect(state.thread_index()));
  const std::string principal = "user:p" + std::to_string(state.range(0));
  size_t next = static_cast<size_t>(state.thread_index()) * 37;
  for (auto _ : state) {
    grpc::ClientContext context;
    world.Authorize(context, principal);
    v1::SearchRequest request;
    request.set_collection(kCollection);
    request.set_text(world.queries()[next++ % world.queries().size()]);
    request.set_k(10);
    v1::SearchResponse response;
    const grpc::Status status = stub->Search(&context, request, &response);
    Require(status.ok() && response.chunks_size() == 10, "search: " + status.error_message());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_SearchText)->Arg(1)->Arg(10)->Arg(50)->Arg(100)->UseRealTime();
BENCHMARK(BM_SearchText)->Arg(10)->Threads(8)->UseRealTime();

}  // namespace
}  // namespace usher

BENCHMARK_MAIN();
