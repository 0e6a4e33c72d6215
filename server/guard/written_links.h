// The links, images and bare addresses of a text, in Markdown, HTML or neither, wherever they stand.
//
// Guarantees: linear in the text; spans lie inside it on code point boundaries; code is read like text, because whoever
// shows it may make links of it. Non-guarantees: addresses without a scheme or "www." are words here.
// Thread-safety: free functions; values.
#ifndef USHER_SERVER_GUARD_WRITTEN_LINKS_H_
#define USHER_SERVER_GUARD_WRITTEN_LINKS_H_

#include <string_view>
#include <vector>

#include "server/guard/address.h"
#include "server/sanitize/edit_list.h"
#include "server/sanitize/offset_map.h"

namespace usher::guard {

struct WrittenLink {
  sanitize::Span span;        // all of it, with the words it shows
  Address address;            // reaches another host
  sanitize::Span open;        // what to take out in front of its words, and
  sanitize::Span close;       // behind them, so that the words are left;
  std::string_view stand_in;  // what to put there instead, of static storage
};

// In the order of three passes: Markdown, HTML, bare. What one pass has read the later ones leave out.
std::vector<WrittenLink> FindLinks(std::string_view text);

// Asks for `link` to become its words, or for a bare address to become "[LINK]".
void TakeOut(const WrittenLink& link, sanitize::EditList& edits);

}  // namespace usher::guard

#endif  // USHER_SERVER_GUARD_WRITTEN_LINKS_H_
