#include "server/sanitize/unseen_text.h"

#include <re2/re2.h>

#include <algorithm>
#include <iterator>

#include "index/chunking/ascii.h"
#include "index/chunking/utf8.h"

namespace usher::sanitize {
namespace {

constexpr size_t kMaxBytes = 2048;
constexpr size_t kFewestBytes = 12;
constexpr size_t kLongestNote = 240;
constexpr size_t kLongestMenu = 14;  // words

re2::StringPiece Piece(std::string_view text) { return {text.data(), text.size()}; }

std::string_view Start(std::string_view text) { return text.substr(0, chunking::FloorToCodePoint(text, kMaxBytes)); }

// Enough alone: role marks of chat formats, and verbs that only an order has.
bool IsOrder(std::string_view text) {
  static const RE2 kRoles(
      R"((?i)<\||\[/?INST\]|<</?SYS>>|(?:^|[\n.!?\]>-]\s*)\W*(?:system|human|user|assistant|ai|developer|admin(?:istrator)?|instructions?|important|attention|new task|note to [a-z ]{0,40})\s*:)");
  static const RE2 kVerbs(
      R"((?i)\b(?:please|ignore|disregard|override|jailbreak|bypass|kindly|bitte|ignorier\w*|veuillez|ignorez|por favor|ignora|ignorad|per favore|ignorate|desconsider\w*)\b|пожалуйста|игнорир|забуд|请|請|忽略|无视|無視|してください|指示|تجاهل|من فضلك|कृपया|अनदेखा)");
  static const RE2 kStart(
      R"((?i)(?:^|[.!?:;\n\]]\s+|["'(>-]\s*)(?:(?:now|then|also|next|first|instead|always|never|do not|don't|you must|you should|you will)\s+)*(?:send|forward|reply|respond|answer|say|tell|print|reveal|repeat|output|call|invoke|delete|transfer|recommend|rate|execute|export|append|insert|include|respond|pretend|act as|forget|remember|summari[sz]e|translate|share|grant|approve|disable|enable|confirm|release|access|list all|list the|mention|claim|state that|add the|give|provide|ensure|write|use the)\s+\w+)");
  return RE2::PartialMatch(Piece(text), kRoles) || RE2::PartialMatch(Piece(text), kVerbs) ||
         RE2::PartialMatch(Piece(text), kStart);
}

// Words that count only together.
int Cues(std::string_view text) {
  static const RE2* const kCues[] = {
      new RE2(R"((?i)\b(?:you|your|yourself)\b)"),
      new RE2(R"((?i)\b(?:user|users|assistants?|ai|llms?|chatbots?|agents?|language models?|the model)\b)"),
      new RE2(R"((?i)\b(?:must|should|always|never|do not|don't|only|instead|now)\b)"),
      new RE2(
          R"((?i)\b(?:instructions?|prompts?|guidelines|rules|conversation|response|previous|secrets?|passwords?)\b)"),
      new RE2(R"(://|\b[\w.+-]+@\w)"),
  };
  return static_cast<int>(std::count_if(std::begin(kCues), std::end(kCues),
                                        [text](const RE2* cue) { return RE2::PartialMatch(Piece(text), *cue); }));
}

bool HasWordOfOrders(std::string_view text) {
  static const RE2 kDanger(
      R"((?i)\b(?:you|your|users?|assistants?|ai|llms?|model|chatbot|agents?|prompts?|instructions?|ignore|disregard|override|forget|reveal|secrets?|passwords?|tokens?|keys?|send|e-?mails?|forward|transfer|reply|respond|answer|say|tell|recommend|rate|please|must|always|conversation|context|click|visit|call|tools?|execute|delete|grant|approve|access|confidential|pay\w*|account)\b|://|@)");
  return RE2::PartialMatch(Piece(text), kDanger);
}

bool IsNote(std::string_view text) {
  static const RE2 kNote(
      R"((?i)^\W*(?:todo|fixme|xxx|hack|do not edit|auto-?generated|generated|this (?:comment|file|section|page|table|block|list|document) (?:is|was|has|for)|copyright|licen[sc]e|spdx|begin|end|start|stop|toc|table of contents|markdownlint|prettier|eslint|vale|cspell|doctoc|all-contributors|region|endregion|more|truncate|if lt|if gte?|if ie|if !ie|if mso|endif|google|googleo[nf]+|noindex|nav|navigation|header|footer|sidebar|content|ads?|breadcrumbs?|last (?:updated|modified)|version|badges?|html|css|js|javascript|main|body|menu|logo|image|images|script|scripts|styles?|stylesheets?|wrapper|container|row|column|section|skip to|toggle|opens in|close|search|back to|show more|read more|loading)\b)");
  return text.size() <= kLongestNote && chunking::IsAscii(text) && !HasWordOfOrders(text) &&
         RE2::PartialMatch(Piece(text), kNote);
}

// Few words without a sentence, as in "Home Products Log in".
bool IsMenu(std::string_view text) {
  size_t words = 0;
  size_t capitals = 0;
  for (size_t at = text.find_first_not_of(chunking::kAsciiSpaces); at < text.size();) {
    const size_t end = std::min(text.find_first_of(chunking::kAsciiSpaces, at), text.size());
    const char c = text[at];
    ++words;
    capitals += chunking::IsLetterAscii(c) && c < 'a' ? 1 : 0;
    at = text.find_first_not_of(chunking::kAsciiSpaces, end);
  }
  return words <= kLongestMenu && text.find_first_of(".!?:;,\"@") == std::string_view::npos && capitals * 2 >= words &&
         chunking::IsAscii(text) && !HasWordOfOrders(text) && !SpeaksToReader(text);
}

std::string_view WithoutMarks(std::string_view text) {
  const size_t begin = text.find_first_not_of("<!-[]/# \t\r\n(");
  if (begin == std::string_view::npos) return {};
  const size_t end = text.find_last_not_of("->]/ \t\r\n)");
  return end == std::string_view::npos || end < begin ? std::string_view() : text.substr(begin, end + 1 - begin);
}

}  // namespace

bool SpeaksToReader(std::string_view text) {
  text = Start(text);
  if (text.size() < kFewestBytes) return false;
  return IsOrder(text) || Cues(text) >= 2;
}

bool IsHousekeeping(std::string_view text) {
  const std::string_view words = WithoutMarks(text);
  return words.empty() || IsNote(words) || IsMenu(words);
}

}  // namespace usher::sanitize
