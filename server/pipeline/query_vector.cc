#include "server/pipeline/query_vector.h"

#include <algorithm>
#include <cmath>
#include <optional>
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

absl::Status CheckModel(const VectorSpace& space, const embed::Embedder* embedder) {
  if (embedder != nullptr && space.embedding_model == embedder->model_id()) return absl::OkStatus();
  const std::string message =
      space.embedding_model.empty()
          ? "the collection has no embedding model; ask with a vector"
          : absl::StrCat("the collection was embedded with '", acl::ToAbsl(space.embedding_model),
                         "', which this server does not run; ask with a vector");
  return WithReason(AtField(absl::FailedPreconditionError(message), "text"), "NO_EMBEDDING_MODEL");
}

// The texts of those queries that are text, embedded in one call.
absl::StatusOr<std::vector<float>> EmbedTexts(absl::Span<const QueryContent* const> queries,
                                              const embed::Embedder& embedder, absl::Time deadline) {
  std::vector<std::string_view> texts;
  for (const QueryContent* query : queries) {
    if (const auto* text = std::get_if<std::string>(query)) texts.push_back(*text);
  }
  return embedder.Embed(texts, deadline);
}

}  // namespace

absl::StatusOr<std::vector<float>> QueryVector(const QueryContent& query, const VectorSpace& space,
                                               const embed::Embedder* embedder, absl::Time deadline) {
  if (const auto* given = std::get_if<std::vector<float>>(&query)) return GivenVector(*given, space.dimension);
  if (absl::Status status = CheckModel(space, embedder); !status.ok()) return status;
  const std::string_view text = std::get<std::string>(query);
  absl::StatusOr<std::vector<float>> made = embedder->Embed({text}, deadline);
  if (absl::IsInvalidArgument(made.status())) return WithReason(AtField(made.status(), "text"), "EMBEDDING_FAILED");
  if (!made.ok()) return WithReason(made.status(), "EMBEDDING_FAILED");
  return made;
}

absl::Status InQuery(absl::Status status, size_t i) {
  const std::optional<std::string> field = DetailOf(status, kFieldDetail);
  if (!field) return status;
  return AtField(std::move(status), absl::StrCat("queries[", i, "].", *field));
}

absl::StatusOr<std::vector<std::vector<float>>> QueryVectors(absl::Span<const QueryContent* const> queries,
                                                             const VectorSpace& space, const embed::Embedder* embedder,
                                                             absl::Time deadline) {
  const auto is_text = [](const QueryContent* query) { return std::holds_alternative<std::string>(*query); };
  std::vector<float> embedded;
  if (std::count_if(queries.begin(), queries.end(), is_text) > 1 && CheckModel(space, embedder).ok()) {
    absl::StatusOr<std::vector<float>> made = EmbedTexts(queries, *embedder, deadline);
    // Which text an embedder refuses shows when it is given them one by one, below.
    if (!made.ok() && !absl::IsInvalidArgument(made.status())) return WithReason(made.status(), "EMBEDDING_FAILED");
    if (made.ok()) embedded = *std::move(made);
  }
  auto next = embedded.cbegin();
  std::vector<std::vector<float>> vectors;
  for (size_t i = 0; i < queries.size(); ++i) {
    if (next != embedded.cend() && is_text(queries[i])) {
      vectors.emplace_back(next, next + space.dimension);
      next += space.dimension;
      continue;
    }
    absl::StatusOr<std::vector<float>> made = QueryVector(*queries[i], space, embedder, deadline);
    if (!made.ok()) return InQuery(made.status(), i);
    vectors.push_back(*std::move(made));
  }
  return vectors;
}

}  // namespace usher::pipeline
