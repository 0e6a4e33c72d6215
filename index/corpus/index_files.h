// The files that the sealed segments of all collections are kept in, so that a start need not make them again.
//
// DATA/index/<collection>/<number>.segment, both in hexadecimal. Files are caches: whatever is wrong with one, it is
// removed, said in the log and counted, and its rows come from the store. Which files belong to a collection follows
// from the listing of its folder; a version that two files hold is taken from the one with the larger number. Deletion:
// vectors of deleted documents stay in a file until its segment is rewritten, which is when more than half of its rows
// are dead or moved, or when it is merged; SegmentFolder::Save is where a shorter bound would be kept. Thread-safety:
// IndexFiles may be used concurrently; a SegmentFolder has one user at a time.
#ifndef USHER_INDEX_CORPUS_INDEX_FILES_H_
#define USHER_INDEX_CORPUS_INDEX_FILES_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "acl/ids.h"
#include "index/corpus/corpus_types.h"
#include "index/segment_file.h"

namespace usher::corpus {

class IndexFiles {
 public:
  // `data_folder` exists. `secret`: of the store. `log` gets one line an event; null: standard error.
  IndexFiles(const std::string& data_folder, std::string secret, std::function<void(const std::string&)> log);

  const std::string& secret() const { return secret_; }
  std::string FolderOf(acl::CollectionId id) const;
  // Creates the folder, durably.
  absl::Status MakeFolder(acl::CollectionId id) const;

  void RemoveFolder(acl::CollectionId id);
  // Leaves what does not look like a folder of a collection.
  void RemoveFoldersExcept(const absl::flat_hash_set<acl::CollectionId>& ids);

  void CountRead() { ++read_; }
  void CountWritten() { ++written_; }
  // Of a file that may not be used.
  void ReportRefused(const absl::Status& why);
  void ReportFailure(const absl::Status& why);
  IndexFileCounts counts() const;

 private:
  const std::string data_folder_;
  const std::string root_;
  const std::string secret_;
  const std::function<void(const std::string&)> log_;
  std::atomic<uint64_t> read_ = 0;
  std::atomic<uint64_t> written_ = 0;
  std::atomic<uint64_t> refused_ = 0;
  std::atomic<uint64_t> failed_ = 0;
};

class SegmentFolder {
 public:
  using Segment = std::shared_ptr<const index::SealedSegment>;

  // `files` must outlive this.
  SegmentFolder(IndexFiles* files, acl::CollectionId id, int dimension, index::RowFormat row_format)
      : files_(files), id_(id), dimension_(dimension), row_format_(row_format) {}

  // Numbers of the files there are, the newest first. Removes what an interrupted write left.
  std::vector<uint64_t> List();

  // The file's segment; an error was reported, and its file removed if it can never be used. A file that says it is
  // newer than the store is of another history, as after a restore, and refused. May be called for several files at a
  // time.
  absl::StatusOr<index::StoredSegment> Read(uint64_t number, acl::Revision store_revision) const;
  // Says that a listed file holds this segment; null: that it holds nothing of use.
  void Keep(uint64_t number, const Segment& segment) { known_.push_back({number, segment}); }

  // Writes those of `segments` that have no file yet, then removes the files of others. `revision`: none of their rows
  // is of a later one. Failures are reported and made up for by the next call.
  void Save(absl::Span<const Segment> segments, acl::Revision revision, const std::function<bool()>& stop);

 private:
  struct Known {
    uint64_t number = 0;
    std::weak_ptr<const index::SealedSegment> segment;
  };

  index::SegmentFileName NameOf(uint64_t number) const;
  bool Write(const Segment& segment, acl::Revision revision, const std::function<bool()>& stop);
  bool Has(const Segment& segment) const;
  void RemoveOthers(absl::Span<const Segment> segments);

  IndexFiles* files_;
  acl::CollectionId id_;
  int dimension_;
  index::RowFormat row_format_;
  uint64_t last_ = 0;
  std::vector<Known> known_;
};

}  // namespace usher::corpus

#endif  // USHER_INDEX_CORPUS_INDEX_FILES_H_
