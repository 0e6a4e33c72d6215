// Reads messages that are spelled in invisible characters.
#ifndef USHER_SERVER_SANITIZE_INVISIBLE_BITS_H_
#define USHER_SERVER_SANITIZE_INVISIBLE_BITS_H_

#include <string>
#include <string_view>

namespace usher::sanitize {

// What a run of invisible characters (valid UTF-8) says: the text, if two of them spell ASCII as bits, with or without
// a third one between the letters; otherwise their code points. Thread-safe and linear.
std::string DescribeInvisible(std::string_view characters);

}  // namespace usher::sanitize

#endif  // USHER_SERVER_SANITIZE_INVISIBLE_BITS_H_
