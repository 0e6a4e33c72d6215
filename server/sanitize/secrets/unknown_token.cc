#include "server/sanitize/secrets/unknown_token.h"

#include <algorithm>
#include <array>
#include <string>

#include "index/chunking/ascii.h"
#include "server/sanitize/secrets/candidate.h"
#include "server/sanitize/secrets/value_judge.h"

namespace usher::sanitize {
namespace {

constexpr size_t kLeastRun = 28;
constexpr size_t kMostRun = 300;
constexpr size_t kLeastBody = 20;
constexpr size_t kLeastSilentBody = 32;  // where the prefix says nothing

constexpr auto kInRun = [] {
  std::array<bool, 256> in_run{};
  for (size_t c = '0'; c <= '9'; ++c) in_run[c] = true;
  for (size_t c = 'a'; c <= 'z'; ++c) in_run[c] = in_run[c - 'a' + 'A'] = true;
  in_run['_'] = in_run['-'] = in_run['.'] = true;
  return in_run;
}();

constexpr std::array<std::string_view, 24> kTellingParts = {
    "live", "prod",    "secret", "sk",  "pat", "key",     "token", "tok",  "api", "apikey", "access", "auth",
    "priv", "private", "bot",    "svc", "sec", "refresh", "oauth", "cred", "rk",  "sak",    "ak",     "admin"};

// Prefixes of digests, public keys and identifiers.
constexpr std::array<std::string_view, 22> kHarmlessParts = {
    "sha",  "sha1", "sha256", "sha384", "sha512", "md5",   "pk",   "pub", "public", "id",  "uid",
    "uuid", "req",  "msg",    "img",    "chunk",  "trace", "span", "evt", "file",   "css", "webpack"};

bool InRun(char c) { return kInRun[static_cast<unsigned char>(c)]; }

template <typename List>
bool Holds(const List& list, const std::string& word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

bool IsMixed(std::string_view body) {
  const auto any = [body](char from, char to) {
    return std::any_of(body.begin(), body.end(), [from, to](char c) { return c >= from && c <= to; });
  };
  return any('a', 'z') && any('A', 'Z') && any('0', '9');
}

}  // namespace

Span NextTokenRun(std::string_view text, size_t from) {
  size_t begin = from;
  while (begin + kLeastRun <= text.size()) {
    // From the back: in ordinary text the first byte that breaks the run skips all before it.
    size_t i = begin + kLeastRun;
    while (i > begin && InRun(text[i - 1])) --i;
    if (i > begin) {
      begin = i;
      continue;
    }
    size_t end = begin + kLeastRun;
    while (end < text.size() && InRun(text[end])) ++end;
    return {begin, end};
  }
  return {text.size(), text.size()};
}

bool LooksLikeVendorToken(std::string_view text, Span run) {
  if (run.size() > kMostRun || !StartsToken(text, run.begin)) return false;
  if (run.begin > 0 && std::string_view("/#@.%").find(text[run.begin - 1]) != std::string_view::npos) return false;
  if (run.end < text.size() && std::string_view("/@(").find(text[run.end]) != std::string_view::npos) return false;
  std::string_view token = text.substr(run.begin, run.size());
  bool telling = false;
  bool underscore = false;
  for (int parts = 0; parts < 4; ++parts) {
    const size_t separator = token.find_first_of("_-");
    if (separator == std::string_view::npos || separator == 0 || separator > 12) break;
    const std::string part = chunking::LowerAscii(token.substr(0, separator));
    if (!chunking::IsLetterAscii(part[0]) || Holds(kHarmlessParts, part)) return false;
    telling |= Holds(kTellingParts, part);
    underscore |= token[separator] == '_';
    token.remove_prefix(separator + 1);
  }
  if (token.size() + 2 >= run.size() || token.find('.') != std::string_view::npos) return false;
  if (token.size() < (telling ? kLeastBody : kLeastSilentBody) || !LooksRandom(token) || IsPlaceholder(token))
    return false;
  return telling || (underscore && IsMixed(token) && token.find_first_of("_-") == std::string_view::npos);
}

}  // namespace usher::sanitize
