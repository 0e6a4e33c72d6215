// Chunks of 1,200 characters as documents of different kinds have them, made from fixed sentences by a fixed seed.
//
// Guarantees: the same texts on every run and platform.
// Thread-safety: free functions.
#ifndef USHER_BENCH_SANITIZE_TEXTS_H_
#define USHER_BENCH_SANITIZE_TEXTS_H_

#include <string>
#include <vector>

#include "index/chunking/format.h"

namespace usher::bench {

struct Chunks {
  std::string name;
  chunking::Format format;
  std::vector<std::string> texts;
};

// "prose", "markdown", "html", "numbers", "code", "languages" and "hostile".
std::vector<Chunks> SampleChunks(size_t of_each);

}  // namespace usher::bench

#endif  // USHER_BENCH_SANITIZE_TEXTS_H_
