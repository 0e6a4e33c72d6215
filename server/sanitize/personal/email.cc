#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "server/sanitize/personal/ascii.h"
#include "server/sanitize/personal/recognizers.h"

namespace usher::sanitize::personal {
namespace {

constexpr size_t kLongestLocal = 64;
constexpr size_t kLongestDomain = 253;
constexpr size_t kLookBack = 160;

// Latin, Greek and Cyrillic letters are written with blanks between words; where other scripts begin, a word ends.
enum class Script { kNone, kSpaced, kUnspaced };

Script ScriptOf(UChar32 c) {
  if (c < 0 || !(u_isalnum(c) || u_charType(c) == U_NON_SPACING_MARK || u_charType(c) == U_COMBINING_SPACING_MARK)) {
    return Script::kNone;
  }
  if (c < 0x80) return Script::kSpaced;
  UErrorCode status = U_ZERO_ERROR;
  const UScriptCode script = uscript_getScript(c, &status);
  const bool unspaced = script == USCRIPT_HAN || script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA ||
                        script == USCRIPT_HANGUL || script == USCRIPT_THAI || script == USCRIPT_LAO ||
                        script == USCRIPT_KHMER || script == USCRIPT_MYANMAR;
  return unspaced ? Script::kUnspaced : Script::kSpaced;
}

bool IsLocalSign(char c) { return std::string_view("._%+-'~").find(c) != std::string_view::npos; }

// Start of the character that ends at `at`, not before `stop`.
size_t CharacterBegin(std::string_view text, size_t at, size_t stop) {
  size_t begin = at - 1;
  while (begin > stop && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80) --begin;
  return begin;
}

// Start of the letters of one kind of script and signs that end at `at`.
size_t WalkBack(std::string_view text, size_t at) {
  Script script = Script::kNone;
  const size_t stop = at > kLongestLocal ? at - kLongestLocal : 0;
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  while (at > stop) {
    if (IsLocalSign(text[at - 1])) {
      --at;
      continue;
    }
    const size_t before = CharacterBegin(text, at, stop);
    size_t next = before;
    UChar32 c = 0;
    U8_NEXT(bytes, next, at, c);
    const Script here = ScriptOf(c);
    if (here == Script::kNone || (script != Script::kNone && here != script)) break;
    script = here;
    at = before;
  }
  while (at < text.size() && (IsLocalSign(text[at]) && text[at] != '_')) ++at;
  return at;
}

size_t WalkDomain(std::string_view text, size_t at) {
  Script script = Script::kNone;
  const size_t stop = std::min(text.size(), at + kLongestDomain);
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  size_t end = at;  // behind the last letter or digit
  while (at < stop) {
    if (text[at] == '.' || text[at] == '-') {
      if (at == end && at + 1 < stop && text[at] == '.') script = Script::kNone;
      if (at > end && text[at] == '.') break;
      ++at;
      continue;
    }
    size_t next = at;
    UChar32 c = 0;
    U8_NEXT(bytes, next, stop, c);
    const Script here = ScriptOf(c);
    if (here == Script::kNone || (script != Script::kNone && here != script)) break;
    script = here;
    at = end = next;
  }
  return end;
}

// Endings of files that no top-level domain shares: "logo@2x.png" is no mailbox.
bool IsFileEnding(std::string_view label) {
  static constexpr std::string_view kEndings[] = {
      "png",  "jpg",  "jpeg", "gif",  "svg",  "webp",    "css",    "js",    "ts",  "tsx", "jsx",
      "json", "html", "htm",  "xml",  "yaml", "yml",     "txt",    "pdf",   "exe", "dll", "jar",
      "conf", "tgz",  "gz",   "woff", "whl",  "service", "socket", "timer", "csv", "log", "min"};
  const std::string lower = Lower(label);
  return std::find(std::begin(kEndings), std::end(kEndings), lower) != std::end(kEndings);
}

bool IsMailDomain(std::string_view domain) {
  const size_t dot = domain.rfind('.');
  if (dot == std::string_view::npos || dot == 0 || domain[0] == '-') return false;
  const std::string_view top = domain.substr(dot + 1);
  if (top.size() < 2 || IsFileEnding(top) || Contains(domain, "..")) return false;
  const bool idn = StartsWithNoCase(top, "xn--");
  return idn || std::none_of(top.begin(), top.end(), [](char c) { return IsDigit(c) || c == '-'; });
}

std::string_view PieceBefore(std::string_view text, size_t begin) {
  const size_t from = begin > kLookBack ? begin - kLookBack : 0;
  const std::string_view window = text.substr(from, begin - from);
  const size_t blank = window.find_last_of(" \t\r\n\"<>()");
  return blank == std::string_view::npos ? window : window.substr(blank + 1);
}

std::string_view LineBefore(std::string_view text, size_t begin) {
  const size_t from = begin > kLookBack ? begin - kLookBack : 0;
  const std::string_view window = text.substr(from, begin - from);
  const size_t line = window.rfind('\n');
  return line == std::string_view::npos ? window : window.substr(line + 1);
}

bool InHeaderOfIds(std::string_view line) {
  return StartsWithNoCase(line, "message-id:") || StartsWithNoCase(line, "references:") ||
         StartsWithNoCase(line, "in-reply-to:") || StartsWithNoCase(line, "content-id:");
}

// "git@host:team/project.git", "scp file bob@host:dir": an account on a machine, followed by a path there.
bool IsRemotePath(std::string_view text, Span address, std::string_view local) {
  if (CharAt(text, address.end) != ':') return false;
  const std::string_view rest = text.substr(address.end + 1, kLookBack);
  const std::string_view path = rest.substr(0, rest.find_first_of(" \t\r\n\"'<>"));
  if (path.empty()) return false;
  if (local == "git" || local == "svn" || local == "hg") return true;
  if (path[0] == '/' || path[0] == '~' || path.ends_with(".git") || Contains(path, "/")) return true;
  const std::string_view line = LineBefore(text, address.begin);
  return Contains(line, "scp ") || Contains(line, "rsync ") || Contains(line, "ssh ");
}

// The last path of "https://user@host", "postgres://user:secret@host/base".
bool IsUserInfo(std::string_view piece) {
  const size_t scheme = piece.rfind("://");
  return scheme != std::string_view::npos && piece.find_first_of("/?#", scheme + 3) == std::string_view::npos;
}

// "\nann@..." in JSON: the letter belongs to the escape.
size_t SkipEscape(std::string_view text, size_t begin) {
  const bool escaped =
      begin > 0 && text[begin - 1] == '\\' && std::string_view("nrt").find(text[begin]) != std::string_view::npos;
  return escaped ? begin + 1 : begin;
}

// "%3Cann@...", "mailto%3Aann@...": the hexadecimal digits belong to the escape.
size_t SkipPercent(std::string_view text, size_t begin, size_t end) {
  const size_t percent = text.substr(begin, end - begin).rfind('%');
  if (percent == std::string_view::npos || begin + percent + 3 >= end) return begin;
  const bool escape = IsHex(text[begin + percent + 1]) && IsHex(text[begin + percent + 2]);
  return escape ? begin + percent + 3 : begin;
}

}  // namespace

std::optional<Span> EmailAt(const Surroundings& around, size_t at) {
  const std::string_view text = around.text();
  size_t begin = WalkBack(text, at);
  if (begin >= at) return std::nullopt;
  begin = SkipPercent(text, SkipEscape(text, begin), at);
  if (begin >= at || text[at - 1] == '.' || Contains(text.substr(begin, at - begin), "..")) return std::nullopt;
  const Span span{begin, WalkDomain(text, at + 1)};
  if (span.end <= at + 1 || !IsMailDomain(text.substr(at + 1, span.end - at - 1))) return std::nullopt;
  if (CharAt(text, span.end) == '@' || CharAt(text, span.end) == '_') return std::nullopt;
  if (IsUserInfo(PieceBefore(text, begin)) || InHeaderOfIds(LineBefore(text, begin))) return std::nullopt;
  if (IsRemotePath(text, span, text.substr(begin, at - begin))) return std::nullopt;
  return span;
}

}  // namespace usher::sanitize::personal
