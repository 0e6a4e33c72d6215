#include "server/sanitize/style_sheet.h"

#include <algorithm>
#include <utility>

#include "index/chunking/ascii.h"
#include "server/sanitize/hidden_style.h"

namespace usher::sanitize {
namespace {

constexpr size_t kNpos = std::string_view::npos;
constexpr size_t kMaxAncestorChecks = 32;
constexpr std::string_view kNameEnds = ".#[:*>+~ \t\r\n\f";

// Finds `word` (lower-case) in any ASCII case.
size_t FindTag(std::string_view html, std::string_view word, size_t from) {
  for (size_t at = html.find('<', from); at != kNpos; at = html.find('<', at + 1)) {
    if (chunking::EqualsIgnoreCaseAscii(html.substr(at, word.size()), word)) return at;
  }
  return kNpos;
}

std::string WithoutComments(std::string_view css) {
  std::string out;
  for (size_t at = 0; at < css.size();) {
    const size_t comment = std::min(css.find("/*", at), css.size());
    out.append(css.substr(at, comment - at));
    const size_t end = css.find("*/", std::min(comment + 2, css.size()));
    at = comment == css.size() || end == kNpos ? css.size() : end + 2;
  }
  return out;
}

bool HasClass(std::string_view classes, std::string_view name) {
  for (size_t at = 0; at < classes.size();) {
    const size_t begin = classes.find_first_not_of(chunking::kAsciiSpaces, at);
    if (begin == kNpos) return false;
    at = std::min(classes.find_first_of(chunking::kAsciiSpaces, begin), classes.size());
    if (classes.substr(begin, at - begin) == name) return true;
  }
  return false;
}

}  // namespace

StyleSheet::StyleSheet(std::string_view html, bool white_page) {
  for (size_t at = FindTag(html, "<style", 0); at != kNpos; at = FindTag(html, "<style", at)) {
    const size_t begin = html.find('>', at);
    if (begin == kNpos) return;
    const size_t end = std::min(FindTag(html, "</style", begin), html.size());
    ReadRules(WithoutComments(html.substr(begin + 1, end - begin - 1)), html, white_page);
    at = end;
  }
}

void StyleSheet::ReadRules(std::string_view css, std::string_view html, bool white_page) {
  for (size_t at = 0; at < css.size() && hidden_.size() < kMaxSelectors;) {
    const size_t open = css.find_first_of("{};", at);
    if (open == kNpos) return;
    const std::string_view prelude = chunking::TrimAscii(css.substr(at, open - at));
    at = open + 1;
    if (css[open] != '{') continue;
    // The rules inside "@media" and its like hold on some screens; those of "@media print" on none.
    if (prelude.substr(0, 1) == "@") {
      if (prelude.find("print") != kNpos || prelude.find("font-face") != kNpos || prelude.find("keyframes") != kNpos) {
        at = std::min(css.find('}', at), css.size());
      }
      continue;
    }
    const size_t close = std::min(css.find('}', at), css.size());
    if (StyleHides(css.substr(at, close - at), white_page)) ReadSelectors(prelude, html);
    at = close + (close < css.size() ? 1 : 0);
  }
}

void StyleSheet::ReadSelectors(std::string_view list, std::string_view html) {
  for (size_t at = 0; at <= list.size() && hidden_.size() < kMaxSelectors;) {
    const size_t end = std::min(list.find(',', at), list.size());
    std::string_view one = chunking::TrimAscii(list.substr(at, end - at));
    at = end + 1;
    Selector selector;
    const size_t last = one.find_last_of(" >+~");
    bool known = Parse(one.substr(last == kNpos ? 0 : last + 1), selector);
    // A class that only a script sets, as in ".collapsed .text", hides nothing in the document as it is.
    for (size_t begin = 0; known && last != kNpos && begin < last;) {
      const size_t stop = std::min(one.find_first_of(" >+~", begin), last);
      Selector ancestor;
      known = Parse(one.substr(begin, stop - begin), ancestor) && ++ancestor_checks_ <= kMaxAncestorChecks;
      for (const std::string& name : ancestor.classes) {
        const size_t in_sheet = html.find(name);
        known = known && in_sheet != kNpos && html.find(name, FindTag(html, "</style", in_sheet)) != kNpos;
      }
      begin = stop + 1;
    }
    const bool any = selector.element.empty() && selector.id.empty() && selector.classes.empty();
    if (known && !any) hidden_.push_back(std::move(selector));
  }
}

// False for what depends on a state or on other attributes. An empty compound is any element.
bool StyleSheet::Parse(std::string_view compound, Selector& selector) {
  if (compound.find_first_of(":[") != kNpos) return false;
  for (size_t at = 0; at < compound.size();) {
    const char kind = compound[at];
    const size_t begin = kind == '.' || kind == '#' || kind == '*' ? at + 1 : at;
    const size_t end = std::min(compound.find_first_of(kNameEnds, begin), compound.size());
    const std::string name(compound.substr(begin, end - begin));
    if (kind == '.') {
      selector.classes.push_back(name);
    } else if (kind == '#') {
      selector.id = name;
    } else if (kind != '*') {
      selector.element = chunking::LowerAscii(name);
    }
    at = std::max(end, at + 1);
  }
  return true;
}

bool StyleSheet::Hides(std::string_view name, const std::vector<chunking::HtmlAttribute>& attributes) const {
  if (hidden_.empty()) return false;
  const chunking::HtmlAttribute* id = chunking::FindAttribute(attributes, "id");
  const chunking::HtmlAttribute* classes = chunking::FindAttribute(attributes, "class");
  return std::any_of(hidden_.begin(), hidden_.end(), [&](const Selector& selector) {
    if (!selector.element.empty() && selector.element != name) return false;
    if (!selector.id.empty() && (id == nullptr || id->value != selector.id)) return false;
    return std::all_of(selector.classes.begin(), selector.classes.end(), [&](const std::string& wanted) {
      return classes != nullptr && HasClass(classes->value, wanted);
    });
  });
}

}  // namespace usher::sanitize
