#include "server/auth/token.h"

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "acl/absl_view.h"
#include "server/auth/crypto.h"

namespace usher::auth {
namespace {

constexpr size_t kMacBytes = 16;
constexpr size_t kMaxTokenBytes = 2'048;
constexpr std::string_view kRevision = "revision";

}  // namespace

std::string TokenMint::Seal(std::string_view purpose, std::string_view payload) const {
  // The length keeps purpose and payload apart.
  const std::string bound = absl::StrCat(purpose.size(), ":", acl::ToAbsl(purpose), acl::ToAbsl(payload));
  const std::string mac = Mac(key_, bound).substr(0, kMacBytes);
  return absl::WebSafeBase64Escape(absl::StrCat(mac, acl::ToAbsl(payload)));
}

absl::StatusOr<std::string> TokenMint::Open(std::string_view purpose, std::string_view token) const {
  std::string sealed;
  if (token.size() <= kMaxTokenBytes && absl::WebSafeBase64Unescape(acl::ToAbsl(token), &sealed) &&
      sealed.size() >= kMacBytes) {
    std::string payload = sealed.substr(kMacBytes);
    if (ConstantTimeEqual(Seal(purpose, payload), token)) return payload;
  }
  return absl::InvalidArgumentError(
      "not a token of this server for this purpose; use one from an earlier answer, unchanged");
}

std::string TokenMint::RevisionToken(acl::Revision revision) const {
  return Seal(kRevision, absl::StrCat(revision.value()));
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
