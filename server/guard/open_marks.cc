#include "server/guard/open_marks.h"

#include <algorithm>
#include <vector>

#include "index/chunking/ascii.h"

namespace usher::guard {
namespace {

constexpr size_t kNpos = std::string_view::npos;

// The last `begin` that no `end` follows.
size_t OpenPair(std::string_view text, size_t from, std::string_view begin, std::string_view end) {
  const size_t last = text.rfind(begin);
  if (last == kNpos || last < from || text.find(end, last + begin.size()) != kNpos) return text.size();
  return last;
}

// A tag whose '>' has not come; one that ends the text may become one.
size_t OpenTag(std::string_view text, size_t from) {
  const size_t last = text.rfind('<');
  if (last == kNpos || last < from || text.find('>', last) != kNpos) return text.size();
  if (last + 1 == text.size()) return last;
  const char next = text[last + 1];
  return chunking::IsLetterAscii(next) || next == '/' || next == '!' || next == '?' ? last : text.size();
}

// A link crosses no blank line; "[words]" stays open as long as "(" may follow, and "(" until its ")".
size_t OpenBracket(std::string_view text, size_t from) {
  std::vector<size_t> open;
  size_t target = kNpos;  // the bracket whose target is being read
  size_t depth = 0;
  for (size_t at = from; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\n' && at + 1 < text.size() && text[at + 1] == '\n') {
      open.clear();
      target = kNpos;
    } else if (target != kNpos) {
      depth += c == '(' ? 1 : 0;
      if (c == ')' && --depth == 0) target = kNpos;
    } else if (c == '[') {
      open.push_back(at);
    } else if (c == ']' && !open.empty()) {
      const size_t begin = open.back();
      if (at + 1 == text.size()) return open.front();
      open.pop_back();
      if (text[at + 1] == '(') {
        target = begin;
        depth = 0;
      }
    }
  }
  if (target != kNpos) open.push_back(target);
  return open.empty() ? text.size() : *std::min_element(open.begin(), open.end());
}

}  // namespace

size_t FirstOpenMark(std::string_view text, size_t from) {
  const size_t recent = std::max(from, text.size() - std::min(text.size(), kLongestMark));
  return std::min({OpenPair(text, from, "<!--", "-->"), OpenPair(text, from, "-----BEGIN ", "-----END "),
                   OpenTag(text, recent), OpenBracket(text, recent)});
}

}  // namespace usher::guard
