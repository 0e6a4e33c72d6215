#include "server/auth/crypto.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <cstdlib>

namespace usher::auth {
namespace {

constexpr size_t kDigestBytes = 32;

const unsigned char* Bytes(std::string_view data) { return reinterpret_cast<const unsigned char*>(data.data()); }
unsigned char* Bytes(std::string& data) { return reinterpret_cast<unsigned char*>(data.data()); }

}  // namespace

absl::StatusOr<std::string> RandomBytes(size_t count) {
  std::string bytes(count, '\0');
  if (RAND_bytes(Bytes(bytes), static_cast<int>(count)) != 1) {
    return absl::InternalError("the random generator of OpenSSL failed");
  }
  return bytes;
}

std::string Sha256(std::string_view data) {
  std::string digest(kDigestBytes, '\0');
  // A digest that fails must not become a known value.
  if (EVP_Digest(data.data(), data.size(), Bytes(digest), nullptr, EVP_sha256(), nullptr) != 1) std::abort();
  return digest;
}

std::string Mac(std::string_view key, std::string_view data) {
  std::string mac(kDigestBytes, '\0');
  unsigned int length = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), Bytes(data), data.size(), Bytes(mac), &length) ==
      nullptr) {
    std::abort();
  }
  return mac;
}

bool ConstantTimeEqual(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace usher::auth
