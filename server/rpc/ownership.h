// What a caller manages: everything for administrators, the nodes that name it as an owner and what is below them for
// owners, nothing for others.
//
// Guarantees: what a caller does not manage is refused in the same words whether it exists or not. Non-guarantees: that
// the answer still holds when it is used; writes are checked again where they happen. Thread-safety: values; the corpus
// must outlive them.
#ifndef USHER_SERVER_RPC_OWNERSHIP_H_
#define USHER_SERVER_RPC_OWNERSHIP_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "acl/asker.h"
#include "index/corpus/corpus.h"
#include "server/auth/caller.h"

namespace usher::rpc {

class Ownership {
 public:
  Ownership(const corpus::Corpus& corpus, const auth::Caller& caller);

  bool administers() const { return administers_; }

  // False as well where the node's collection does not exist, for all but administrators.
  absl::StatusOr<bool> Manages(const corpus::NodeName& node) const;
  // NOT_FOUND unless it is managed.
  absl::Status Require(const corpus::NodeName& node) const;

  // Whether there is anything in the collection for the caller to manage.
  bool ManagesSomethingIn(const std::string& collection) const;
  absl::Status RequireSomethingIn(const std::string& collection) const;

 private:
  const corpus::Corpus& corpus_;
  const std::string tenant_;
  const bool administers_;
  const bool owns_;
  const acl::Asker asker_;
};

}  // namespace usher::rpc

#endif  // USHER_SERVER_RPC_OWNERSHIP_H_
