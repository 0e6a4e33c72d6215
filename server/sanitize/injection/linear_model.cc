#include "server/sanitize/injection/linear_model.h"

#include <zlib.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace usher::sanitize::injection {
namespace {

constexpr std::string_view kMagic("USHINJ\n\0", 8);

// Reads values off the front of `bytes`; after a short read everything is zero and `ok` false.
struct ByteReader {
  std::string_view bytes;
  bool ok = true;

  std::string_view Take(size_t size) {
    ok = ok && bytes.size() >= size;
    if (!ok) return {};
    const std::string_view taken = bytes.substr(0, size);
    bytes.remove_prefix(size);
    return taken;
  }

  template <typename T>
  T Value() {
    T value{};
    const std::string_view raw = Take(sizeof(T));
    if (ok) std::memcpy(&value, raw.data(), sizeof(T));
    return value;
  }
};

absl::Status Bad(const std::string& what) {
  return absl::InvalidArgumentError(absl::StrCat("injection weights: ", what, "; install the file of this release"));
}

bool ChecksumHolds(std::string_view bytes) {
  uint32_t stored = 0;
  std::memcpy(&stored, bytes.data() + bytes.size() - sizeof(stored), sizeof(stored));
  bytes.remove_suffix(sizeof(stored));
  return crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()) == stored;
}

}  // namespace

absl::StatusOr<LinearModel> LinearModel::Parse(std::string_view bytes) {
  if (bytes.substr(0, kMagic.size()) != kMagic || bytes.size() < kMagic.size() + sizeof(uint32_t)) {
    return Bad("not a weights file");
  }
  if (!ChecksumHolds(bytes)) return Bad("the checksum does not match, the file is damaged");
  ByteReader reader{bytes.substr(kMagic.size(), bytes.size() - kMagic.size() - sizeof(uint32_t))};
  const auto version = reader.Value<uint32_t>();
  if (version != kFeatureVersion) {
    return Bad(absl::StrCat("made for features of version ", version, ", this program has ", kFeatureVersion));
  }
  LinearModel model;
  model.bias_ = reader.Value<float>();
  bool finite = std::isfinite(model.bias_);
  for (size_t group = 0; group < kFeatureGroups; ++group) {
    if (reader.Value<uint32_t>() != static_cast<uint32_t>(kFeatureBits[group])) return Bad("a table of another size");
    model.groups_[group].scale = reader.Value<float>();
    finite = finite && std::isfinite(model.groups_[group].scale);
    const std::string_view weights = reader.Take(size_t{1} << kFeatureBits[group]);
    model.groups_[group].weights.resize(weights.size());
    if (!weights.empty()) std::memcpy(model.groups_[group].weights.data(), weights.data(), weights.size());
  }
  if (!reader.ok || !reader.bytes.empty() || !finite) return Bad("cut short, too long or without finite scales");
  return model;
}

absl::StatusOr<LinearModel> LinearModel::Load(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(absl::StrCat("injection weights: cannot open ", path, "; check the path"));
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (file.bad()) return absl::NotFoundError(absl::StrCat("injection weights: cannot read ", path));
  return Parse(bytes);
}

float LinearModel::LogOdds(const Features& features) const {
  float odds = bias_;
  for (size_t group = 0; group < kFeatureGroups; ++group) {
    const std::vector<uint32_t>& indices = features.groups[group];
    if (indices.empty()) continue;
    int32_t sum = 0;
    for (const uint32_t index : indices) sum += groups_[group].weights[index];
    const float norm = group == kFlags ? 1.0f : 1.0f / std::sqrt(static_cast<float>(indices.size()));
    odds += static_cast<float>(sum) * groups_[group].scale * norm;
  }
  return odds;
}

}  // namespace usher::sanitize::injection
