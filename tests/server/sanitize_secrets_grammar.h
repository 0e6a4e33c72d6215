// Makes members of the secret formats from their patterns, so that no test holds a real-looking secret in its source.
#ifndef USHER_TESTS_SERVER_SANITIZE_SECRETS_GRAMMAR_H_
#define USHER_TESTS_SERVER_SANITIZE_SECRETS_GRAMMAR_H_

#include <ostream>
#include <random>
#include <string>
#include <string_view>

#include "server/sanitize/offset_map.h"
#include "server/sanitize/secrets/secret_formats.h"

namespace usher::sanitize {

struct Member {
  std::string text;  // the secret with the context its format asks for
  Span secret;
  size_t last_drawn = 0;  // offset of the last byte that was drawn from a set
};

enum class Size { kAny, kShortest };

// A member by the pattern alone: checksums and encoded parts are noise.
Member DrawMember(const SecretFormat& format, std::mt19937& random, Size size);

// Makes the checksum or the encoded part right. Written apart from the code under test.
void Complete(const SecretFormat& format, std::mt19937& random, Member& member);

// How the framework names a format.
inline void PrintTo(const SecretFormat& format, std::ostream* out) { *out << format.type; }

std::string DrawFrom(std::string_view alphabet, size_t size, std::mt19937& random);

}  // namespace usher::sanitize

#endif  // USHER_TESTS_SERVER_SANITIZE_SECRETS_GRAMMAR_H_
