#include <algorithm>
#include <string>

#include "index/chunking/ascii.h"
#include "index/chunking/utf8.h"
#include "server/sanitize/decode/decoders.h"
#include "server/sanitize/decode/letter_forms.h"
#include "server/sanitize/decode/prose.h"

namespace usher::sanitize::decode {
namespace {

constexpr size_t kFewestLetters = 8;
constexpr size_t kFewestTurned = 4;

// What one line says once its styled letters are plain ones.
class Line {
 public:
  Line(std::string_view text, Span line) : text_(text) {
    if (!HasEnough(line)) return;
    for (size_t at = line.begin; at < line.end;) {
      Span span{at, at};
      const char32_t c = chunking::NextCodePoint(text, at);
      span.end = at;
      Read(span, c);
    }
  }

  void Report(Payloads& payloads) {
    plain_.resize(std::min(plain_.size(), plain_end_));
    if (styled_ >= kFewestLetters && styled_ * 2 >= letters_ && Reads()) {
      return payloads.Add(span_, std::move(plain_), "styled letters");
    }
    if (turned_ < kFewestTurned) return;
    std::reverse(upright_.begin(), upright_.end());
    if (ReadsAsProse(upright_)) payloads.Add(turned_span_, std::move(upright_), "upside down");
  }

 private:
  // Most lines of other scripts have none of these letters.
  bool HasEnough(Span line) const {
    size_t forms = 0;
    size_t turned = 0;
    for (size_t at = line.begin; at < line.end;) {
      const char32_t c = chunking::NextCodePoint(text_, at);
      forms += PlainForm(c) != 0 ? 1 : 0;
      turned += TurnedForm(c) != 0 ? 1 : 0;
    }
    return forms >= kFewestLetters || turned >= kFewestTurned;
  }

  void Read(Span span, char32_t c) {
    const bool ascii = c < 0x80;
    const char plain = ascii ? char{0} : PlainForm(c);
    const char turned = ascii ? char{0} : TurnedForm(c);
    const bool letter = ascii ? chunking::IsLetterAscii(static_cast<char>(c)) : true;
    letters_ += letter ? 1 : 0;
    if (plain != 0) {
      if (styled_ == 0) {
        span_.begin = span.begin;
        letters_ = 1;
        plain_.clear();
      }
      styled_ += chunking::IsLetterAscii(plain) ? 1 : 0;
      span_.end = span.end;
    }
    plain_ += plain != 0 ? std::string(1, plain) : std::string(text_.substr(span.begin, span.size()));
    if (plain != 0) plain_end_ = plain_.size();
    if (turned != 0 && turned_++ == 0) turned_span_.begin = span.begin;
    if (turned != 0) turned_span_.end = span.end;
    if (turned != 0 || ascii) upright_.push_back(turned != 0 ? turned : Unturned(static_cast<char>(c)));
  }

  // Letters that stay letters when a line is turned around.
  static char Unturned(char c) {
    constexpr std::string_view kTurned = "qpbdun";
    constexpr std::string_view kUpright = "bdqpnu";
    const size_t at = kTurned.find(c);
    return at == std::string_view::npos ? c : kUpright[at];
  }

  bool Reads() const { return ReadsAsText(plain_) || ReadsAsRunTogether(plain_); }

  const std::string_view text_;
  Span span_;
  Span turned_span_;
  std::string plain_;
  size_t plain_end_ = 0;
  std::string upright_;
  size_t letters_ = 0;
  size_t styled_ = 0;
  size_t turned_ = 0;
};

}  // namespace

void FindStyledLetters(std::string_view text, Payloads& payloads) {
  for (size_t at = 0; at < text.size() && !payloads.full();) {
    const std::string_view window = text.substr(at, payloads.max_payload_bytes());
    const size_t end = chunking::FloorToCodePoint(text, at + std::min(window.find('\n'), window.size()));
    if (!chunking::IsAscii(text.substr(at, end - at))) Line(text, {at, end}).Report(payloads);
    at = end < text.size() && text[end] == '\n' ? end + 1 : std::max(end, at + 1);
  }
}

}  // namespace usher::sanitize::decode
