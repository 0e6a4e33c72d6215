#include "server/sanitize/hidden_style.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <optional>

#include "index/chunking/ascii.h"
#include "index/chunking/utf8.h"
#include "server/sanitize/entities.h"

namespace usher::sanitize {
namespace {

using Declarations = std::map<std::string, std::string, std::less<>>;

constexpr size_t kMaxStyleBytes = 4096;
constexpr double kUnreadablePixels = 3.0;
constexpr double kOffScreenPixels = -400.0;

int HexValue(char c) {
  if (chunking::IsDigitAscii(c)) return c - '0';
  const char lower = chunking::ToLowerAscii(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// Lower case without comments, escapes undone, so that "DISPL\41Y" and "dis/**/play" read as a browser reads them.
std::string Normalise(std::string_view style) {
  std::string out;
  for (size_t i = 0; i < style.size();) {
    if (style.substr(i, 2) == "/*") {
      const size_t end = style.find("*/", i + 2);
      i = end == std::string_view::npos ? style.size() : end + 2;
    } else if (style[i] == '\\') {
      char32_t code = 0;
      size_t digits = ++i;
      while (digits < style.size() && digits < i + 6 && HexValue(style[digits]) >= 0) {
        code = code * 16 + static_cast<char32_t>(HexValue(style[digits++]));
      }
      if (digits == i) continue;
      if (digits < style.size() && chunking::IsSpaceAscii(style[digits])) ++digits;
      chunking::AppendUtf8(code, out);
      i = digits;
    } else {
      out.push_back(style[i++]);
    }
  }
  return chunking::LowerAscii(out);
}

// Properties with their values, white space and "!important" gone; the last declaration counts.
Declarations Parse(std::string_view style) {
  const std::string text = Normalise(style.substr(0, kMaxStyleBytes));
  Declarations declarations;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find(';', at), text.size());
    const std::string_view declaration = std::string_view(text).substr(at, end - at);
    at = end + 1;
    const size_t colon = declaration.find(':');
    if (colon == std::string_view::npos) continue;
    std::string value;
    for (const char c : declaration.substr(colon + 1)) {
      if (!chunking::IsSpaceAscii(c)) value.push_back(c);
    }
    if (const size_t important = value.find("!important"); important != std::string::npos) value.resize(important);
    declarations[std::string(chunking::TrimAscii(declaration.substr(0, colon)))] = value;
  }
  return declarations;
}

std::string Get(const Declarations& declarations, std::string_view property) {
  const auto found = declarations.find(property);
  return found == declarations.end() ? "" : found->second;
}

// A length in pixels, roughly: what matters is whether it is about nothing or far away.
std::optional<double> Pixels(const std::string& value) {
  const char* begin = value.c_str();
  char* end = nullptr;
  const double number = std::strtod(begin, &end);
  if (end == begin) return std::nullopt;
  const std::string_view unit(end);
  if (unit.substr(0, 2) == "em" || unit.substr(0, 3) == "rem" || unit == "ex" || unit == "ch") return number * 16;
  if (unit.substr(0, 1) == "%") return number * 0.16;
  if (unit.substr(0, 1) == "v") return number * 10;
  if (unit.substr(0, 2) == "in") return number * 96;
  if (unit.substr(0, 2) == "cm") return number * 38;
  return number;
}

bool AtMost(const Declarations& declarations, std::string_view property, double limit) {
  const std::optional<double> pixels = Pixels(Get(declarations, property));
  return pixels.has_value() && *pixels <= limit;
}

// Colours that mean the same become the same text: white in its usual spellings, and "clear" for invisible ones.
std::string Colour(const std::string& value) {
  static const auto* const kSame = new std::map<std::string, std::string, std::less<>>{
      {"#fff", "white"},    {"#ffffff", "white"},    {"rgb(255,255,255)", "white"},
      {"snow", "white"},    {"#fefefe", "white"},    {"#000", "black"},
      {"#000000", "black"}, {"rgb(0,0,0)", "black"}, {"transparent", "clear"}};
  const bool has_alpha = value.substr(0, 5) == "rgba(" || value.substr(0, 5) == "hsla(";
  if (has_alpha && (value.find(",0)") != std::string::npos || value.find(",0.0") != std::string::npos)) return "clear";
  if (value.substr(0, 16) == "rgba(255,255,255") return "white";
  if (value.size() == 9 && value[0] == '#' && value.substr(7) == "00") return "clear";
  const auto found = kSame->find(value);
  return found == kSame->end() ? value : found->second;
}

bool ColourHides(const Declarations& declarations, bool white_page) {
  const std::string colour = Colour(Get(declarations, "color"));
  if (colour.empty()) return false;
  std::string background = Get(declarations, "background-color");
  if (background.empty()) background = Get(declarations, "background");
  if (colour == "clear") return true;
  if (background.empty()) return white_page && colour == "white";
  return colour == Colour(background);
}

bool BoxHides(const Declarations& declarations) {
  const bool clips = Get(declarations, "overflow").find("hidden") == 0 || Get(declarations, "overflow") == "clip" ||
                     Get(declarations, "overflow-x") == "hidden" || Get(declarations, "overflow-y") == "hidden";
  for (const std::string_view side : {"width", "height", "max-width", "max-height"}) {
    if (clips && AtMost(declarations, side, 1)) return true;
  }
  const std::string position = Get(declarations, "position");
  if (position == "absolute" || position == "fixed" || position == "relative") {
    for (const std::string_view side : {"left", "top", "right", "bottom"}) {
      if (AtMost(declarations, side, kOffScreenPixels)) return true;
    }
  }
  for (const std::string_view side : {"text-indent", "margin-left", "margin-top", "margin"}) {
    if (AtMost(declarations, side, kOffScreenPixels)) return true;
  }
  const std::string clip = Get(declarations, "clip");
  const std::string path = Get(declarations, "clip-path");
  if (clip == "rect(0,0,0,0)" || clip == "rect(0000)" || clip == "rect(1px,1px,1px,1px)" ||
      clip == "rect(0px,0px,0px,0px)") {
    return true;
  }
  if (path.find("inset(50%") == 0 || path.find("inset(100%") == 0 || path.find("circle(0") == 0) return true;
  const std::string transform = Get(declarations, "transform");
  return transform.find("scale(0") == 0 || transform.find("scalex(0") == 0 || transform.find("scaley(0") == 0 ||
         transform.find("translate(-9") == 0 || transform.find("translatex(-9") == 0;
}

bool IsNeverDrawn(std::string_view name, const std::vector<chunking::HtmlAttribute>& attributes) {
  static constexpr std::array<std::string_view, 13> kNames = {
      "template", "noscript", "datalist", "canvas",     "audio", "video",         "object",
      "metadata", "desc",     "defs",     "annotation", "rp",    "annotation-xml"};
  if (name == "dialog") return chunking::FindAttribute(attributes, "open") == nullptr;
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

}  // namespace

bool StyleHides(std::string_view style, bool white_page) {
  if (style.empty()) return false;
  const Declarations declarations = Parse(style);
  if (Get(declarations, "display") == "none" || Get(declarations, "mso-hide") == "all") return true;
  const std::string visibility = Get(declarations, "visibility");
  if (visibility == "hidden" || visibility == "collapse") return true;
  if (Get(declarations, "content-visibility") == "hidden") return true;
  if (Get(declarations, "filter").find("opacity(0") == 0) return true;
  const std::string opacity = Get(declarations, "opacity");
  if (!opacity.empty() && std::strtod(opacity.c_str(), nullptr) <= (opacity.back() == '%' ? 5.0 : 0.05)) return true;
  if (AtMost(declarations, "font-size", kUnreadablePixels) || AtMost(declarations, "font", kUnreadablePixels))
    return true;
  if (Get(declarations, "-webkit-text-fill-color") == "transparent") return true;
  return ColourHides(declarations, white_page) || BoxHides(declarations);
}

bool ElementHides(std::string_view name, const std::vector<chunking::HtmlAttribute>& attributes, bool white_page) {
  if (IsNeverDrawn(name, attributes)) return true;
  if (attributes.empty()) return false;
  if (chunking::FindAttribute(attributes, "hidden") != nullptr) return true;
  if (name == "font" && white_page) {
    const chunking::HtmlAttribute* colour = chunking::FindAttribute(attributes, "color");
    if (colour != nullptr && Colour(chunking::LowerAscii(colour->value)) == "white") return true;
  }
  const chunking::HtmlAttribute* style = chunking::FindAttribute(attributes, "style");
  return style != nullptr && StyleHides(DecodeEntities(style->value.substr(0, kMaxStyleBytes)), white_page);
}

}  // namespace usher::sanitize
