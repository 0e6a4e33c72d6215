// Lists of what somebody may read as a client gets them: over gRPC on loopback, without TLS.
#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "bench/access/measure.h"
#include "bench/access/parts.h"
#include "server/auth/api_key.h"
#include "server/daemon/daemon.h"
#include "usher/v1/access.grpc.pb.h"

namespace usher::bench {
namespace {

std::string MakeKey(const std::string& folder, absl::Time now) {
  auth::NewKey key{kTenant, "user:bench", auth::RoleSet(31), false, absl::InfiniteFuture()};
  auto made = auth::MakeApiKey(key, now);
  Require(made.status(), "make a key");
  storage::StoreOptions options;
  options.path = folder;
  auto store = storage::Store::Open(options);
  Require(store.status(), "open the store");
  storage::Batch batch;
  batch.PutApiKey(made->record);
  const acl::Revision next((*store)->last_revision().value() + 1);
  Require((*store)->Commit(std::move(batch), next), "store the key");
  return made->secret;
}

class Client {
 public:
  Client(int port, std::string key)
      : key_(std::move(key)),
        stub_(v1::AccessService::NewStub(
            grpc::CreateChannel("127.0.0.1:" + std::to_string(port), grpc::InsecureChannelCredentials()))) {}

  void FirstPage(int size) {
    grpc::ClientContext context;
    v1::ListAccessibleResponse response;
    const grpc::Status status = stub_->ListAccessible(Prepare(context), Request(size), &response);
    Require(status.ok() && response.names_size() > 0, "list: " + status.error_message());
  }

  // Returns how many names came.
  size_t Stream(int size, Timings& first) {
    grpc::ClientContext context;
    const absl::Duration start = Elapsed();
    const auto reader = stub_->StreamAccessible(Prepare(context), Request(size));
    size_t names = 0;
    v1::ListAccessibleResponse response;
    while (reader->Read(&response)) {
      if (names == 0) first.Add(Elapsed() - start);
      names += static_cast<size_t>(response.names_size());
    }
    const grpc::Status status = reader->Finish();
    Require(status.ok(), "stream: " + status.error_message());
    return names;
  }

 private:
  grpc::ClientContext* Prepare(grpc::ClientContext& context) const {
    context.AddMetadata("authorization", "Bearer " + key_);
    return &context;
  }

  static v1::ListAccessibleRequest Request(int size) {
    v1::ListAccessibleRequest request;
    request.set_collection(std::string("collections/") + kCollection);
    request.set_principal(kReviewer);
    request.set_page_size(size);
    return request;
  }

  std::string key_;
  std::unique_ptr<v1::AccessService::Stub> stub_;
};

void Streams(Client& client, int size) {
  Timings first;
  Timings whole;
  size_t names = 0;
  for (int i = 0; i < 10; ++i) {
    whole.Time([&] { names = client.Stream(size, first); });
  }
  first.Print(absl::StrCat("StreamAccessible, reviewer: first message of ", size));
  PrintValue(absl::StrCat("  all ", names, " names"), static_cast<double>(names) / whole.Quantile(0.5),
             "million names/s");
}

}  // namespace

void MeasureLists(const std::string& folder) {
  PrintHeader("lists, over gRPC");
  const acl::SystemClock clock;
  const std::string key = MakeKey(folder, clock.Now());
  config::Config config;
  config.data_dir = folder;
  config.listen = "127.0.0.1:0";
  config.log_level = "warning";
  config.embedding_provider = config::EmbeddingProvider::kNone;
  config.index_seal_rows = 1 << 30;  // no graphs are built beside the lists
  const auto daemon = daemon::Daemon::Start(config, &clock);
  Require(daemon.status(), "start the server");
  Client client((*daemon)->port(), key);
  for (const int size : {100, 1'000}) {
    Timings first;
    for (int i = 0; i < 300; ++i) first.Time([&] { client.FirstPage(size); });
    first.Print(absl::StrCat("ListAccessible, reviewer: first page of ", size));
  }
  Streams(client, 1'000);
  Streams(client, 10'000);
}

}  // namespace usher::bench
