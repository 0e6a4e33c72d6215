// The fields of a new segment's rows, gathered from the heads and segments it is made of.
//
// Thread-safety: free function; reads only what it is given.
#ifndef USHER_INDEX_SEAL_FIELDS_H_
#define USHER_INDEX_SEAL_FIELDS_H_

#include "absl/types/span.h"
#include "index/fields/field_index.h"
#include "index/head.h"
#include "index/segment.h"
#include "index/vector_index.h"

namespace usher::index {

// `keys`: of the new segment's rows, in order; all of them are alive in one of the parts.
fields::FieldIndex GatherFields(absl::Span<const RowKey> keys, absl::Span<const Head> heads,
                                absl::Span<const SegmentView> segments);

}  // namespace usher::index

#endif  // USHER_INDEX_SEAL_FIELDS_H_
