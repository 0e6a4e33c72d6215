#include "server/daemon/daemon.h"

#include <spdlog/spdlog.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "index/corpus/corpus.h"
#include "index/storage/store.h"
#include "server/admission/admission.h"
#include "server/audit/receipt_log.h"
#include "server/auth/api_key.h"
#include "server/auth/crypto.h"
#include "server/auth/token.h"
#include "server/daemon/corpus_options.h"
#include "server/pipeline/front_door.h"
#include "server/pipeline/query_pipeline.h"
#include "server/rpc/listen_address.h"
#include "server/rpc/server.h"
#include "server/rpc/stream_places.h"
#include "server/sanitize/policy/policy_set.h"
#include "server/sanitize/sanitizer.h"
#include "server/telemetry/exposer.h"
#include "server/telemetry/metrics.h"
#include "server/telemetry/recall_sampler.h"

namespace usher::daemon {
namespace {

absl::StatusOr<rpc::ServerOptions> ServerOptionsFrom(const config::Config& config) {
  rpc::ServerOptions options;
  options.listen = config.listen;
  options.max_request_bytes = static_cast<int>(config.limits_max_request_bytes);
  // Room for calls that wait for admission's refusal, for health checks, and for four kinds of streams that last.
  options.max_threads = static_cast<int>(config.limits_max_calls) + 64 + 4 * rpc::kMaxStreams;
  const struct {
    const std::string& path;
    const char* setting;
    std::string* text;
  } files[] = {
      {config.tls_certificate_file, "tls.certificate_file", &options.tls_certificate},
      {config.tls_key_file, "tls.key_file", &options.tls_key},
      {config.tls_client_ca_file, "tls.client_ca_file", &options.tls_client_ca},
  };
  for (const auto& file : files) {
    if (file.path.empty()) continue;
    absl::StatusOr<std::string> text = ReadFile(file.path, file.setting);
    if (!text.ok()) return text.status();
    *file.text = *std::move(text);
  }
  return options;
}

// Nobody who reads them is asked for a credential, and there is no TLS for them.
absl::Status CheckMetricsAddress(const std::string& address) {
  if (address.empty()) return absl::OkStatus();
  const absl::StatusOr<rpc::ListenAddress> parsed = rpc::ParseListenAddress(address);
  if (!parsed.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("metrics.address: ", parsed.status().message()));
  }
  if (parsed->loopback) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "refusing to serve metrics on '", address,
      "': they are served without TLS; set metrics.address to a port of 127.0.0.1, and put a proxy on this "
      "machine if others must read them"));
}

}  // namespace

// In the order of dependence: what is below uses what is above, and goes first at the end.
struct Daemon::Impl {
  explicit Impl(const acl::Clock* c, const admission::Limits& limits) : clock(c), admission(c, limits) {}

  const acl::Clock* clock;
  absl::Duration drain_time;
  admission::Admission admission;
  std::unique_ptr<sanitize::PolicySet> policies;
  std::vector<std::string> refused_policies;  // messages of the last reload
  std::unique_ptr<embed::Embedder> embedder;
  std::unique_ptr<storage::Store> store;
  std::unique_ptr<corpus::Corpus> corpus;
  std::unique_ptr<auth::KeyRing> keys;
  std::unique_ptr<audit::ReceiptLog> receipts;
  std::unique_ptr<auth::TokenMint> tokens;
  std::unique_ptr<pipeline::FrontDoor> door;
  std::unique_ptr<telemetry::Metrics> metrics;
  std::unique_ptr<telemetry::RecallSampler> recall;
  std::unique_ptr<IdleWorker> recall_worker;
  std::unique_ptr<sanitize::external::Detector> detector;  // null: none is configured
  std::unique_ptr<pipeline::QueryPipeline> queries;
  std::unique_ptr<pipeline::PolicyReviewer> reviewer;
  std::unique_ptr<IdleWorker> review_worker;
  std::unique_ptr<rpc::Server> server;
  std::unique_ptr<telemetry::Exposer> exposer;

  absl::Status OpenData(const config::Config& config);
  void MakeTelemetry(const config::Config& config);
  void MakePipelines();
  absl::Status ServeMetrics(const config::Config& config);
  rpc::Backend MakeBackend() const;
};

absl::Status Daemon::Impl::OpenData(const config::Config& config) {
  storage::StoreOptions options;
  options.path = config.data_dir;
  options.block_cache_bytes = static_cast<uint64_t>(config.storage_block_cache_bytes);
  auto opened = storage::Store::Open(options);
  if (!opened.ok()) return opened.status();
  store = *std::move(opened);
  corpus::CorpusOptions corpus_options = CorpusOptionsFrom(config);
  corpus_options.log = [](const std::string& line) { spdlog::warn("{}", line); };
  auto made_corpus = corpus::Corpus::Open(store.get(), clock, std::move(corpus_options));
  if (!made_corpus.ok()) return made_corpus.status();
  corpus = *std::move(made_corpus);
  auto made_keys = auth::KeyRing::Load(*store, clock);
  if (!made_keys.ok()) return made_keys.status();
  keys = *std::move(made_keys);
  auto made_receipts = audit::ReceiptLog::Open(store.get(), clock);
  if (!made_receipts.ok()) return made_receipts.status();
  receipts = *std::move(made_receipts);
  tokens = std::make_unique<auth::TokenMint>(store->token_key());
  auto made_policies =
      sanitize::PolicySet::Open(config.sanitize_policy_dir, auth::Mac(store->token_key(), "usher pseudonyms 1"));
  if (!made_policies.ok()) return made_policies.status();
  policies = *std::move(made_policies);
  return absl::OkStatus();
}

void Daemon::Impl::MakeTelemetry(const config::Config& config) {
  if (config.metrics_address.empty()) return;
  metrics = std::make_unique<telemetry::Metrics>([this] {
    return telemetry::ServerFigures{queries->verify_defects(), corpus->Figures(),
                                    queries->hubs().count(),   queries->canary_alarms() + reviewer->canary_alarms(),
                                    policies->refused(),       reviewer->chunks_reviewed()};
  });
  if (config.recall_sample_share <= 0) return;
  telemetry::RecallOptions options;
  options.sample_share = config.recall_sample_share;
  recall = std::make_unique<telemetry::RecallSampler>(options, metrics.get());
  recall_worker = std::make_unique<IdleWorker>(telemetry::RecallDuty(recall.get()));
}

absl::Status Daemon::Impl::ServeMetrics(const config::Config& config) {
  if (metrics == nullptr) return absl::OkStatus();
  std::string address = config.metrics_address;
  // Not left to a resolver, which may think otherwise.
  if (absl::StartsWith(address, "localhost:")) address.replace(0, address.find(':'), "127.0.0.1");
  absl::StatusOr<std::unique_ptr<telemetry::Exposer>> started = telemetry::Exposer::Start(address, *metrics);
  if (!started.ok()) return started.status();
  exposer = *std::move(started);
  return absl::OkStatus();
}

void Daemon::Impl::MakePipelines() {
  door = std::make_unique<pipeline::FrontDoor>(keys.get(), &admission);
  pipeline::QueryPipeline::Parts parts;
  parts.door = door.get();
  parts.corpus = corpus.get();
  parts.store = store.get();
  parts.embedder = embedder.get();
  parts.policies = policies.get();
  parts.receipts = receipts.get();
  parts.clock = clock;
  parts.telemetry = {metrics.get(), recall.get()};
  parts.detector = detector.get();
  queries = std::make_unique<pipeline::QueryPipeline>(parts);
  reviewer = std::make_unique<pipeline::PolicyReviewer>(store.get(), policies.get());
  if (policies->has_files()) review_worker = std::make_unique<IdleWorker>(pipeline::ReviewDuty(reviewer.get()));
}

rpc::Backend Daemon::Impl::MakeBackend() const {
  rpc::Backend backend;
  backend.door = door.get();
  backend.queries = queries.get();
  backend.policies = policies.get();
  backend.reviews = reviewer.get();
  backend.corpus = corpus.get();
  backend.keys = keys.get();
  backend.tokens = tokens.get();
  backend.embedder = embedder.get();
  backend.receipts = receipts.get();
  backend.clock = clock;
  backend.start_time = clock->Now();
  return backend;
}

Daemon::Daemon(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Daemon::~Daemon() = default;

absl::StatusOr<std::unique_ptr<Daemon>> Daemon::Start(const config::Config& config, const acl::Clock* clock) {
  // What is cheap to refuse is refused before the data folder is touched.
  absl::StatusOr<rpc::ServerOptions> server_options = ServerOptionsFrom(config);
  if (!server_options.ok()) return server_options.status();
  if (absl::Status status = rpc::CheckExposure(*server_options); !status.ok()) return status;
  if (absl::Status status = CheckMetricsAddress(config.metrics_address); !status.ok()) return status;
  auto impl =
      std::make_unique<Impl>(clock, admission::Limits{static_cast<int>(config.limits_max_calls),
                                                      config.limits_max_query_time, config.limits_max_write_time});
  impl->drain_time = config.limits_drain_time;
  absl::StatusOr<std::unique_ptr<embed::Embedder>> embedder = MakeEmbedder(config, *clock);
  if (!embedder.ok()) return embedder.status();
  impl->embedder = *std::move(embedder);
  impl->MakeTelemetry(config);
  auto detector = MakeDetector(config, *clock, impl->metrics.get());
  if (!detector.ok()) return detector.status();
  impl->detector = *std::move(detector);
  if (absl::Status status = impl->OpenData(config); !status.ok()) return status;
  impl->MakePipelines();
  if (absl::Status status = impl->ServeMetrics(config); !status.ok()) return status;
  absl::StatusOr<std::unique_ptr<rpc::Server>> server = rpc::Server::Start(*server_options, impl->MakeBackend());
  if (!server.ok()) return server.status();
  impl->server = *std::move(server);
  return std::unique_ptr<Daemon>(new Daemon(std::move(impl)));
}

int Daemon::port() const { return impl_->server->port(); }

std::string Daemon::Describe() const {
  return absl::StrCat("revision ", impl_->corpus->revision().value(), ", ", impl_->keys->size(),
                      " API keys, embedding ", impl_->embedder ? impl_->embedder->model_id() : std::string("none"),
                      impl_->exposer ? absl::StrCat(", metrics on port ", impl_->exposer->port()) : std::string(),
                      impl_->detector ? absl::StrCat(", texts of answers go to the detector ", impl_->detector->rule())
                                      : std::string());
}

void Daemon::ReloadPolicies() {
  const sanitize::PolicySet::Report report = impl_->policies->Reload();
  if (!report.changed.empty()) impl_->reviewer->LookNow();
  for (const std::string& path : report.changed) spdlog::info("policy {} was read anew", path);
  if (report.refused == impl_->refused_policies) return;  // said already
  for (const std::string& message : report.refused) spdlog::error("{}; the policy before stays in force", message);
  impl_->refused_policies = report.refused;
}

void Daemon::Shutdown() { impl_->server->Shutdown(impl_->drain_time); }

}  // namespace usher::daemon
