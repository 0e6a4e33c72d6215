#include "server/sanitize/injection/injection_detector.h"

#include <algorithm>

#include "index/chunking/utf8.h"
#include "server/sanitize/injection/disguises.h"
#include "server/sanitize/injection/evidence.h"
#include "server/sanitize/injection/features.h"
#include "server/sanitize/injection/grammar.h"
#include "server/sanitize/injection/payloads.h"
#include "server/sanitize/injection/view.h"

namespace usher::sanitize::injection {
namespace {

// Judges a text, its disguised readings and its payloads into one Judgement.
class Case {
 public:
  Case(const LinearModel& model, size_t bytes) : model_(model), bytes_left_(2 * bytes + 4096) {}

  Judgement Finish() { return std::move(judgement_); }

  // `whole`: where the text lies in the original when it was decoded, else null.
  void JudgeText(std::string_view text, const Span* whole, int depth) {
    const View view = View::Of(text);
    const Reading reading = Read(view.text);
    JudgeView(view, text, reading, {}, whole);
    for (const Disguised& disguised : Unmask(view, reading)) {
      JudgeView(disguised.view, text, Read(disguised.view.text, disguised.whole_words), disguised.name, whole);
    }
    if (depth >= InjectionDetector::kDeepest) return;
    for (const Payload& payload : FindPayloads(text)) {
      if (payload.decoded.size() > bytes_left_) break;
      bytes_left_ -= payload.decoded.size();
      const Span span = whole != nullptr ? *whole : payload.span;
      encoding_ = payload.name;
      JudgeText(payload.decoded, &span, depth + 1);
      encoding_ = {};
    }
  }

 private:
  void JudgeView(const View& view, std::string_view text, const Reading& reading, std::string_view disguise,
                 const Span* whole) {
    FeatureExtractor extractor(view, text, reading);
    for (size_t i = 0; i < reading.sentences.size(); ++i) {
      const Sentence& sentence = reading.sentences[i];
      const std::vector<RuleMatch> matches = Grammar::Get().Match(reading, sentence);
      const bool masked = !disguise.empty() || whole != nullptr;
      if (!disguise.empty() && matches.empty()) continue;  // most of a text is not under the disguise
      extractor.Extract(i, features_);
      const double score = Score(PatternLogOdds(matches), static_cast<double>(model_.LogOdds(features_)), masked);
      Note(matches, score, whole != nullptr ? *whole : SourceSpan(view, sentence.bytes, text), disguise);
    }
  }

  static Span SourceSpan(const View& view, Span bytes, std::string_view text) {
    const Span span = view.ToSource(bytes);
    if (span.begin <= span.end) return span;
    size_t end = std::min(span.begin, text.size());  // read backwards; the first letter lies at the end
    if (end < text.size()) chunking::NextCodePoint(text, end);
    return {span.end, end};
  }

  void Note(const std::vector<RuleMatch>& matches, double score, Span span, std::string_view disguise) {
    if (score > judgement_.score) {
      judgement_.score = score;
      judgement_.worst = span;
    }
    if (score < InjectionDetector::kThreshold) return;
    for (const RuleMatch& match : matches) Add(match.rule, span, score);
    if (matches.empty()) Add("wording", span, score);
    if (!disguise.empty()) Add(disguise, span, score);
    if (!encoding_.empty()) Add(encoding_, span, score);
  }

  void Add(std::string_view rule, Span span, double score) {
    if (judgement_.hits.size() < InjectionDetector::kMostHits) judgement_.hits.push_back({rule, span, score});
  }

  const LinearModel& model_;
  size_t bytes_left_;  // that may still be decoded
  std::string_view encoding_;
  Features features_;
  Judgement judgement_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<InjectionDetector>> InjectionDetector::Load(const std::string& weights_path) {
  absl::StatusOr<LinearModel> model = LinearModel::Load(weights_path);
  if (!model.ok()) return model.status();
  return std::make_unique<InjectionDetector>(*std::move(model));
}

Judgement InjectionDetector::Judge(std::string_view text, chunking::Format) const {
  if (!chunking::CheckUtf8(text).ok()) return {1.0, {{"encoding", {0, text.size()}, 1.0}}, {0, text.size()}};
  Case open(model_, text.size());
  open.JudgeText(text, nullptr, 0);
  return open.Finish();
}

}  // namespace usher::sanitize::injection
