#include "server/sanitize/personal/month_names.h"

#include <unicode/dtfmtsym.h>
#include <unicode/locid.h>
#include <unicode/unistr.h>

#include <string>

#include "absl/container/flat_hash_set.h"

namespace usher::sanitize::personal {
namespace {

constexpr const char* kLanguages[] = {"en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv", "da", "nb", "fi",
                                      "cs", "sk", "hu", "ro", "tr", "ru", "uk", "el", "bg", "hr", "sl", "sr",
                                      "lt", "lv", "et", "id", "ms", "vi", "he", "ar", "fa", "hi", "ca"};
constexpr size_t kLongestName = 40;

std::string Lower(icu::UnicodeString name) {
  std::string lower;
  name.foldCase().toUTF8String(lower);
  if (lower.ends_with('.')) lower.pop_back();
  return lower;
}

void AddMonths(const icu::DateFormatSymbols& symbols, absl::flat_hash_set<std::string>& names) {
  using Symbols = icu::DateFormatSymbols;
  for (const auto context : {Symbols::FORMAT, Symbols::STANDALONE}) {
    for (const auto width : {Symbols::WIDE, Symbols::ABBREVIATED}) {
      int32_t count = 0;
      const icu::UnicodeString* months = symbols.getMonths(count, context, width);
      for (int32_t i = 0; i < count; ++i) {
        const std::string name = Lower(months[i]);
        // Vietnamese and some other languages number their months; numbers are matched elsewhere.
        if (name.size() >= 3 && name.find_first_of("0123456789") == std::string::npos) names.insert(name);
      }
    }
  }
}

const absl::flat_hash_set<std::string>& Names() {
  static const auto* const names = [] {
    auto* all = new absl::flat_hash_set<std::string>;
    for (const char* language : kLanguages) {
      UErrorCode status = U_ZERO_ERROR;
      const icu::DateFormatSymbols symbols(icu::Locale(language), status);
      if (U_SUCCESS(status)) AddMonths(symbols, *all);
    }
    return all;
  }();
  return *names;
}

}  // namespace

bool IsMonthName(std::string_view word) {
  if (word.size() > kLongestName) return false;
  return Names().contains(Lower(icu::UnicodeString::fromUTF8({word.data(), static_cast<int32_t>(word.size())})));
}

}  // namespace usher::sanitize::personal
