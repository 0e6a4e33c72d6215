// The store and the corpus of a folder as the server has them by default: for benchmarks, which end where that fails.
#ifndef USHER_BENCH_OPEN_CORPUS_H_
#define USHER_BENCH_OPEN_CORPUS_H_

#include <memory>
#include <string>
#include <utility>

#include "acl/clock.h"
#include "bench/access/measure.h"
#include "index/corpus/corpus.h"
#include "index/storage/store.h"

namespace usher::bench {

inline std::unique_ptr<storage::Store> OpenStore(const std::string& folder) {
  storage::StoreOptions options;
  options.path = folder;
  auto store = storage::Store::Open(options);
  Require(store.status(), "open the store");
  return *std::move(store);
}

inline std::unique_ptr<corpus::Corpus> OpenCorpus(storage::Store* store, const acl::Clock* clock) {
  auto corpus = corpus::Corpus::Open(store, clock, {});
  Require(corpus.status(), "open the corpus");
  return *std::move(corpus);
}

}  // namespace usher::bench

#endif  // USHER_BENCH_OPEN_CORPUS_H_
