// Splits text into the words of the BERT "uncased" models, the way the Hugging Face reference tokenizer does.
//
// Guarantees: control and format characters are dropped, every CJK ideograph stands alone, accents are stripped (NFD
// without non-spacing marks), letters are lower-cased one by one, every punctuation character is a word of its own.
// Characters younger than Unicode 8 count as plain letters, because the reference's tables end there.
// Non-guarantees: names of special tokens such as "[SEP]" in a text mean nothing here, they are four words of text.
// Thread-safety: a free function without state.
#ifndef USHER_INDEX_EMBED_BERT_WORDS_H_
#define USHER_INDEX_EMBED_BERT_WORDS_H_

#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"

namespace usher::embed {

// `word` is valid only during the call, never empty, UTF-8; `code_points` is its length in characters.
using WordSink = absl::FunctionRef<void(std::string_view word, size_t code_points)>;

// Calls `on_word` for each word in order. INVALID_ARGUMENT naming the offset of the first word that is not valid UTF-8;
// the words before it have been delivered by then. `text` is at most 2 GiB.
absl::Status SplitBertWords(std::string_view text, WordSink on_word);

}  // namespace usher::embed

#endif  // USHER_INDEX_EMBED_BERT_WORDS_H_
