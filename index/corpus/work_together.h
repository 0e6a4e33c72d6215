// Independent pieces of work, done by as many threads as the machine has processors.
//
// Guarantees: returns when no piece is under way any more; after a failure no further piece is begun. Of several
// failures, that of the first piece in order is returned. Thread-safety: free function.
#ifndef USHER_INDEX_CORPUS_WORK_TOGETHER_H_
#define USHER_INDEX_CORPUS_WORK_TOGETHER_H_

#include <cstddef>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"

namespace usher::corpus {

// Calls work(0) to work(count - 1), several at a time.
absl::Status WorkTogether(size_t count, absl::FunctionRef<absl::Status(size_t)> work);

}  // namespace usher::corpus

#endif  // USHER_INDEX_CORPUS_WORK_TOGETHER_H_
