// Embeds text by the weighted mean of its tokens' vectors: no network, no floating-point surprises, microseconds a
// text.
//
// Guarantees: the same text gives the same bits on every x86-64 machine (sums are exact integers); every token of a
// text counts, however long the text is, up to kMaxTextBytes; tokens without weight (unknown words) are ignored.
// Non-guarantees: word order does not matter to this model.
// Thread-safety: as Embedder; the model is shared, never written.
#ifndef USHER_INDEX_EMBED_STATIC_EMBEDDER_H_
#define USHER_INDEX_EMBED_STATIC_EMBEDDER_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "acl/clock.h"
#include "index/embed/embedder.h"
#include "index/embed/static_model.h"

namespace usher::embed {

// The model in the source tree this program was built from; an installation names its own path in its configuration.
std::string DefaultStaticModelPath();

class StaticEmbedder final : public Embedder {
 public:
  // A longer text is INVALID_ARGUMENT: cut it into chunks first.
  static constexpr size_t kMaxTextBytes = size_t{1} << 20;

  // `clock` decides about deadlines; it is not owned and must outlive the embedder.
  StaticEmbedder(StaticModel model, const acl::Clock& clock);

  // Reads the model at `path`; errors as StaticModel::Load.
  static absl::StatusOr<std::unique_ptr<StaticEmbedder>> Load(const std::string& path, const acl::Clock& clock);

  const std::string& model_id() const override { return model_id_; }
  int dimension() const override { return model_.dimension(); }
  absl::StatusOr<std::vector<float>> Embed(absl::Span<const std::string_view> texts,
                                           absl::Time deadline) const override;

 private:
  // Reused between the texts of one call.
  struct Scratch;

  // Writes the unit vector of `text` to `out`, which has dimension() places.
  absl::Status EmbedOne(std::string_view text, Scratch& scratch, absl::Span<float> out) const;

  const StaticModel model_;
  const acl::Clock& clock_;
  const std::string model_id_;
};

}  // namespace usher::embed

#endif  // USHER_INDEX_EMBED_STATIC_EMBEDDER_H_
