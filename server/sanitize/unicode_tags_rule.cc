#include <unicode/uchar.h>

#include "index/chunking/utf8.h"
#include "server/sanitize/code_points.h"
#include "server/sanitize/removed_run.h"
#include "server/sanitize/rules.h"

namespace usher::sanitize {
namespace {

constexpr char32_t kBlackFlag = 0x1F3F4;

// True for the flags that fonts draw, such as Scotland's; any other tag sequence draws a plain black flag at most.
bool IsEmojiFlag(std::string_view text, size_t tags_begin, size_t tags_end) {
  constexpr size_t kMaxFlagUnits = 32;
  if (Before(text, tags_begin) != kBlackFlag || tags_end - tags_begin > kMaxFlagUnits) return false;
  std::u16string flag = u"\U0001F3F4";
  for (size_t at = tags_begin; at < tags_end;) {
    const char32_t tag = chunking::NextCodePoint(text, at);
    flag.push_back(0xDB40);  // the high surrogate of the whole block
    flag.push_back(static_cast<char16_t>(0xDC00 + (tag - 0xE0000)));
  }
  return u_stringHasBinaryProperty(flag.data(), static_cast<int32_t>(flag.size()), UCHAR_RGI_EMOJI_TAG_SEQUENCE) != 0;
}

class UnicodeTagsRule final : public Rule {
 public:
  std::string_view id() const override { return "unicode.tags"; }

  void Inspect(const RuleInput& input, EditList& edits, FindingLog& findings) const override {
    if (!input.features.non_ascii) return;
    RemovedRun run(id(), edits, findings);
    const std::string_view text = input.text;
    for (size_t at = text.find("\xF3\xA0"); at < text.size(); at = text.find("\xF3\xA0", at)) {
      const size_t begin = at;
      std::string decoded;
      while (at < text.size()) {
        size_t next = at;
        const char32_t c = chunking::NextCodePoint(text, next);
        if (!IsTag(c)) break;
        if (c >= 0xE0020 && c < 0xE007F && decoded.size() < kMaxDetailBytes) {
          decoded.push_back(static_cast<char>(c - 0xE0000));
        }
        at = next;
      }
      if (at == begin) {
        chunking::NextCodePoint(text, at);
      } else if (!IsEmojiFlag(text, begin, at)) {
        run.Remove({begin, at}, decoded);
      }
    }
  }
};

}  // namespace

std::unique_ptr<Rule> MakeUnicodeTagsRule() { return std::make_unique<UnicodeTagsRule>(); }

}  // namespace usher::sanitize
