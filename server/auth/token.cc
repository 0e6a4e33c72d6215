#include "server/auth/token.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "acl/absl_view.h"
#include "server/auth/crypto.h"

namespace usher::auth {
namespace {

constexpr size_t kNonceBytes = 16;
constexpr size_t kBlockBytes = 32;
constexpr size_t kMaxTokenBytes = 2'048;
constexpr std::string_view kRevision = "revision";

}  // namespace

// A MAC of the payload is both proof and nonce (the construction of SIV, RFC 5297, with HMAC as the only primitive):
// equal payloads give equal tokens, and nothing else about a payload shows.
std::string TokenMint::Crypt(std::string_view nonce, std::string_view text) const {
  std::string result(text);
  for (size_t at = 0; at < result.size(); at += kBlockBytes) {
    const std::string block = Mac(key_, absl::StrCat("stream:", at, ":", acl::ToAbsl(nonce)));
    for (size_t i = at; i < std::min(result.size(), at + kBlockBytes); ++i) {
      result[i] = static_cast<char>(result[i] ^ block[i - at]);
    }
  }
  return result;
}

std::string TokenMint::Nonce(std::string_view purpose, std::string_view payload) const {
  // The length keeps purpose and payload apart.
  return Mac(key_, absl::StrCat("proof:", purpose.size(), ":", acl::ToAbsl(purpose), acl::ToAbsl(payload)))
      .substr(0, kNonceBytes);
}

std::string TokenMint::Seal(std::string_view purpose, std::string_view payload) const {
  const std::string nonce = Nonce(purpose, payload);
  return absl::WebSafeBase64Escape(absl::StrCat(nonce, Crypt(nonce, payload)));
}

absl::StatusOr<std::string> TokenMint::Open(std::string_view purpose, std::string_view token) const {
  std::string sealed;
  if (token.size() <= kMaxTokenBytes && absl::WebSafeBase64Unescape(acl::ToAbsl(token), &sealed) &&
      sealed.size() >= kNonceBytes) {
    const std::string_view nonce = std::string_view(sealed).substr(0, kNonceBytes);
    std::string payload = Crypt(nonce, std::string_view(sealed).substr(kNonceBytes));
    // The text is compared, not only the proof, so that one payload has one token.
    if (ConstantTimeEqual(Seal(purpose, payload), token)) return payload;
  }
  return absl::InvalidArgumentError(
      "not a token of this server for this purpose; use one from an earlier answer, unchanged");
}

std::string TokenMint::RevisionToken(acl::Revision revision) const {
  // All of one length, which would else say how many writes there have been.
  return Seal(kRevision, absl::StrCat(absl::Dec(revision.value(), absl::kZeroPad20)));
}

absl::StatusOr<acl::Revision> TokenMint::ParseRevisionToken(std::string_view token) const {
  absl::StatusOr<std::string> payload = Open(kRevision, token);
  if (!payload.ok()) return payload.status();
  uint64_t value = 0;
  if (!absl::SimpleAtoi(*payload, &value)) return absl::InternalError("a revision token of ours does not parse");
  return acl::Revision(value);
}

std::string TokenMint::PageToken(std::string_view scope, std::string_view position) const {
  return Seal(absl::StrCat("page:", acl::ToAbsl(scope)), position);
}

absl::StatusOr<std::string> TokenMint::ParsePageToken(std::string_view scope, std::string_view token) const {
  if (token.empty()) return std::string();
  return Open(absl::StrCat("page:", acl::ToAbsl(scope)), token);
}

}  // namespace usher::auth
