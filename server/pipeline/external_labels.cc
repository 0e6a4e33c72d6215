#include "server/pipeline/external_labels.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"

namespace usher::pipeline {
namespace {

using sanitize::external::Detector;
using sanitize::external::Label;

// The texts of an answer, each once, and which of them each chunk has.
struct Texts {
  std::vector<std::string_view> each;
  std::vector<size_t> of_chunk;
};

Texts TextsOf(const std::vector<std::vector<CleanChunk>>& parts) {
  Texts texts;
  absl::flat_hash_map<std::string_view, size_t> places;
  for (const std::vector<CleanChunk>& part : parts) {
    for (const CleanChunk& chunk : part) {
      const std::string_view text = chunk.fields->text;
      const auto [it, added] = places.try_emplace(text, texts.each.size());
      if (added) texts.each.push_back(text);
      texts.of_chunk.push_back(it->second);
    }
  }
  return texts;
}

// The fields are shared with other answers, which may go without the label.
void Attach(const std::string& rule, const Label& label, CleanChunk& chunk) {
  const std::optional<sanitize::Finding> found =
      ToFinding(rule, label, chunk.fields->source_end - chunk.fields->source_begin, chunk.fields->text.size());
  if (!found) return;
  auto labelled = std::make_shared<CleanFields>(*chunk.fields);
  ChunkFinding finding{.field = "", .record = ToRecord(*found)};
  finding.record.source_begin += labelled->source_begin;
  finding.record.source_end += labelled->source_begin;
  labelled->findings.push_back(std::move(finding));
  chunk.fields = std::move(labelled);
}

}  // namespace

bool ExternalLabels::Add(const Verification& verified, absl::Time deadline,
                         std::vector<std::vector<CleanChunk>>& parts) {
  if (detector_ == nullptr || verified.strict_search) return true;
  const Texts texts = TextsOf(parts);
  if (texts.each.empty()) return true;
  const absl::Time now = clock_.Now();
  const absl::Time patience = waited_ ? absl::InfinitePast() : now + (deadline - now) / 2;
  const Detector::Judgement judgement =
      detector_->Judge(absl::StrCat(verified.collection_id.value()), texts.each, patience);
  if (judgement.waited) {
    waited_ = true;
    return false;
  }
  // A chunk that is labelled may give up the text that `texts` speaks of.
  auto text = texts.of_chunk.begin();
  for (std::vector<CleanChunk>& part : parts) {
    for (CleanChunk& chunk : part) Attach(detector_->rule(), judgement.labels[*text++], chunk);
  }
  return true;
}

}  // namespace usher::pipeline
