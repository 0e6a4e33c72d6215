// What a query becomes before it is searched: a vector of the collection's space, of unit norm.
//
// Thread-safety: free function.
#ifndef USHER_SERVER_PIPELINE_QUERY_VECTOR_H_
#define USHER_SERVER_PIPELINE_QUERY_VECTOR_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "index/embed/embedder.h"

namespace usher::pipeline {

using QueryContent = std::variant<std::string, std::vector<float>>;  // text, or a vector of finite numbers

// What a collection's vectors are made of.
struct VectorSpace {
  std::string_view embedding_model;  // empty: ready vectors only
  int dimension = 0;
};

// `embedder` may be null. INVALID_ARGUMENT at "vector" for one of another dimension or all zero; FAILED_PRECONDITION at
// "text" where the collection's model is not the embedder's; the embedder's errors otherwise.
absl::StatusOr<std::vector<float>> QueryVector(const QueryContent& query, const VectorSpace& space,
                                               const embed::Embedder* embedder, absl::Time deadline);

// `status` with the field that it names, if any, put below "queries[i].".
absl::Status InQuery(absl::Status status, size_t i);

// One vector for each query, in order; all texts are embedded together. Errors as above, InQuery where it is known
// which one is at fault.
absl::StatusOr<std::vector<std::vector<float>>> QueryVectors(absl::Span<const QueryContent* const> queries,
                                                             const VectorSpace& space, const embed::Embedder* embedder,
                                                             absl::Time deadline);

}  // namespace usher::pipeline

#endif  // USHER_SERVER_PIPELINE_QUERY_VECTOR_H_
