#include "server/pipeline/query_vector.h"

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "acl/absl_view.h"
#include "server/status_detail.h"

namespace usher::pipeline {
namespace {

absl::Status Normalize(std::vector<float>& vector) {
  double sum = 0;
  for (const float x : vector) sum += double{x} * double{x};
  const double norm = std::sqrt(sum);
  if (!std::isfinite(norm) || norm < 1e-30) {
    return AtField(absl::InvalidArgumentError("the query vector must be finite and not all zero"), "vector");
  }
  for (float& x : vector) x = static_cast<float>(double{x} / norm);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<float>> GivenVector(std::vector<float> vector, int dimension) {
  if (vector.size() != static_cast<size_t>(dimension)) {
    return WithReason(AtField(absl::InvalidArgumentError(absl::StrCat("the query vector has ", vector.size(),
                                                                      " dimensions; the collection has ", dimension)),
                              "vector"),
                      "DIMENSION_MISMATCH");
  }
  if (absl::Status status = Normalize(vector); !status.ok()) return status;
  return vector;
}

}  // namespace

absl::StatusOr<std::vector<float>> QueryVector(const QueryContent& query, const VectorSpace& space,
                                               const embed::Embedder* embedder, absl::Time deadline) {
  if (const auto* given = std::get_if<std::vector<float>>(&query)) return GivenVector(*given, space.dimension);
  if (embedder == nullptr || space.embedding_model != embedder->model_id()) {
    const std::string message =
        space.embedding_model.empty()
            ? "the collection has no embedding model; ask with a vector"
            : absl::StrCat("the collection was embedded with '", acl::ToAbsl(space.embedding_model),
                           "', which this server does not run; ask with a vector");
    return WithReason(AtField(absl::FailedPreconditionError(message), "text"), "NO_EMBEDDING_MODEL");
  }
  const std::string_view text = std::get<std::string>(query);
  absl::StatusOr<std::vector<float>> made = embedder->Embed({text}, deadline);
  if (!made.ok()) return WithReason(made.status(), "EMBEDDING_FAILED");
  return made;
}

}  // namespace usher::pipeline
