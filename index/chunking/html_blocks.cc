#include "index/chunking/ascii.h"
#include "index/chunking/block.h"
#include "index/chunking/html_tokenizer.h"

namespace usher::chunking {
namespace {

int HeadingLevel(std::string_view name) {
  return name.size() == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6' ? name[1] - '0' : 0;
}

class Reader {
 public:
  explicit Reader(std::string_view source) : source_(source) {}

  Outline Read() {
    HtmlTokenizer tokenizer(source_, HtmlTokenizer::Mode::kDocument);
    for (HtmlToken token; tokenizer.Next(token);) Take(token);
    Close();
    return std::move(outline_);
  }

 private:
  void Take(const HtmlToken& token) {
    const std::string_view text = source_.substr(token.begin, token.end - token.begin);
    switch (token.type) {
      case HtmlToken::Type::kText:
        return Extend(token, text);
      case HtmlToken::Type::kRawText:
        if (token.name == "title" && outline_.title.empty()) outline_.title = HeadingText(text);
        if (token.name == "textarea" || token.name == "xmp" || token.name == "plaintext") Extend(token, text);
        return;
      case HtmlToken::Type::kStartTag:
        if (IsBlockElement(token.name)) Close();
        if (HeadingLevel(token.name) > 0) level_ = HeadingLevel(token.name);
        return;
      case HtmlToken::Type::kEndTag:
        if (IsBlockElement(token.name)) Close();
        return;
      case HtmlToken::Type::kComment:
      case HtmlToken::Type::kDropped:
        return;
    }
  }

  void Extend(const HtmlToken& token, std::string_view text) {
    if (TrimAscii(text).empty()) return;
    if (end_ == 0) begin_ = token.begin;
    end_ = token.end;
    if (level_ > 0 && words_.size() < kMaxHeadingBytes) words_.append(text.substr(0, kMaxHeadingBytes));
  }

  void Close() {
    if (end_ > 0) outline_.blocks.push_back({begin_, end_, level_, level_ > 0 ? HeadingText(words_) : ""});
    end_ = 0;
    level_ = 0;
    words_.clear();
  }

  static constexpr size_t kMaxHeadingBytes = 200;

  const std::string_view source_;
  Outline outline_;
  size_t begin_ = 0;
  size_t end_ = 0;  // 0 while no text is open
  int level_ = 0;
  std::string words_;
};

}  // namespace

Outline HtmlBlocks(std::string_view text) { return Reader(text).Read(); }

}  // namespace usher::chunking
