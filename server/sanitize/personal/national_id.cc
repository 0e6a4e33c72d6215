#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "server/sanitize/personal/ascii.h"
#include "server/sanitize/personal/national_formats.h"
#include "server/sanitize/personal/recognizers.h"

namespace usher::sanitize::personal {
namespace {

bool Separates(char c) { return c == ' ' || c == '-' || c == '.'; }

// A format with what its shape has in front of the first digit.
struct Keyed {
  const NationalFormat* format;
  size_t before;
  bool optional_before;  // a separator may stand between
  bool bare;             // nothing but digits in one run
};

Keyed KeyOf(const NationalFormat& format) {
  const size_t first = format.shape.find('9');
  const bool optional = first > 0 && format.shape[first - 1] == '_';
  const bool bare = format.shape.find_first_not_of('9') == std::string_view::npos;
  return {&format, first - (optional ? 1 : 0), optional, bare};
}

bool Fits(char shape, char c) {
  switch (shape) {
    case '9':
      return IsDigit(c);
    case 'A':
      return IsLetter(c);
    case 'x':
      return IsAlnum(c);
    default:
      return c == shape;
  }
}

constexpr size_t kLongestRun = 20;
constexpr std::string_view kNextSigns = " -./+(A";  // what shapes have behind digits; A stands for all letters

size_t NextClass(char c) {
  const size_t sign = IsLetter(c) ? kNextSigns.size() - 1 : kNextSigns.substr(0, kNextSigns.size() - 1).find(c);
  return std::min(sign, kNextSigns.size());
}

// Whether a number of this shape may begin with a run of so many digits that something of class `next` follows.
bool MayBegin(const Keyed& keyed, size_t run, size_t next) {
  std::string_view shape = keyed.format->shape;
  shape.remove_prefix(shape.find('9'));
  for (size_t digit = 0; digit < run; shape.remove_prefix(1)) {
    if (shape.empty()) return false;
    if (shape[0] == '_') continue;
    if (!Fits(shape[0], '0')) return false;
    ++digit;
  }
  if (shape.empty()) return true;
  const char c = next < kNextSigns.size() ? kNextSigns[next] : '\0';
  if (shape[0] != '_') return Fits(shape[0], c);
  return Separates(c) || Fits(shape[1], c);
}

// The formats that a run of so many digits may begin, with letters before it or without.
class Formats {
 public:
  static const std::vector<Keyed>& For(size_t run, char next, bool letter_before) {
    static const auto* const kFormats = new Formats();
    return kFormats->by_run_[letter_before ? 1 : 0][run][NextClass(next)];
  }

 private:
  Formats() {
    std::vector<Keyed> all;
    for (const auto& part : {EuropeanFormats(), WorldFormats()}) {
      for (const NationalFormat& format : part) all.push_back(KeyOf(format));
    }
    // What proves itself is asked first, so that a weaker shape cannot take a part of it.
    std::stable_sort(all.begin(), all.end(),
                     [](const Keyed& a, const Keyed& b) { return a.format->evidence < b.format->evidence; });
    for (size_t run = 0; run <= kLongestRun; ++run) {
      for (size_t next = 0; next <= kNextSigns.size(); ++next) {
        for (const Keyed& keyed : all) {
          if (!MayBegin(keyed, run, next)) continue;
          by_run_[1][run][next].push_back(keyed);
          if (keyed.before == 0) by_run_[0][run][next].push_back(keyed);
        }
      }
    }
  }

  using ByNext = std::array<std::vector<Keyed>, kNextSigns.size() + 1>;
  std::array<std::array<ByNext, kLongestRun + 1>, 2> by_run_;
};

struct Match {
  Span span;
  bool separated = false;
};

// Letters, in upper case, and digits.
std::string AlnumOf(std::string_view text) {
  std::string alnum;
  for (const char c : text) {
    if (IsAlnum(c)) alnum.push_back(Upper(c));
  }
  return alnum;
}

// `shape` at `begin`; all its optional separators are there and equal, or none is, but a letter may also touch digits.
std::optional<Match> MatchAt(std::string_view text, size_t begin, std::string_view shape) {
  Match match{{begin, begin}, false};
  char separator = '\0';
  for (const char expected : shape) {
    const char c = CharAt(text, match.span.end);
    if (expected == '_') {
      if (!Separates(c)) continue;
      if (separator != '\0' && c != separator) return std::nullopt;
      separator = c;
      match.separated = true;
    } else if (!Fits(expected, c)) {
      return std::nullopt;
    } else {
      match.separated = match.separated || !IsAlnum(c);
    }
    ++match.span.end;
  }
  return match;
}

std::optional<Match> MatchAround(std::string_view text, size_t digits, const Keyed& keyed) {
  size_t before = keyed.before;
  if (keyed.optional_before && digits > 0 && Separates(text[digits - 1])) ++before;
  if (before > digits) return std::nullopt;
  return MatchAt(text, digits - before, keyed.format->shape);
}

// Three more digits across a blank make it a part of a longer number: a card, a phone.
bool GoesOn(std::string_view text, const Match& match) {
  if (!match.separated) return false;
  const auto three = [text](size_t at) {
    return IsDigit(CharAt(text, at)) && DigitsEnd(text.substr(0, at + 3), at) == at + 3;
  };
  const size_t begin = match.span.begin;
  return (CharAt(text, match.span.end) == ' ' && three(match.span.end + 1)) ||
         (begin >= 4 && text[begin - 1] == ' ' && IsDigit(text[begin]) && three(begin - 4));
}

bool Accepts(Surroundings& around, const Keyed& keyed, const Match& match) {
  const NationalFormat& format = *keyed.format;
  const bool holds = format.holds(AlnumOf(around.text().substr(match.span.begin, match.span.size())));
  if (!holds && (keyed.bare || format.evidence == Evidence::kWords)) return false;
  const Topic topic = around.TopicOf(match.span);
  if (topic == Topic::kNationalId) return true;
  if (!holds || format.evidence == Evidence::kWords || around.InsideAddress(match.span.begin)) return false;
  if (format.evidence == Evidence::kProof) return true;
  return topic != Topic::kHarmless && topic != Topic::kVersion && topic != Topic::kPhone && topic != Topic::kCard;
}

}  // namespace

std::optional<Span> NationalIdAt(Surroundings& around, size_t digits) {
  const std::string_view text = around.text();
  const size_t run = DigitsEnd(text.substr(0, std::min(text.size(), digits + kLongestRun)), digits) - digits;
  const bool letter_before = (digits >= 1 && IsLetter(text[digits - 1])) || (digits >= 2 && IsLetter(text[digits - 2]));
  for (const Keyed& keyed : Formats::For(run, CharAt(text, digits + run), letter_before)) {
    const std::optional<Match> match = MatchAround(text, digits, keyed);
    if (!match || !around.StandsAlone(match->span) || GoesOn(text, *match)) continue;
    if (Accepts(around, keyed, *match)) return match->span;
  }
  return std::nullopt;
}

}  // namespace usher::sanitize::personal
