#include "server/sanitize/secrets/value_judge.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <cstddef>
#include <string>

#include "index/chunking/ascii.h"

namespace usher::sanitize {
namespace {

using chunking::IsDigitAscii;
using chunking::IsLetterAscii;
using chunking::ToLowerAscii;

// For each letter those that often follow it in English text; about 96 of 100 pairs in text, 41 of 100 random ones.
constexpr std::array<std::string_view, 26> kFollowers = {"bcdfgiklmnprstuvwxy",
                                                         "aeilorsu",
                                                         "acehiklorstuy",
                                                         "adeilorsu",
                                                         "abcdefgilmnopqrstvwxy",
                                                         "aefilorstu",
                                                         "aeghilnorsu",
                                                         "aeiortu",
                                                         "abcdefglmnoprstvxz",
                                                         "aeou",
                                                         "aeis",
                                                         "adeilostuy",
                                                         "abeilmopsu",
                                                         "acdefgiklnostuvy",
                                                         "abcdfgiklmnoprstuvw",
                                                         "aehiloprstuy",
                                                         "u",
                                                         "acdefgiklmnoprstuvy",
                                                         "acehiklmnopstuwy",
                                                         "acdehiloprstuy",
                                                         "abcdefgilmnprst",
                                                         "aeio",
                                                         "aehinors",
                                                         "eipst",
                                                         "emnops",
                                                         "e"};

// Parts of values that only stand-ins have, in lower case.
constexpr std::array<std::string_view, 32> kPlaceholderParts = {
    "example", "changeme",  "change_me", "change-me", "placeholder", "redacted",   "your_",    "your-",
    "yourp",   "yours",     "yourt",     "yourapi",   "insert",      "replace",    "censored", "sanitized",
    "dummy",   "xxxx",      "....",      "****",      "notreal",     "not-a-real", "fake",     "undefined",
    "sample",  "my_secret", "mysecret",  "my-secret", "mypassword",  "my-token",   "todo-",    "put_"};

// Whole values that are stand-ins, types, states or the usual defaults of tutorials, in lower case.
constexpr std::array<std::string_view, 62> kPlaceholderWords = {
    "password",      "passwd",         "pass",        "pwd",
    "secret",        "token",          "none",        "null",
    "nil",           "true",           "false",       "string",
    "required",      "optional",       "hidden",      "masked",
    "unset",         "empty",          "test",        "test123",
    "testing",       "testtest",       "foo",         "bar",
    "foobar",        "foobarbaz",      "default",     "admin",
    "guest",         "root",           "user",        "postgres",
    "mysql",         "username",       "value",       "key",
    "passw0rd",      "password1",      "password123", "hunter2",
    "qwerty",        "letmein",        "credentials", "bearer",
    "basic",         "secretpassword", "supersecret", "topsecret",
    "secretkey",     "apikey",         "accesstoken", "mytoken",
    "authorization", "disabled",       "enabled",     "unknown",
    "integer",       "boolean",        "passphrase",  "somepassword",
    "thepassword",   "secret123"};

bool IsAlnum(char c) { return IsDigitAscii(c) || IsLetterAscii(c); }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsLower(char c) { return c >= 'a' && c <= 'z'; }

size_t DistinctBytes(std::string_view value) {
  std::bitset<256> seen;
  for (const char c : value) seen.set(static_cast<unsigned char>(c));
  return seen.count();
}

// The longest run of one repeated byte, and of bytes that each are one more than the one before.
size_t LongestRun(std::string_view value, int step) {
  size_t longest = value.empty() ? 0 : 1;
  size_t run = 1;
  for (size_t i = 1; i < value.size(); ++i) {
    run = value[i] - value[i - 1] == step ? run + 1 : 1;
    longest = std::max(longest, run);
  }
  return longest;
}

// What a shell, a template or a person puts around the name of a value.
bool IsTemplate(std::string_view value) {
  const auto holds = [value](std::string_view part) { return value.find(part) != std::string_view::npos; };
  if (holds("${") || holds("$(") || holds("{{") || holds("%(") || holds("#{") || holds("<%")) return true;
  const char first = value.front();
  const char last = value.back();
  if ((first == '<' && last == '>') || (first == '[' && last == ']') || (first == '{' && last == '}')) return true;
  const auto is_name = [](char c) { return IsAlnum(c) || c == '_' || c == ':'; };
  if (first == '%' && last == '%' && std::all_of(value.begin() + 1, value.end() - 1, is_name)) return true;
  return first == '$' && value.size() > 1 && !IsDigitAscii(value[1]) && LooksLikeWords(value.substr(1)) &&
         std::all_of(value.begin() + 1, value.end(), is_name);
}

struct PairCounts {
  size_t letters = 0;  // neighbouring letters
  size_t common = 0;   // of them, those that often follow each other
  size_t alnum = 0;    // neighbouring letters or digits
  size_t changes = 0;  // of them, those of different kinds
  size_t digits = 0;
  size_t characters = 0;  // letters and digits
};

PairCounts CountPairs(std::string_view value) {
  PairCounts counts;
  for (size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    if (IsDigitAscii(c)) ++counts.digits;
    if (IsAlnum(c)) ++counts.characters;
    if (i == 0 || !IsAlnum(c) || !IsAlnum(value[i - 1])) continue;
    const char before = value[i - 1];
    ++counts.alnum;
    if (IsDigitAscii(c) != IsDigitAscii(before) || IsUpper(c) != IsUpper(before)) ++counts.changes;
    if (!IsLetterAscii(c) || !IsLetterAscii(before)) continue;
    ++counts.letters;
    const std::string_view followers = kFollowers[static_cast<size_t>(ToLowerAscii(before) - 'a')];
    if (followers.find(ToLowerAscii(c)) != std::string_view::npos) ++counts.common;
  }
  return counts;
}

bool IsHex(std::string_view value) {
  const auto is_hex = [](char c) { return IsDigitAscii(c) || (ToLowerAscii(c) >= 'a' && ToLowerAscii(c) <= 'f'); };
  const bool one_case =
      std::none_of(value.begin(), value.end(), IsUpper) || std::none_of(value.begin(), value.end(), IsLower);
  return one_case && std::all_of(value.begin(), value.end(), is_hex);
}

}  // namespace

bool IsPlaceholder(std::string_view value) {
  if (value.empty() || IsTemplate(value)) return true;
  if (LongestRun(value, 0) >= 6 || LongestRun(value, 1) >= 8) return true;
  if (LongestRun(value, 0) >= 4 && LongestRun(value, 0) * 2 >= value.size()) return true;
  if (value.size() >= 8 && DistinctBytes(value) <= 4) return true;
  const std::string lower = chunking::LowerAscii(value);
  if (LongestRun(lower, 1) >= 6 && LongestRun(lower, 1) * 2 >= lower.size()) return true;
  if (std::find(kPlaceholderWords.begin(), kPlaceholderWords.end(), lower) != kPlaceholderWords.end()) return true;
  return std::any_of(kPlaceholderParts.begin(), kPlaceholderParts.end(),
                     [&lower](std::string_view part) { return lower.find(part) != std::string::npos; });
}

bool LooksLikeWords(std::string_view value) {
  const PairCounts counts = CountPairs(value);
  return counts.digits == 0 && counts.common * 4 >= counts.letters * 3;
}

bool LooksRandom(std::string_view value) {
  while (!value.empty() && value.back() == '=') value.remove_suffix(1);
  const PairCounts counts = CountPairs(value);
  if (counts.characters < 8 || counts.digits == counts.characters || counts.characters * 5 < value.size() * 4)
    return false;
  if (DistinctBytes(value) < std::min<size_t>(8, value.size() * 2 / 3)) return false;
  if (IsHex(value)) return counts.digits > 0 && counts.changes * 6 >= counts.alnum;
  // Kinds change within six of ten pairs of a random token, within three of a name in camel case.
  const bool wordy = counts.letters >= 5 && counts.common * 4 > counts.letters * 3;
  if (wordy && (counts.digits == 0 || counts.changes * 5 < counts.alnum * 2)) return false;
  return counts.changes * 6 >= counts.alnum && counts.alnum * 2 >= counts.characters;
}

bool IsUuid(std::string_view value) {
  if (value.size() != 36) return false;
  for (size_t i = 0; i < value.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? value[i] != '-' : !IsHex(value.substr(i, 1))) return false;
  }
  return true;
}

bool IsReference(std::string_view value, bool quoted) {
  if (value.find("://") != std::string_view::npos) return true;
  const std::string lower = chunking::LowerAscii(value);
  for (const std::string_view digest : {"sha1", "sha224", "sha256", "sha384", "sha512", "md5"}) {
    if (lower.starts_with(digest) && lower.size() > digest.size() &&
        (lower[digest.size()] == ':' || lower[digest.size()] == '-')) {
      return true;
    }
  }
  for (const std::string_view start : {"vault:", "arn:", "ssm:", "op:", "env:", "file:", "secretsmanager:", "data:"}) {
    if (lower.starts_with(start)) return true;
  }
  const size_t last_slash = value.rfind('/');
  const bool path =
      value.front() == '/' || value.starts_with("./") || value.starts_with("~/") || value.starts_with("../");
  if (path && last_slash != std::string_view::npos && !LooksRandom(value)) return true;
  const size_t at = value.find('@');
  if (at != std::string_view::npos && at > 0 && value.find('.', at) != std::string_view::npos &&
      LooksLikeWords(value.substr(at + 1))) {
    return true;
  }
  if (quoted) return false;
  // A call, an index or a generic type: letters up to an opening bracket.
  const size_t bracket = value.find_first_of("([{");
  const auto name = [](char c) { return IsAlnum(c) || c == '_' || c == '.' || c == ':' || c == '&' || c == '*'; };
  if (bracket == 0) return true;
  return bracket != std::string_view::npos &&
         std::all_of(value.begin(), value.begin() + static_cast<long>(bracket), name);
}

bool IsPlausiblePassword(std::string_view value, bool lenient) {
  if (value.size() < 6 || IsPlaceholder(value)) return false;
  bool lower = false;
  bool upper = false;
  bool digit = false;
  bool other = false;
  for (const char c : value) {
    lower |= IsLower(c);
    upper |= IsUpper(c);
    digit |= IsDigitAscii(c);
    other |= !IsAlnum(c) && c != '_' && c != '-' && c != '.' && c != '/' && c != ':';
  }
  const int kinds = lower + upper + digit + other;
  if (!lower && !upper && !other) return lenient && std::all_of(value.begin(), value.end(), IsDigitAscii);
  if (kinds >= 3 || (kinds == 2 && (digit || other))) return digit || lenient || !LooksLikeWords(value) || other;
  if (lenient) return true;
  return !LooksLikeWords(value) && value.size() >= 8;
}

}  // namespace usher::sanitize
