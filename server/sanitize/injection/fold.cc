#include "server/sanitize/injection/fold.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uspoof.h>

#include "index/chunking/ascii.h"
#include "index/chunking/utf8.h"

namespace usher::sanitize::injection {
namespace {

constexpr char32_t kTableEnd = 0x3400;

// Accents of Latin, Greek and Cyrillic, the marks of Arabic vowels, and the nukta: writers leave them out at will.
bool IsOptionalMark(UChar32 c) {
  return (c >= 0x300 && c <= 0x36F) || (c >= 0x64B && c <= 0x655) || c == 0x640 || c == 0x93C;
}

std::string FoldWithIcu(char32_t c) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* compatibility = icu::Normalizer2::getNFKCCasefoldInstance(status);
  const icu::Normalizer2* decomposed = icu::Normalizer2::getNFDInstance(status);
  std::string out;
  if (U_FAILURE(status)) return out;
  icu::UnicodeString text = compatibility->normalize(icu::UnicodeString(static_cast<UChar32>(c)), status);
  if (c < 0x1100 || (c >= 0x1E00 && c < 0x3000)) text = decomposed->normalize(text, status);  // Hangul stays whole
  for (int32_t i = 0; U_SUCCESS(status) && i < text.length(); i = text.moveIndex32(i, 1)) {
    const UChar32 part = text.char32At(i);
    if (!IsOptionalMark(part)) chunking::AppendUtf8(static_cast<char32_t>(part), out);
  }
  return out;
}

char LookAlikeOf(USpoofChecker* checker, char32_t c) {
  if (c < 0x370 || !u_isalpha(static_cast<UChar32>(c))) return 0;
  UErrorCode status = U_ZERO_ERROR;
  const icu::UnicodeString lower(static_cast<UChar32>(c));
  UChar skeleton[8];
  const int32_t size = uspoof_getSkeleton(checker, 0, lower.getBuffer(), lower.length(), skeleton, 8, &status);
  if (U_FAILURE(status) || size != 1 || skeleton[0] >= 0x80) return 0;
  const char letter = chunking::ToLowerAscii(static_cast<char>(skeleton[0]));
  return letter >= 'a' && letter <= 'z' ? letter : '\0';
}

}  // namespace

Letter LetterClassBeyondAscii(char32_t c) {
  if (c < 0xC0 || c == 0xD7 || c == 0xF7) return Letter::kNone;
  if ((c >= 0x2000 && c < 0x2C00) || (c >= 0x2E00 && c < 0x3040)) return Letter::kNone;
  if ((c >= 0x3040 && c < 0xA000) || (c >= 0xF900 && c < 0xFB00) || (c >= 0x20000 && c < 0x40000)) {
    return Letter::kUnspaced;
  }
  if (c == 0x60C || c == 0x61B || c == 0x61F || c == 0x6D4 || c == 0x964 || c == 0x965) return Letter::kNone;
  return c >= 0x1F000 || (c >= 0xFE00 && c < 0xFE70) || c >= 0xFFF0 ? Letter::kNone : Letter::kWord;
}

const Folding& Folding::Get() {
  static const auto* const kFolding = new Folding();
  return *kFolding;
}

Folding::Folding() : low_(kTableEnd), look_alike_(kTableEnd, 0) {
  UErrorCode status = U_ZERO_ERROR;
  USpoofChecker* checker = uspoof_open(&status);
  for (char32_t c = 0; c < kTableEnd; ++c) {
    low_[c] = c < 0x80 ? std::string(1, chunking::ToLowerAscii(static_cast<char>(c))) : FoldWithIcu(c);
    if (U_SUCCESS(status)) look_alike_[c] = LookAlikeOf(checker, c);
  }
  if (U_SUCCESS(status)) uspoof_close(checker);
}

void Folding::Append(char32_t c, std::string& out) const {
  if (c < kTableEnd) {
    out += low_[c];
  } else if (c >= 0xE0020 && c < 0xE007F) {
    out += low_[c - 0xE0000];  // the tag block mirrors ASCII invisibly
  } else if ((c >= 0x3400 && c < 0xA000) || (c >= 0xAC00 && c < 0xD7B0)) {
    chunking::AppendUtf8(c, out);
  } else {
    out += FoldWithIcu(c);
  }
}

char Folding::LatinLookAlike(char32_t c) const { return c < kTableEnd ? look_alike_[c] : '\0'; }

std::string Folding::Fold(std::string_view text) const {
  std::string out;
  for (size_t at = 0; at < text.size();) Append(chunking::NextCodePoint(text, at), out);
  return out;
}

}  // namespace usher::sanitize::injection
