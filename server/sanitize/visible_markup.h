// Walks through HTML, or text with HTML in it, and tells what a person sees from what they do not.
#ifndef USHER_SERVER_SANITIZE_VISIBLE_MARKUP_H_
#define USHER_SERVER_SANITIZE_VISIBLE_MARKUP_H_

#include <string>
#include <string_view>
#include <vector>

#include "index/chunking/html_tokenizer.h"
#include "server/sanitize/offset_map.h"
#include "server/sanitize/open_elements.h"
#include "server/sanitize/style_sheet.h"

namespace usher::sanitize {

// The walk covers the text from left to right; stretches skipped as code are reported as visible text. Linear.
class VisibleMarkup {
 public:
  enum class Kind {
    kToken,    // visible text or a tag; see `token`
    kComment,  // a comment or declaration
    kElement,  // an element that hides its content, from its start tag on
    kScript,   // scripts, styles and other content that is not text; also the head's title
    kBroken,   // a tag that never ends
  };
  struct Event {
    Kind kind = Kind::kToken;
    Span span;
    chunking::HtmlToken token;
    std::string hidden_text;  // the start of what is hidden
  };

  // `code`: sorted ranges where '<' is a character. `white_page`: see StyleHides.
  VisibleMarkup(std::string_view text, chunking::HtmlTokenizer::Mode mode, std::vector<Span> code, bool white_page);

  bool Next(Event& event);

 private:
  using Token = chunking::HtmlToken;
  bool NextToken(Token& token);
  // Updates what is open; returns where a hidden stretch ends that this token ends.
  size_t Follow(const Token& token);
  void OpenElement(const Token& token);
  void CollectHidden(const Token& token, std::string& text) const;
  bool ReadHidden(size_t begin, const Token& first, Event& event);
  static Kind KindOf(const Token& token);

  const std::string_view text_;
  chunking::HtmlTokenizer tokenizer_;
  const std::vector<Span> code_;
  const bool white_page_;
  const StyleSheet sheet_;
  size_t next_code_ = 0;
  size_t at_ = 0;
  bool after_start_tag_ = false;
  bool pending_ = false;  // pending_token_ was read and is the next event
  Token pending_token_;
  OpenElements open_;
};

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_VISIBLE_MARKUP_H_
