// The meanings that the lexicon gives to words of any language, one letter each, so that grammar is written once.
//
// Guarantees: a letter never changes its meaning; a set of concepts is a mask with one bit a letter.
// Thread-safety: pure functions.
#ifndef USHER_SERVER_SANITIZE_INJECTION_CONCEPTS_H_
#define USHER_SERVER_SANITIZE_INJECTION_CONCEPTS_H_

#include <cstdint>

namespace usher::sanitize::injection {

// A set of the letters below.
//   V set aside (ignore, forget, bypass)      P what went before (previous, above, your, system)
//   O instructions, prompt, rules             A an AI, assistant, language model, agent
//   Y you, your                               R response, answer, summary (nouns)
//   Q ask of a model (write, translate, say)  E send, append, upload, share
//   C conversation, passwords, private data   H an address or link    M a mail address
//   F from now on, always, in future          G remember, memorise
//   B before, when, while                     I important, urgent, mandatory
//   K system, administrator, developer        D you are now, pretend, act as
//   g unrestricted, without rules             Z call, execute, invoke
//   J tool, function, plugin                  X not, never, without
//   L tell, mention, reveal                   U user, human, anyone
//   T task, goal, step                        n new, real, actual
//   N following, next                         a also, instead, afterwards
//   m note, message, attention                t must, should, have to
//   w reply, answer, continue (of a model's work)      s solution, code, implementation
//   c code snippet, code block                e include, add, insert, modify
//   l reveal, print, repeat                   o only, exactly, nothing else
//   d token of a chat format                  h label of a turn ("human:")
//   f call or result of a tool, forged        k end of the document, of the context
//   y confidential, secret                    p please
//   q question word                           x talk about attacks, quoting words
//   i install, click, open (a how-to)         j the document, page, text at hand
//   r common word in rot13                    v common word backwards
using Concepts = uint64_t;

constexpr Concepts ConceptOf(char letter) {
  return letter >= 'a' ? Concepts{1} << (letter - 'a') : Concepts{1} << (26 + letter - 'A');
}

constexpr Concepts ConceptsOf(const char* letters) {
  Concepts set = 0;
  for (; *letters != '\0'; ++letters) set |= ConceptOf(*letters);
  return set;
}

// The letter of bit `index` (0 to 51).
constexpr char ConceptLetter(int index) { return static_cast<char>(index < 26 ? 'a' + index : 'A' + (index - 26)); }

}  // namespace usher::sanitize::injection

#endif  // USHER_SERVER_SANITIZE_INJECTION_CONCEPTS_H_
