#include "index/embed/wordpiece.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/embed/bert_words.h"

namespace usher::embed {
namespace {

constexpr std::string_view kContinuation = "##";

bool IsContinuationByte(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

absl::StatusOr<WordPiece> WordPiece::Create(std::vector<std::string> tokens, int32_t unknown_id) {
  if (unknown_id < 0 || static_cast<size_t>(unknown_id) >= tokens.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("unknown token id ", unknown_id, " is outside the vocabulary of ", tokens.size(), " tokens"));
  }
  WordPiece result;
  result.tokens_ = std::move(tokens);
  result.unknown_id_ = unknown_id;
  result.starts_.reserve(result.tokens_.size());
  for (size_t id = 0; id < result.tokens_.size(); ++id) {
    std::string_view piece = result.tokens_[id];
    const bool inside = piece.size() > kContinuation.size() && piece.starts_with(kContinuation);
    if (inside) piece.remove_prefix(kContinuation.size());
    Pieces& pieces = inside ? result.continuations_ : result.starts_;
    if (piece.empty() || !pieces.emplace(piece, static_cast<int32_t>(id)).second) {
      return absl::InvalidArgumentError(absl::StrCat("vocabulary entry ", id, " is empty or repeated"));
    }
    result.longest_ = std::max(result.longest_, piece.size());
  }
  return result;
}

absl::Status WordPiece::Tokenize(std::string_view text, std::vector<int32_t>& ids) const {
  return SplitBertWords(text, [&](std::string_view word, size_t code_points) {
    if (code_points > kMaxWordCodePoints) {
      ids.push_back(unknown_id_);
    } else {
      AppendWord(word, ids);
    }
  });
}

// Greedy longest match; when some rest has no piece, the whole word is unknown.
void WordPiece::AppendWord(std::string_view word, std::vector<int32_t>& ids) const {
  const size_t first = ids.size();
  for (size_t start = 0; start < word.size();) {
    const Pieces& pieces = start == 0 ? starts_ : continuations_;
    const std::string_view rest = word.substr(start);
    size_t length = std::min(rest.size(), longest_);
    auto found = pieces.end();
    for (; length > 0; --length) {
      if (length < rest.size() && IsContinuationByte(rest[length])) continue;
      found = pieces.find(rest.substr(0, length));
      if (found != pieces.end()) break;
    }
    if (found == pieces.end()) {
      ids.resize(first);
      ids.push_back(unknown_id_);
      return;
    }
    ids.push_back(found->second);
    start += length;
  }
}

}  // namespace usher::embed
