// What a detector of somebody else says about the texts of one answer; it stands beside our own findings.
//
// What is sent: the cleaned texts of the chunks that are about to leave, in the form they are stored in, each once; no
// title, name or other field, and nothing of the question.
// Guarantees: nothing is sent of a collection that is strict, because its answers must depend on nothing else, nor
// where its policy forbids it; a call waits for others once, for at most half of the time it has left, so that a
// service that is down or slow costs labels and never the answer; what was to leave before the wait does not leave
// without being verified anew. Non-guarantees: as in external/detector.h. Thread-safety: none; one for one call.
#ifndef USHER_SERVER_PIPELINE_EXTERNAL_LABELS_H_
#define USHER_SERVER_PIPELINE_EXTERNAL_LABELS_H_

#include <vector>

#include "absl/time/time.h"
#include "acl/clock.h"
#include "server/pipeline/clean_context.h"
#include "server/pipeline/verify.h"
#include "server/sanitize/external/detector.h"
#include "server/sanitize/sanitizer.h"

namespace usher::pipeline {

class ExternalLabels {
 public:
  // `detector` and `clock` must outlive this; `detector` may be null: there is none.
  ExternalLabels(sanitize::external::Detector* detector, const sanitize::Sanitizer& sanitizer, const acl::Clock& clock)
      : detector_(sanitizer.external_detectors() ? detector : nullptr), clock_(clock) {}

  // Puts findings of kind injection beside the texts of `parts`, which are about to leave as `verified` found.
  // False: others were waited for, so nothing of `parts` may be used; find out anew what may leave, and ask again,
  // which waits no more.
  bool Add(const Verification& verified, absl::Time deadline, std::vector<std::vector<CleanChunk>>& parts);

 private:
  sanitize::external::Detector* const detector_;
  const acl::Clock& clock_;
  bool waited_ = false;
};

}  // namespace usher::pipeline

#endif  // USHER_SERVER_PIPELINE_EXTERNAL_LABELS_H_
