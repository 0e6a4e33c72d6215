// Finds Markdown links and images, inline and by reference, more generously than any one Markdown dialect.
#ifndef USHER_SERVER_SANITIZE_MARKDOWN_LINKS_H_
#define USHER_SERVER_SANITIZE_MARKDOWN_LINKS_H_

#include <string>
#include <string_view>
#include <vector>

#include "server/sanitize/offset_map.h"

namespace usher::sanitize {

struct MarkdownLink {
  enum class Form { kInline, kReference, kUnread };
  Form form = Form::kInline;
  bool image = false;
  Span open;                // "[" or "!["
  Span target;              // "](...)" or "][label]" or "]"
  std::string destination;  // inline: everything between the parentheses; reference: the normalised label
};

struct MarkdownDefinition {
  Span span;          // the whole "[label]: destination" with a title, without the line break
  std::string label;  // normalised
  std::string destination;
  std::string_view title;  // without quotes; empty when there is none
};

struct MarkdownLinks {
  std::vector<MarkdownLink> links;  // inner ones before outer ones
  std::vector<MarkdownDefinition> definitions;
};

// Linear in the text: what is nested too absurdly to be read within the budget comes out as kUnread, its target the
// two bytes "](".
MarkdownLinks FindMarkdownLinks(std::string_view text);

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_MARKDOWN_LINKS_H_
