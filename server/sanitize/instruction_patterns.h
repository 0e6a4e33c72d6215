// Phrases by which text addresses a model instead of a reader.
#ifndef USHER_SERVER_SANITIZE_INSTRUCTION_PATTERNS_H_
#define USHER_SERVER_SANITIZE_INSTRUCTION_PATTERNS_H_

#include <cstddef>
#include <string_view>

namespace usher::sanitize {

// Offset, at or after `from`, of the next place that could belong to an instruction; npos when there is none.
size_t NextInstructionTrigger(std::string_view text, size_t from);

// Name of the first pattern that matches `sentence`, e.g. "override", with the matching words in `matched`; empty when
// none does. A phrase in quotation marks is reported speech and does not count, except for chat-template tokens, which
// are dangerous wherever they stand. Linear in the sentence. Thread-safe.
std::string_view MatchInstruction(std::string_view sentence, std::string_view& matched);

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_INSTRUCTION_PATTERNS_H_
