// Colours as style sheets write them.
#ifndef USHER_SERVER_SANITIZE_CSS_COLOUR_H_
#define USHER_SERVER_SANITIZE_CSS_COLOUR_H_

#include <optional>
#include <string_view>

namespace usher::sanitize {

struct Colour {
  double red = 0;  // 0 to 255, as green and blue
  double green = 0;
  double blue = 0;
  double alpha = 1;  // 0 is invisible
};

// Reads a lower-case value without white space: #hex, rgb(), rgba(), hsl() of white and black, and the names that are
// used to hide text. nullopt for everything else. Thread-safe.
std::optional<Colour> ParseColour(std::string_view value);

// Whether text in one colour on the other can hardly be seen.
bool AreAlike(const Colour& a, const Colour& b);

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_CSS_COLOUR_H_
