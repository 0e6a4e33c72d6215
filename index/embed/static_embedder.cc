#include "index/embed/static_embedder.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"

namespace usher::embed {
namespace {

// 512 tokens of at most 127 x 32767 stay below 2^31, so a 32-bit sum is exact for that many.
constexpr size_t kTokensPerPartialSum = 512;

// sum[i] += weight * vector[i], kept this plain so that the compiler vectorises it.
void Accumulate(const int8_t* vector, int32_t weight, size_t n, int32_t* sum) {
  for (size_t i = 0; i < n; ++i) sum[i] += vector[i] * weight;
}

void MovePartial(std::vector<int32_t>& partial, std::vector<int64_t>& total) {
  for (size_t i = 0; i < partial.size(); ++i) total[i] += partial[i];
  std::fill(partial.begin(), partial.end(), 0);
}

// False when the sum has no direction.
bool Normalize(absl::Span<const int64_t> total, absl::Span<float> out) {
  double squares = 0;
  for (const int64_t value : total) squares += static_cast<double>(value) * static_cast<double>(value);
  if (squares == 0) return false;
  const double norm = std::sqrt(squares);
  for (size_t i = 0; i < total.size(); ++i) out[i] = static_cast<float>(static_cast<double>(total[i]) / norm);
  return true;
}

}  // namespace

struct StaticEmbedder::Scratch {
  explicit Scratch(int dimension) : partial(dimension), total(dimension) {}

  std::vector<int32_t> ids;
  std::vector<int32_t> partial;
  std::vector<int64_t> total;
};

std::string DefaultStaticModelPath() { return USHER_STATIC_MODEL_PATH; }

StaticEmbedder::StaticEmbedder(StaticModel model, const acl::Clock& clock)
    : model_(std::move(model)),
      clock_(clock),
      model_id_(absl::StrCat("usher-static-", model_.dimension(), "@", model_.fingerprint())) {}

absl::StatusOr<std::unique_ptr<StaticEmbedder>> StaticEmbedder::Load(const std::string& path, const acl::Clock& clock) {
  absl::StatusOr<StaticModel> model = StaticModel::Load(path);
  if (!model.ok()) return model.status();
  return std::make_unique<StaticEmbedder>(*std::move(model), clock);
}

absl::Status StaticEmbedder::EmbedOne(std::string_view text, Scratch& scratch, absl::Span<float> out) const {
  if (text.size() > kMaxTextBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("is ", text.size(), " bytes long; cut it into chunks of at most ", kMaxTextBytes, " bytes"));
  }
  scratch.ids.clear();
  if (absl::Status status = model_.tokenizer().Tokenize(text, scratch.ids); !status.ok()) return status;
  std::fill(scratch.total.begin(), scratch.total.end(), 0);
  size_t pending = 0;
  for (const int32_t id : scratch.ids) {
    Accumulate(model_.vector(id).data(), model_.weight(id), scratch.partial.size(), scratch.partial.data());
    if (++pending == kTokensPerPartialSum) {
      MovePartial(scratch.partial, scratch.total);
      pending = 0;
    }
  }
  MovePartial(scratch.partial, scratch.total);
  if (!Normalize(scratch.total, out)) {
    return absl::InvalidArgumentError("has no word that the model knows; there is nothing to embed");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<float>> StaticEmbedder::Embed(absl::Span<const std::string_view> texts,
                                                         absl::Time deadline) const {
  const size_t width = static_cast<size_t>(dimension());
  std::vector<float> rows(texts.size() * width);
  Scratch scratch(dimension());
  for (size_t i = 0; i < texts.size(); ++i) {
    if (clock_.Now() >= deadline) {
      return absl::DeadlineExceededError(absl::StrCat("deadline passed after ", i, " of ", texts.size(), " texts"));
    }
    const absl::Status status = EmbedOne(texts[i], scratch, absl::MakeSpan(rows).subspan(i * width, width));
    if (!status.ok()) return absl::Status(status.code(), absl::StrCat("text ", i, " ", status.message()));
  }
  return rows;
}

}  // namespace usher::embed
