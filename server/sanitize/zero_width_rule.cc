#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include "index/chunking/utf8.h"
#include "server/sanitize/code_points.h"
#include "server/sanitize/invisible_bits.h"
#include "server/sanitize/removed_run.h"
#include "server/sanitize/rules.h"

namespace usher::sanitize {
namespace {

constexpr char32_t kByteOrderMark = 0xFEFF;
constexpr char32_t kBrailleBlank = 0x2800;
constexpr char32_t kGraphemeJoiner = 0x034F;

UScriptCode ScriptOf(char32_t c) {
  return static_cast<UScriptCode>(u_getIntPropertyValue(static_cast<UChar32>(c), UCHAR_SCRIPT));
}

// Scripts whose letters change their form at a joiner.
bool ShapesItsLetters(char32_t c) {
  if (u_getIntPropertyValue(static_cast<UChar32>(c), UCHAR_JOINING_TYPE) != U_JT_NON_JOINING &&
      u_getIntPropertyValue(static_cast<UChar32>(c), UCHAR_JOINING_TYPE) != U_JT_TRANSPARENT) {
    return true;
  }
  switch (ScriptOf(c)) {
    case USCRIPT_ARABIC:
    case USCRIPT_SYRIAC:
    case USCRIPT_MONGOLIAN:
    case USCRIPT_NKO:
    case USCRIPT_DEVANAGARI:
    case USCRIPT_BENGALI:
    case USCRIPT_GURMUKHI:
    case USCRIPT_GUJARATI:
    case USCRIPT_ORIYA:
    case USCRIPT_TAMIL:
    case USCRIPT_TELUGU:
    case USCRIPT_KANNADA:
    case USCRIPT_MALAYALAM:
    case USCRIPT_SINHALA:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
    case USCRIPT_TIBETAN:
      return true;
    default:
      return u_getCombiningClass(static_cast<UChar32>(c)) == 9;  // viramas
  }
}

// Scripts written without spaces, which mark words with U+200B.
bool MarksWordsInvisibly(char32_t c) {
  const UScriptCode script = ScriptOf(c);
  return script == USCRIPT_THAI || script == USCRIPT_LAO || script == USCRIPT_KHMER || script == USCRIPT_MYANMAR ||
         script == USCRIPT_JAVANESE || script == USCRIPT_BALINESE || script == USCRIPT_TIBETAN;
}

bool IsEmojiPart(char32_t c) {
  const auto code = static_cast<UChar32>(c);
  return u_hasBinaryProperty(code, UCHAR_EXTENDED_PICTOGRAPHIC) != 0 ||
         u_hasBinaryProperty(code, UCHAR_EMOJI_MODIFIER) != 0 || c == kEmojiPresentation;
}

bool JoinsEmoji(char32_t before, char32_t after) {
  return IsEmojiPart(before) && u_hasBinaryProperty(static_cast<UChar32>(after), UCHAR_EXTENDED_PICTOGRAPHIC) != 0;
}

bool IsMark(char32_t c) { return (U_GET_GC_MASK(static_cast<UChar32>(c)) & U_GC_M_MASK) != 0; }

// True when the invisible `c` between its neighbours changes how the text is drawn or broken into lines.
bool IsLegitimate(char32_t before, char32_t c, char32_t after) {
  if (before == 0 && c == kByteOrderMark) return true;
  if (c == kBrailleBlank) return ScriptOf(before) == USCRIPT_BRAILLE && ScriptOf(after) == USCRIPT_BRAILLE;
  if (IsZeroWidth(after) || IsZeroWidth(before)) return false;
  switch (c) {
    case kZeroWidthJoiner:
      return JoinsEmoji(before, after) || ShapesItsLetters(before) || ShapesItsLetters(after);
    case kZeroWidthNonJoiner:
      return ShapesItsLetters(before);
    case 0x200B:
      return MarksWordsInvisibly(before) && MarksWordsInvisibly(after);
    case kGraphemeJoiner:
      return before >= 0x80 && IsMark(after);
    case 0x180E:
      return ScriptOf(before) == USCRIPT_MONGOLIAN;
    case 0x115F:
    case 0x1160:
      return ScriptOf(before) == USCRIPT_HANGUL || ScriptOf(after) == USCRIPT_HANGUL;
    default:
      return false;
  }
}

class ZeroWidthRule final : public Rule {
 public:
  std::string_view id() const override { return "unicode.zero-width"; }

  void Inspect(const RuleInput& input, EditList& edits, FindingLog& findings) const override {
    if (!input.features.non_ascii) return;
    RemovedRun run(id(), edits, findings, DescribeInvisible);
    const std::string_view text = input.text;
    for (size_t at = NextNonAscii(text, 0); at < text.size();) {
      const size_t begin = at;
      const char32_t c = chunking::NextCodePoint(text, at);
      if (IsZeroWidth(c) && !IsLegitimate(Before(text, begin), c, At(text, at))) {
        run.Remove({begin, at}, text.substr(begin, at - begin));
      }
      if (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80) at = NextNonAscii(text, at);
    }
  }
};

}  // namespace

std::unique_ptr<Rule> MakeZeroWidthRule() { return std::make_unique<ZeroWidthRule>(); }

}  // namespace usher::sanitize
