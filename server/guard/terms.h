// Under what terms a text is judged.
//
// Thread-safety: values.
#ifndef USHER_SERVER_GUARD_TERMS_H_
#define USHER_SERVER_GUARD_TERMS_H_

#include <cstddef>

#include "index/chunking/format.h"
#include "server/guard/given_links.h"

namespace usher::guard {

enum class Boundary { kUserInput, kModelOutput };

struct Terms {
  Boundary boundary = Boundary::kModelOutput;
  chunking::Format format = chunking::Format::kPlain;
  size_t max_length = 0;  // in bytes; 0: any
  GivenLinks given;       // what links a model's output may have
};

}  // namespace usher::guard

#endif  // USHER_SERVER_GUARD_TERMS_H_
