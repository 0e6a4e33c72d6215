#include "server/sanitize/secrets/url_password.h"

#include <algorithm>

#include "index/chunking/ascii.h"
#include "server/sanitize/secrets/value_judge.h"

namespace usher::sanitize {
namespace {

constexpr size_t kMostBytes = 512;
constexpr size_t kLeastToken = 20;

// The digits of a port or nothing: then what follows the host is a path, whatever it holds.
bool IsPort(std::string_view text) { return std::all_of(text.begin(), text.end(), chunking::IsDigitAscii); }

// What stands before the host's "@", empty when there is none.
std::string_view UserInfo(std::string_view rest) {
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  size_t at = authority.rfind('@');
  if (at != std::string_view::npos) return rest.substr(0, at);
  const size_t colon = authority.find(':');
  if (colon == std::string_view::npos || IsPort(authority.substr(colon + 1))) return {};
  at = rest.find('@');
  return at == std::string_view::npos ? std::string_view() : rest.substr(0, at);
}

}  // namespace

void FindUrlPassword(std::string_view text, size_t offset, std::vector<Candidate>& found) {
  if (offset == 0 || !chunking::IsLetterAscii(text[offset - 1])) {
    if (offset == 0 || !chunking::IsDigitAscii(text[offset - 1])) return;
  }
  const size_t begin = offset + 3;
  std::string_view rest = text.substr(begin, kMostBytes);
  rest = rest.substr(0, rest.find_first_of(" \t\r\n\"'<>`\\"));
  const std::string_view user_info = UserInfo(rest);
  if (user_info.empty() || user_info.size() + 1 >= rest.size()) return;
  const size_t colon = user_info.find(':');
  if (colon == std::string_view::npos) {
    if (user_info.size() < kLeastToken || !LooksRandom(user_info)) return;
    // The key of a Sentry DSN is public.
    if (rest.find(".ingest.") != std::string_view::npos) return;
    found.push_back({{begin, begin + user_info.size()}, "url_token", Rank::kContext, false});
    return;
  }
  const std::string_view user = user_info.substr(0, colon);
  const std::string_view password = user_info.substr(colon + 1);
  if (user == password || user.find('[') != std::string_view::npos || password.size() < 4 || IsPlaceholder(password))
    return;
  if (password == "x-oauth-basic" && user.size() >= kLeastToken && LooksRandom(user)) {
    found.push_back({{begin, begin + colon}, "url_token", Rank::kContext, false});
    return;
  }
  if (password.size() < 6 && LooksLikeWords(password)) return;
  found.push_back({{begin + colon + 1, begin + user_info.size()}, "url_password", Rank::kContext, true});
}

}  // namespace usher::sanitize
