// Decoding of HTML character references.
#ifndef USHER_SERVER_SANITIZE_ENTITIES_H_
#define USHER_SERVER_SANITIZE_ENTITIES_H_

#include <optional>
#include <string>
#include <string_view>

namespace usher::sanitize {

struct Entity {
  size_t length = 0;    // bytes of the reference, from '&'
  std::string decoded;  // UTF-8
};

// The reference at the start of `text` (which starts with '&'), as a browser reads it in running text; nullopt when it
// is a plain ampersand. Looks at no more than 40 bytes.
std::optional<Entity> DecodeEntity(std::string_view text);

// `text` with all references decoded.
std::string DecodeEntities(std::string_view text);

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_ENTITIES_H_
