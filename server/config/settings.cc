#include "server/config/settings.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

namespace usher::config {
namespace {

Setting Text(std::string path, std::string Config::*member, std::string meaning) {
  return {std::move(path), std::move(meaning),
          [member](const std::string& value, Config& config) {
            config.*member = value;
            return absl::OkStatus();
          },
          [member](const Config& config) { return absl::StrCat("\"", config.*member, "\""); }};
}

Setting Number(std::string path, int64_t Config::*member, int64_t min, int64_t max, const std::string& meaning) {
  return {std::move(path), absl::StrCat(meaning, " ", min, " to ", max, "."),
          [member, min, max](const std::string& value, Config& config) {
            int64_t number = 0;
            if (!absl::SimpleAtoi(value, &number) || number < min || number > max) {
              return absl::InvalidArgumentError(
                  absl::StrCat("is '", value, "'; must be a whole number from ", min, " to ", max));
            }
            config.*member = number;
            return absl::OkStatus();
          },
          [member](const Config& config) { return absl::StrCat(config.*member); }};
}

Setting Time(std::string path, absl::Duration Config::*member, absl::Duration max, const std::string& meaning,
             absl::Duration min = absl::Seconds(1)) {
  const std::string range = absl::StrCat(absl::FormatDuration(min), " to ", absl::FormatDuration(max));
  return {std::move(path), absl::StrCat(meaning, " ", range, "."),
          [member, min, max, range](const std::string& value, Config& config) {
            absl::Duration duration;
            if (!absl::ParseDuration(value, &duration) || duration < min || duration > max) {
              return absl::InvalidArgumentError(
                  absl::StrCat("is '", value, "'; must be a duration such as 30s, from ", range));
            }
            config.*member = duration;
            return absl::OkStatus();
          },
          [member](const Config& config) { return absl::FormatDuration(config.*member); }};
}

Setting Share(std::string path, double Config::*member, const std::string& meaning) {
  return {std::move(path), absl::StrCat(meaning, " 0 to 1."),
          [member](const std::string& value, Config& config) {
            double share = 0;
            // Written so that what is not a number is refused.
            if (!absl::SimpleAtod(value, &share) || !(share >= 0 && share <= 1)) {
              return absl::InvalidArgumentError(
                  absl::StrCat("is '", value, "'; must be a number from 0 to 1, such as 0.001"));
            }
            config.*member = share;
            return absl::OkStatus();
          },
          [member](const Config& config) { return absl::StrCat(config.*member); }};
}

// One of several words, each of which stands for a value.
template <typename T>
Setting Choice(std::string path, T Config::*member, std::vector<std::pair<std::string, T>> choices,
               std::string meaning) {
  return {std::move(path), std::move(meaning),
          [member, choices](const std::string& value, Config& config) {
            std::vector<std::string> words;
            for (const auto& [word, meant] : choices) {
              if (word == value) {
                config.*member = meant;
                return absl::OkStatus();
              }
              words.push_back(word);
            }
            const std::string last = words.back();
            words.pop_back();
            return absl::InvalidArgumentError(
                absl::StrCat("is '", value, "'; must be ", absl::StrJoin(words, ", "), " or ", last));
          },
          [member, choices](const Config& config) {
            const auto chosen = std::find_if(choices.begin(), choices.end(),
                                             [&](const auto& choice) { return choice.second == config.*member; });
            return chosen == choices.end() ? std::string() : chosen->first;
          }};
}

void AddDetectors(std::vector<Setting>& settings) {
  settings.push_back(Choice(
      "detectors.kind", &Config::detectors_kind,
      {{"none", DetectorKind::kNone},
       {"lakera", DetectorKind::kLakera},
       {"classifier", DetectorKind::kClassifier},
       {"tei", DetectorKind::kTei},
       {"nemo", DetectorKind::kNemo}},
      "Whose labels stand beside our own; the service sees the texts of answers. `none` (nothing is sent), `lakera` "
      "(Lakera Guard), `tei` (a classifier such as Prompt Guard, served by text-embeddings-inference), `classifier` "
      "(one that takes {\"inputs\": [...]}), or `nemo` (NeMo Guardrails)."));
  settings.push_back(Text("detectors.url", &Config::detectors_url,
                          "Where the service takes requests, e.g. https://api.lakera.ai/v2/guard, "
                          "http://127.0.0.1:8080/predict or http://127.0.0.1:8000/v1/chat/completions."));
  settings.push_back(Text("detectors.project", &Config::detectors_project,
                          "Project of `lakera`, configuration of `nemo`. Empty: the service's default."));
  settings.push_back(Text("detectors.api_key_file", &Config::detectors_api_key_file,
                          "File that holds the service's bearer key. Empty: none is sent."));
  settings.push_back(Text("detectors.ca_file", &Config::detectors_ca_file,
                          "PEM certificates to trust for the service. Empty: those of the system."));
  settings.push_back(Time("detectors.timeout", &Config::detectors_timeout, absl::Seconds(10),
                          "The longest an answer waits for labels.", absl::Milliseconds(10)));
  settings.push_back(Share("detectors.threshold", &Config::detectors_threshold, "Scores from here on are findings."));
}

std::vector<Setting> MakeSettings() {
  std::vector<Setting> settings;
  settings.push_back(Text("data_dir", &Config::data_dir, "Folder of everything durable; made when missing. Required."));
  settings.push_back(Text("listen", &Config::listen,
                          "IP address and port. Anything but a loopback address requires tls. IPv6 in brackets."));
  settings.push_back(
      Choice("log.level", &Config::log_level,
             {{"debug", "debug"}, {"info", "info"}, {"warning", "warning"}, {"error", "error"}},
             "How much is logged to standard error: debug, info, warning or error. Text and queries never are."));
  settings.push_back(
      Text("tls.certificate_file", &Config::tls_certificate_file, "PEM certificate chain. Empty: plaintext."));
  settings.push_back(Text("tls.key_file", &Config::tls_key_file, "PEM private key of the certificate."));
  settings.push_back(Text("tls.client_ca_file", &Config::tls_client_ca_file,
                          "PEM certificates. When set, callers must present a certificate that one of these signed."));
  settings.push_back(Choice(
      "embedding.provider", &Config::embedding_provider,
      {{"static", EmbeddingProvider::kStatic}, {"http", EmbeddingProvider::kHttp}, {"none", EmbeddingProvider::kNone}},
      "What turns text into vectors: `static` (the model that comes with the server, no network), `http` (an "
      "OpenAI-compatible endpoint), or `none` (callers send vectors)."));
  settings.push_back(Text("embedding.model_file", &Config::embedding_model_file,
                          "Model for `static`. Empty: the one that comes with the server."));
  settings.push_back(
      Text("embedding.url", &Config::embedding_url, "Endpoint for `http`, e.g. https://host/v1/embeddings."));
  settings.push_back(Text("embedding.model", &Config::embedding_model, "Name of the model for `http`."));
  settings.push_back(
      Number("embedding.dimension", &Config::embedding_dimension, 0, 4'096, "Floats per vector of the `http` model."));
  settings.push_back(Text("embedding.api_key_file", &Config::embedding_api_key_file,
                          "File that holds the bearer key for `http`. Empty: none is sent."));
  settings.push_back(Text("embedding.ca_file", &Config::embedding_ca_file,
                          "PEM certificates to trust for `http`. Empty: those of the system."));
  AddDetectors(settings);
  settings.push_back(Number("limits.max_calls", &Config::limits_max_calls, 1, 10'000,
                            "Calls worked on at once; more are refused with a hint when to retry."));
  settings.push_back(Number("limits.max_request_bytes", &Config::limits_max_request_bytes, 1 << 16, 256 << 20,
                            "Size of the largest request."));
  settings.push_back(Time("limits.max_query_time", &Config::limits_max_query_time, absl::Minutes(10),
                          "The longest a query may take, whatever deadline it asks for."));
  settings.push_back(
      Time("limits.max_write_time", &Config::limits_max_write_time, absl::Hours(1), "The longest a write may take."));
  settings.push_back(Time("limits.drain_time", &Config::limits_drain_time, absl::Minutes(10),
                          "How long calls under way may go on after SIGTERM."));
  settings.push_back(
      Number("storage.block_cache_bytes", &Config::storage_block_cache_bytes, 8 << 20, int64_t{1} << 40,
             "Memory for what is read often: blocks of the store, and chunks that were read and cleaned."));
  settings.push_back(Number("index.seal_rows", &Config::index_seal_rows, 256, 10'000'000,
                            "Chunks a collection gathers before they are sealed into a segment."));
  settings.push_back(Number("index.graph_segment_rows", &Config::index_graph_segment_rows, 0, 1'000'000'000,
                            "Chunks a segment needs to get a graph besides, for those who may read nearly all of it. "
                            "Makes loading many times slower. 0: none gets one."));
  settings.push_back(Choice(
      "index.row_format", &Config::index_row_format,
      {{"float32", RowFormat::kFloat32}, {"float16", RowFormat::kFloat16}},
      "How vectors are kept for exact scores: `float32`, or `float16` for half of the memory and of the index "
      "files, with scores of vectors rounded to three digits, which move them by some 0.00001. After a change the "
      "next start takes longer: all index files are made anew."));
  settings.push_back(
      Text("sanitize.policy_dir", &Config::sanitize_policy_dir,
           "Folder of policies for cleaning text: default.yaml, TENANT.yaml, TENANT/COLLECTION.yaml; read "
           "again when they change. Empty: the default policy."));
  settings.push_back(Text("metrics.address", &Config::metrics_address,
                          "Loopback IP address and port to serve Prometheus metrics on, at /metrics and without TLS. "
                          "Empty: none are served."));
  settings.push_back(Share("recall.sample_share", &Config::recall_sample_share,
                           "Share of the searches on an approximate path that are repeated exactly in the background, "
                           "to measure recall. Needs metrics.address. 0: none."));
  return settings;
}

}  // namespace

std::string Setting::Variable() const {
  return absl::StrCat("USHER_", absl::AsciiStrToUpper(absl::StrReplaceAll(path, {{".", "_"}})));
}

const std::vector<Setting>& Settings() {
  static const auto& settings = *new std::vector<Setting>(MakeSettings());
  return settings;
}

}  // namespace usher::config
