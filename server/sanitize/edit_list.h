// The changes one pass makes to a text, collected from all rules and applied at once.
//
// Guarantees: rules need not know of each other. Edits that overlap become one edit of the union of their ranges, with
// the replacement of the one that starts first (of several, the longest; of equals, the one added first): what any rule
// wanted gone is gone. Edits that only touch stay apart.
// Thread-safety: none; one list belongs to one pass.
#ifndef USHER_SERVER_SANITIZE_EDIT_LIST_H_
#define USHER_SERVER_SANITIZE_EDIT_LIST_H_

#include <string>
#include <string_view>
#include <vector>

#include "server/sanitize/offset_map.h"

namespace usher::sanitize {

struct EditedText {
  std::string text;
  OffsetMap map;
};

class EditList {
 public:
  // Empty ranges with an empty replacement are ignored; a range is cut to the text when it is applied.
  void Replace(Span range, std::string_view replacement);
  void Remove(Span range) { Replace(range, {}); }

  bool empty() const { return edits_.empty(); }

  // Applies all edits to `source` and empties the list. O(source + edits log edits).
  EditedText Apply(std::string_view source);

 private:
  struct Edit {
    Span range;
    std::string replacement;
  };
  void MergeOverlaps();

  std::vector<Edit> edits_;
};

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_EDIT_LIST_H_
