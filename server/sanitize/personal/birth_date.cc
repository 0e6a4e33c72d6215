#include <re2/re2.h>

#include <string>
#include <string_view>

#include "server/sanitize/personal/ascii.h"
#include "server/sanitize/personal/check_digits.h"
#include "server/sanitize/personal/month_names.h"
#include "server/sanitize/personal/recognizers.h"

namespace usher::sanitize::personal {
namespace {

constexpr size_t kLongestDate = 48;
constexpr size_t kLongestMonth = 24;

// Where the word in front of `digits` begins, or `digits`.
size_t WordBefore(std::string_view text, size_t digits) {
  size_t end = digits;
  while (end > 0 && digits - end < 2 && (text[end - 1] == ' ' || text[end - 1] == '.')) --end;
  size_t begin = end;
  while (begin > 0 && end - begin < kLongestMonth && (IsLetter(text[begin - 1]) || IsNonAscii(text[begin - 1])))
    --begin;
  return begin < end ? begin : digits;
}

bool SeparatesDate(char c) { return c == '-' || c == '/' || c == '.' || c == ' '; }

// Behind the first number of a date written in digits: one or two digits more, and no digit then.
bool MonthFollows(std::string_view text, size_t end) {
  if (!SeparatesDate(CharAt(text, end))) return false;
  const size_t month = end + (CharAt(text, end + 1) == ' ' ? 2 : 1);
  const size_t size = DigitsEnd(text.substr(0, month + 3), month) - month;
  return (size == 1 || size == 2) &&
         (SeparatesDate(CharAt(text, month + size)) || IsNonAscii(CharAt(text, month + size)));
}

// Looks at the bytes next to the number, so that few are asked for the words around them.
bool MayStartADate(std::string_view text, size_t digits) {
  const size_t end = DigitsEnd(text.substr(0, digits + 9), digits);
  const char next = CharAt(text, end);
  const char word =
      next == ' ' || next == '-' || next == '.' ? CharAt(text, end + (CharAt(text, end + 1) == ' ' ? 2 : 1)) : next;
  switch (end - digits) {
    case 1:
    case 2:
      return MonthFollows(text, end) || IsLetter(word) || IsNonAscii(word) || WordBefore(text, digits) < digits;
    case 4:
      return MonthFollows(text, end) || IsNonAscii(next);
    case 8:
      return true;
    default:
      return false;
  }
}

bool PlausibleDate(int year, int month, int day, bool century) {
  if (!century) year += 1900;
  return IsDate(year, month, day) || IsDate(year, day, month);
}

// Bytes of the date that `text` starts with, 0 when it starts with none.
size_t NumericDate(std::string_view text) {
  static const RE2 kYearFirst(R"(^(\d{4})(?:[-/.]|년 ?|年 ?| )(\d{1,2})(?:[-/.]|월 ?|月 ?| )(\d{1,2})(?:日|일)?)");
  static const RE2 kDayFirst(R"(^(\d{1,2})(?:[-/.] ?| )(\d{1,2})(?:[-/.] ?| )(\d{4}|\d{2}))");
  static const RE2 kCompact(R"(^((?:19|20)\d\d)(\d\d)(\d\d))");
  re2::StringPiece rest(text.data(), text.size());
  std::string a, b, c;
  bool year_first = true;
  if (!RE2::Consume(&rest, kYearFirst, &a, &b, &c) && !RE2::Consume(&rest, kCompact, &a, &b, &c)) {
    if (!RE2::Consume(&rest, kDayFirst, &a, &b, &c)) return 0;
    year_first = false;
  }
  const size_t size = text.size() - rest.size();
  if (IsAlnum(CharAt(text, size))) return 0;
  const int first = Number(a, 0, 4);
  const int last = Number(c, 0, 4);
  const int middle = Number(b, 0, 2);
  return (year_first ? PlausibleDate(first, middle, last, true) : PlausibleDate(last, middle, first, c.size() == 4))
             ? size
             : 0;
}

// "15 March 1957", "15. März 1957", "3 de mayo de 1970", "15th of March, 1957", "March 15, 1957".
size_t NamedDate(std::string_view text) {
  static const RE2 kDayFirst(
      R"(^\d{1,2}(?:st|nd|rd|th|er|\.|º|°)?[ -]?(?:of |de |di |d')?([\p{L}\p{M}]{3,16})\.?,?[ -]?(?:of |de |del )?(?:1[89]|20)\d\d)");
  static const RE2 kMonthFirst(R"(^([\p{L}\p{M}]{3,16})\.? ?\d{1,2}(?:st|nd|rd|th)?,? ?(?:1[89]|20)\d\d)");
  for (const RE2* pattern : {&kDayFirst, &kMonthFirst}) {
    re2::StringPiece rest(text.data(), text.size());
    std::string month;
    if (!RE2::Consume(&rest, *pattern, &month) || !IsMonthName(month)) continue;
    const size_t size = text.size() - rest.size();
    if (!IsAlnum(CharAt(text, size))) return size;
  }
  return 0;
}

std::optional<Span> DateAround(std::string_view text, size_t digits) {
  const std::string_view here = text.substr(digits, kLongestDate);
  if (const size_t size = NumericDate(here); size > 0) return Span{digits, digits + size};
  if (const size_t size = NamedDate(here); size > 0) return Span{digits, digits + size};
  const size_t word = WordBefore(text, digits);
  if (word == digits) return std::nullopt;
  const size_t size = NamedDate(text.substr(word, kLongestDate));
  return word + size > digits ? std::optional(Span{word, word + size}) : std::nullopt;
}

}  // namespace

std::optional<Span> BirthDateAt(Surroundings& around, size_t digits) {
  const std::string_view text = around.text();
  if (!MayStartADate(text, digits)) return std::nullopt;
  if (digits > 0 && (IsAlnum(text[digits - 1]) || text[digits - 1] == '-')) return std::nullopt;
  if (around.TopicOf({digits, digits}) != Topic::kBirth) return std::nullopt;
  return DateAround(text, digits);
}

}  // namespace usher::sanitize::personal
