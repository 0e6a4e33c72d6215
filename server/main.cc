// usherd: the server, and the few things that are done on its data folder while it does not run.
#include <semaphore.h>
#include <signal.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <time.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "acl/clock.h"
#include "index/storage/store.h"
#include "server/audit/receipt_log.h"
#include "server/auth/api_key.h"
#include "server/config/config.h"
#include "server/daemon/daemon.h"
#include "server/version.h"

namespace {

constexpr int kFailed = 1;

int Fail(const absl::Status& status) {
  std::fprintf(stderr, "usherd: %s\n", std::string(status.message()).c_str());
  return kFailed;
}

// Standard output is for answers; the log goes beside it.
void StartLog() {
  spdlog::set_default_logger(spdlog::stderr_color_mt("usherd"));
  spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %v");
}

// Libraries start threads before main() begins, so no mask can keep signals from all of them; a handler works in any
// thread.
sem_t stop_asked;
volatile sig_atomic_t stop_signal = 0;

void OnStopSignal(int number) {
  stop_signal = number;
  sem_post(&stop_asked);
}

void OnReloadSignal(int) { sem_post(&stop_asked); }

void CatchStopSignals() {
  sem_init(&stop_asked, 0, 0);
  struct sigaction action {};
  action.sa_handler = OnStopSignal;
  action.sa_flags = SA_RESTART;
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
  action.sa_handler = OnReloadSignal;
  sigaction(SIGHUP, &action, nullptr);
}

// Calls `meanwhile` every few seconds and on SIGHUP.
int AwaitStopSignal(const std::function<void()>& meanwhile) {
  constexpr time_t kSeconds = 5;
  for (;;) {
    timespec until{};
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += kSeconds;
    while (sem_timedwait(&stop_asked, &until) != 0 && errno == EINTR) {
    }
    if (stop_signal != 0) return stop_signal;
    meanwhile();
  }
}

// A call that waits for something outside, such as an embedding endpoint, does not notice that it was cancelled.
// Whatever was acknowledged is on disk, so the server may leave without it.
void LeaveAfter(absl::Duration time) {
  std::thread([time] {
    absl::SleepFor(time);
    spdlog::warn("leaving calls behind that did not end within {}", absl::FormatDuration(time));
    spdlog::default_logger()->flush();
    _exit(0);
  }).detach();
}

struct ServeOptions {
  std::string config_file;
  std::string data_dir;
  std::string listen;
};

int Serve(const ServeOptions& options) {
  CatchStopSignals();
  signal(SIGPIPE, SIG_IGN);

  usher::config::Environment environment = usher::config::ProcessEnvironment();
  if (!options.data_dir.empty()) environment["USHER_DATA_DIR"] = options.data_dir;
  if (!options.listen.empty()) environment["USHER_LISTEN"] = options.listen;
  const auto config = usher::config::LoadConfig(options.config_file, environment);
  if (!config.ok()) return Fail(config.status());
  spdlog::set_level(spdlog::level::from_str(config->log_level));

  const usher::acl::SystemClock clock;
  const auto daemon = usher::daemon::Daemon::Start(*config, &clock);
  if (!daemon.ok()) return Fail(daemon.status());
  spdlog::info("usherd {} serving {}: {}", usher::kVersion, config->data_dir, (*daemon)->Describe());
  std::printf("usherd ready on port %d\n", (*daemon)->port());
  std::fflush(stdout);

  const int signal_number = AwaitStopSignal([&] { (*daemon)->ReloadPolicies(); });
  spdlog::info("draining after {}", signal_number == SIGTERM ? "SIGTERM" : "SIGINT");
  LeaveAfter(config->limits_drain_time + absl::Seconds(1));
  (*daemon)->Shutdown();
  spdlog::info("stopped");
  return 0;
}

absl::StatusOr<std::unique_ptr<usher::storage::Store>> OpenStore(const std::string& data_dir) {
  usher::storage::StoreOptions options;
  options.path = data_dir;
  return usher::storage::Store::Open(options);
}

struct KeyOptions {
  std::string data_dir;
  std::string tenant;
  std::string principal;
  std::vector<std::string> roles;
  bool delegate = false;
  std::string lifetime;
  std::vector<std::string> groups;
};

absl::StatusOr<usher::auth::NewKey> NewKeyFrom(const KeyOptions& options, absl::Time now) {
  usher::auth::NewKey key{options.tenant,   options.principal,      {},
                          options.delegate, absl::InfiniteFuture(), options.groups};
  for (const std::string& name : options.roles) {
    const auto role = usher::auth::ParseRole(name);
    if (!role) {
      return absl::InvalidArgumentError(
          absl::StrCat("'", name, "' is not a role: reader, owner, administrator, auditor or operator"));
    }
    key.roles.Add(*role);
  }
  if (options.lifetime.empty()) return key;
  absl::Duration lifetime;
  if (!absl::ParseDuration(options.lifetime, &lifetime) || lifetime <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError(
        absl::StrCat("--lifetime '", options.lifetime, "' must be a duration such as 720h"));
  }
  key.expire_time = now + lifetime;
  return key;
}

int CreateKey(const KeyOptions& options) {
  const usher::acl::SystemClock clock;
  const auto key = NewKeyFrom(options, clock.Now());
  if (!key.ok()) return Fail(key.status());
  const auto made = usher::auth::MakeApiKey(*key, clock.Now());
  if (!made.ok()) return Fail(made.status());
  const auto store = OpenStore(options.data_dir);
  if (!store.ok()) return Fail(store.status());
  usher::storage::Batch batch;
  batch.PutApiKey(made->record);
  const usher::acl::Revision next((*store)->last_revision().value() + 1);
  if (absl::Status status = (*store)->Commit(std::move(batch), next); !status.ok()) return Fail(status);
  std::fprintf(stderr, "key %s for %s in tenant %s; it cannot be shown again:\n", made->record.key_id.c_str(),
               options.principal.c_str(), options.tenant.c_str());
  std::printf("%s\n", made->secret.c_str());
  return 0;
}

int VerifyReceipts(const std::string& data_dir) {
  const auto store = OpenStore(data_dir);
  if (!store.ok()) return Fail(store.status());
  const auto verification = usher::audit::VerifyReceipts(**store);
  if (!verification.ok()) return Fail(verification.status());
  std::printf("%llu receipts, each following from the one before; the last digest is %s\n",
              static_cast<unsigned long long>(verification->entries), verification->last_digest.c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"usherd: permission-filtered retrieval for language models"};
  app.set_version_flag("--version", usher::kVersion);
  app.require_subcommand(1);

  ServeOptions serve_options;
  CLI::App* serve = app.add_subcommand("serve", "Serve a data folder until SIGTERM");
  serve->add_option("--config", serve_options.config_file, "YAML file; see `usherd config`");
  serve->add_option("--data", serve_options.data_dir, "Data folder, instead of data_dir");
  serve->add_option("--listen", serve_options.listen, "Address and port, instead of listen");

  CLI::App* keys = app.add_subcommand("keys", "API keys of a data folder that is not being served");
  keys->require_subcommand(1);
  KeyOptions key_options;
  CLI::App* create = keys->add_subcommand("create", "Make a key and print it once, on standard output");
  create->add_option("--data", key_options.data_dir, "Data folder")->required();
  create->add_option("--tenant", key_options.tenant, "Tenant; made when new")->required();
  create->add_option("--principal", key_options.principal, "user:ID or service:ID")->required();
  create->add_option("--role", key_options.roles, "reader, owner, administrator, auditor, operator; may be repeated")
      ->required()
      ->delimiter(',');
  create->add_flag("--delegate", key_options.delegate, "The holder may act for other principals of the tenant");
  create->add_option("--lifetime", key_options.lifetime, "For example 720h; without it the key does not expire");
  create
      ->add_option("--group", key_options.groups,
                   "A group that the key vouches for, group:SOURCE/ID; may be repeated. It counts where the tenant "
                   "accepts groups that credentials name from that source")
      ->allow_extra_args(false);

  CLI::App* audit = app.add_subcommand("audit", "Receipts of a data folder that is not being served");
  audit->require_subcommand(1);
  std::string audit_data;
  CLI::App* verify = audit->add_subcommand("verify", "Check that every receipt follows from the one before");
  verify->add_option("--data", audit_data, "Data folder")->required();

  CLI::App* config = app.add_subcommand("config", "Print every setting with its default and meaning");

  CLI11_PARSE(app, argc, argv);
  StartLog();
  if (serve->parsed()) return Serve(serve_options);
  if (create->parsed()) return CreateKey(key_options);
  if (verify->parsed()) return VerifyReceipts(audit_data);
  if (config->parsed()) std::fputs(usher::config::DocumentedConfig().c_str(), stdout);
  return 0;
}
