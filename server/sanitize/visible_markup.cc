#include "server/sanitize/visible_markup.h"

#include <utility>

#include "server/sanitize/finding.h"
#include "server/sanitize/hidden_style.h"

namespace usher::sanitize {

using chunking::HtmlToken;

VisibleMarkup::VisibleMarkup(std::string_view text, chunking::HtmlTokenizer::Mode mode, std::vector<Span> code,
                             bool white_page)
    : text_(text), tokenizer_(text, mode), code_(std::move(code)), white_page_(white_page), sheet_(text, white_page) {}

bool VisibleMarkup::NextToken(Token& token) {
  while (next_code_ < code_.size() && code_[next_code_].end <= at_) ++next_code_;
  const bool in_code = next_code_ < code_.size() && code_[next_code_].begin <= at_;
  if (in_code && !after_start_tag_) {
    token.type = HtmlToken::Type::kText;
    token.begin = at_;
    token.end = at_ = code_[next_code_].end;
    token.name.clear();
    tokenizer_.SkipTo(at_);
    return true;
  }
  if (!tokenizer_.Next(token)) return false;
  at_ = token.end;
  after_start_tag_ = token.type == HtmlToken::Type::kStartTag;
  return true;
}

VisibleMarkup::Kind VisibleMarkup::KindOf(const Token& token) {
  switch (token.type) {
    case HtmlToken::Type::kComment:
      return Kind::kComment;
    case HtmlToken::Type::kDropped:
      return Kind::kBroken;
    case HtmlToken::Type::kRawText:
      return token.name == "textarea" || token.name == "xmp" || token.name == "plaintext" ? Kind::kToken
                                                                                          : Kind::kScript;
    default:
      return Kind::kToken;
  }
}

size_t VisibleMarkup::Follow(const Token& token) {
  if (token.type == HtmlToken::Type::kEndTag) {
    open_.Close(token.name);
    return token.end;
  }
  if (token.type != HtmlToken::Type::kStartTag) return token.end;
  open_.CloseImpliedBy(token.name);
  if (!open_.hidden()) return token.begin;
  OpenElement(token);
  return token.end;
}

void VisibleMarkup::OpenElement(const Token& token) {
  const auto attributes = chunking::HtmlAttributes(text_.substr(token.begin, token.end - token.begin));
  const bool hides = ElementHides(token.name, attributes, white_page_) || sheet_.Hides(token.name, attributes);
  open_.Open(token.name, hides);
}

void VisibleMarkup::CollectHidden(const Token& token, std::string& text) const {
  const bool tag = token.type == HtmlToken::Type::kStartTag || token.type == HtmlToken::Type::kEndTag;
  if (!tag && text.size() < kMaxDetailBytes) text.append(text_.substr(token.begin, token.end - token.begin), 0, 400);
}

// Reads on from a start tag that hides to where it stops doing so.
bool VisibleMarkup::ReadHidden(size_t begin, const Token& first, Event& event) {
  event.kind = Kind::kElement;
  event.token = first;
  event.hidden_text.clear();
  event.span = {begin, text_.size()};
  for (Token token; NextToken(token);) {
    const size_t end = Follow(token);
    if (!open_.hidden()) {
      event.span.end = end;
      if (end == token.begin) {
        pending_ = true;
        pending_token_ = std::move(token);
      }
      return true;
    }
    CollectHidden(token, event.hidden_text);
  }
  return true;
}

bool VisibleMarkup::Next(Event& event) {
  Token token;
  if (pending_) {
    token = std::move(pending_token_);
    pending_ = false;
  } else if (!NextToken(token)) {
    return false;
  }
  event.kind = KindOf(token);
  event.span = {token.begin, token.end};
  event.hidden_text.clear();
  if (event.kind != Kind::kToken) CollectHidden(token, event.hidden_text);
  if (token.type == HtmlToken::Type::kEndTag) open_.Close(token.name);
  if (token.type == HtmlToken::Type::kStartTag) {
    open_.CloseImpliedBy(token.name);
    OpenElement(token);
    if (open_.hidden()) return ReadHidden(token.begin, token, event);
  }
  event.token = std::move(token);
  return true;
}

}  // namespace usher::sanitize
