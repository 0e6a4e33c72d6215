#include "server/sanitize/personal/surroundings.h"

#include <algorithm>

#include "server/sanitize/personal/ascii.h"

namespace usher::sanitize::personal {
namespace {

constexpr size_t kBefore = 64;
constexpr size_t kAfter = 24;
constexpr size_t kLongestAddress = 256;

// Up to kBefore bytes in front of `at`: those of its line or, where that has no words, those above.
std::string_view WordsBefore(std::string_view text, size_t at) {
  const size_t from = at > kBefore ? at - kBefore : 0;
  const std::string_view window = text.substr(from, at - from);
  const size_t line = window.rfind('\n');
  if (line == std::string_view::npos) return window;
  const std::string_view rest = window.substr(line + 1);
  const bool words = std::any_of(rest.begin(), rest.end(), [](char c) { return IsAlnum(c) || IsNonAscii(c); });
  if (words) return rest;
  const size_t above = line == 0 ? std::string_view::npos : window.rfind('\n', line - 1);
  return above == std::string_view::npos ? window : window.substr(above + 1);
}

// What `window` says, whose end touches the number. A word in front of another number belongs to that one when words
// follow ("order 4711 of Ann Lee, "), unless it heads a list of several ("phones 555 0100 or ").
Topic TopicOfWindow(std::string_view window) {
  const size_t digit = window.find_last_of("0123456789");
  const std::string_view tail = digit == std::string_view::npos ? window : window.substr(digit + 1);
  if (const Topic near = LastTopic(tail); near != Topic::kNone) return near;
  const Topic far = LastTopic(window.substr(0, window.size() - tail.size()));
  const bool words = std::any_of(tail.begin(), tail.end(), [](char c) { return IsLetter(c) || IsNonAscii(c); });
  return words && (far == Topic::kHarmless || far == Topic::kBirth) ? Topic::kNone : far;
}

bool JoinsBefore(std::string_view text, size_t begin) {
  if (begin == 0) return false;
  const char c = text[begin - 1];
  if (IsAlnum(c)) return !(begin >= 2 && text[begin - 2] == '\\' && (c == 'n' || c == 't' || c == 'r'));
  if (c == '-' || c == '.' || c == '/' || c == '_' || c == '+') return begin >= 2 && IsAlnum(text[begin - 2]);
  return c == '#' || c == '$';
}

// "-Fax" behind a number is a word of its own, "-4b" or "-x" is part of it.
bool IsHyphenAndWord(std::string_view text, size_t at) {
  if (CharAt(text, at) != '-') return false;
  size_t end = at + 1;
  while (IsLetter(CharAt(text, end))) ++end;
  const char c = CharAt(text, end);
  return end - at > 3 && !IsAlnum(c) && c != '_' && c != '-';
}

bool JoinsBehind(std::string_view text, size_t end) {
  if (IsHyphenAndWord(text, end)) return false;
  const char c = CharAt(text, end);
  if (IsAlnum(c) || c == '_') return true;
  return (c == '-' || c == '.' || c == '/') && IsAlnum(CharAt(text, end + 1)) && (c != '.' || IsDigit(text[end + 1]));
}

}  // namespace

Topic Surroundings::TopicOf(Span span) {
  if (before_at_ != span.begin) {
    before_at_ = span.begin;
    before_ = TopicOfWindow(WordsBefore(text_, span.begin));
    if (before_ == Topic::kNone) before_ = FirstTopic(columns_.HeadingOf(span.begin));
  }
  if (before_ != Topic::kNone) return before_;
  if (behind_at_ != span.end) {
    behind_at_ = span.end;
    const std::string_view behind = text_.substr(span.end, kAfter);
    behind_ = FirstTopic(behind.substr(0, behind.find('\n')));
  }
  return behind_;
}

bool Surroundings::StandsAlone(Span span) const {
  return !JoinsBefore(text_, span.begin) && !JoinsBehind(text_, span.end);
}

bool Surroundings::InsideAddress(size_t at) const {
  const size_t from = at > kLongestAddress ? at - kLongestAddress : 0;
  size_t begin = at;
  while (begin > from && std::string_view(" \t\r\n\"'<>(),|").find(text_[begin - 1]) == std::string_view::npos) --begin;
  const std::string_view piece = text_.substr(begin, at - begin);
  return Contains(piece, "://") || piece.starts_with("www.") || piece.starts_with("/") || piece.starts_with("./");
}

}  // namespace usher::sanitize::personal
