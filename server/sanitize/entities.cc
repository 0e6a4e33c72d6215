#include "server/sanitize/entities.h"

#include <gumbo.h>

#include <algorithm>
#include <array>
#include <cstdint>

#include "index/chunking/ascii.h"
#include "index/chunking/utf8.h"

namespace usher::sanitize {
namespace {

using chunking::IsDigitAscii;
using chunking::IsLetterAscii;

constexpr size_t kMaxReferenceBytes = 40;  // the longest name has 31

int DigitValue(char c) {
  if (IsDigitAscii(c)) return c - '0';
  const char lower = chunking::ToLowerAscii(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 99;
}

// What browsers show for references to the C1 block: the character Windows-1252 has there.
char32_t RepairNumeric(uint32_t code) {
  static constexpr std::array<char16_t, 32> kWindows1252 = {
      0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
      0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
      0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};
  if (code >= 0x80 && code < 0xA0) return kWindows1252[code - 0x80];
  return code == 0 ? 0xFFFD : code;
}

std::optional<Entity> DecodeNumeric(std::string_view text) {
  const bool hex = text.size() > 2 && chunking::ToLowerAscii(text[2]) == 'x';
  const int base = hex ? 16 : 10;
  const size_t digits = hex ? 3 : 2;
  size_t at = digits;
  uint32_t code = 0;
  for (; at < text.size() && DigitValue(text[at]) < base; ++at) {
    code =
        std::min<uint32_t>(0x110000, code * static_cast<uint32_t>(base) + static_cast<uint32_t>(DigitValue(text[at])));
  }
  if (at == digits) return std::nullopt;
  if (at < text.size() && text[at] == ';') ++at;
  Entity entity{at, ""};
  chunking::AppendUtf8(RepairNumeric(code), entity.decoded);
  return entity;
}

// Asks the HTML parser, on a document of one name only, so that its cost is bounded.
std::optional<Entity> DecodeNamed(std::string_view name) {
  const std::string document(name);
  GumboOutput* output = gumbo_parse_with_options(&kGumboDefaultOptions, document.data(), document.size());
  std::optional<Entity> entity;
  const GumboNode* body = static_cast<const GumboNode*>(output->root->v.element.children.data[1]);
  if (body->v.element.children.length == 1) {
    const GumboNode* text = static_cast<const GumboNode*>(body->v.element.children.data[0]);
    if (text->type == GUMBO_NODE_TEXT || text->type == GUMBO_NODE_WHITESPACE) {
      const std::string_view decoded = text->v.text.text;
      if (decoded != name) entity = Entity{name.size(), std::string(decoded)};
    }
  }
  gumbo_destroy_output(&kGumboDefaultOptions, output);
  return entity;
}

}  // namespace

std::optional<Entity> DecodeEntity(std::string_view text) {
  if (text.size() < 3) return std::nullopt;
  if (text[1] == '#') return DecodeNumeric(text.substr(0, kMaxReferenceBytes));
  size_t end = 1;
  while (end < text.size() && end < kMaxReferenceBytes && (IsLetterAscii(text[end]) || IsDigitAscii(text[end]))) ++end;
  if (end == 1) return std::nullopt;
  if (end < text.size() && text[end] == ';') ++end;
  const std::string_view name = text.substr(0, end);
  if (name == "&amp;") return Entity{end, "&"};
  if (name == "&lt;") return Entity{end, "<"};
  if (name == "&gt;") return Entity{end, ">"};
  if (name == "&quot;") return Entity{end, "\""};
  if (name == "&nbsp;") return Entity{end, "\u00A0"};
  return DecodeNamed(name);
}

std::string DecodeEntities(std::string_view text) {
  std::string decoded;
  for (size_t at = 0; at < text.size();) {
    const size_t ampersand = std::min(text.find('&', at), text.size());
    decoded.append(text.substr(at, ampersand - at));
    at = ampersand;
    if (at == text.size()) break;
    const std::optional<Entity> entity = DecodeEntity(text.substr(at));
    decoded.append(entity.has_value() ? entity->decoded : "&");
    at += entity.has_value() ? entity->length : 1;
  }
  return decoded;
}

}  // namespace usher::sanitize
