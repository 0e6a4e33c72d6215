// An embedder without a model: texts that share words are near each other, and the same text is always the same vector.
#ifndef USHER_TESTS_SERVER_PIPELINE_EMBEDDER_H_
#define USHER_TESTS_SERVER_PIPELINE_EMBEDDER_H_

#include <cmath>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "index/embed/embedder.h"

namespace usher::pipeline {

// Thread-safe, except that `on_embed` must be set while nobody embeds.
class WordEmbedder final : public embed::Embedder {
 public:
  static constexpr int kWidth = 64;

  const std::string& model_id() const override { return model_id_; }
  int dimension() const override { return kWidth; }

  absl::StatusOr<std::vector<float>> Embed(absl::Span<const std::string_view> texts, absl::Time) const override {
    if (on_embed) on_embed();
    std::vector<float> rows;
    for (const std::string_view text : texts) {
      const std::vector<float> row = Row(text);
      rows.insert(rows.end(), row.begin(), row.end());
      const std::lock_guard lock(mutex_);
      seen_.emplace_back(text);
    }
    return rows;
  }

  std::vector<std::string> seen() const {
    const std::lock_guard lock(mutex_);
    return seen_;
  }

  // Called at each Embed, so that a test can act between two steps of a query.
  std::function<void()> on_embed;

 private:
  static std::vector<float> Row(std::string_view text) {
    std::vector<float> row(kWidth, 0.01f);
    uint64_t hash = kOffset;
    for (const char c : text) {
      if (c == ' ' || c == '\n') {
        row[hash % kWidth] += 1;
        hash = kOffset;
      } else {
        hash = (hash ^ static_cast<unsigned char>(c)) * 1'099'511'628'211u;
      }
    }
    row[hash % kWidth] += 1;
    double sum = 0;
    for (const float x : row) sum += double{x} * double{x};
    for (float& x : row) x = static_cast<float>(x / std::sqrt(sum));
    return row;
  }

  static constexpr uint64_t kOffset = 14'695'981'039'346'656'037u;
  std::string model_id_ = "words-64@1";
  mutable std::mutex mutex_;
  mutable std::vector<std::string> seen_;
};

}  // namespace usher::pipeline

#endif  // USHER_TESTS_SERVER_PIPELINE_EMBEDDER_H_
