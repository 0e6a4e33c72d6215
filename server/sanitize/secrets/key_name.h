// What kind of secret a name announces: `DB_PASSWORD`, "api key", clientSecret; and which names only sound alike.
#ifndef USHER_SERVER_SANITIZE_SECRETS_KEY_NAME_H_
#define USHER_SERVER_SANITIZE_SECRETS_KEY_NAME_H_

#include <string>
#include <string_view>
#include <vector>

namespace usher::sanitize {

enum class NameKind {
  kOther,     // no secret: max_tokens, public_key, token_url
  kWeak,      // could be one: key, auth
  kToken,     // secret, token, api_key
  kPassword,  // chosen by people
};

struct KeyName {
  NameKind kind = NameKind::kOther;
  bool authorization = false;  // a scheme may stand before the value
  std::string joined;          // its words in lower case without separators
};

// Literals of which each name that announces a secret holds at least one, in any ASCII case.
std::vector<std::string_view> SecretNameStems();

// `name` is an identifier or up to four words.
KeyName JudgeKeyName(std::string_view name);

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_SECRETS_KEY_NAME_H_
