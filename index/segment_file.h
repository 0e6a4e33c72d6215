// A sealed segment in a file: everything that takes long to make, and nothing that says who may read what.
//
// The file is a cache. It holds rows, their keys, codes, cells and links; classes and fields are worked out anew from
// the documents and rules of the store whenever it is read. Guarantees: what Read returns is what was written for this
// store, collection and number, whole, and consistent in itself; see storage/authenticated_file.h. The rows stay
// mapped, everything else is copied into memory. Non-guarantee: vectors are not encrypted. Thread-safety: free
// functions.
#ifndef USHER_INDEX_SEGMENT_FILE_H_
#define USHER_INDEX_SEGMENT_FILE_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "acl/ids.h"
#include "index/segment.h"

namespace usher::index {

struct SegmentFileName {
  std::string path;
  std::string secret;  // of the store
  acl::CollectionId collection;
  uint64_t sequence = 0;  // grows with every file of the collection
  int dimension = 0;
  RowFormat row_format = RowFormat::kFloat32;  // that rows are wanted in
};

struct StoredSegment {
  SegmentArrays arrays;
  acl::Revision revision;  // of the store when the file was written: all of its rows are of this or an earlier one
};

// Makes the file durable under its name. CANCELLED when `stop` said so; errors of storage::AuthenticatedWriter.
absl::Status WriteSegment(const SealedSegment& segment, acl::Revision revision, const SegmentFileName& name,
                          const std::function<bool()>& stop);

// Errors of storage::AuthenticatedFile; also FAILED_PRECONDITION where the format is a newer version's, or rows are
// kept in another than is wanted.
absl::StatusOr<StoredSegment> ReadSegment(const SegmentFileName& name);

}  // namespace usher::index

#endif  // USHER_INDEX_SEGMENT_FILE_H_
