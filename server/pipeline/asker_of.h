// From whoever calls to whoever asks: the one place where the groups of a credential turn into groups that count.
//
// Guarantees: a group counts only if the tenant accepts its source. Thread-safety: free function.
#ifndef USHER_SERVER_PIPELINE_ASKER_OF_H_
#define USHER_SERVER_PIPELINE_ASKER_OF_H_

#include <string>
#include <utility>

#include "acl/asker.h"
#include "index/corpus/corpus.h"
#include "server/auth/caller.h"

namespace usher::pipeline {

// `purpose`: checked; empty for none.
inline acl::Asker AskerOf(const corpus::Corpus& corpus, const auth::Caller& caller, std::string purpose) {
  return {caller.principal(), corpus.AcceptedClaims(caller.tenant(), caller.claimed_groups()), std::move(purpose)};
}

}  // namespace usher::pipeline

#endif  // USHER_SERVER_PIPELINE_ASKER_OF_H_
