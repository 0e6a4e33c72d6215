// What the server is told at start: a YAML file, overridden by environment variables.
//
// Every setting has a dotted path such as `tls.certificate_file`; its variable is USHER_ and the path in capitals with
// '_' for '.': USHER_TLS_CERTIFICATE_FILE. One table (settings.cc) holds path, default, meaning and parser of each.
// Guarantees: an unknown key, a variable that starts with USHER_ and names no setting, and a value out of range are
// errors that name the key; nothing is silently ignored. Thread-safety: values; free functions.
#ifndef USHER_SERVER_CONFIG_CONFIG_H_
#define USHER_SERVER_CONFIG_CONFIG_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace usher::config {

enum class EmbeddingProvider { kStatic, kHttp, kNone };
enum class RowFormat { kFloat32, kFloat16 };
enum class DetectorKind { kNone, kLakera, kClassifier, kTei, kNemo };

struct Config {
  std::string data_dir;
  std::string listen = "127.0.0.1:7443";
  std::string log_level = "info";

  std::string tls_certificate_file;
  std::string tls_key_file;
  std::string tls_client_ca_file;

  EmbeddingProvider embedding_provider = EmbeddingProvider::kStatic;
  std::string embedding_model_file;  // empty: the model that comes with the server
  std::string embedding_url;
  std::string embedding_model;
  int64_t embedding_dimension = 0;
  std::string embedding_api_key_file;
  std::string embedding_ca_file;

  DetectorKind detectors_kind = DetectorKind::kNone;
  std::string detectors_url;
  std::string detectors_project;
  std::string detectors_api_key_file;
  std::string detectors_ca_file;
  absl::Duration detectors_timeout = absl::Milliseconds(500);
  double detectors_threshold = 0.5;

  int64_t limits_max_calls = 256;
  int64_t limits_max_request_bytes = 16 << 20;
  absl::Duration limits_max_query_time = absl::Seconds(30);
  absl::Duration limits_max_write_time = absl::Minutes(10);
  absl::Duration limits_drain_time = absl::Seconds(20);

  int64_t storage_block_cache_bytes = 256 << 20;

  int64_t index_seal_rows = 16'384;
  int64_t index_graph_segment_rows = 0;
  RowFormat index_row_format = RowFormat::kFloat32;

  std::string sanitize_policy_dir;  // empty: the default policy for everybody

  std::string metrics_address;  // empty: none are served
  double recall_sample_share = 0.001;
};

using Environment = std::map<std::string, std::string>;

// The variables of this process that start with USHER_.
Environment ProcessEnvironment();

// `path` may be empty: environment and defaults only. INVALID_ARGUMENT naming file and key.
absl::StatusOr<Config> LoadConfig(const std::string& path, const Environment& environment);

// The same for a text, e.g. in tests; `name` stands for it in messages.
absl::StatusOr<Config> ParseConfig(const std::string& name, const std::string& yaml, const Environment& environment);

// A commented YAML file with every setting and its default.
std::string DocumentedConfig();

}  // namespace usher::config

#endif  // USHER_SERVER_CONFIG_CONFIG_H_
