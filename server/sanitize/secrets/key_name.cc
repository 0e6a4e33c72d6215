#include "server/sanitize/secrets/key_name.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "absl/types/span.h"
#include "index/chunking/ascii.h"

namespace usher::sanitize {
namespace {

using Words = absl::Span<const std::string_view>;

constexpr std::string_view kStems[] = {"pass",     "pwd",        "pw=",    "pw:",     "pw\"", "secret",
                                       "token",    "key",        "auth",   "cred",    "psk",  "kennwort",
                                       "contrase", "senha",      "пароль", "密码",    "密碼", "パスワード",
                                       "비밀번호", "wachtwoord", "hasło",  "lösenord"};

constexpr std::string_view kPasswords[] = {
    "password", "passwd",     "passwort",   "kennwort",   "passphrase", "passcode", "pwd",
    "psk",      "senha",      "contrasena", "contraseña", "passe",      "пароль",   "密码",
    "密碼",     "パスワード", "비밀번호",   "wachtwoord", "hasło",      "lösenord", "passwords",
    "passw",    "userpass",   "dbpass",     "rootpass",   "mypass",     "adminpass"};

constexpr std::string_view kTokens[] = {"secret",      "token",         "apikey",       "apitoken",    "authtoken",
                                        "accesstoken", "accesskey",     "secretkey",    "privatekey",  "authkey",
                                        "masterkey",   "clientsecret",  "appsecret",    "apisecret",   "credential",
                                        "credentials", "creds",         "refreshtoken", "bearertoken", "appkey",
                                        "signingkey",  "encryptionkey", "sharedkey",    "presharedkey"};

// Before "key" these make it a secret.
constexpr std::string_view kSecretKeys[] = {
    "api",         "access",   "secret",  "private", "auth",      "encryption",  "encrypt",      "signing",
    "sign",        "master",   "account", "shared",  "storage",   "service",     "client",       "app",
    "application", "webhook",  "session", "bot",     "deploy",    "license",     "subscription", "admin",
    "root",        "hmac",     "jwt",     "aes",     "cipher",    "integration", "server",       "write",
    "functions",   "function", "user",    "license", "preshared", "ingest",      "ingestion",    "global"};

// Anywhere in a name these make it something else.
constexpr std::string_view kHarmless[] = {
    "public",    "pub",     "primary",      "foreign", "cache",        "sort",        "partition", "idempotency",
    "page",      "next",    "continuation", "cursor",  "cancellation", "publishable", "site",      "fingerprint",
    "checksum",  "etag",    "csrf",         "xsrf",    "unique",       "composite",   "routing",   "digest",
    "sha1",      "sha256",  "sha512",       "md5",     "thumbprint",   "eos",         "bos",       "pad",
    "unk",       "sep",     "cls",          "max",     "min",          "num",         "total",     "count",
    "design",    "anti",    "antiforgery",  "object",  "translation",  "i18n",        "hash",      "verification",
    "integrity", "revision"};

// Behind the word that counts these add nothing.
constexpr std::string_view kSuffixes[] = {
    "value", "base64", "b64", "prod",         "production", "dev",     "staging", "test",   "live",  "old",
    "new",   "base",   "v1",  "v2",           "v3",         "default", "str",     "string", "plain", "plaintext",
    "raw",   "text",   "env", "confirmation", "confirm",    "current", "hex",     "again",  "repeat"};

template <size_t N>
bool Holds(const std::string_view (&words)[N], std::string_view word) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

bool IsDigits(std::string_view word) { return std::all_of(word.begin(), word.end(), chunking::IsDigitAscii); }

// Splits at what is neither letter nor digit, and where a capital begins a word; in lower case.
std::vector<std::string> WordsOf(std::string_view name) {
  std::vector<std::string> words;
  bool fresh = true;
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool letter = chunking::IsLetterAscii(c) || chunking::IsDigitAscii(c) || (c & 0x80) != 0;
    if (!letter) {
      fresh = true;
      continue;
    }
    const auto upper = [&name](size_t at) { return at < name.size() && name[at] >= 'A' && name[at] <= 'Z'; };
    const auto lower = [&name](size_t at) { return at < name.size() && name[at] >= 'a' && name[at] <= 'z'; };
    const bool hump = i > 0 && upper(i) && (lower(i - 1) || (upper(i - 1) && lower(i + 1)));
    if (fresh || hump) words.emplace_back();
    fresh = false;
    words.back().push_back(chunking::ToLowerAscii(c));
  }
  return words;
}

bool EndsWithAny(std::string_view word, Words ends) {
  return std::any_of(ends.begin(), ends.end(), [word](std::string_view end) { return word.ends_with(end); });
}

NameKind KindOf(std::string_view last, std::string_view before, bool prose) {
  if (last == "pass" || last == "pw" || EndsWithAny(last, kPasswords)) return NameKind::kPassword;
  if (last == "phrase" && before == "pass") return NameKind::kPassword;
  if (EndsWithAny(last, kTokens) || last == "authorization") return NameKind::kToken;
  if (last == "auth") return before == "proxy" || before == "http" ? NameKind::kToken : NameKind::kWeak;
  if (last != "key" && last != "keys") return NameKind::kOther;
  if (prose && (before == "signing" || before == "sign")) return NameKind::kWeak;  // often a fingerprint
  return Holds(kSecretKeys, before) ? NameKind::kToken : NameKind::kWeak;
}

}  // namespace

std::vector<std::string_view> SecretNameStems() { return {std::begin(kStems), std::end(kStems)}; }

KeyName JudgeKeyName(std::string_view name) {
  KeyName judged;
  std::vector<std::string> words = WordsOf(name);
  for (const std::string& word : words) judged.joined += word;
  const bool harmless =
      std::any_of(words.begin(), words.end(), [](const auto& word) { return Holds(kHarmless, word); });
  while (words.size() > 1 && (Holds(kSuffixes, words.back()) || IsDigits(words.back()))) words.pop_back();
  if (words.empty()) return judged;
  std::string& last = words.back();
  while (last.size() > 1 && chunking::IsDigitAscii(last.back())) last.pop_back();
  judged.kind = KindOf(last, words.size() > 1 ? words[words.size() - 2] : std::string_view(),
                       name.find(' ') != std::string_view::npos);
  if (harmless && judged.kind != NameKind::kPassword) judged.kind = NameKind::kOther;
  judged.authorization = last == "authorization" || last == "auth";
  return judged;
}

}  // namespace usher::sanitize
