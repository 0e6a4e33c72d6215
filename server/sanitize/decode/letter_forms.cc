#include "server/sanitize/decode/letter_forms.h"

#include <unicode/unorm2.h>

#include <array>
#include <string_view>

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

// Ideographs, syllables of Hangul and private characters are forms of nothing.
bool HasNoForm(char32_t c) { return c < 0x80 || (c >= 0x3400 && c < 0xF900 && (c < 0xA700 || c >= 0xAB70)); }

constexpr char32_t kTableEnd = 0x3400;
using Table = std::array<char, kTableEnd>;

void Collect(std::u32string_view forms, Table& table) {
  for (size_t i = 0; i < forms.size(); ++i) {
    if (forms[i] >= 0x80 && forms[i] < kTableEnd) table[forms[i]] = static_cast<char>('a' + i);
  }
}

char RarePlainForm(char32_t c) {
  // Negative circled, negative squared, squared and regional letters have no compatibility form of their own.
  for (const char32_t first : {0x1F130, 0x1F150, 0x1F170, 0x1F1E6}) {
    if (const char letter = FromAlphabet(c, first); letter != 0) return letter;
  }
  const size_t small = kSmallCapitals.find(c);  // two of them lie behind the table
  return small != std::u32string_view::npos ? static_cast<char>('a' + small) : Compatible(c);
}

}  // namespace

char PlainForm(char32_t c) {
  static const auto* const kForms = [] {
    auto* forms = new Table{};
    for (char32_t form = 0x80; form < kTableEnd; ++form) (*forms)[form] = Compatible(form);
    Collect(kSmallCapitals, *forms);
    Collect(kBraille, *forms);
    (*forms)[0x2800] = (*forms)[0x3000] = ' ';
    return forms;
  }();
  if (c >= 0x80 && c < kTableEnd) return (*kForms)[c];
  return HasNoForm(c) ? char{0} : RarePlainForm(c);
}

char TurnedForm(char32_t c) {
  static const auto* const kForms = [] {
    auto* forms = new Table{};
    Collect(kTurned, *forms);
    return forms;
  }();
  return c < kTableEnd ? (*kForms)[c] : char{0};
}

}  // namespace usher::sanitize::decode
