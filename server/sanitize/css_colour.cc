#include "server/sanitize/css_colour.h"

#include <array>
#include <cmath>
#include <cstdlib>
#include <string>
#include <utility>

#include "index/chunking/ascii.h"

namespace usher::sanitize {
namespace {

constexpr double kVisibleDifference = 28;  // of all three channels together

constexpr std::array<std::pair<std::string_view, Colour>, 24> kNames = {{
    {"white", {255, 255, 255}},
    {"black", {0, 0, 0}},
    {"snow", {255, 250, 250}},
    {"ivory", {255, 255, 240}},
    {"ghostwhite", {248, 248, 255}},
    {"whitesmoke", {245, 245, 245}},
    {"floralwhite", {255, 250, 240}},
    {"mintcream", {245, 255, 250}},
    {"azure", {240, 255, 255}},
    {"aliceblue", {240, 248, 255}},
    {"honeydew", {240, 255, 240}},
    {"seashell", {255, 245, 238}},
    {"red", {255, 0, 0}},
    {"green", {0, 128, 0}},
    {"blue", {0, 0, 255}},
    {"yellow", {255, 255, 0}},
    {"gray", {128, 128, 128}},
    {"grey", {128, 128, 128}},
    {"silver", {192, 192, 192}},
    {"lightgray", {211, 211, 211}},
    {"lightgrey", {211, 211, 211}},
    {"gainsboro", {220, 220, 220}},
    {"transparent", {0, 0, 0, 0}},
    {"navy", {0, 0, 128}},
}};

int HexValue(char c) {
  if (chunking::IsDigitAscii(c)) return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::optional<Colour> ParseHex(std::string_view digits) {
  std::array<double, 4> channels = {0, 0, 0, 255};
  const size_t width = digits.size() <= 4 ? 1 : 2;
  if (digits.size() != 3 && digits.size() != 4 && digits.size() != 6 && digits.size() != 8) return std::nullopt;
  for (size_t i = 0; i * width < digits.size(); ++i) {
    const int high = HexValue(digits[i * width]);
    const int low = HexValue(digits[i * width + width - 1]);
    if (high < 0 || low < 0) return std::nullopt;
    channels[i] = high * 16 + low;
  }
  return Colour{channels[0], channels[1], channels[2], channels[3] / 255};
}

// Numbers split by commas, slashes or nothing but their signs; percentages become shares of `whole`.
std::optional<Colour> ParseFunction(std::string_view name, const std::string& arguments) {
  std::array<double, 4> values = {0, 0, 0, 1};
  const char* at = arguments.c_str();
  size_t count = 0;
  for (; count < values.size() && *at != '\0' && *at != ')'; ++count) {
    char* end = nullptr;
    values[count] = std::strtod(at, &end);
    if (end == at) return std::nullopt;
    const bool percent = *end == '%';
    if (percent && count == 3) values[count] /= 100;
    if (percent && count < 3 && name.substr(0, 3) == "rgb") values[count] *= 2.55;
    at = end + (percent ? 1 : 0);
    while (*at == ',' || *at == '/') ++at;
  }
  if (count < 3) return std::nullopt;
  if (name.substr(0, 3) == "rgb") return Colour{values[0], values[1], values[2], values[3]};
  if (values[2] > 2 && values[2] < 98 && values[3] > 0.1) return std::nullopt;
  const double grey = values[2] * 2.55;
  return Colour{grey, grey, grey, values[3]};
}

}  // namespace

std::optional<Colour> ParseColour(std::string_view value) {
  if (value.empty()) return std::nullopt;
  if (value[0] == '#') return ParseHex(value.substr(1));
  const size_t open = value.find('(');
  if (open != std::string_view::npos) {
    const std::string_view name = value.substr(0, open);
    if (name != "rgb" && name != "rgba" && name != "hsl" && name != "hsla") return std::nullopt;
    return ParseFunction(name, std::string(value.substr(open + 1)));
  }
  for (const auto& [name, colour] : kNames) {
    if (value == name) return colour;
  }
  return std::nullopt;
}

bool AreAlike(const Colour& a, const Colour& b) {
  return std::abs(a.red - b.red) + std::abs(a.green - b.green) + std::abs(a.blue - b.blue) <= kVisibleDifference;
}

}  // namespace usher::sanitize
