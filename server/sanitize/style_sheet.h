// Which elements the style sheets inside a document hide.
//
// Guarantees: linear in the text; reads selectors of element, class and id, also behind ancestors that the document
// has; at most kMaxSelectors of them. Non-guarantees: no cascade: what any rule hides counts as hidden, unless it only
// holds for print or for a state such as :hover. Sheets of other files are not read. Thread-safety: immutable after
// construction.
#ifndef USHER_SERVER_SANITIZE_STYLE_SHEET_H_
#define USHER_SERVER_SANITIZE_STYLE_SHEET_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "index/chunking/html_tokenizer.h"

namespace usher::sanitize {

class StyleSheet {
 public:
  static constexpr size_t kMaxSelectors = 128;

  // Reads all <style> elements of `html`. `white_page`: see StyleHides.
  StyleSheet(std::string_view html, bool white_page);

  bool empty() const { return hidden_.empty(); }

  // Whether a rule hides an element `name` (lower-case) with these attributes.
  bool Hides(std::string_view name, const std::vector<chunking::HtmlAttribute>& attributes) const;

 private:
  struct Selector {
    std::string element;  // empty: any
    std::string id;
    std::vector<std::string> classes;
  };
  void ReadRules(std::string_view css, std::string_view html, bool white_page);
  void ReadSelectors(std::string_view list, std::string_view html);
  static bool Parse(std::string_view compound, Selector& selector);

  std::vector<Selector> hidden_;
  size_t ancestor_checks_ = 0;  // each reads the document
};

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_STYLE_SHEET_H_
