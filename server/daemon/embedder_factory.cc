#include <fstream>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "index/embed/http_embedder.h"
#include "index/embed/static_embedder.h"
#include "server/daemon/daemon.h"

namespace usher::daemon {
namespace {

// `status` with the setting it is about in front.
absl::Status About(const char* setting, const absl::Status& status) {
  return absl::Status(status.code(), absl::StrCat(setting, ": ", status.message()));
}

absl::StatusOr<std::unique_ptr<embed::Embedder>> MakeStatic(const config::Config& config, const acl::Clock& clock) {
  const std::string path =
      config.embedding_model_file.empty() ? embed::DefaultStaticModelPath() : config.embedding_model_file;
  absl::StatusOr<std::unique_ptr<embed::StaticEmbedder>> made = embed::StaticEmbedder::Load(path, clock);
  if (!made.ok()) return About("embedding.model_file", made.status());
  return *std::move(made);
}

absl::StatusOr<std::unique_ptr<embed::Embedder>> MakeHttp(const config::Config& config, const acl::Clock& clock) {
  embed::HttpEmbedderOptions options;
  options.url = config.embedding_url;
  options.model = config.embedding_model;
  options.dimension = static_cast<int>(config.embedding_dimension);
  options.ca_file = config.embedding_ca_file;
  absl::StatusOr<std::string> key = ReadSecret(config.embedding_api_key_file, "embedding.api_key_file");
  if (!key.ok()) return key.status();
  options.api_key = *std::move(key);
  absl::StatusOr<std::unique_ptr<embed::HttpEmbedder>> made = embed::HttpEmbedder::Create(std::move(options), clock);
  if (!made.ok()) return About("embedding", made.status());
  return *std::move(made);
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path, const std::string& setting) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf())) {
    return absl::NotFoundError(absl::StrCat(setting, ": cannot read the file '", path, "'"));
  }
  return text.str();
}

absl::StatusOr<std::string> ReadSecret(const std::string& path, const std::string& setting) {
  if (path.empty()) return std::string();
  absl::StatusOr<std::string> secret = ReadFile(path, setting);
  if (secret.ok()) absl::StripAsciiWhitespace(&*secret);
  return secret;
}

absl::StatusOr<std::unique_ptr<embed::Embedder>> MakeEmbedder(const config::Config& config, const acl::Clock& clock) {
  switch (config.embedding_provider) {
    case config::EmbeddingProvider::kStatic:
      return MakeStatic(config, clock);
    case config::EmbeddingProvider::kHttp:
      return MakeHttp(config, clock);
    case config::EmbeddingProvider::kNone:
      break;
  }
  return std::unique_ptr<embed::Embedder>();
}

}  // namespace usher::daemon
