// Plain readings of text whose letters are disguised: digits for letters, l e t t e r s apart, backwards, rot13.
//
// Guarantees: linear; a view is made only when the text shows signs of the disguise; at most one view a disguise.
// Thread-safety: pure functions.
#ifndef USHER_SERVER_SANITIZE_INJECTION_DISGUISES_H_
#define USHER_SERVER_SANITIZE_INJECTION_DISGUISES_H_

#include <string_view>
#include <vector>

#include "server/sanitize/injection/reading.h"
#include "server/sanitize/injection/view.h"

namespace usher::sanitize::injection {

struct Disguised {
  std::string_view name;  // lives as long as the program
  View view;              // leads to the same source as the view it was made from; backwards, offsets descend
  bool whole_words;       // false where the blanks between words are lost
};

std::vector<Disguised> Unmask(const View& view, const Reading& reading);

}  // namespace usher::sanitize::injection

#endif  // USHER_SERVER_SANITIZE_INJECTION_DISGUISES_H_
