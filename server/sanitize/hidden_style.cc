#include "server/sanitize/hidden_style.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <optional>

#include "index/chunking/ascii.h"
#include "index/chunking/utf8.h"
#include "server/sanitize/css_colour.h"
#include "server/sanitize/entities.h"

namespace usher::sanitize {
namespace {

using Declarations = std::map<std::string, std::string, std::less<>>;

constexpr size_t kMaxStyleBytes = 4096;
constexpr double kUnreadablePixels = 3.0;
constexpr double kOffScreenPixels = -400.0;
constexpr double kBeyondScreenPixels = 4000.0;
constexpr double kBlurPixels = 8.0;  // also of overlap
constexpr double kFaintest = 0.06;

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
    bool space = false;
    for (const char c : declaration.substr(colon + 1)) {
      if (chunking::IsSpaceAscii(c)) {
        space = true;
        continue;
      }
      // "rgb(1 2 3)" is "rgb(1,2,3)".
      if (space && chunking::IsDigitAscii(c) && value.find('(') != std::string::npos &&
          chunking::IsDigitAscii(value.back())) {
        value.push_back(',');
      }
      space = false;
      value.push_back(c);
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
  const char* begin = value.c_str() + (value.compare(0, 5, "calc(") == 0 ? 5 : 0);
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

bool ColourHides(const Declarations& declarations, bool white_page) {
  const std::optional<Colour> colour = ParseColour(Get(declarations, "color"));
  const std::optional<Colour> fill = ParseColour(Get(declarations, "-webkit-text-fill-color"));
  if ((colour && colour->alpha < kFaintest) || (fill && fill->alpha < kFaintest)) return true;
  std::string background = Get(declarations, "background-color");
  if (background.empty()) background = Get(declarations, "background");
  if (!colour) return !background.empty() && background == Get(declarations, "color");
  if (background.empty()) return white_page && AreAlike(*colour, Colour{255, 255, 255, 1});
  const std::optional<Colour> behind = ParseColour(background);
  return behind && behind->alpha > kFaintest && AreAlike(*colour, *behind);
}

bool IsFarAway(const Declarations& declarations, std::string_view property) {
  const std::optional<double> pixels = Pixels(Get(declarations, property));
  return pixels.has_value() && (*pixels <= kOffScreenPixels || *pixels >= kBeyondScreenPixels);
}

// A transformation that shrinks, turns away or moves off the screen.
bool TransformHides(const std::string& transform) {
  for (const std::string_view start : {"scale(0", "scalex(0", "scaley(0", "scale3d(0", "rotatex(90", "rotatey(90"}) {
    const size_t at = transform.find(start);
    if (at == std::string::npos) continue;
    const char next = at + start.size() < transform.size() ? transform[at + start.size()] : ')';
    if (next != '.' || start.substr(0, 6) == "rotate" || transform.compare(at + start.size(), 2, ".0") == 0)
      return true;
  }
  for (const std::string_view start : {"translate(", "translatex(", "translatey(", "translate3d("}) {
    const size_t at = transform.find(start);
    if (at == std::string::npos) continue;
    const std::string length = transform.substr(at + start.size());
    const std::optional<double> pixels = Pixels(length.substr(0, length.find_first_of(",)")));
    if (pixels && (*pixels <= kOffScreenPixels || *pixels >= kBeyondScreenPixels)) return true;
  }
  return false;
}

bool BoxHides(const Declarations& declarations) {
  const bool clips = Get(declarations, "overflow").find("hidden") == 0 || Get(declarations, "overflow") == "clip" ||
                     Get(declarations, "overflow-x") == "hidden" || Get(declarations, "overflow-y") == "hidden";
  for (const std::string_view side : {"width", "height", "max-width", "max-height"}) {
    if (clips && AtMost(declarations, side, 1)) return true;
  }
  const std::string position = Get(declarations, "position");
  if (position == "absolute" || position == "fixed" || position == "relative") {
    for (const std::string_view side : {"left", "top", "right", "bottom", "inset"}) {
      if (IsFarAway(declarations, side)) return true;
    }
    const std::string depth = Get(declarations, "z-index");
    if (!depth.empty() && std::strtod(depth.c_str(), nullptr) < 0) return true;
  }
  for (const std::string_view side : {"text-indent", "margin-left", "margin-top", "margin"}) {
    if (IsFarAway(declarations, side)) return true;
  }
  const std::string clip = Get(declarations, "clip");
  const std::string path = Get(declarations, "clip-path");
  if (clip == "rect(0,0,0,0)" || clip == "rect(0000)" || clip == "rect(1px,1px,1px,1px)" ||
      clip == "rect(0px,0px,0px,0px)") {
    return true;
  }
  if (path.find("inset(50%") == 0 || path.find("inset(100%") == 0 || path.find("circle(0") == 0) return true;
  if (path.find("polygon(00") == 0 || path.find("polygon(0,0") == 0 || path.find("polygon(0px0px,0px0px") == 0)
    return true;
  const std::string scale = Get(declarations, "scale");
  if (!scale.empty() && std::strtod(scale.c_str(), nullptr) == 0) return true;
  return AtMost(declarations, "zoom", 0.05) || TransformHides(Get(declarations, "transform"));
}

// Classes that the usual frameworks hide by, unless another class shows the element on some screens.
bool ClassHides(const std::string& classes) {
  static constexpr std::array<std::string_view, 10> kHiding = {
      "sr-only", "visually-hidden", "screen-reader-text", "screen-reader-only", "visuallyhidden",
      "d-none",  "is-hidden",       "u-hidden",           "display-none",       "hide-text"};
  bool hides = false;
  for (size_t at = 0; at < classes.size();) {
    const size_t end = std::min(classes.find_first_of(chunking::kAsciiSpaces, at), classes.size());
    const std::string_view name = std::string_view(classes).substr(at, end - at);
    at = end + 1;
    if (std::find(kHiding.begin(), kHiding.end(), name) != kHiding.end()) {
      hides = true;
    } else if (name.find(':') != std::string_view::npos || name.substr(0, 2) == "d-") {
      return false;
    }
  }
  return hides;
}

// SVG writes properties as attributes.
bool PresentationHides(std::string_view name, const std::vector<chunking::HtmlAttribute>& attributes, bool white_page) {
  static constexpr std::array<std::string_view, 5> kElements = {"text", "tspan", "g", "svg", "foreignobject"};
  if (std::find(kElements.begin(), kElements.end(), name) == kElements.end()) return false;
  std::string style;
  for (const std::string_view property : {"display", "visibility", "opacity", "font-size", "transform"}) {
    const chunking::HtmlAttribute* attribute = chunking::FindAttribute(attributes, property);
    if (attribute != nullptr) style.append(property).append(":").append(attribute->value.substr(0, 64)).append(";");
  }
  const chunking::HtmlAttribute* fill = chunking::FindAttribute(attributes, "fill");
  if (fill != nullptr && fill->value == "none" && name != "svg" && name != "g") return true;
  if (fill != nullptr) style.append("color:").append(fill->value.substr(0, 64));
  return StyleHides(style, white_page);
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
  const std::string filter = Get(declarations, "filter");
  if (filter.find("opacity(0)") == 0 || filter.find("opacity(0%") == 0 || filter.find("opacity(0.0") == 0) return true;
  const std::string opacity = Get(declarations, "opacity");
  if (!opacity.empty() && std::strtod(opacity.c_str(), nullptr) <= (opacity.back() == '%' ? 5.0 : 0.05)) return true;
  if (const size_t blur = filter.find("blur("); blur != std::string::npos) {
    const std::optional<double> pixels = Pixels(filter.substr(blur + 5));
    if (pixels && *pixels >= kBlurPixels) return true;
  }
  if (AtMost(declarations, "letter-spacing", -kBlurPixels)) return true;
  if (AtMost(declarations, "font-size", kUnreadablePixels) || AtMost(declarations, "font", kUnreadablePixels))
    return true;
  return ColourHides(declarations, white_page) || BoxHides(declarations);
}

bool ElementHides(std::string_view name, const std::vector<chunking::HtmlAttribute>& attributes, bool white_page) {
  if (IsNeverDrawn(name, attributes)) return true;
  if (attributes.empty()) return false;
  if (chunking::FindAttribute(attributes, "hidden") != nullptr) return true;
  if (name == "font" && white_page) {
    const chunking::HtmlAttribute* colour = chunking::FindAttribute(attributes, "color");
    const auto parsed = colour == nullptr ? std::nullopt : ParseColour(chunking::LowerAscii(colour->value));
    if (parsed && AreAlike(*parsed, Colour{255, 255, 255, 1})) return true;
  }
  const chunking::HtmlAttribute* classes = chunking::FindAttribute(attributes, "class");
  if (classes != nullptr && ClassHides(chunking::LowerAscii(classes->value.substr(0, kMaxStyleBytes)))) return true;
  if (PresentationHides(name, attributes, white_page)) return true;
  const chunking::HtmlAttribute* style = chunking::FindAttribute(attributes, "style");
  return style != nullptr && StyleHides(DecodeEntities(style->value.substr(0, kMaxStyleBytes)), white_page);
}

}  // namespace usher::sanitize
