#include "server/sanitize/secrets/assignment.h"

#include <algorithm>
#include <array>
#include <string>

#include "index/chunking/ascii.h"

namespace usher::sanitize {
namespace {

constexpr size_t kMostNameBytes = 64;
constexpr size_t kMostValueBytes = 1024;
constexpr size_t kMostGap = 40;  // spaces that align values

bool IsNameByte(char c) {
  return chunking::IsDigitAscii(c) || chunking::IsLetterAscii(c) || c == '_' || c == '-' || c == '.' || (c & 0x80) != 0;
}

// Reads a text from left to right; every method says whether, or how far, it moved.
class Reader {
 public:
  Reader(std::string_view text, size_t at) : text_(text), at_(at) {}

  size_t at() const { return at_; }
  bool done() const { return at_ >= text_.size(); }
  char next() const { return done() ? '\0' : text_[at_]; }
  std::string_view rest(size_t most) const { return text_.substr(std::min(at_, text_.size()), most); }

  bool Skip(std::string_view literal) {
    if (!rest(literal.size()).starts_with(literal)) return false;
    at_ += literal.size();
    return true;
  }
  bool SkipWord(std::string_view word) {
    if (!chunking::EqualsIgnoreCaseAscii(rest(word.size()), word)) return false;
    if (at_ + word.size() < text_.size() && IsNameByte(text_[at_ + word.size()])) return false;
    at_ += word.size();
    return true;
  }
  size_t SkipAny(std::string_view bytes, size_t most = kMostGap) {
    const size_t from = at_;
    while (!done() && at_ - from < most && bytes.find(next()) != std::string_view::npos) ++at_;
    return at_ - from;
  }
  void MoveTo(size_t at) { at_ = at; }

 private:
  std::string_view text_;
  size_t at_;
};

// Longer ones first, where one begins another.
constexpr std::array<std::string_view, 10> kQuotes = {"\"\"\"", "'''", "\\\"", "\\'", "&quot;",
                                                      "\"",     "'",   "`",    "“",   "‘"};

std::string_view SkipQuote(Reader& reader) {
  for (const std::string_view quote : kQuotes) {
    if (reader.Skip(quote)) return quote;
  }
  return {};
}

std::string_view Closing(std::string_view quote) {
  if (quote == "“") return "”";
  return quote == "‘" ? "’" : quote;
}

enum class Joint { kNone, kAssigned, kElement, kArgument, kCell, kVerb, kSpace };

// `,"value": ` and the like between a name and its value in lists of pairs.
bool SkipValueWord(Reader& reader) {
  Reader ahead = reader;
  ahead.SkipAny(" \t\r\n,'\"");
  if (!ahead.SkipWord("value")) return false;
  ahead.SkipAny("'\"");
  ahead.SkipAny(" \t");
  if (ahead.next() != ':' && ahead.next() != '=') return false;
  reader = ahead;
  return true;
}

Joint ReadJoint(Reader& reader, bool name_quoted, bool option, bool element) {
  SkipValueWord(reader);
  reader.SkipAny("*_])");
  const size_t spaces = reader.SkipAny(" \t");
  if (element && reader.Skip(">")) return Joint::kElement;
  for (const std::string_view assigned : {":=", ":-", "=>", "==", "->", "=", "："}) {
    if (reader.Skip(assigned)) return Joint::kAssigned;
  }
  if (reader.next() == ':' && reader.rest(2) != "::" && reader.Skip(":")) return Joint::kAssigned;
  if (name_quoted && reader.Skip(",")) return Joint::kArgument;
  if (spaces > 0 && reader.Skip("|")) return Joint::kCell;
  for (const std::string_view verb : {"is", "was", "are", "to", "ist", "lautet", "es", "est", "é", "è"}) {
    if (spaces > 0 && reader.SkipWord(verb)) {
      reader.SkipAny(" \t:");
      return Joint::kVerb;
    }
  }
  if (spaces == 0) return Joint::kNone;
  return option ? Joint::kAssigned : Joint::kSpace;
}

// Wrappers that only hold their argument: SecretStr("...").
void SkipWrapper(Reader& reader) {
  for (const std::string_view wrapper : {"SecretStr(", "SecretString(", "String(", "Secret(", "b64decode(", "atob(",
                                         "bytes(", "base64.b64decode(", "quote("}) {
    Reader ahead = reader;
    if (ahead.Skip(wrapper) && (ahead.next() == '"' || ahead.next() == '\'')) reader = ahead;
  }
  for (const std::string_view prefix : {"b", "r", "u", "f", "@", "$", "L", "rb", "N"}) {
    Reader ahead = reader;
    if (ahead.Skip(prefix) && (ahead.next() == '"' || ahead.next() == '\'')) reader = ahead;
  }
}

std::optional<Span> ReadQuoted(std::string_view text, size_t begin, std::string_view closing) {
  const std::string_view rest = text.substr(begin, kMostValueBytes);
  const bool escapes = closing.size() == 1 && closing != "`";
  for (size_t i = 0; i < rest.size(); ++i) {
    if (rest[i] == '\n') return std::nullopt;
    if (rest.substr(i).starts_with(closing)) return Span{begin, begin + i};
    if (escapes && rest[i] == '\\') ++i;
  }
  return std::nullopt;
}

// Where the next parameter of a query or form begins: "&name=".
size_t NextParameter(std::string_view value) {
  for (size_t at = value.find('&'); at != std::string_view::npos; at = value.find('&', at + 1)) {
    size_t name = at + 1;
    while (name < value.size() && IsNameByte(value[name])) ++name;
    if (name > at + 1 && name < value.size() && value[name] == '=') return at;
  }
  return std::string_view::npos;
}

Span ReadBare(std::string_view text, size_t begin, std::string_view stops) {
  const std::string_view rest = text.substr(begin, kMostValueBytes);
  size_t size = std::min(rest.size(), rest.find_first_of(stops));
  if (size == kMostValueBytes) return {begin, begin};
  size = std::min(size, NextParameter(rest.substr(0, size)));
  constexpr std::array<std::string_view, 3> kBrackets = {"()", "[]", "{}"};
  for (bool again = true; again && size > 0;) {
    again = false;
    const std::string_view value = rest.substr(0, size);
    for (const std::string_view pair : kBrackets) {
      again |= value.back() == pair[1] && value.find(pair[0]) == std::string_view::npos;
    }
    again |= value.back() == '.' || value.back() == ':' || value.ends_with("**");
    if (again) --size;
  }
  return {begin, begin + size};
}

bool IsAnnotation(std::string_view text, Span value) {
  const std::string_view word = text.substr(value.begin, value.size());
  const auto type_byte = [](char c) {
    return chunking::IsLetterAscii(c) || c == '_' || c == '.' || c == '[' || c == ']';
  };
  return !word.empty() && std::all_of(word.begin(), word.end(), type_byte);
}

std::string_view StopsFor(std::string_view text, Span name, Joint joint) {
  const char before = name.begin > 0 ? text[name.begin - 1] : '\0';
  if (before == '?' || before == '&') return " \t\r\n\"'<>`\\,;&#|)]}";
  if (joint == Joint::kElement) return "<\r\n";
  if (joint == Joint::kCell) return " \t\r\n|";
  if (before == '{') return " \t\r\n\"'<>`\\,;}";
  return " \t\r\n\"'<>`\\,;";
}

}  // namespace

Span NameAround(std::string_view text, size_t offset, size_t size) {
  size_t begin = offset;
  const size_t first = offset - std::min(offset, kMostNameBytes);
  while (begin > first && IsNameByte(text[begin - 1])) --begin;
  if (begin >= 1 && begin < offset && text[begin - 1] == '\\') ++begin;  // the letter of an escape
  size_t end = offset + size;
  const size_t last = std::min(text.size(), end + kMostNameBytes);
  while (end < last && IsNameByte(text[end])) ++end;
  // A full-width colon is no letter.
  end = offset + std::min(end - offset, text.substr(offset, end - offset).find("："));
  while (end > offset + size && (text[end - 1] == '.' || text[end - 1] == '-')) --end;
  while (begin < offset && (text[begin] == '-' || text[begin] == '.')) ++begin;
  for (int words = 0; words < 2 && begin >= 2 && text[begin - 1] == ' ' && chunking::IsLetterAscii(text[begin - 2]);
       ++words) {
    size_t word = begin - 1;
    while (word > first && chunking::IsLetterAscii(text[word - 1])) --word;
    begin = word;
  }
  return {begin, end};
}

std::optional<Assignment> ReadAssignment(std::string_view text, Span name) {
  Reader reader(text, name.end);
  const bool option = name.begin >= 2 && text.substr(name.begin - 2, 2) == "--";
  const bool element = name.begin >= 1 && (text[name.begin - 1] == '<' || text[name.begin - 1] == ':');
  const bool name_quoted = !SkipQuote(reader).empty();
  Joint joint = ReadJoint(reader, name_quoted, option, element);
  if (joint == Joint::kNone) return std::nullopt;
  Assignment found;
  found.name = name;
  found.prose = joint == Joint::kVerb || joint == Joint::kSpace;
  for (bool annotated = false;; annotated = true) {
    if (joint != Joint::kElement) reader.SkipAny(" \t");
    while (joint != Joint::kElement && reader.Skip("**")) reader.SkipAny(" \t");
    SkipWrapper(reader);
    const size_t before_quote = reader.at();
    const std::string_view quote = SkipQuote(reader);
    if (!quote.empty()) {
      const std::optional<Span> value = ReadQuoted(text, reader.at(), Closing(quote));
      found.quoted = value.has_value();
      if (value) found.value = *value;
      if (!value && quote.size() > 1) reader.MoveTo(before_quote);
    }
    if (!found.quoted) found.value = ReadBare(text, reader.at(), StopsFor(text, name, joint));
    if (annotated || found.quoted || !IsAnnotation(text, found.value)) break;
    Reader ahead(text, found.value.end);
    ahead.SkipAny(" \t");
    if (ahead.rest(2) == "==" || ahead.rest(2) == "=>" || !ahead.Skip("=")) break;
    reader = ahead;
  }
  found.quoted |= joint == Joint::kElement;
  if (joint == Joint::kArgument && !found.quoted) return std::nullopt;
  if (found.value.size() == 0) return std::nullopt;
  return found;
}

Span WithoutScheme(std::string_view text, Span value) {
  for (const std::string_view scheme : {"bearer", "basic", "token", "apikey", "api-key", "key", "bot", "ssws",
                                        "geniekey", "splunk", "digest", "oauth"}) {
    Reader reader(text, value.begin);
    if (!reader.SkipWord(scheme)) continue;
    reader.SkipAny(" \t=");
    if (reader.at() == value.begin + scheme.size()) continue;
    Span bare = ReadBare(text, reader.at(), " \t\r\n\"'<>`\\,;");
    return bare.size() == 0 ? value : bare;
  }
  return value;
}

}  // namespace usher::sanitize
