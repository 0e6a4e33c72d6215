// The few cryptographic operations the server needs, over OpenSSL.
//
// Thread-safety: free functions. Errors: INTERNAL when OpenSSL fails, which it does only when it is broken or out of
// entropy.
#ifndef USHER_SERVER_AUTH_CRYPTO_H_
#define USHER_SERVER_AUTH_CRYPTO_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace usher::auth {

// `count` unpredictable bytes.
absl::StatusOr<std::string> RandomBytes(size_t count);

// 32 raw bytes.
std::string Sha256(std::string_view data);

// HMAC-SHA-256, 32 raw bytes.
std::string Mac(std::string_view key, std::string_view data);

// Takes the same time wherever the two differ; strings of different length are unequal.
bool ConstantTimeEqual(std::string_view a, std::string_view b);

}  // namespace usher::auth

#endif  // USHER_SERVER_AUTH_CRYPTO_H_
