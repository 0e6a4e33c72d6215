#include "server/sanitize/personal/prose.h"

#include <re2/re2.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace usher::sanitize::personal {
namespace {

// One or more capitalised words, particles between them.
constexpr char kWord[] = R"(\p{Lu}[\p{L}\p{M}'’.-]*)";
constexpr char kTitles[] =
    R"((?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Madam|Herr|Herrn|Frau|Monsieur|Madame|Mme|Mlle|Señor|Señora|Sr|Sra|Sig|Sig\.ra|Signor|Signora|Senhor|Senhora|Pan|Pani|Dhr|Mevr)\.?)";

// The matches of `pattern`, or of its first group where it has one.
std::vector<Span> FindAll(std::string_view text, const RE2& pattern) {
  std::vector<Span> spans;
  const re2::StringPiece whole(text.data(), text.size());
  const int group = pattern.NumberOfCapturingGroups() > 0 ? 1 : 0;
  re2::StringPiece found[2];
  for (size_t at = 0; pattern.Match(whole, at, whole.size(), RE2::UNANCHORED, found, group + 1);) {
    const auto begin = static_cast<size_t>(found[group].data() - whole.data());
    spans.push_back({begin, begin + found[group].size()});
    at = spans.back().end;
    if (found[group].empty()) break;
  }
  return spans;
}

std::string NamePattern() {
  const std::string name =
      absl::StrCat("(?:", kTitles, " )?", kWord,
                   "(?: (?:(?:de|da|di|du|del|della|van|von|der|den|la|le|el|bin|al|y|e|of) ){0,3}", kWord, "){0,4}");
  const std::string full =
      absl::StrCat("(?:", kTitles, " )?", kWord,
                   "(?: (?:(?:de|da|di|du|del|della|van|von|der|den|la|le|el|bin|al|y|e) ){0,3}", kWord, "){1,4}");
  const std::string cues = absl::StrCat(
      R"((?:\b(?:[Dd]ear|[Hh]i|[Hh]ello|DEAR|Liebe[r]?|Sehr geehrter?|Cher|Chère|Estimad[oa]|Querid[oa]|Gentile|Car[oa]|Prezad[oa]|Beste|Geachte)[ ])",
      R"(|\b(?:[Rr]egards|[Ss]incerely|[Cc]heers|Yours|Grüße|Grüßen|Cordialement|Saludos|Saluti)[,]?\s{1,3})",
      R"(|\bask for |\b[Mm]y name is |\b[Ii]ch heiße |\b[Jj]e m'appelle |\b[Mm]e llamo |\b[Mm]i chiamo ))");
  const std::string labels =
      R"((?:\b(?i:(?:full |first |last |customer |user |patient |employee |account |card)?(?:name|holder|nom|nombre|nome|naam|imię)|cardholder|patient|customer|registrant|employee|employee record|client|ship to|bill to|attn|attention|contact|signed by|from|to|user|author|owner|beneficiary)["']?(?: ?[:=] ?["']?| )))";
  return absl::StrCat(cues, "(", name, ")|", labels, "(", full, ")|(?:^|[^\\p{L}])(", kTitles, " ", kWord,
                      "(?: ", kWord, "){0,2})");
}

}  // namespace

std::vector<Span> PeopleNames(std::string_view text) {
  static const RE2 kNames(NamePattern());
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

std::vector<Span> PostalAddresses(std::string_view text) {
  static const RE2 kAddresses(absl::StrCat(
      // 742 Evergreen Terrace Apt. 4, Springfield, OR 97403
      R"(\b\d{1,6}[A-Za-z]?(?: [NSEW]\.?)?(?: [\p{Lu}\d][\p{L}\d'.-]*){1,5}(?:,? (?:Apt|Apartment|Suite|Ste|Unit|Floor|Fl|#|No)\.? ?[\dA-Za-z-]{1,6})?,? ?\n?\p{Lu}[\p{L} .'-]{1,40},? [A-Z]{2},? \d{5}(?:-\d{4})?\b)",
      // PSC 12, Box 3456, APO AE 09012
      R"(|\b(?:PSC \d{1,5}, Box \d{1,5}|Unit \d{1,5} Box \d{1,5}|USN[SV] \p{Lu}\p{L}+|USS \p{Lu}\p{L}+|USCGC \p{Lu}\p{L}+),?\s(?:APO|FPO|DPO),? A[AEP] \d{5}(?:-\d{4})?\b)",
      // 10 Example Street, London SW1A 2AA
      R"(|\b(?:Flat \d{1,4}[A-Z]?,? )?\d{1,5}[A-Za-z]?(?: \p{Lu}[\p{L}'.-]*){1,4},?\s(?:\p{Lu}[\p{L}' -]{1,30},?\s){1,3}[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b)",
      // Musterstraße 12, 10115 Berlin
      R"(|\b(?:\p{Lu}[\p{L}.-]*[ -])?\p{Lu}?[\p{L}-]{2,30}(?:straße|strasse|str\.|weg|platz|allee|gasse|ring|damm|ufer|Straße|Allee|Platz|Weg|laan|straat|plein|gracht) \d{1,4} ?[a-zA-Z]?,?\s(?:D-|A-|CH-)?\d{4,5}(?: [A-Z]{2})? \p{Lu}[\p{L}-]+)",
      // 12 rue de la Paix, 75002 Paris; Calle Mayor 5, 28013 Madrid; Via Roma 10, 00184 Roma
      R"(|\b\d{1,4}(?: bis| ter)?,? (?:rue|avenue|boulevard|place|allée|chemin|impasse|quai|route|cours) [\p{L}' -]{2,40},?\s\d{5} \p{Lu}[\p{L}-]+)",
      R"(|\b(?:Calle|C/|Avenida|Av\.|Avda\.|Plaza|Paseo|Via|Viale|Piazza|Corso|Largo|Rua|Praça) [\p{L}' .-]{2,40},? ?(?:n\.? ?º? ?)?\d{1,4}[^\n\d]{0,14}\s\d{5}(?:-\d{3})? \p{Lu}[\p{L}-]+)"));
  return FindAll(text, kAddresses);
}

}  // namespace usher::sanitize::personal
