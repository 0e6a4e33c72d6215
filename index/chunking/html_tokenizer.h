// Cuts HTML into tags, comments and text with their source offsets, without building a tree.
//
// Guarantees: tokens are in order, not empty, and cover the source exactly; time is linear, and memory a fraction of
// the source for any input. Tag, attribute, comment and raw-text boundaries follow the HTML standard's tokenizer.
// Non-guarantees: no tree is built, so nothing is said about implied or misnested elements; NOTES.md says why.
// Thread-safety: a tokenizer belongs to one thread; the source must outlive it and its tokens.
#ifndef USHER_INDEX_CHUNKING_HTML_TOKENIZER_H_
#define USHER_INDEX_CHUNKING_HTML_TOKENIZER_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

namespace usher::chunking {

struct HtmlToken {
  enum class Type {
    kText,     // characters, with entities still encoded
    kRawText,  // content of script, style, textarea, title and the like
    kStartTag,
    kEndTag,
    kComment,  // also declarations, processing instructions and other things a browser treats as comments
    kDropped,  // markup that a browser throws away, such as a tag that never ends
  };
  Type type = Type::kText;
  size_t begin = 0;
  size_t end = 0;
  std::string name;  // lower-case name of a tag, or of the element a raw text belongs to
};

struct HtmlAttribute {
  std::string name;        // lower-case
  std::string_view value;  // without quotes, entities still encoded
};

// Attributes of a start tag's source text, in order, at most 64; of a repeated name a browser takes the first.
std::vector<HtmlAttribute> HtmlAttributes(std::string_view tag);

// First attribute called `name` (lower-case), or nullptr.
const HtmlAttribute* FindAttribute(const std::vector<HtmlAttribute>& attributes, std::string_view name);

// True for elements that start a new line on the page, such as p, div, li, tr and h1.
bool IsBlockElement(std::string_view name);

// Reads tags at any places of one text, as embedded HTML (see HtmlTokenizer::Mode) whatever stands around them.
//
// Guarantees: reading at every '<' of the text is linear work all together, also where tags lie in each other's
// attributes. Thread-safety: none; the text must outlive it.
class HtmlTagReader {
 public:
  explicit HtmlTagReader(std::string_view text) : text_(text) {}

  // The start or end tag that begins at `at`; false when there is none.
  bool Read(size_t at, HtmlToken& token);

 private:
  // Where the tag closes whose attributes begin at `at`, or npos.
  size_t FindClose(size_t at);

  const std::string_view text_;
  absl::flat_hash_map<size_t, size_t> closes_;  // of tags that other tags lie in: from there, the tag closes here
};

class HtmlTokenizer {
 public:
  // kDocument: everything is HTML. kEmbedded: HTML inside other text, where an unfinished tag or raw-text element and a
  // tag interrupted by '<' are characters, as in Markdown.
  enum class Mode { kDocument, kEmbedded };

  HtmlTokenizer(std::string_view source, Mode mode) : source_(source), mode_(mode), tags_(source) {}

  // False at the end. Fills `token` otherwise.
  bool Next(HtmlToken& token);

  // Continues at `offset`, which must not lie before the end of the last token.
  void SkipTo(size_t offset);

 private:
  size_t TextEnd(size_t from) const;
  bool ReadMarkup(HtmlToken& token);
  bool ReadComment(HtmlToken& token);
  bool ReadBogusComment(HtmlToken& token, size_t minimum);
  bool ReadTag(HtmlToken& token);
  void EnterRawText(const HtmlToken& token);
  size_t FindRawTextEnd(const std::string& name, size_t from);
  bool Finish(HtmlToken& token, HtmlToken::Type type, size_t end);

  const std::string_view source_;
  const Mode mode_;
  size_t at_ = 0;
  std::string raw_name_;
  size_t raw_end_ = 0;
  absl::flat_hash_set<std::string> never_closed_;
  HtmlTagReader tags_;
  bool no_comment_end_ = false;
  bool no_greater_than_ = false;
};

}  // namespace usher::chunking

#endif  // USHER_INDEX_CHUNKING_HTML_TOKENIZER_H_
