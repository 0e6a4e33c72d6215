// Whether an element's own attributes keep its content from being seen.
#ifndef USHER_SERVER_SANITIZE_HIDDEN_STYLE_H_
#define USHER_SERVER_SANITIZE_HIDDEN_STYLE_H_

#include <string>
#include <string_view>
#include <vector>

#include "index/chunking/html_tokenizer.h"

namespace usher::sanitize {

// Judges an inline style: not displayed, transparent, too small, off the screen, clipped away, or in the colour of its
// background. `white_page`: text on no stated background is on white, as where Markdown is shown.
bool StyleHides(std::string_view style, bool white_page);

// As above, with the attributes that hide (hidden, a white <font>) and the elements that browsers never draw.
bool ElementHides(std::string_view name, const std::vector<chunking::HtmlAttribute>& attributes, bool white_page);

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_HIDDEN_STYLE_H_
