// Labels of a detector that somebody else runs: Lakera Guard, a Prompt Guard server, NeMo Guardrails.
//
// What leaves this machine: the whole of every text given to Judge, unless it was judged within the last day, with the
// bearer key, to the configured url and nowhere else; neither who asks nor where a text comes from. Whoever runs the
// service can read and keep the texts.
// Guarantees: Judge never fails and never takes longer than the deadline and the timeout allow; whatever the service
// does, a text is at worst left without label, and a metric says why. The key appears in no log, error or metric.
// Non-guarantees: which texts get a label in time depends on the service, on the load, and on what was judged for
// the same scope before; so answers that must depend on nothing else (strict mode) should carry no labels. Texts of
// more than kMaxTextBytes, and empty ones, are not judged. Thread-safety: Judge may be called concurrently, and by
// nobody any more when the detector is destroyed.
#ifndef USHER_SERVER_SANITIZE_EXTERNAL_DETECTOR_H_
#define USHER_SERVER_SANITIZE_EXTERNAL_DETECTOR_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "server/sanitize/external/asker.h"
#include "server/sanitize/external/label.h"
#include "server/sanitize/external/score_cache.h"

namespace usher::sanitize::external {

class Detector {
 public:
  static constexpr size_t kMaxTextBytes = size_t{64} << 10;

  // `threshold`: 0 to 1; scores from there on are flagged. Otherwise as Asker::Create.
  static absl::StatusOr<std::unique_ptr<Detector>> Create(const AskerOptions& options, double threshold,
                                                          std::unique_ptr<const Adapter> adapter,
                                                          const acl::Clock* clock, telemetry::Metrics* metrics);
  ~Detector();

  struct Judgement {
    std::vector<Label> labels;  // one for each text, in the same order
    bool waited = false;        // something was asked, so that time has passed; false: all of it was at hand
  };
  // Requests that are not answered by `deadline` go on for at most their timeout, and their scores are there for the
  // next call; with one in the past, nothing is asked. Only what was judged for the same `scope` is remembered: how
  // fast a label comes would tell others that the text exists.
  Judgement Judge(std::string_view scope, absl::Span<const std::string_view> texts, absl::Time deadline);

  // "external." and the adapter's name; for ToFinding.
  const std::string& rule() const { return rule_; }

 private:
  struct Call;

  Detector(const AskerOptions& options, double threshold, const acl::Clock* clock);
  Label ToLabel(double score) const { return {true, score >= threshold_, score}; }
  // Labels from the cache; the indices of the other texts that can be judged go to `unknown`.
  std::vector<Label> Remembered(absl::Span<const std::string_view> texts, const std::vector<std::string>& digests,
                                std::vector<size_t>& unknown);
  // False when it is not asked after all.
  bool Submit(const std::shared_ptr<Call>& call, absl::Span<const std::string_view> texts,
              absl::Span<const size_t> places, absl::Time deadline);

  const double threshold_;
  const absl::Duration timeout_;
  const acl::Clock* const clock_;
  ScoreCache cache_;
  std::string rule_;
  std::unique_ptr<Asker> asker_;  // last: its workers use the others
};

}  // namespace usher::sanitize::external

#endif  // USHER_SERVER_SANITIZE_EXTERNAL_DETECTOR_H_
