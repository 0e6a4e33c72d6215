#include "server/sanitize/url_judge.h"

#include <re2/re2.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "index/chunking/ascii.h"
#include "server/sanitize/decode/payloads.h"
#include "server/sanitize/entities.h"

namespace usher::sanitize {
namespace {

constexpr size_t kMaxUrlBytes = 8192;
constexpr size_t kOpaqueBytes = 100;  // longer than any digest or identifier that documentation links carry
constexpr size_t kLongestHostLabel = 48;

re2::StringPiece Piece(std::string_view text) { return {text.data(), text.size()}; }

// As a browser reads it: references decoded, tabs and line breaks gone, no white space or controls in front.
std::string Normalise(std::string_view url) {
  std::string out;
  for (const char c : DecodeEntities(url)) {
    const bool ignored = c == '\t' || c == '\n' || c == '\r' || static_cast<unsigned char>(c) < 0x20;
    if (ignored || (out.empty() && (c == ' ' || c == '<'))) continue;
    out.push_back(c == '\\' ? '/' : c);
  }
  return out;
}

std::string HostOf(std::string_view url) {
  const size_t slashes = url.find("//");
  if (slashes == std::string_view::npos) return "";
  std::string_view rest = url.substr(slashes + 2);
  rest = rest.substr(0, rest.find_first_of("/?# "));
  const size_t at = rest.rfind('@');
  return std::string(at == std::string_view::npos ? rest : rest.substr(at + 1));
}

std::string SchemeOf(std::string_view url) {
  size_t end = 0;
  while (end < url.size() && (chunking::IsLetterAscii(url[end]) || chunking::IsDigitAscii(url[end]) ||
                              url[end] == '+' || url[end] == '-' || url[end] == '.')) {
    ++end;
  }
  return end > 0 && end < url.size() && url[end] == ':' ? chunking::LowerAscii(url.substr(0, end)) : "";
}

// A place in the URL for what the reader knows.
bool AsksForKnowledge(std::string_view url) {
  static const RE2 kAnywhere(
      R"(\{\{[^{}]{1,80}\}\}|\$\{?[A-Z][A-Z_]{3,}\}?|(?i)(?:base64|b64|urlencode|encodeuricomponent|btoa|hex|encode)\s*\()");
  static const RE2 kNamed(
      R"((?i)[<\[{][^<>\[\]{}]{0,60}(?:chat|conversation|summary|question|prompt|secret|passw|credential|token|api.?key|e-?mail|user|history|context|data|message|answer|content|document|reply|response|memory|instruction)[^<>\[\]{}]{0,60}[>\]}])");
  static const RE2 kPhrase(
      R"((?i)[=/](?:%20|[ +_-])*(?:the|your|my|all|every|full|entire|this|whatever|insert|put|user'?s)(?:%20|[ +_-])+(?:[a-z]+(?:%20|[ +_'-])*){1,12})");
  static const RE2 kShout(
      R"([?&/=][A-Za-z_]{0,20}=?_{0,2}(?:[A-Z]+_){0,4}(?:YOUR|INSERT|USER|SECRETS?|DATA|CONVERSATION|PROMPT|CONTEXT|API_?KEY|PASSWORD|CHAT|SUMMARY|HISTORY|EMAIL|MESSAGES?|TOKEN|BASE64)(?:_[A-Z_]+)?_{0,2}(?:[&./-]|$))");
  for (const RE2* pattern : {&kAnywhere, &kNamed, &kShout}) {
    if (RE2::PartialMatch(Piece(url), *pattern)) return true;
  }
  return url.find(' ') != std::string_view::npos && RE2::PartialMatch(Piece(url), kPhrase);
}

// A value left out, or any other place to fill in.
bool IsTemplate(std::string_view url) {
  static const RE2 kValue(
      R"(=\s*(?:\{\{|\$\{?[A-Z_]{3,}|%[A-Z_]{3,}%|%s|\[[A-Za-z_ ]{3,40}\]|<[A-Za-z][A-Za-z_ -]{2,60}>|\{[A-Za-z_ 0-9]{0,40}\})|[?&][\w.-]{1,20}=$)");
  return RE2::PartialMatch(Piece(url), kValue);
}

// Text in an encoding that only hides it.
bool HoldsEncodedText(std::string_view url) {
  const DecodeBounds bounds{1, kMaxUrlBytes, 1};
  const std::vector<Decoded> found = DecodePayloads(url, bounds);
  static constexpr std::string_view kEncodings[] = {"base64", "base32", "hex", "escapes"};
  return !found.empty() &&
         std::find(std::begin(kEncodings), std::end(kEncodings), found[0].how) != std::end(kEncodings);
}

// "https://bank.example@evil.example": what looks like the host is only a name to log in with.
bool DisguisesHost(std::string_view url) {
  const size_t slashes = url.find("//");
  if (slashes == std::string_view::npos) return false;
  std::string_view authority = url.substr(slashes + 2);
  authority = authority.substr(0, authority.find_first_of("/?# "));
  const size_t at = authority.rfind('@');
  return at != std::string_view::npos && authority.substr(0, at).find('.') != std::string_view::npos;
}

// A long stretch of what looks like encoded data, in the path, the query or the host's name.
bool HasOpaquePart(std::string_view url, std::string_view host) {
  size_t run = 0;
  size_t kinds = 0;
  for (const char c : url) {
    const bool letter = chunking::IsLetterAscii(c);
    const bool digit = chunking::IsDigitAscii(c);
    if (!letter && !digit && c != '+' && c != '_' && c != '-' && c != '%') {
      run = kinds = 0;
      continue;
    }
    kinds |= digit ? 1u : chunking::ToLowerAscii(c) == c ? 2u : 4u;
    if (++run >= kOpaqueBytes && (kinds & 1u) != 0 && kinds > 1) return true;
  }
  for (size_t at = 0; at < host.size();) {
    const size_t dot = std::min(host.find('.', at), host.size());
    if (dot - at > kLongestHostLabel) return true;
    at = dot + 1;
  }
  return false;
}

// Where a browser goes with the address written as `raw`, without the port; empty if it may read it in another way than
// HostOf, or as several.
std::string CertainHost(std::string_view raw, std::string_view url, std::string_view scheme) {
  const std::string decoded = DecodeEntities(raw);
  const bool plain = std::all_of(decoded.begin(), decoded.end(),
                                 [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != ',' && c != '\\'; });
  if (!plain) return "";
  if (!scheme.empty() && scheme != "http" && scheme != "https") return "";
  const std::string_view rest = url.substr(scheme.empty() ? 0 : scheme.size() + 1);
  if (rest.substr(0, 2) != "//") return "";
  const std::string host = HostOf(rest);
  return host.substr(0, host.find(':'));
}

}  // namespace

UrlVerdict JudgeUrl(std::string_view raw, const HostList& trusted) {
  if (raw.size() > kMaxUrlBytes && SchemeOf(Normalise(raw.substr(0, 64))) != "data") return {UrlRisk::kCarriesData, ""};
  const std::string url = Normalise(raw.substr(0, kMaxUrlBytes));
  const std::string scheme = SchemeOf(url);
  if (scheme == "javascript" || scheme == "vbscript" || scheme == "data" || scheme == "livescript") {
    return {UrlRisk::kActive, scheme + ":"};
  }
  const bool remote = url.compare(0, 2, "//") == 0 || url.find("://") != std::string::npos || scheme == "http" ||
                      scheme == "https" || scheme == "ftp" || scheme == "ws" || scheme == "wss";
  if (!remote) return {};
  UrlVerdict verdict{UrlRisk::kRemote, HostOf(url)};
  if (trusted.Holds(CertainHost(raw, url, scheme))) return {UrlRisk::kNone, std::move(verdict.host), false, true};
  verdict.asks = AsksForKnowledge(url);
  if (verdict.asks || HasOpaquePart(url, verdict.host) || DisguisesHost(url) || HoldsEncodedText(url)) {
    verdict.risk = UrlRisk::kCarriesData;
  } else if (IsTemplate(url)) {
    verdict.risk = UrlRisk::kTemplate;
  }
  return verdict;
}

bool WordsAskToFillIn(std::string_view text, Span url) {
  constexpr size_t kReach = 240;
  static const RE2 kAsk(
      R"((?i)\b(?:replac\w+|append\w*|substitut\w+|fill\w*|insert\w*|encod\w+|set to|put|populat\w+|concatenat\w+|interpolat\w+)\b[^\n]{0,100}\b(?:users?|conversation|chat|secrets?|prompt|history|question|messages?|e-?mail|context|passwords?|tokens?|summary|placeholder|credentials)\b)");
  const size_t low = url.begin > kReach ? url.begin - kReach : 0;
  const size_t high = std::min(text.size(), url.end + kReach);
  std::string_view before = text.substr(low, url.begin - low);
  if (const size_t blank = before.rfind("\n\n"); blank != std::string_view::npos) before.remove_prefix(blank);
  std::string_view after = text.substr(url.end, high - url.end);
  after = after.substr(0, after.find("\n\n"));
  return RE2::PartialMatch(Piece(before), kAsk) || RE2::PartialMatch(Piece(after), kAsk);
}

}  // namespace usher::sanitize
