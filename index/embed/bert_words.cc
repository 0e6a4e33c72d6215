#include "index/embed/bert_words.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/ustring.h>
#include <unicode/utf8.h>

#include <array>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"

namespace usher::embed {
namespace {

enum class Kind : uint8_t { kDropped, kSpace, kPunctuation, kLetter };

constexpr std::array<Kind, 128> AsciiKinds() {
  std::array<Kind, 128> kinds{};
  for (int c = 0; c < 128; ++c) {
    const bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    const bool control = c < 0x20 || c == 0x7f;
    kinds[c] = space ? Kind::kSpace : control ? Kind::kDropped : alphanumeric ? Kind::kLetter : Kind::kPunctuation;
  }
  return kinds;
}
constexpr std::array<Kind, 128> kAsciiKinds = AsciiKinds();

bool IsInReferenceTables(UChar32 c) {
  UVersionInfo age;
  u_charAge(c, age);
  return age[0] >= 1 && age[0] <= 8;
}

bool HasCategory(UChar32 c, uint32_t mask) { return (U_GET_GC_MASK(c) & mask) != 0; }

bool IsDropped(UChar32 c) {
  if (c == 0xFFFD || HasCategory(c, U_GC_CC_MASK | U_GC_CO_MASK)) return true;
  return HasCategory(c, U_GC_CF_MASK) && IsInReferenceTables(c);
}

bool IsPunctuation(UChar32 c) {
  if (c < 128) return kAsciiKinds[c] == Kind::kPunctuation;
  if (c == 0x166D || c == 0x111C9) return true;  // both changed their category after Unicode 8
  return HasCategory(c, U_GC_P_MASK) && IsInReferenceTables(c);
}

bool IsStrippedMark(UChar32 c) {
  if (c == 0x1734) return true;  // this one and the next four changed their category after Unicode 8
  if (c == 0x1885 || c == 0x1886 || c == 0xA9BD || c == 0x111C9) return false;
  return HasCategory(c, U_GC_MN_MASK) && IsInReferenceTables(c);
}

bool IsIdeograph(UChar32 c) {
  return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x20000 && c <= 0x2A6DF) ||
         (c >= 0x2A700 && c <= 0x2B73F) || (c >= 0x2B740 && c <= 0x2B81F) || (c >= 0x2B920 && c <= 0x2CEAF) ||
         (c >= 0xF900 && c <= 0xFAFF) || (c >= 0x2F800 && c <= 0x2FA1F);
}

// Collects one word at a time, so that no word is ever copied whole before it is known to be needed.
class WordBuffer {
 public:
  explicit WordBuffer(WordSink sink) : sink_(sink) {}

  void Append(char ascii) {
    bytes_.push_back(ascii);
    ++code_points_;
  }

  void Append(UChar32 c) {
    std::array<char, U8_MAX_LENGTH> encoded;
    int32_t length = 0;
    UBool failed = false;
    U8_APPEND(encoded.data(), length, U8_MAX_LENGTH, c, failed);
    if (failed) return;  // cannot happen: only scalar values reach this class
    bytes_.append(encoded.data(), static_cast<size_t>(length));
    ++code_points_;
  }

  void Flush() {
    if (code_points_ == 0) return;
    sink_(bytes_, code_points_);
    bytes_.clear();
    code_points_ = 0;
  }

 private:
  WordSink sink_;
  std::string bytes_;
  size_t code_points_ = 0;
};

void SplitAscii(std::string_view chunk, WordBuffer& word) {
  for (const char c : chunk) {
    switch (kAsciiKinds[static_cast<unsigned char>(c)]) {
      case Kind::kLetter:
        word.Append(static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c));
        break;
      case Kind::kPunctuation:
        word.Flush();
        word.Append(c);
        word.Flush();
        break;
      case Kind::kSpace:
        word.Flush();
        break;
      case Kind::kDropped:
        break;
    }
  }
}

absl::StatusOr<icu::UnicodeString> Decode(std::string_view chunk, size_t chunk_offset) {
  icu::UnicodeString decoded;
  const int32_t size = static_cast<int32_t>(chunk.size());  // UTF-16 never needs more units than UTF-8 needs bytes
  int32_t units = 0;
  UErrorCode error = U_ZERO_ERROR;
  UChar* buffer = decoded.getBuffer(size);
  if (buffer == nullptr) return absl::ResourceExhaustedError("is too long to decode in the memory there is");
  u_strFromUTF8(buffer, size, &units, chunk.data(), size, &error);
  decoded.releaseBuffer(units);
  if (U_FAILURE(error)) {
    return absl::InvalidArgumentError(absl::StrCat("is not valid UTF-8 in the word at byte ", chunk_offset,
                                                   "; decode it with its real encoding first"));
  }
  return decoded;
}

// First half of the reference's normaliser: drops, spaces, and room around ideographs.
icu::UnicodeString Clean(const icu::UnicodeString& decoded) {
  icu::UnicodeString clean;
  for (int32_t i = 0; i < decoded.length(); i = decoded.moveIndex32(i, 1)) {
    const UChar32 c = decoded.char32At(i);
    if (IsDropped(c)) continue;
    if (u_isUWhiteSpace(c)) {
      clean.append(u' ');
    } else if (IsIdeograph(c)) {
      clean.append(u' ').append(c).append(u' ');
    } else {
      clean.append(c);
    }
  }
  return clean;
}

absl::Status SplitUnicode(std::string_view chunk, size_t chunk_offset, WordBuffer& word) {
  absl::StatusOr<icu::UnicodeString> decoded = Decode(chunk, chunk_offset);
  if (!decoded.ok()) return decoded.status();
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* nfd = icu::Normalizer2::getNFDInstance(error);
  if (U_FAILURE(error)) return absl::InternalError(absl::StrCat("ICU has no NFD data: ", u_errorName(error)));
  const icu::UnicodeString decomposed = nfd->normalize(Clean(*decoded), error);
  if (U_FAILURE(error)) return absl::InternalError(absl::StrCat("ICU could not normalise: ", u_errorName(error)));
  for (int32_t i = 0; i < decomposed.length(); i = decomposed.moveIndex32(i, 1)) {
    const UChar32 c = decomposed.char32At(i);
    if (IsStrippedMark(c)) continue;
    if (u_isUWhiteSpace(c)) {
      word.Flush();
    } else if (IsPunctuation(c)) {
      word.Flush();
      word.Append(c);
      word.Flush();
    } else {
      word.Append(u_tolower(c));
    }
  }
  return absl::OkStatus();
}

bool IsAsciiSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

absl::Status SplitBertWords(std::string_view text, WordSink on_word) {
  WordBuffer word(on_word);
  size_t start = 0;
  while (start < text.size()) {
    size_t end = start;
    unsigned char seen = 0;
    while (end < text.size() && !IsAsciiSpace(text[end])) seen |= static_cast<unsigned char>(text[end++]);
    const std::string_view chunk = text.substr(start, end - start);
    if (seen < 0x80) {
      SplitAscii(chunk, word);
    } else if (absl::Status status = SplitUnicode(chunk, start, word); !status.ok()) {
      return status;
    }
    word.Flush();
    start = end + 1;
  }
  return absl::OkStatus();
}

}  // namespace usher::embed
