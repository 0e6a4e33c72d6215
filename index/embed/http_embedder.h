// Embeds through any OpenAI-compatible /v1/embeddings endpoint.
//
// Guarantees: text leaves only over verified TLS or to this machine; the key appears in no error and no log; answers
// are checked strictly and normalised; no call outlives its deadline by more than a moment. Non-guarantees: the
// endpoint sees the texts, and may change its weights under the same name: `model_id()` then lies. Thread-safety: as
// Embedder; each call has its own connection.
#ifndef USHER_INDEX_EMBED_HTTP_EMBEDDER_H_
#define USHER_INDEX_EMBED_HTTP_EMBEDDER_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "acl/clock.h"
#include "index/embed/embedder.h"
#include "index/http/http_post.h"

namespace usher::embed {

struct HttpEmbedderOptions {
  std::string url;      // e.g. https://models.example/v1/embeddings
  std::string model;    // as the endpoint calls it
  int dimension = 0;    // what the model returns
  std::string api_key;  // bearer key; empty for none
  std::string ca_file;  // PEM bundle; empty for the system's
  size_t batch_size = 64;
  size_t max_response_bytes = size_t{32} << 20;
  int max_attempts = 4;  // a batch, the first one included
  absl::Duration first_backoff = absl::Milliseconds(200);
  absl::Duration attempt_timeout = absl::Seconds(30);
};

class HttpEmbedder final : public Embedder {
 public:
  static constexpr size_t kMaxTextBytes = size_t{1} << 20;

  // INVALID_ARGUMENT naming the option to change. `clock` is not owned and must outlive the embedder.
  static absl::StatusOr<std::unique_ptr<HttpEmbedder>> Create(HttpEmbedderOptions options, const acl::Clock& clock);

  const std::string& model_id() const override { return model_id_; }
  int dimension() const override { return options_.dimension; }

  // Besides the errors of Embedder: FAILED_PRECONDITION when the endpoint refuses, redirects, is not trusted or answers
  // something else than was asked.
  absl::StatusOr<std::vector<float>> Embed(absl::Span<const std::string_view> texts,
                                           absl::Time deadline) const override;

 private:
  HttpEmbedder(HttpEmbedderOptions options, const acl::Clock& clock);

  absl::StatusOr<std::vector<float>> EmbedBatch(http::HttpPost& post, absl::Span<const std::string_view> texts,
                                                absl::Time deadline) const;

  const HttpEmbedderOptions options_;
  const http::HttpTarget target_;
  const acl::Clock& clock_;
  const std::string model_id_;
};

}  // namespace usher::embed

#endif  // USHER_INDEX_EMBED_HTTP_EMBEDDER_H_
