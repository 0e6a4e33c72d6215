#include "server/sanitize/edit_list.h"

#include <algorithm>
#include <utility>

namespace usher::sanitize {

void EditList::Replace(Span range, std::string_view replacement) {
  if (range.end <= range.begin && replacement.empty()) return;
  edits_.push_back({range, std::string(replacement)});
}

void EditList::MergeOverlaps() {
  std::stable_sort(edits_.begin(), edits_.end(), [](const Edit& a, const Edit& b) {
    return a.range.begin != b.range.begin ? a.range.begin < b.range.begin : a.range.end > b.range.end;
  });
  size_t merged = 0;
  for (size_t i = 0; i < edits_.size(); ++i) {
    if (merged > 0 && edits_[i].range.begin < edits_[merged - 1].range.end) {
      Span& range = edits_[merged - 1].range;
      range.end = std::max(range.end, edits_[i].range.end);
    } else {
      if (merged < i) edits_[merged] = std::move(edits_[i]);
      ++merged;
    }
  }
  edits_.resize(merged);
}

EditedText EditList::Apply(std::string_view source) {
  for (Edit& edit : edits_) {
    edit.range = {std::min(edit.range.begin, source.size()), std::min(edit.range.end, source.size())};
  }
  MergeOverlaps();
  EditedText edited;
  edited.text.reserve(source.size());
  size_t at = 0;
  for (const Edit& edit : edits_) {
    edited.text.append(source.substr(at, edit.range.begin - at));
    edited.text.append(edit.replacement);
    edited.map.AppendKept(edit.range.begin - at);
    edited.map.AppendReplaced(edit.range.size(), edit.replacement.size());
    at = edit.range.end;
  }
  edited.text.append(source.substr(at));
  edited.map.AppendKept(source.size() - at);
  edits_.clear();
  return edited;
}

}  // namespace usher::sanitize
