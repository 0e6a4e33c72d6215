// What a URL could do when something loads it or someone follows it.
#ifndef USHER_SERVER_SANITIZE_URL_JUDGE_H_
#define USHER_SERVER_SANITIZE_URL_JUDGE_H_

#include <string>
#include <string_view>

namespace usher::sanitize {

enum class UrlRisk {
  kNone,         // relative or harmless scheme
  kRemote,       // reaches another host when loaded
  kCarriesData,  // remote, and built to take data along: a placeholder or a long opaque part
  kActive,       // javascript:, vbscript: or data:
};

struct UrlVerdict {
  UrlRisk risk = UrlRisk::kNone;
  std::string host;  // or the scheme, for active ones; may be empty
};

// Judges a URL as written in a document: entities, backslash escapes, white space and control characters that a browser
// would ignore are undone first. Looks at the first 8 KiB; a longer URL carries data. Thread-safe.
UrlVerdict JudgeUrl(std::string_view url);

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_URL_JUDGE_H_
