// A collection of vectors in a store of its own that grows batch by batch, as a caller with ready vectors makes it
// grow.
#ifndef USHER_BENCH_PAUSE_GROWING_COLLECTION_H_
#define USHER_BENCH_PAUSE_GROWING_COLLECTION_H_

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "acl/clock.h"
#include "index/corpus/corpus.h"

namespace usher::bench {

inline constexpr int kDimension = 384;
inline constexpr size_t kChunks = 10;  // a document
inline constexpr size_t kShares = 10;  // each document is of one group of so many
inline constexpr char kTenant[] = "bench";
inline constexpr char kCollection[] = "docs";
inline constexpr char kReader[] = "user:reader";  // of one share

// `count` unit vectors around topics.
std::vector<float> TopicRows(size_t count);

acl::Policy Allow(std::vector<std::string> subjects);
std::string DocumentId(size_t number);
// The group that document `number` is shared with.
std::string ShareOf(size_t number);
corpus::WriteContext Context();

// Ends the process when something fails. Thread-safety: Write is for one thread; the rest may be called concurrently.
class GrowingCollection {
 public:
  // Below TMPDIR, in a folder that goes away with it. Without `sealing` all rows stay in the mutable head.
  explicit GrowingCollection(bool sealing);
  ~GrowingCollection();
  GrowingCollection(const GrowingCollection&) = delete;
  GrowingCollection& operator=(const GrowingCollection&) = delete;

  corpus::Corpus& corpus() { return *corpus_; }
  // Documents that are written; they stay.
  size_t documents() const { return documents_; }

  // Writes the next documents in one request, kChunks rows each.
  void Write(absl::Span<const float> rows);

 private:
  std::string parent_;
  acl::SystemClock clock_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<corpus::Corpus> corpus_;
  acl::CollectionId id_;
  std::atomic<size_t> documents_ = 0;
};

}  // namespace usher::bench

#endif  // USHER_BENCH_PAUSE_GROWING_COLLECTION_H_
