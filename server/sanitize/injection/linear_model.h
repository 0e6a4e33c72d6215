// A logistic regression over hashed features with 8-bit weights.
//
// File: "USHINJ\n" and a NUL, then little-endian uint32 feature version, float bias, and for each group uint32 bits,
// float scale, 2^bits int8 weights; then the CRC-32 of all before it. weights.md beside it says how it was made.
// Guarantees: a file that is cut, altered by accident or of another feature version is refused.
// Non-guarantees: the checksum does not prove who made the file.
// Thread-safety: immutable; all methods may be called concurrently.
#ifndef USHER_SERVER_SANITIZE_INJECTION_LINEAR_MODEL_H_
#define USHER_SERVER_SANITIZE_INJECTION_LINEAR_MODEL_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "server/sanitize/injection/features.h"

namespace usher::sanitize::injection {

class LinearModel {
 public:
  // INVALID_ARGUMENT saying what is wrong with the bytes.
  static absl::StatusOr<LinearModel> Parse(std::string_view bytes);

  // NOT_FOUND when the file cannot be read, else as Parse().
  static absl::StatusOr<LinearModel> Load(const std::string& path);

  // Log odds that a sentence with these features is an instruction to a model.
  float LogOdds(const Features& features) const;

 private:
  struct Group {
    float scale = 0;
    std::vector<int8_t> weights;
  };
  float bias_ = 0;
  std::array<Group, kFeatureGroups> groups_;
};

}  // namespace usher::sanitize::injection

#endif  // USHER_SERVER_SANITIZE_INJECTION_LINEAR_MODEL_H_
