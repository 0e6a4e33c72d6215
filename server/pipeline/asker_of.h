// From whoever calls to whoever asks.
//
// Thread-safety: free function.
#ifndef USHER_SERVER_PIPELINE_ASKER_OF_H_
#define USHER_SERVER_PIPELINE_ASKER_OF_H_

#include <string>
#include <utility>

#include "acl/asker.h"
#include "server/auth/caller.h"

namespace usher::pipeline {

// `purpose`: checked; empty for none. Whether the groups of the credential count is for the corpus to say.
inline acl::Asker AskerOf(const auth::Caller& caller, std::string purpose) {
  return {caller.principal(), caller.claimed_groups(), std::move(purpose)};
}

}  // namespace usher::pipeline

#endif  // USHER_SERVER_PIPELINE_ASKER_OF_H_
