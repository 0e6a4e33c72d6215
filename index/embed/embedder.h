// Text in, vectors out: the seam between Usher and whatever embeds.
//
// Guarantees: every vector that comes out is finite, of unit L2 norm and of `dimension()` floats.
// Non-guarantees: two embedders with different `model_id()` are not comparable, even at equal dimension.
// Thread-safety: all methods may be called concurrently.
#ifndef USHER_INDEX_EMBED_EMBEDDER_H_
#define USHER_INDEX_EMBED_EMBEDDER_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

namespace usher::embed {

class Embedder {
 public:
  virtual ~Embedder() = default;

  // Names the model and its weights, e.g. "usher-static-256@1f0c9a2e"; stored with every collection, and a collection
  // only accepts text embedded under its own id.
  virtual const std::string& model_id() const = 0;

  // Floats per vector, > 0 and constant.
  virtual int dimension() const = 0;

  // Returns `texts.size()` rows of `dimension()` floats, row-major. Texts must be valid UTF-8; an empty text or one
  // without any known token is INVALID_ARGUMENT naming its index. Gives up with DEADLINE_EXCEEDED at `deadline`;
  // UNAVAILABLE means that a remote model could not be reached and a retry may help.
  virtual absl::StatusOr<std::vector<float>> Embed(absl::Span<const std::string_view> texts,
                                                   absl::Time deadline) const = 0;
};

}  // namespace usher::embed

#endif  // USHER_INDEX_EMBED_EMBEDDER_H_
