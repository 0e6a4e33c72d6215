#include "server/guard/written_links.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "index/chunking/ascii.h"
#include "index/chunking/html_tokenizer.h"
#include "index/chunking/utf8.h"
#include "server/sanitize/markdown_links.h"

namespace usher::guard {
namespace {

using sanitize::Span;

constexpr std::string_view kBareStandIn = "[LINK]";

// Which bytes earlier passes have read.
class Taken {
 public:
  void Add(Span span) { added_.push_back(span); }

  // To be called between passes: what one has added the next one sees.
  void Settle() {
    spans_.insert(spans_.end(), added_.begin(), added_.end());
    added_.clear();
    std::sort(spans_.begin(), spans_.end(), [](Span a, Span b) { return a.begin < b.begin; });
    size_t end = 0;
    for (Span& span : spans_) span.end = end = std::max(end, span.end);
  }

  bool Holds(size_t at) const {
    auto after = std::upper_bound(spans_.begin(), spans_.end(), at, [](size_t x, Span s) { return x < s.begin; });
    return after != spans_.begin() && std::prev(after)->end > at;
  }

 private:
  std::vector<Span> spans_;  // begins and ends ascend
  std::vector<Span> added_;
};

class LinkFinder {
 public:
  explicit LinkFinder(std::string_view text) : text_(text) {}

  std::vector<WrittenLink> Find() {
    FindMarkdown();
    taken_.Settle();
    FindHtml();
    taken_.Settle();
    FindBare();
    return std::move(links_);
  }

 private:
  bool Add(Span span, std::string_view written, Span open, Span close, std::string_view stand_in) {
    std::optional<Address> address = ParseAddress(written);
    if (!address) return false;
    links_.push_back({span, *std::move(address), open, close, stand_in});
    return true;
  }

  void FindMarkdown() {
    if (text_.find('[') == std::string_view::npos) return;
    const sanitize::MarkdownLinks found = sanitize::FindMarkdownLinks(text_);
    for (const sanitize::MarkdownLink& link : found.links) {
      if (link.form != sanitize::MarkdownLink::Form::kInline) continue;
      const Span span{link.open.begin, link.target.end};
      if (Add(span, WithoutTitle(link.destination), link.open, link.target, "")) taken_.Add(link.target);
    }
    // A reference whose definition is gone shows as the words it is.
    for (const sanitize::MarkdownDefinition& definition : found.definitions) {
      if (Add(definition.span, WithoutTitle(definition.destination), {}, definition.span, "")) {
        taken_.Add(definition.span);
      }
    }
  }

  // A title needs a quote behind white space; other white space belongs to the address, which then equals no other.
  static std::string_view WithoutTitle(std::string_view destination) {
    destination = chunking::TrimAscii(destination);
    if (destination.substr(0, 1) == "<") {
      const size_t end = destination.find('>');
      if (end != std::string_view::npos) return destination.substr(1, end - 1);
    }
    for (size_t i = 1; i < destination.size(); ++i) {
      const char c = destination[i];
      if ((c == '"' || c == '\'' || c == '(') && chunking::IsSpaceAscii(destination[i - 1])) {
        return chunking::TrimAscii(destination.substr(0, i));
      }
    }
    return destination;
  }

  void FindHtml() {
    if (text_.find('<') == std::string_view::npos) return;
    chunking::HtmlTokenizer tokenizer(text_, chunking::HtmlTokenizer::Mode::kEmbedded);
    chunking::HtmlToken token;
    while (tokenizer.Next(token)) {
      if (token.type == chunking::HtmlToken::Type::kStartTag) ReadAttributes({token.begin, token.end});
    }
  }

  void ReadAttributes(Span tag) {
    for (const chunking::HtmlAttribute& attribute : chunking::HtmlAttributes(text_.substr(tag.begin, tag.size()))) {
      if (attribute.value.empty()) continue;
      const auto begin = static_cast<size_t>(attribute.value.data() - text_.data());
      const Span value{begin, begin + attribute.value.size()};
      if (!taken_.Holds(begin) && Add(value, attribute.value, {}, value, "#")) taken_.Add(value);
    }
  }

  void FindBare() {
    size_t end = 0;
    for (size_t at = text_.find("://"); at < text_.size(); at = text_.find("://", end)) {
      size_t begin = at;
      while (begin > end && at - begin < kMaxSchemeBytes && chunking::IsLetterAscii(text_[begin - 1])) --begin;
      end = begin < at ? AddBare(begin, at + 3) : at + 3;
    }
    for (size_t at = FindWww(0); at < text_.size(); at = FindWww(end)) {
      end = at == 0 || !IsAddressByte(text_[at - 1]) ? AddBare(at, at + 4) : at + 4;
    }
  }

  size_t FindWww(size_t from) const {
    for (size_t at = text_.find('.', from); at < text_.size(); at = text_.find('.', at + 1)) {
      if (at >= from + 3 && chunking::EqualsIgnoreCaseAscii(text_.substr(at - 3, 3), "www")) return at - 3;
    }
    return text_.size();
  }

  static bool IsAddressByte(char c) {
    return chunking::IsLetterAscii(c) || chunking::IsDigitAscii(c) || c == '/' || c == '.' || c == '-' || c == '@';
  }

  // Returns where to go on.
  size_t AddBare(size_t begin, size_t from) {
    if (taken_.Holds(begin)) return from;
    const Span span{begin, BareEnd(begin, from)};
    if (span.end > from) Add(span, text_.substr(begin, span.size()), {}, span, kBareStandIn);
    return span.end;
  }

  // White space, quotes and angle brackets end an address, and so does the punctuation of scripts that do without
  // spaces; punctuation at its very end belongs to the sentence.
  size_t BareEnd(size_t begin, size_t at) const {
    const size_t first = at;
    int round = 0;
    int square = 0;
    while (at < text_.size()) {
      size_t next = at;
      const char32_t c = chunking::NextCodePoint(text_, next);
      if (c < 0x80 ? EndsAddress(static_cast<char>(c)) : EndsAddress(c)) break;
      round += c == '(' ? 1 : c == ')' ? -1 : 0;
      square += c == '[' ? 1 : c == ']' ? -1 : 0;
      if (round < 0 || square < 0 || at - begin > 2 * kMaxAddressBytes) break;
      at = next;
    }
    constexpr std::string_view kSentence = ".,;:!?'*_~|}";
    while (at > first && kSentence.find(text_[at - 1]) != std::string_view::npos) --at;
    return at;
  }

  static bool EndsAddress(char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == 0x7F || c == '<' || c == '>' || c == '"' || c == '`';
  }

  static bool EndsAddress(char32_t c) {
    const auto code = static_cast<UChar32>(c);
    return u_isUWhiteSpace(code) != 0 || u_ispunct(code) != 0;
  }

  static constexpr size_t kMaxSchemeBytes = 20;

  const std::string_view text_;
  Taken taken_;
  std::vector<WrittenLink> links_;
};

}  // namespace

std::vector<WrittenLink> FindLinks(std::string_view text) { return LinkFinder(text).Find(); }

void TakeOut(const WrittenLink& link, sanitize::EditList& edits) {
  edits.Remove(link.open);
  edits.Replace(link.close, link.stand_in);
}

}  // namespace usher::guard
