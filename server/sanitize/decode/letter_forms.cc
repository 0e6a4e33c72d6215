#include "server/sanitize/decode/letter_forms.h"

#include <unicode/unorm2.h>

#include <algorithm>
#include <string_view>

#include "absl/container/flat_hash_map.h"

namespace usher::sanitize::decode {
namespace {

// Each string holds the forms of a, b, c, ...; '.' where there is none.
constexpr std::u32string_view kSmallCapitals = U"ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡ.ʏᴢ";
constexpr std::u32string_view kBraille = U"⠁⠃⠉⠙⠑⠋⠛⠓⠊⠚⠅⠇⠍⠝⠕⠏⠟⠗⠎⠞⠥⠧⠺⠭⠽⠵";
constexpr std::u32string_view kTurned = U"ɐqɔpǝɟƃɥᴉɾʞןɯuodbɹsʇnʌʍxʎz";

char Compatible(char32_t c) {
  UErrorCode status = U_ZERO_ERROR;
  const UNormalizer2* normalizer = unorm2_getNFKCInstance(&status);
  if (U_FAILURE(status)) return 0;
  UChar decomposed[4];
  const int32_t length =
      unorm2_getDecomposition(normalizer, static_cast<UChar32>(c), decomposed, std::size(decomposed), &status);
  return U_SUCCESS(status) && length == 1 && decomposed[0] > 0x20 && decomposed[0] < 0x7F
             ? static_cast<char>(decomposed[0])
             : char{0};
}

char FromAlphabet(char32_t c, char32_t first) {
  return c >= first && c < first + 26 ? static_cast<char>('a' + (c - first)) : char{0};
}

using Forms = absl::flat_hash_map<char32_t, char>;

void Collect(std::u32string_view forms, Forms& table) {
  for (size_t i = 0; i < forms.size(); ++i) {
    if (forms[i] >= 0x80) table.emplace(forms[i], static_cast<char>('a' + i));
  }
}

char Find(const Forms& forms, char32_t c) {
  const auto found = forms.find(c);
  return found == forms.end() ? char{0} : found->second;
}

}  // namespace

char PlainForm(char32_t c) {
  static const auto* const kForms = [] {
    auto* forms = new Forms();
    Collect(kSmallCapitals, *forms);
    Collect(kBraille, *forms);
    return forms;
  }();
  if (c < 0x80) return 0;
  // Negative circled, negative squared, squared and regional letters have no compatibility form of their own.
  for (const char32_t first : {0x1F130, 0x1F150, 0x1F170, 0x1F1E6}) {
    if (const char letter = FromAlphabet(c, first); letter != 0) return letter;
  }
  if (const char letter = Find(*kForms, c); letter != 0) return letter;
  if (c == 0x2800 || c == 0x3000) return ' ';
  return Compatible(c);
}

char TurnedForm(char32_t c) {
  static const auto* const kForms = [] {
    auto* forms = new Forms();
    Collect(kTurned, *forms);
    return forms;
  }();
  return Find(*kForms, c);
}

}  // namespace usher::sanitize::decode
