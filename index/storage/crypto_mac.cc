#include "index/storage/crypto_mac.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <cstdlib>
#include <memory>

namespace usher::storage {
namespace {

constexpr size_t kNonceBytes = 12;

struct FreeMac {
  void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
  void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
};

void Require(bool worked) {
  if (!worked) std::abort();
}

EVP_MAC* Gmac() {
  static EVP_MAC* const mac = EVP_MAC_fetch(nullptr, "GMAC", nullptr);  // lives as long as the program
  Require(mac != nullptr);
  return mac;
}

const unsigned char* Bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

std::string KeyedDigest(std::string_view key, std::string_view data) {
  std::string digest(kDigestBytes, '\0');
  unsigned int length = 0;
  Require(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), Bytes(data), data.size(),
               reinterpret_cast<unsigned char*>(digest.data()), &length) != nullptr &&
          length == kDigestBytes);
  return digest;
}

bool EqualDigests(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

absl::StatusOr<std::string> RandomSalt(size_t bytes) {
  std::string salt(bytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(salt.data()), static_cast<int>(bytes)) != 1) {
    return absl::UnavailableError("the random generator of OpenSSL failed; check getrandom(2)");
  }
  return salt;
}

BlockTag BlockMac::Tag(uint64_t number, absl::Span<const uint8_t> block) const {
  const std::unique_ptr<EVP_MAC_CTX, FreeMac> context(EVP_MAC_CTX_new(Gmac()));
  Require(context != nullptr);
  std::array<unsigned char, kNonceBytes> nonce{};
  for (size_t i = 0; i < sizeof(number); ++i) {
    nonce[kNonceBytes - 1 - i] = static_cast<unsigned char>((number >> (8 * i)) & 0xFF);
  }
  std::string cipher = "AES-256-GCM";
  const std::array<OSSL_PARAM, 3> parameters = {OSSL_PARAM_construct_utf8_string("cipher", cipher.data(), 0),
                                                OSSL_PARAM_construct_octet_string("iv", nonce.data(), nonce.size()),
                                                OSSL_PARAM_construct_end()};
  BlockTag tag{};
  size_t length = 0;
  Require(EVP_MAC_init(context.get(), Bytes(key_), key_.size(), parameters.data()) == 1 &&
          EVP_MAC_update(context.get(), block.data(), block.size()) == 1 &&
          EVP_MAC_final(context.get(), tag.data(), &length, tag.size()) == 1 && length == tag.size());
  return tag;
}

}  // namespace usher::storage
