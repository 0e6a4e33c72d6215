// Reads the body of an OpenAI-compatible /v1/embeddings answer; the endpoint is not trusted.
//
// Guarantees: what comes out has the asked count and dimension, each index once, only finite numbers, unit length.
// Thread-safety: a free function without state.
#ifndef USHER_INDEX_EMBED_EMBEDDING_RESPONSE_H_
#define USHER_INDEX_EMBED_EMBEDDING_RESPONSE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace usher::embed {

// Returns `count` rows of `dimension` floats in the order of their "index". FAILED_PRECONDITION naming what is wrong,
// never quoting the body.
absl::StatusOr<std::vector<float>> ParseEmbeddings(const std::string& body, size_t count, size_t dimension);

}  // namespace usher::embed

#endif  // USHER_INDEX_EMBED_EMBEDDING_RESPONSE_H_
