#include "server/sanitize/decode/prose.h"

#include <unicode/uchar.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "index/chunking/ascii.h"
#include "index/chunking/utf8.h"
#include "server/sanitize/decode/word_scan.h"

namespace usher::sanitize::decode {
namespace {

constexpr size_t kLongestCommon = 8;

constexpr std::string_view kCommon =
    "the be to of and a in that have it for not on with he as you do at this but his by from they we say her she or an "
    "will my one all would there their what so up out if about who get which go me when make can like time no just him "
    "know take into year your good some could them see other than then now look only come its over think also back "
    "after use two how our work first well way even new want because any these give day most us is are was were been "
    "has had did must should may might please never always before every here very where why own same while such "
    "each more let note following ignore previous above below instead reveal system prompt secret key token send "
    "answer reply say tell user users data message email link click open call tool file delete print repeat follow "
    "forget rules text task page document write include output show password order request access admin mode act "
    "und der die das ist nicht ein eine zu den mit von auf sie dem im es fur wie wir oder bitte alle "
    "le la les des une est pas pour dans que qui vous sur avec tout votre ce il ne et "
    "el los las por para con una su como mas pero sus al lo todo esta del "
    "di che non per sono come nel della questo tutto gli piu "
    "nao uma com os do da mais mas foi ao seu tudo este voce ";

uint64_t Pack(std::string_view word) {
  uint64_t packed = 0;
  for (const char c : word) packed = packed << 8 | static_cast<unsigned char>(chunking::ToLowerAscii(c));
  return packed;
}

const absl::flat_hash_set<uint64_t>& CommonWords() {
  static const auto* const kWords = [] {
    auto* words = new absl::flat_hash_set<uint64_t>();
    for (const std::string_view word : CommonWordList()) words->insert(Pack(word));
    return words;
  }();
  return *kWords;
}

bool IsAsciiWord(std::string_view word) {
  return word.size() >= 2 && std::all_of(word.begin(), word.end(), chunking::IsLetterAscii);
}

// Three neighbouring words of letters only, split by single spaces, with punctuation behind them or not.
bool HasThreeWords(std::string_view text) {
  size_t run = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find_first_of(" \n\r\t", at), text.size());
    std::string_view word = text.substr(at, end - at);
    while (!word.empty() && std::string_view(".,;:!?\"'()[]").find(word.back()) != std::string_view::npos) {
      word.remove_suffix(1);
    }
    run = IsAsciiWord(word) ? run + 1 : (word.size() == 1 && run > 0 ? run : 0);
    if (run >= 3) return true;
    at = end + 1;
  }
  return false;
}

}  // namespace

bool ReadsAsText(std::string_view text) {
  if (chunking::FirstInvalidUtf8(text) != std::string_view::npos) return false;
  size_t foreign = 0;
  size_t total = 0;
  for (size_t at = 0; at < text.size(); ++total) {
    const auto c = static_cast<UChar32>(chunking::NextCodePoint(text, at));
    if (u_iscntrl(c) != 0 && c != '\n' && c != '\t' && c != '\r') return false;
    if (c >= 0x80 && u_isalpha(c) != 0) ++foreign;
  }
  constexpr size_t kForeignLetters = 6;
  if (foreign >= kForeignLetters && foreign * 2 >= total) return true;
  return text.find("://") != std::string_view::npos || HasThreeWords(text);
}

bool IsCommonWord(std::string_view word) { return word.size() <= kLongestCommon && CommonWords().contains(Pack(word)); }

const std::vector<std::string_view>& CommonWordList() {
  static const auto* const kWords = [] {
    auto* words = new std::vector<std::string_view>();
    for (const Word& word : WordsOf(kCommon)) words->push_back(kCommon.substr(word.begin, word.size()));
    return words;
  }();
  return *kWords;
}

bool ReadsAsProse(std::string_view text, size_t one_in) {
  size_t words = 0;
  size_t common = 0;
  uint64_t first = 0;
  bool different = false;
  WordScan scan(text);
  for (Word word; scan.Next(word);) {
    ++words;
    if (word.size() > kLongestCommon) continue;
    const uint64_t packed = Pack(text.substr(word.begin, word.size()));
    if (!CommonWords().contains(packed)) continue;
    ++common;
    if (word.size() < 3) continue;
    if (first == 0) first = packed;
    different = different || packed != first;
  }
  return words >= 3 && common >= 2 && common * one_in >= words && different;
}

bool ReadsAsRunTogether(std::string_view letters) {
  size_t covered = 0;
  for (size_t at = 0; at < letters.size();) {
    size_t length = std::min(kLongestCommon, letters.size() - at);
    while (length >= 3 && !IsCommonWord(letters.substr(at, length))) --length;
    covered += length >= 3 ? length : 0;
    at += length >= 3 ? length : 1;
  }
  return covered * 2 >= letters.size();
}

}  // namespace usher::sanitize::decode
