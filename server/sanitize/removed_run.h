// Joins neighbouring removals into one finding, so that text with something hidden between every two letters is
// reported once.
#ifndef USHER_SERVER_SANITIZE_REMOVED_RUN_H_
#define USHER_SERVER_SANITIZE_REMOVED_RUN_H_

#include <string>
#include <string_view>

#include "server/sanitize/edit_list.h"
#include "server/sanitize/finding.h"

namespace usher::sanitize {

class RemovedRun {
 public:
  // Turns the details that a run collected into what its finding says.
  using Describe = std::string (*)(std::string_view collected);

  RemovedRun(std::string_view rule, EditList& edits, FindingLog& findings, Describe describe = nullptr)
      : rule_(rule), edits_(edits), findings_(findings), describe_(describe) {}
  ~RemovedRun() { Flush(); }
  RemovedRun(const RemovedRun&) = delete;
  RemovedRun& operator=(const RemovedRun&) = delete;

  // Removes `range`, which must lie behind all earlier ones; `detail` is appended to the run's detail.
  void Remove(Span range, std::string_view detail) {
    if (open_ && range.begin > span_.end + kGap) Flush();
    if (!open_) span_ = range;
    open_ = true;
    span_.end = range.end;
    if (detail_.size() < kMaxCollectedBytes) detail_.append(detail);
    edits_.Remove(range);
  }

 private:
  static constexpr size_t kMaxCollectedBytes = 8192;
  static constexpr size_t kGap = 16;  // bytes of visible text that do not end a run

  void Flush() {
    if (open_) {
      findings_.Add(rule_, Kind::kHidden, Action::kRemove, span_, describe_ == nullptr ? detail_ : describe_(detail_));
    }
    open_ = false;
    detail_.clear();
  }

  const std::string rule_;
  EditList& edits_;
  FindingLog& findings_;
  const Describe describe_;
  bool open_ = false;
  Span span_;
  std::string detail_;
};

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_REMOVED_RUN_H_
