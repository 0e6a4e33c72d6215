// The weights of a static embedding model: one int8 vector and one weight a token, with the vocabulary they belong to.
//
// The file, all integers little-endian:
//   0  magic "USHEREMB"            8  format version (u32) = 1       12  dimension (u32)
//   16 number of tokens (u32)      20 id of the unknown token (u32)  24  bytes of the vocabulary section (u64)
//   32 size of the file (u64)      40 XXH3-128, canonical form, of the whole file with these 16 bytes as zero
//   56 zero (u64)                  64 vectors, int8, tokens x dimension
//   then weights, u16 up to 32767, one a token; then the vocabulary, each token as one length byte (> 0) and its UTF-8.
//
// Guarantees: a loaded model is complete, consistent and byte for byte what was written: any changed, missing or added
// byte is refused.
// Non-guarantees: the checksum finds damage, it does not authenticate; whoever may replace the file chooses the model.
// Thread-safety: immutable after loading.
#ifndef USHER_INDEX_EMBED_STATIC_MODEL_H_
#define USHER_INDEX_EMBED_STATIC_MODEL_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "index/embed/wordpiece.h"

namespace usher::embed {

class StaticModel {
 public:
  static constexpr uint32_t kFormatVersion = 1;
  static constexpr uint16_t kMaxWeight = 32767;

  // NOT_FOUND or PERMISSION_DENIED when the file cannot be opened; otherwise the errors of Parse, with the path.
  static absl::StatusOr<StaticModel> Load(const std::string& path);

  // DATA_LOSS when bytes are missing, added or altered; FAILED_PRECONDITION when this is no model file or one of
  // another format version; INVALID_ARGUMENT when the file is intact but describes no usable model.
  static absl::StatusOr<StaticModel> Parse(std::string bytes);

  StaticModel(StaticModel&&) = default;
  StaticModel& operator=(StaticModel&&) = default;

  // First 8 hexadecimal digits of the checksum.
  const std::string& fingerprint() const { return fingerprint_; }
  int dimension() const { return dimension_; }
  const WordPiece& tokenizer() const { return tokenizer_; }

  // `id` comes from tokenizer(). The vector has dimension() entries; a weight of 0 means that the token says nothing.
  absl::Span<const int8_t> vector(int32_t id) const {
    return absl::MakeConstSpan(vectors_).subspan(static_cast<size_t>(id) * dimension_, dimension_);
  }
  uint16_t weight(int32_t id) const { return weights_[static_cast<size_t>(id)]; }

 private:
  StaticModel(WordPiece tokenizer, int dimension) : tokenizer_(std::move(tokenizer)), dimension_(dimension) {}

  std::vector<int8_t> vectors_;
  std::vector<uint16_t> weights_;
  WordPiece tokenizer_;
  std::string fingerprint_;
  int dimension_;
};

}  // namespace usher::embed

#endif  // USHER_INDEX_EMBED_STATIC_MODEL_H_
