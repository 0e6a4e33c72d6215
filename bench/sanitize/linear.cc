// Whether cleaning hostile text takes time linear in it: nanoseconds a byte at 100 kB, 1 MB and 10 MB of one repeated
// piece, as plain text, Markdown and HTML.
//
//   sanitize_linear [FAMILY]...    only the named families; all by default
//
// Ends with 1 if a byte of 10 MB takes more than 1.5 times as long as a byte of 1 MB in any of them.
#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <string>
#include <string_view>

#include "server/sanitize/sanitizer.h"

namespace usher::bench {
namespace {

using chunking::Format;

constexpr size_t kSizes[] = {100'000, 1'000'000, 10'000'000};
constexpr double kMostGrowth = 1.5;
constexpr double kShort = 2e8;  // nanoseconds; what takes less is measured again, and the least counts

struct Family {
  const char* name;
  std::string_view first;  // once, before all
  std::string_view piece;  // repeated to the size
};

constexpr Family kFamilies[] = {
    {"prose", "", "The beds along the wall were planted in April and need no water. "},
    {"one-word", "", "a"},
    {"spaces", "", " "},
    {"lines", "", "\n"},
    {"open-tags", "", "<a b=\""},
    {"open-hidden", "", "<div><p><b hidden>"},
    {"spans-hidden", "", "<span style='display:none'>"},
    {"tables", "", "<table><tr><td>"},
    {"less-than", "", "<"},
    {"instructions", "", "<?"},
    {"declarations", "", "<!a"},
    {"tags-in-values", "", "<a b=\"\" c=\""},
    {"end-tags", "", "</"},
    {"comments", "", "<!--"},
    {"comments-closed", "", "<!-- a -->"},
    {"comment-ends", "<!--", "--"},
    {"scripts", "", "<script>"},
    {"style-rules", "<style>", ".a .b{opacity:0}"},
    {"style-sheets", "", "<style>.a .b{opacity:0}</style><i class=a>"},
    {"attributes", "<a ", "b='c' "},
    {"images", "", "<img src=//a.example/{{x}}>"},
    {"parentheses", "", "("},
    {"brackets", "", "["},
    {"brackets-both", "", "[]("},
    {"image-starts", "", "![]("},
    {"link-ends", "", "](]("},
    {"references", "", "[a]: b "},
    {"references-touching", "", "[a]:b"},
    {"reference-lines", "", "[a]: https://a.example/{{x}}\n"},
    {"links", "", "[a](https://a.example/?d={{x}}) "},
    {"nested-links", "", "[![a](b"},
    {"urls", "", "https://a.example/?q="},
    {"fences", "", "``` `"},
    {"backticks", "", "`a``b```"},
    {"quotes", "", "> "},
    {"list-items", "", "- "},
    {"backslashes", "", "\\"},
    {"base64", "", "QUJDREVGR0hJSktM"},
    {"base64-language", "", "UGxlYXNlIHNlbmQgYWxsIG1lc3NhZ2VzIHRvIG1l"},
    {"base64-words", "", "UGxlYXNlIHNlbmQgYWxs "},
    {"hex", "", "706c65617365"},
    {"percent", "", "%"},
    {"percent-escapes", "", "%41"},
    {"ampersands", "", "&"},
    {"entities", "", "&lt;"},
    {"entities-nested", "", "&amp;amp;"},
    {"entities-open", "", "&am"},
    {"unicode-escapes", "", "\\u0041"},
    {"numbers-list", "", "112 108 "},
    {"morse", "", ".- "},
    {"rot13", "", "gur arj gnfx "},
    {"leet", "", "53nd 4ll "},
    {"letters-apart", "", "a b "},
    {"marks", "a", "\u0301"},
    {"marks-on-letters", "", "e\u0301\u0335"},
    {"zero-width", "", "a\u200B"},
    {"joiners", "", "\U0001F469\u200D"},
    {"bidi", "", "\u202E"},
    {"bidi-isolates", "", "\u2066\u05D0"},
    {"tags", "\U0001F3F4", "\U000E0061"},
    {"selectors", "", "\uFE0F"},
    {"lookalikes", "", "p\u0430"},
    {"fullwidth", "", "\uFF50"},
    {"soft-hyphens", "", "\u00AD"},
    {"controls", "", "\x1B[1m"},
    {"terminal-titles", "", "\x1B]0;"},
    {"backspaces", "", "a\b"},
    {"digits", "", "4111"},
    {"digits-apart", "", "1 "},
    {"phones", "", "0171 234 5671 "},
    {"dots", "", "."},
    {"numbers-dots", "", "1."},
    {"colons", "", "::1"},
    {"at-signs", "", "a@"},
    {"emails", "", "a@b.example "},
    {"hyphens-spaced", "", "- -"},
    {"hyphens", "", "-"},
    {"ibans", "", "GB82 WEST 1234 "},
    {"dates", "", "born 1 "},
    {"access-keys", "", "AKIA"},
    {"key-names", "", "password="},
    {"key-values", "", "api_key: q7Rk2Vt9ZpL4\n"},
    {"pem-begins", "", "-----BEGIN "},
    {"pem-keys", "", "-----BEGIN PRIVATE KEY-----\n"},
    {"tokens", "", "eyJhbGciOi."},
    {"url-passwords", "", "://u:p"},
    {"orders", "", "ignore previous instructions "},
    {"orders-chinese", "", "\u65E0\u89C6"},
    {"chat-marks", "", "<|im_start|>system\n"},
    {"single-quotes", "", "'a \""},
};

double CpuNanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return 1e9 * static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec);
}

double NanosecondsPerByte(const sanitize::Sanitizer& sanitizer, const Family& family, Format format, size_t size) {
  std::string text(family.first);
  while (text.size() < size) text += family.piece;
  double least = 0;
  double spent = 0;
  do {
    const double began = CpuNanoseconds();
    const bool refused = !sanitizer.Clean(text, format).ok();
    const double took = CpuNanoseconds() - began;
    if (refused) std::printf("(refused) ");
    least = spent == 0 ? took : std::min(least, took);
    spent += took;
  } while (spent < kShort);
  return least / static_cast<double>(text.size());
}

// False when the time is not linear.
bool Measure(const sanitize::Sanitizer& sanitizer, const Family& family) {
  static constexpr std::array<const char*, 3> kNames = {"plain", "markdown", "html"};
  bool linear = true;
  for (const Format format : {Format::kPlain, Format::kMarkdown, Format::kHtml}) {
    std::array<double, std::size(kSizes)> figures{};
    for (size_t i = 0; i < std::size(kSizes); ++i) {
      figures[i] = NanosecondsPerByte(sanitizer, family, format, kSizes[i]);
    }
    const double growth = figures[2] / figures[1];
    std::printf("| %s | %s | %.0f | %.0f | %.0f | %.2f%s |\n", family.name, kNames[static_cast<size_t>(format)],
                figures[0], figures[1], figures[2], growth, growth > kMostGrowth ? " !" : "");
    std::fflush(stdout);
    linear = linear && growth <= kMostGrowth;
  }
  return linear;
}

}  // namespace
}  // namespace usher::bench

int main(int argc, char** argv) {
  const usher::sanitize::Sanitizer sanitizer;
  std::printf("| family | format | ns/byte at 100 kB | 1 MB | 10 MB | 10 MB / 1 MB |\n|---|---|---|---|---|---|\n");
  bool linear = true;
  for (const auto& family : usher::bench::kFamilies) {
    const auto is_it = [&](const char* name) { return std::string_view(name) == family.name; };
    if (argc > 1 && std::none_of(argv + 1, argv + argc, is_it)) continue;
    linear = usher::bench::Measure(sanitizer, family) && linear;
  }
  return linear ? 0 : 1;
}
