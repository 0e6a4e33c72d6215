#include "server/sanitize/injection/injection_detector.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "index/chunking/utf8.h"
#include "server/sanitize/injection/evidence.h"
#include "server/sanitize/injection/features.h"
#include "server/sanitize/injection/grammar.h"
#include "server/sanitize/injection/shipped_weights.h"
#include "server/sanitize/injection/view.h"

namespace usher::sanitize::injection {
namespace {

// Judges a text and what is encoded in it into one Judgement.
class Case {
 public:
  Case(const LinearModel& model, double threshold) : model_(model), threshold_(threshold) {}

  Judgement Finish() { return std::move(judgement_); }

  // `payload`: where the text lies in the original when it was decoded, else null.
  void JudgeText(std::string_view text, const Span* payload, bool whole_words) {
    const View view = View::Of(text);
    const Reading reading = Read(view.text, whole_words);
    FeatureExtractor extractor(view, text, reading);
    for (size_t i = 0; i < reading.sentences.size(); ++i) {
      const Sentence& sentence = reading.sentences[i];
      const std::vector<RuleMatch> matches = Grammar::Get().Match(reading, sentence);
      extractor.Extract(i, features_);
      const bool encoded = payload != nullptr;
      const double score = Score(PatternLogOdds(matches), static_cast<double>(model_.LogOdds(features_)), encoded);
      const Span span = view.ToSource(sentence.bytes);
      Note(matches, score, encoded ? *payload : span, encoded ? text.substr(span.begin, span.size()) : "");
    }
  }

 private:
  void Note(const std::vector<RuleMatch>& matches, double score, Span span, std::string_view decoded) {
    if (score > judgement_.score) {
      judgement_.score = score;
      judgement_.worst = span;
    }
    if (score < threshold_) return;
    for (const RuleMatch& match : matches) Add({match.rule, span, score, std::string(decoded)});
    if (matches.empty()) Add({"wording", span, score, std::string(decoded)});
  }

  void Add(Hit hit) {
    if (judgement_.hits.size() < InjectionDetector::kMostHits) judgement_.hits.push_back(std::move(hit));
  }

  const LinearModel& model_;
  const double threshold_;
  Features features_;
  Judgement judgement_;
};

// What a payload says, within the line it is a part of.
std::string InItsLine(std::string_view text, const Decoded& payload) {
  std::string line(text.substr(payload.around.begin, payload.span.begin - payload.around.begin));
  line += payload.text;
  line += text.substr(payload.span.end, payload.around.end - payload.span.end);
  return line;
}

}  // namespace

const InjectionDetector& InjectionDetector::Shipped() {
  static const auto* const kShipped = [] {
    absl::StatusOr<LinearModel> model = LinearModel::Parse(ShippedWeights());
    if (!model.ok()) {
      std::fprintf(stderr, "%s\n", model.status().ToString().c_str());
      std::abort();
    }
    return new InjectionDetector(*std::move(model));
  }();
  return *kShipped;
}

absl::StatusOr<std::unique_ptr<InjectionDetector>> InjectionDetector::Load(const std::string& weights_path) {
  absl::StatusOr<LinearModel> model = LinearModel::Load(weights_path);
  if (!model.ok()) return model.status();
  return std::make_unique<InjectionDetector>(*std::move(model));
}

Judgement InjectionDetector::Judge(std::string_view text, const std::vector<Decoded>& payloads,
                                   double threshold) const {
  if (!chunking::CheckUtf8(text).ok()) return {1.0, {{"encoding", {0, text.size()}, 1.0, ""}}, {0, text.size()}};
  Case open(model_, threshold);
  open.JudgeText(text, nullptr, true);
  size_t bytes_left = 2 * text.size() + 4096;
  for (const Decoded& payload : payloads) {
    const std::string line = InItsLine(text, payload);
    if (line.size() > bytes_left) break;
    bytes_left -= line.size();
    const bool words = line.find(' ') != std::string::npos;  // letters that stood apart may have lost their gaps
    open.JudgeText(line, &payload.span, words);
  }
  return open.Finish();
}

}  // namespace usher::sanitize::injection
