#include "index/chunking/html_tokenizer.h"

#include <algorithm>

#include "index/chunking/ascii.h"

namespace usher::chunking {
namespace {

constexpr size_t kNpos = std::string_view::npos;
constexpr size_t kMaxAttributes = 64;
constexpr size_t kMaxNameBytes = 64;
constexpr std::string_view kSpaces = " \t\n\f\r";

bool IsSpace(char c) { return kSpaces.find(c) != kNpos; }

bool IsRawTextElement(std::string_view name) {
  static constexpr std::string_view kNames[] = {"script", "style",   "textarea", "title",    "xmp",
                                                "iframe", "noembed", "noframes", "plaintext"};
  return std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

std::string LowerName(std::string_view name) { return LowerAscii(name.substr(0, kMaxNameBytes)); }

// Walks the attributes behind a tag's name as the standard's tokenizer does, quotes counting only behind '='.
class AttributeWalker {
 public:
  AttributeWalker(std::string_view text, size_t at, bool stop_at_less_than)
      : text_(text), at_(at), stop_at_less_than_(stop_at_less_than) {}

  // Reads one attribute into `name` and `value`; false at '>', at the end, or where the tag is broken off.
  bool Next(std::string_view& name, std::string_view& value) {
    while (at_ < text_.size() && (IsSpace(text_[at_]) || text_[at_] == '/')) ++at_;
    if (at_ >= text_.size() || text_[at_] == '>' || Broken()) return false;
    const size_t name_begin = at_++;  // a leading '=' belongs to the name
    while (at_ < text_.size() && !IsSpace(text_[at_]) && std::string_view("/>=").find(text_[at_]) == kNpos &&
           !Broken()) {
      ++at_;
    }
    name = text_.substr(name_begin, at_ - name_begin);
    value = {};
    const size_t equals = text_.find_first_not_of(kSpaces, at_);
    if (equals == kNpos || text_[equals] != '=') return true;
    at_ = std::min(text_.find_first_not_of(kSpaces, equals + 1), text_.size());
    return ReadValue(value);
  }

  // Behind the last attribute.
  size_t at() const { return at_; }

  // Offset of the closing '>', or npos when the tag does not close.
  size_t close() const { return at_ < text_.size() && text_[at_] == '>' ? at_ : kNpos; }

 private:
  bool Broken() const { return stop_at_less_than_ && text_[at_] == '<'; }

  bool ReadValue(std::string_view& value) {
    if (at_ >= text_.size() || text_[at_] == '>') return true;
    if (text_[at_] == '"' || text_[at_] == '\'') {
      const size_t quote = text_.find(text_[at_], at_ + 1);
      value = text_.substr(at_ + 1, quote == kNpos ? kNpos : quote - at_ - 1);
      at_ = quote == kNpos ? text_.size() : quote + 1;
      return quote != kNpos;
    }
    const size_t begin = at_;
    while (at_ < text_.size() && !IsSpace(text_[at_]) && text_[at_] != '>' && !Broken()) ++at_;
    value = text_.substr(begin, at_ - begin);
    return true;
  }

  const std::string_view text_;
  size_t at_;
  const bool stop_at_less_than_;
};

size_t NameEnd(std::string_view text, size_t from) {
  return std::min(text.find_first_of(" \t\n\f\r/>", from), text.size());
}

// The head of a tag: everything but its attributes. Returns where they begin, or npos when there is no tag.
size_t ReadTagName(std::string_view text, size_t at, bool embedded, HtmlToken& token) {
  const bool closing = at + 1 < text.size() && text[at + 1] == '/';
  const size_t name_begin = at + (closing ? 2 : 1);
  if (text.substr(at, 1) != "<" || name_begin >= text.size() || !IsLetterAscii(text[name_begin])) return kNpos;
  size_t name_end = name_begin;
  while (name_end < text.size() && !IsSpace(text[name_end]) && text[name_end] != '/' && text[name_end] != '>') {
    if (embedded && text[name_end] == '<') return kNpos;
    ++name_end;
  }
  token.type = closing ? HtmlToken::Type::kEndTag : HtmlToken::Type::kStartTag;
  token.begin = at;
  token.name = LowerName(text.substr(name_begin, name_end - name_begin));
  return name_end;
}

size_t CloseOfTag(std::string_view text, size_t at) {
  AttributeWalker walker(text, at, false);
  std::string_view attribute;
  std::string_view value;
  while (walker.Next(attribute, value)) {
  }
  return walker.close();
}

}  // namespace

bool HtmlTagReader::Read(size_t at, HtmlToken& token) {
  const size_t attributes = ReadTagName(text_, at, true, token);
  const size_t close = attributes == kNpos ? kNpos : FindClose(attributes);
  if (close == kNpos) return false;
  token.end = close + 1;
  return true;
}

size_t HtmlTagReader::FindClose(size_t at) {
  // What begins in an attribute of another tag sooner or later reads on where that one did. So much of its way is noted
  // that meeting it takes a block at most.
  constexpr size_t kBlock = 64;
  AttributeWalker walker(text_, at, true);
  std::vector<size_t> way;
  bool holds_tags = false;
  std::string_view name;
  std::string_view value;
  size_t close = kNpos;
  while (true) {
    const size_t begin = walker.at();
    if (const auto known = closes_.find(begin); known != closes_.end()) {
      close = known->second;
      break;
    }
    if (!walker.Next(name, value)) {
      close = walker.close();
      break;
    }
    if (begin / kBlock != walker.at() / kBlock) way.push_back(begin);
    holds_tags = holds_tags || value.find('<') != kNpos;
  }
  if (holds_tags) {
    for (const size_t begin : way) closes_.emplace(begin, close);
  }
  return close;
}

std::vector<HtmlAttribute> HtmlAttributes(std::string_view tag) {
  std::vector<HtmlAttribute> attributes;
  AttributeWalker walker(tag, NameEnd(tag, std::min<size_t>(1, tag.size())), false);
  std::string_view name;
  std::string_view value;
  while (attributes.size() < kMaxAttributes && walker.Next(name, value)) {
    attributes.push_back({LowerName(name), value});
  }
  return attributes;
}

const HtmlAttribute* FindAttribute(const std::vector<HtmlAttribute>& attributes, std::string_view name) {
  for (const HtmlAttribute& attribute : attributes) {
    if (attribute.name == name) return &attribute;
  }
  return nullptr;
}

bool IsBlockElement(std::string_view name) {
  static const auto* const kNames = new absl::flat_hash_set<std::string_view>{
      "address",  "article", "aside",    "blockquote", "body",   "br",      "caption",  "center",     "dd",
      "details",  "dialog",  "dir",      "div",        "dl",     "dt",      "fieldset", "figcaption", "figure",
      "footer",   "form",    "h1",       "h2",         "h3",     "h4",      "h5",       "h6",         "header",
      "hgroup",   "hr",      "html",     "legend",     "li",     "main",    "menu",     "nav",        "ol",
      "optgroup", "option",  "p",        "pre",        "search", "section", "select",   "summary",    "table",
      "tbody",    "td",      "textarea", "tfoot",      "th",     "thead",   "tr",       "ul"};
  return kNames->contains(name);
}

void HtmlTokenizer::SkipTo(size_t offset) {
  at_ = std::min(std::max(at_, offset), source_.size());
  raw_name_.clear();
}

bool HtmlTokenizer::Finish(HtmlToken& token, HtmlToken::Type type, size_t end) {
  token.type = type;
  token.begin = at_;
  token.end = end;
  at_ = end;
  return true;
}

bool HtmlTokenizer::Next(HtmlToken& token) {
  token.name.clear();
  if (at_ >= source_.size()) return false;
  if (!raw_name_.empty()) {
    token.name = std::move(raw_name_);
    raw_name_.clear();
    if (raw_end_ > at_) return Finish(token, HtmlToken::Type::kRawText, raw_end_);
    token.name.clear();
  }
  if (source_[at_] == '<' && ReadMarkup(token)) return true;
  return Finish(token, HtmlToken::Type::kText, TextEnd(at_ + 1));
}

size_t HtmlTokenizer::TextEnd(size_t from) const { return std::min(source_.find('<', from), source_.size()); }

bool HtmlTokenizer::ReadMarkup(HtmlToken& token) {
  if (at_ + 1 >= source_.size()) return false;
  const char next = source_[at_ + 1];
  if (IsLetterAscii(next)) return ReadTag(token);
  if (next == '/') {
    if (at_ + 2 >= source_.size()) return false;
    if (IsLetterAscii(source_[at_ + 2])) return ReadTag(token);
    return mode_ == Mode::kDocument && ReadBogusComment(token, at_ + 2);
  }
  if (next == '!') return ReadComment(token);
  return next == '?' && ReadBogusComment(token, at_ + 2);
}

bool HtmlTokenizer::ReadComment(HtmlToken& token) {
  if (source_.substr(at_, 4) != "<!--") {
    const bool declares = at_ + 2 < source_.size() && (IsLetterAscii(source_[at_ + 2]) || source_[at_ + 2] == '[');
    return (mode_ == Mode::kDocument || declares) && ReadBogusComment(token, at_ + 2);
  }
  for (const std::string_view empty : {"<!-->", "<!--->"}) {
    if (source_.substr(at_, empty.size()) == empty) {
      return Finish(token, HtmlToken::Type::kComment, at_ + empty.size());
    }
  }
  for (size_t dashes = no_comment_end_ ? kNpos : source_.find("--", at_ + 4); dashes != kNpos;
       dashes = source_.find("--", dashes + 1)) {
    const std::string_view rest = source_.substr(dashes + 2, 2);
    if (rest.substr(0, 1) == ">") return Finish(token, HtmlToken::Type::kComment, dashes + 3);
    if (rest == "!>") return Finish(token, HtmlToken::Type::kComment, dashes + 4);
  }
  no_comment_end_ = true;
  return Finish(token, HtmlToken::Type::kComment, source_.size());
}

bool HtmlTokenizer::ReadBogusComment(HtmlToken& token, size_t minimum) {
  const size_t close = no_greater_than_ ? kNpos : source_.find('>', minimum);
  no_greater_than_ = close == kNpos;
  if (close == kNpos && mode_ == Mode::kEmbedded) return false;
  return Finish(token, HtmlToken::Type::kComment, close == kNpos ? source_.size() : close + 1);
}

bool HtmlTokenizer::ReadTag(HtmlToken& token) {
  if (mode_ == Mode::kEmbedded) {
    if (!tags_.Read(at_, token)) return false;
  } else {
    const size_t attributes = ReadTagName(source_, at_, false, token);
    const size_t close = attributes == kNpos ? kNpos : CloseOfTag(source_, attributes);
    if (close == kNpos) return Finish(token, HtmlToken::Type::kDropped, source_.size());
    token.end = close + 1;
  }
  at_ = token.end;
  if (token.type == HtmlToken::Type::kStartTag) EnterRawText(token);
  return true;
}

void HtmlTokenizer::EnterRawText(const HtmlToken& token) {
  if (!IsRawTextElement(token.name)) return;
  const size_t end = FindRawTextEnd(token.name, at_);
  if (end == kNpos && mode_ == Mode::kEmbedded) return;
  raw_name_ = token.name;
  raw_end_ = std::min(end, source_.size());
}

size_t HtmlTokenizer::FindRawTextEnd(const std::string& name, size_t from) {
  if (never_closed_.contains(name)) return kNpos;
  for (size_t at = source_.find("</", from); at != kNpos; at = source_.find("</", at + 2)) {
    if (!EqualsIgnoreCaseAscii(source_.substr(at + 2, name.size()), name)) continue;
    const size_t behind = at + 2 + name.size();
    if (behind >= source_.size() || IsSpace(source_[behind]) || source_[behind] == '/' || source_[behind] == '>') {
      return at;
    }
  }
  never_closed_.insert(name);
  return kNpos;
}

}  // namespace usher::chunking
