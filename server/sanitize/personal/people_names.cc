#include "server/sanitize/personal/people_names.h"

#include <re2/re2.h>

#include <string>

namespace usher::sanitize::personal {
namespace {

// The pattern works on bytes: as code points, its letters would make an automaton of a hundred thousand states. What
// is not ASCII counts as a letter; capitals are those of Latin, Greek and Cyrillic.
constexpr char kWord[] = R"((?:[A-Z]|\xC3[\x80-\x9E]|[\xC4\xC5\xCE].|\xD0[\x80-\xAF])[A-Za-z\x80-\xFF'.-]*)";
constexpr char kTitles[] =
    "(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Madam|Herrn?|Frau|Monsieur|Madame|Mme|Mlle|Señora?|Sra?|Sig|Sig\\.ra|Signora?|"
    "Senhora?|Pani?|Dhr|Mevr)\\.?";
constexpr char kParticles[] = "(?:(?:de|da|di|du|del|della|van|von|der|den|la|le|el|bin|al|y|e) )*";
constexpr char kGreetings[] =
    R"(\b(?:[Dd]ear|[Hh]i|[Hh]ello|Lieber?|Sehr geehrter?|Cher|Estimad[oa]|Querid[oa]|Gentile|Car[oa]|Prezad[oa]|Beste|Geachte) )"
    R"(|\b(?:[Rr]egards|[Ss]incerely|[Cc]heers|Yours|Cordialement|Saludos|Saluti),?\s+)"
    R"(|\bask for |\b[Mm]y name is |\b[Ii]ch hei\xC3\x9Fe |\b[Jj]e m'appelle |\b[Mm]e llamo |\b[Mm]i chiamo )";
constexpr char kLabels[] =
    R"(\b(?i:(?:full |first |last |customer |user |patient |employee |account |card)?(?:name|holder|nom|nombre|nome|naam)|)"
    R"(cardholder|patient|customer|registrant|employee|employee record|client|ship to|bill to|attn|attention|contact|)"
    R"(signed by|from|to|user|author|owner|beneficiary)["']?(?: ?[:=] ?["']?| ))";

std::string Pattern() {
  const std::string title = std::string("(?:") + kTitles + " )?";
  const std::string more = std::string("(?: ") + kParticles + kWord + ")";
  return std::string("(?:") + kGreetings + ")(" + title + kWord + more + "*)|" + kLabels + "(" + title + kWord + more +
         "+)|(?:^|[^A-Za-z\\x80-\\xFF])(" + kTitles + " " + kWord + more + "*)";
}

}  // namespace

std::vector<Span> PeopleNames(std::string_view text) {
  static const RE2 kNames(Pattern(), RE2::Latin1);
  std::vector<Span> spans;
  const re2::StringPiece whole(text.data(), text.size());
  re2::StringPiece found[4];
  for (size_t at = 0; at < whole.size() && kNames.Match(whole, at, whole.size(), RE2::UNANCHORED, found, 4);) {
    for (int group = 1; group < 4; ++group) {
      if (found[group].data() == nullptr) continue;
      const auto begin = static_cast<size_t>(found[group].data() - whole.data());
      size_t end = begin + found[group].size();
      while (end > begin && (text[end - 1] == '.' || text[end - 1] == '-' || text[end - 1] == '\'')) --end;
      spans.push_back({begin, end});
    }
    at = static_cast<size_t>(found[0].data() - whole.data()) + found[0].size();
  }
  return spans;
}

}  // namespace usher::sanitize::personal
