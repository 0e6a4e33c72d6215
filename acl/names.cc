#include "acl/names.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "acl/absl_view.h"

namespace usher::acl {
namespace {

constexpr size_t kMaxIdBytes = 200;
constexpr size_t kMaxSlugBytes = 64;
constexpr size_t kMaxWordBytes = 64;
constexpr std::string_view kGroupPrefix = "group:";
constexpr UChar32 kBrailleBlank = 0x2800;  // drawn as a blank, but neither white space nor ignorable to Unicode
constexpr UChar32 kReplacement = 0xFFFD;

// The name as ASCII, cut short, so that an error message cannot be forged or flooded by it.
std::string Quoted(std::string_view name) {
  constexpr size_t kShownBytes = 48;
  return absl::StrCat("\"", absl::CHexEscape(ToAbsl(name.substr(0, kShownBytes))),
                      name.size() > kShownBytes ? "\"..." : "\"");
}

// Looks at the characters of `text` from `offset` on; `kind` is what the text is called, e.g. "name".
absl::Status CheckCharacters(std::string_view kind, std::string_view text, size_t offset) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  const auto size = static_cast<int32_t>(text.size());
  for (auto next = static_cast<int32_t>(offset); next < size;) {
    const int32_t at = next;
    UChar32 c = 0;
    U8_NEXT(bytes, next, size, c);
    if (c < 0) {
      return absl::InvalidArgumentError(
          absl::StrCat(ToAbsl(kind), " ", Quoted(text), " is not valid UTF-8 at byte ", at));
    }
    if (const std::string_view objection = NameObjection(static_cast<char32_t>(c)); !objection.empty()) {
      return absl::InvalidArgumentError(absl::StrFormat("U+%04X at byte %d of %s %s %s; remove it",
                                                        static_cast<uint32_t>(c), at, ToAbsl(kind), Quoted(text),
                                                        ToAbsl(objection)));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckId(std::string_view name, std::string_view id) {
  if (id.empty()) return absl::InvalidArgumentError(absl::StrCat("name ", Quoted(name), " has no id after ':'"));
  if (id.size() > kMaxIdBytes) {
    return absl::InvalidArgumentError(absl::StrCat("the id of name ", Quoted(name), " has ", id.size(),
                                                   " bytes; at most ", kMaxIdBytes, " are allowed"));
  }
  return CheckCharacters("name", name, name.size() - id.size());
}

absl::Status CheckLabelWord(std::string_view kind, std::string_view word) {
  if (word.empty())
    return absl::InvalidArgumentError(absl::StrCat(ToAbsl(kind), " is empty; name one or leave it out"));
  if (word.size() > kMaxWordBytes) {
    return absl::InvalidArgumentError(absl::StrCat(ToAbsl(kind), " ", Quoted(word), " has ", word.size(),
                                                   " bytes; at most ", kMaxWordBytes, " are allowed"));
  }
  return CheckCharacters(kind, word, 0);
}

absl::Status CheckName(std::string_view name, std::initializer_list<std::string_view> prefixes) {
  std::string expected;
  for (const std::string_view prefix : prefixes) {
    if (name.starts_with(prefix)) return CheckId(name, name.substr(prefix.size()));
    absl::StrAppend(&expected, expected.empty() ? "" : " or ", ToAbsl(prefix));
  }
  return absl::InvalidArgumentError(absl::StrCat("name ", Quoted(name), " must start with ", expected));
}

absl::Status CheckSlug(std::string_view kind, std::string_view name) {
  bool spelled = !name.empty() && name.size() <= kMaxSlugBytes && absl::ascii_islower(name.front());
  for (const char c : name.substr(0, kMaxSlugBytes)) {
    spelled = spelled && (absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-');
  }
  if (spelled) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(ToAbsl(kind), " ", Quoted(name), " must be 1 to ", kMaxSlugBytes,
                                                 " of a-z, 0-9 and '-', starting with a letter"));
}

}  // namespace

std::string_view NameObjection(char32_t code_point) {
  const auto c = static_cast<UChar32>(code_point);
  if (c == kReplacement) return "is what broken text decodes to";
  switch (u_charType(c)) {
    case U_CONTROL_CHAR:
    case U_FORMAT_CHAR:
      return "is a control or formatting character";
    case U_SPACE_SEPARATOR:
    case U_LINE_SEPARATOR:
    case U_PARAGRAPH_SEPARATOR:
      return "is white space";
    case U_UNASSIGNED:
      return "is not an assigned character";
    default:
      break;
  }
  if (c == kBrailleBlank || u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) return "is invisible";
  return {};
}

absl::Status ValidatePrincipal(std::string_view name) { return CheckName(name, {"user:", "service:"}); }

absl::Status ValidateGroup(std::string_view name) { return CheckName(name, {kGroupPrefix}); }

absl::Status ValidateMember(std::string_view name) { return CheckName(name, {"user:", "service:", "group:"}); }

absl::Status ValidateSubject(std::string_view name) {
  if (name == kEveryone) return absl::OkStatus();
  if (absl::Status status = ValidateMember(name); !status.ok()) {
    const bool known_kind = name.starts_with("user:") || name.starts_with("service:") || name.starts_with("group:");
    return known_kind ? status
                      : absl::InvalidArgumentError(absl::StrCat(status.message(), ", or be ", ToAbsl(kEveryone)));
  }
  return absl::OkStatus();
}

absl::Status ValidateTenant(std::string_view id) { return CheckSlug("tenant", id); }

absl::Status ValidateSource(std::string_view name) { return CheckSlug("source", name); }

std::string_view SourceOf(std::string_view group) {
  if (!group.starts_with(kGroupPrefix)) return {};
  const std::string_view id = group.substr(kGroupPrefix.size());
  const size_t slash = id.find('/');
  return slash == std::string_view::npos ? std::string_view() : id.substr(0, slash);
}

absl::StatusOr<std::vector<std::string>> CanonicalLabelWords(std::string_view kind, std::vector<std::string> words,
                                                             int max) {
  if (words.size() > static_cast<size_t>(max)) {
    return absl::InvalidArgumentError(
        absl::StrCat(ToAbsl(kind), "s: there are ", words.size(), "; at most ", max, " are allowed"));
  }
  for (size_t i = 0; i < words.size(); ++i) {
    if (const absl::Status status = CheckLabelWord(kind, words[i]); !status.ok()) {
      return absl::InvalidArgumentError(absl::StrCat(ToAbsl(kind), "s[", i, "]: ", status.message()));
    }
  }
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

}  // namespace usher::acl
