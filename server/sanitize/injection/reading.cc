#include "server/sanitize/injection/reading.h"

#include "index/chunking/ascii.h"
#include "index/chunking/utf8.h"
#include "server/sanitize/byte_set.h"
#include "server/sanitize/injection/fold.h"
#include "server/sanitize/injection/lexicon.h"

namespace usher::sanitize::injection {
namespace {

constexpr ByteSet kEntryMarks("<[#{*\"-(|");  // with which entries may begin
constexpr size_t kShortestHidden = 4;         // bytes of an entry that counts inside a run of letters

uint32_t HashOf(std::string_view word) {
  uint32_t hash = 2166136261u;
  for (const char c : word) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return hash;
}

bool StartsWith(std::string_view text, size_t at, std::string_view what) {
  return at < text.size() && text[at] == what[0] && text.substr(at, what.size()) == what;
}

class Reader {
 public:
  Reader(std::string_view text, bool whole_words) : text_(text), whole_words_(whole_words) {
    reading_.tokens.reserve(text.size() / 5);
  }

  Reading Run() {
    while (at_ < text_.size()) Step();
    Close(text_.size());
    return std::move(reading_);
  }

 private:
  void Step() {
    const char c = text_[at_];
    if (const size_t mark = BoundaryLength(); mark > 0) {
      at_ += mark;
      Close(at_);
      return;
    }
    if (IsBlank(c)) {
      if (at_ - begin_ > kLongestSentence) Close(at_);
      ++at_;
      return;
    }
    size_t next = at_;
    const Letter letter = LetterClass(NextLetter(text_, next));
    if (letter == Letter::kNone) {
      if (kEntryMarks.Has(c) && AddMark()) return;
      at_ = next;
    } else if (!whole_words_) {
      AddHidden(next);
    } else if (letter == Letter::kUnspaced) {
      AddUnspaced(next);
    } else {
      AddWord();
    }
  }

  // Bytes of the mark at at_ that ends a sentence, 0 when there is none.
  size_t BoundaryLength() const {
    static constexpr ByteSet kFirst("\n.!?\\\"\xE3\xE0\xD8");  // the last three begin the full stops of other scripts
    const char c = text_[at_];
    if (!kFirst.Has(c)) return 0;
    const char next = at_ + 1 < text_.size() ? text_[at_ + 1] : '\n';
    if (c == '\n') return LineBreakEnds() ? 1 : 0;
    if (c == '.') return IsBlank(next) || next == '"' || next == '\\' ? 1 : 0;
    if (c == '!' || c == '?') return next == c ? 0 : 1;
    if (c == '\\' && next == 'n') return 2;
    if (c == '"' && next == ':') return 2;
    if (c == '"' && next == ',' && at_ + 2 < text_.size() && text_.find_first_not_of(" \n", at_ + 2) < text_.size() &&
        text_[text_.find_first_not_of(" \n", at_ + 2)] == '"') {
      return 2;
    }
    if (StartsWith(text_, at_, "\u3002") || StartsWith(text_, at_, "\u0964")) return 3;
    return StartsWith(text_, at_, "\u061F") ? 2 : 0;
  }

  // A line that was merely wrapped goes on in the next one.
  bool LineBreakEnds() const {
    const size_t next = text_.find_first_not_of(" \t\r", at_ + 1);
    if (next == std::string_view::npos || text_[next] == '\n') return true;
    const size_t line = text_.rfind('\n', at_ > 0 ? at_ - 1 : 0);
    const size_t length = at_ - (line == std::string_view::npos ? 0 : line);
    return length < 50 || LetterClass(static_cast<unsigned char>(text_[next])) == Letter::kNone;
  }

  void Push(size_t end, Concepts concepts) {
    reading_.tokens.push_back({static_cast<uint32_t>(at_), static_cast<uint32_t>(end), concepts,
                               HashOf(text_.substr(at_, end - at_)), false});
    open_concepts_ |= concepts;
    at_ = end;
  }

  bool AddMark() {
    const Lexicon::Match match = Lexicon::Get().At(text_, at_, true);
    if (match.length == 0) return false;
    Push(at_ + match.length, match.concepts);
    return true;
  }

  void AddHidden(size_t next) {
    const Lexicon::Match match = Lexicon::Get().At(text_, at_, false);
    const bool counts = match.length >= kShortestHidden;
    Push(counts ? at_ + match.length : next, counts ? match.concepts : 0);
  }

  void AddUnspaced(size_t next) {
    const Lexicon::Match match = Lexicon::Get().At(text_, at_, true);
    Push(match.length > 0 ? at_ + match.length : next, match.concepts);
  }

  void AddWord() {
    const Lexicon::Match match = Lexicon::Get().At(text_, at_, true);
    size_t end = WordEnd(at_);
    Concepts concepts = match.concepts;
    if (StartsWith(text_, end, "://") || StartsWith(text_, at_, "www.")) {
      end = AddressEnd(end);
      concepts = ConceptOf('H');
    } else if (const size_t mail = MailEnd(end); mail > end) {
      end = mail;
      concepts = ConceptOf('M');
    } else if ((match.concepts & ConceptsOf("hfd")) != 0) {
      end = at_ + match.length;
    }
    Push(end, concepts);
  }

  size_t WordEnd(size_t at) const {
    while (at < text_.size()) {
      size_t next = at;
      const char32_t c = NextLetter(text_, next);
      const bool inner = (c == '\'' || c == U'\u2019') && next < text_.size() && chunking::IsLetterAscii(text_[next]);
      if (!inner && LetterClass(c) != Letter::kWord) break;
      at = next;
    }
    return at;
  }

  size_t AddressEnd(size_t at) const {
    static constexpr ByteSet kEnds(" \t\r\n\"'<>)]}|`\\");
    return kEnds.FindIn(text_, at);
  }

  // Behind "@host.name" when a mail address goes on at `at`, else `at`.
  size_t MailEnd(size_t at) const {
    static constexpr ByteSet kParts("abcdefghijklmnopqrstuvwxyz0123456789.-_+");
    size_t end = at;
    for (size_t n = 0; n < 64 && end < text_.size() && kParts.Has(text_[end]); ++n) ++end;
    if (end + 1 >= text_.size() || text_[end] != '@' || !kParts.Has(text_[end + 1])) return at;
    ++end;
    for (size_t n = 0; n < 128 && end < text_.size() && kParts.Has(text_[end]); ++n) ++end;
    return text_[end - 1] == '.' ? end - 1 : end;
  }

  void Close(size_t end) {
    const size_t last = reading_.tokens.size();
    if (last > first_token_) {
      size_t begin = begin_;
      while (begin < end && IsBlank(text_[begin])) ++begin;
      while (end > begin && IsBlank(text_[end - 1])) --end;
      reading_.sentences.push_back({{begin, end}, first_token_, last, open_concepts_});
      MarkQuoted(reading_.sentences.back());
    }
    begin_ = std::max(at_, end);
    first_token_ = last;
    open_concepts_ = 0;
  }

  struct Quotes {
    std::string_view open, close;
  };
  static constexpr Quotes kQuotes[] = {{"\"", "\""},         {"`", "`"},           {"\u201C", "\u201D"},
                                       {"\u201E", "\u201C"}, {"\u00AB", "\u00BB"}, {"\u300C", "\u300D"},
                                       {"\u2018", "\u2019"}, {" '", "'"}};

  void MarkQuoted(const Sentence& sentence) {
    const std::string_view text = text_.substr(sentence.bytes.begin, sentence.bytes.size());
    static constexpr ByteSet kMarks("\"`'\xE2\xC2\xE3");
    if (kMarks.FindIn(text, 0) == text.size()) return;
    for (const Quotes& quotes : kQuotes) {
      size_t token = sentence.first_token;
      for (size_t open = text.find(quotes.open); open != std::string_view::npos;) {
        const size_t close = text.find(quotes.close, open + quotes.open.size());
        if (close == std::string_view::npos) break;
        for (; token < sentence.last_token; ++token) {
          Token& inner = reading_.tokens[token];
          if (inner.begin >= sentence.bytes.begin + close) break;
          if (inner.begin > sentence.bytes.begin + open) inner.quoted = true;
        }
        open = text.find(quotes.open, close + quotes.close.size());
      }
    }
  }

  std::string_view text_;
  bool whole_words_;
  Reading reading_;
  size_t at_ = 0;
  size_t begin_ = 0;        // of the open sentence
  size_t first_token_ = 0;  // of the open sentence
  Concepts open_concepts_ = 0;
};

}  // namespace

Reading Read(std::string_view text, bool whole_words) { return Reader(text, whole_words).Run(); }

}  // namespace usher::sanitize::injection
