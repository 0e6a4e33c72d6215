#include "server/rpc/ownership.h"

#include "absl/strings/str_cat.h"
#include "server/pipeline/asker_of.h"

namespace usher::rpc {
namespace {

absl::Status NotYours(const corpus::NodeName& node) {
  return absl::NotFoundError(
      absl::StrCat("'", corpus::FormatNodeName(node), "' does not exist or is not among what you own"));
}

}  // namespace

Ownership::Ownership(const corpus::Corpus& corpus, const auth::Caller& caller)
    : corpus_(corpus),
      tenant_(caller.tenant()),
      administers_(caller.roles().Has(auth::Role::kAdministrator)),
      owns_(caller.roles().Has(auth::Role::kOwner)),
      asker_(pipeline::AskerOf(caller, "")) {}

absl::StatusOr<bool> Ownership::Manages(const corpus::NodeName& node) const {
  if (administers_) return true;
  if (!owns_) return false;
  absl::StatusOr<bool> manages = corpus_.Manages(tenant_, asker_, node);
  if (absl::IsNotFound(manages.status())) return false;
  return manages;
}

absl::Status Ownership::Require(const corpus::NodeName& node) const {
  const absl::StatusOr<bool> manages = Manages(node);
  if (!manages.ok()) return manages.status();
  return *manages ? absl::OkStatus() : NotYours(node);
}

bool Ownership::ManagesSomethingIn(const std::string& collection) const {
  if (administers_) return true;
  return owns_ && corpus_.ManagesSomethingIn(tenant_, asker_, collection);
}

absl::Status Ownership::RequireSomethingIn(const std::string& collection) const {
  if (ManagesSomethingIn(collection)) return absl::OkStatus();
  corpus::NodeName node;
  node.collection = collection;
  return NotYours(node);
}

}  // namespace usher::rpc
