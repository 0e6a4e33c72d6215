// WordPiece tokenizer: text to token ids, as the reference `tokenizers` BertTokenizer (uncased) gives them.
//
// Guarantees: ids equal the reference's for every text, without the [CLS] and [SEP] it adds around it and with names of
// special tokens read as plain text; a word longer than 100 characters or without a full cover is one unknown token.
// Non-guarantees: no truncation; the number of ids is bounded by the number of bytes.
// Thread-safety: immutable after Create.
#ifndef USHER_INDEX_EMBED_WORDPIECE_H_
#define USHER_INDEX_EMBED_WORDPIECE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace usher::embed {

class WordPiece {
 public:
  static constexpr size_t kMaxWordCodePoints = 100;

  // `tokens[i]` is the text of id i; "##" marks a piece inside a word. INVALID_ARGUMENT on an empty or repeated token
  // or when `unknown_id` is not below tokens.size().
  static absl::StatusOr<WordPiece> Create(std::vector<std::string> tokens, int32_t unknown_id);

  WordPiece(WordPiece&&) = default;
  WordPiece& operator=(WordPiece&&) = default;

  // Appends the ids of `text` to `ids`. INVALID_ARGUMENT when `text` is not valid UTF-8; `ids` is then unspecified.
  absl::Status Tokenize(std::string_view text, std::vector<int32_t>& ids) const;

  int32_t unknown_id() const { return unknown_id_; }
  size_t size() const { return tokens_.size(); }

 private:
  using Pieces = absl::flat_hash_map<std::string_view, int32_t>;

  WordPiece() = default;
  void AppendWord(std::string_view word, std::vector<int32_t>& ids) const;

  std::vector<std::string> tokens_;  // the maps below point into it
  Pieces starts_;
  Pieces continuations_;  // without their "##"
  size_t longest_ = 0;    // bytes of the longest piece
  int32_t unknown_id_ = 0;
};

}  // namespace usher::embed

#endif  // USHER_INDEX_EMBED_WORDPIECE_H_
