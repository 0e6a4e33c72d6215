#include "server/rpc/questions.h"

#include "absl/strings/str_cat.h"
#include "acl/names.h"
#include "server/pipeline/asker_of.h"
#include "server/rpc/convert.h"
#include "server/rpc/convert_access.h"
#include "server/status_detail.h"

namespace usher::rpc {

absl::StatusOr<acl::Asker> AskedAbout(const Call& call, const std::string& principal, const std::string& purpose,
                                      const std::string& at) {
  auto checked = PurposeFromProto(purpose, absl::StrCat(at, "purpose"));
  if (!checked.ok()) return checked.status();
  if (principal.empty() || principal == call.caller().principal()) {
    return pipeline::AskerOf(call.caller(), *std::move(checked));
  }
  if (absl::Status status = acl::ValidatePrincipal(principal); !status.ok()) {
    return AtField(status, absl::StrCat(at, "principal"));
  }
  return acl::Asker{principal, {}, *std::move(checked)};
}

absl::Status CheckMayAsk(const Call& call, const Ownership& ownership, const acl::Asker& asker,
                         const corpus::NodeName& node) {
  constexpr std::string_view kAboutOthers = "usher.v1.AccessService/Explain";
  const bool about_itself = asker.principal == call.caller().principal();
  if (about_itself && call.caller().roles().Has(auth::Role::kReader)) return absl::OkStatus();
  if (absl::Status status = auth::Authorize(call.caller(), kAboutOthers); !status.ok()) return status;
  return ownership.Require(node);
}

absl::Status CheckConsistency(const Call& call, const v1::Consistency& consistency) {
  const auto at_least = FromProto(consistency, *call.backend.tokens);
  if (!at_least.ok()) return at_least.status();
  if (!*at_least || **at_least <= call.corpus().revision()) return absl::OkStatus();
  return AtField(absl::InvalidArgumentError("the revision token is newer than anything in this store"),
                 "consistency.at_least_as_fresh");
}

}  // namespace usher::rpc
