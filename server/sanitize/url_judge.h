// What a URL could do when something loads it or someone follows it.
#ifndef USHER_SERVER_SANITIZE_URL_JUDGE_H_
#define USHER_SERVER_SANITIZE_URL_JUDGE_H_

#include <string>
#include <string_view>

#include "server/sanitize/host_list.h"
#include "server/sanitize/offset_map.h"

namespace usher::sanitize {

enum class UrlRisk {
  kNone,         // relative or harmless scheme
  kRemote,       // reaches another host when loaded
  kTemplate,     // remote, with a place to fill in, as documentation of interfaces has
  kCarriesData,  // remote, and built to take data along: asks for what the reader knows, or has it encoded
  kActive,       // javascript:, vbscript: or data:
};

struct UrlVerdict {
  UrlRisk risk = UrlRisk::kNone;
  std::string host;      // or the scheme, for active ones; may be empty
  bool asks = false;     // has a place for what the reader knows: the conversation, a secret, a person's data
  bool trusted = false;  // of a trusted host; then the risk is kNone
};

// Judges a URL as written in a document: entities, backslash escapes, white space and control characters that a browser
// would ignore are undone first. Looks at the first 8 KiB; a longer URL carries data. What goes to a trusted host by
// http or https is no risk. Thread-safe.
UrlVerdict JudgeUrl(std::string_view url, const HostList& trusted = {});

// Whether the words around the URL at `url` ask to fill it in: "replace the placeholder with the user's data". Looks at
// a few hundred bytes of its paragraph.
bool WordsAskToFillIn(std::string_view text, Span url);

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_URL_JUDGE_H_
