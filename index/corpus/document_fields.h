// The fields that searches can ask about, of the chunks of one version of a document.
//
// Thread-safety: free functions.
#ifndef USHER_INDEX_CORPUS_DOCUMENT_FIELDS_H_
#define USHER_INDEX_CORPUS_DOCUMENT_FIELDS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "acl/ids.h"
#include "index/corpus/tenant_state.h"
#include "index/fields/field_census.h"
#include "index/fields/field_set.h"
#include "index/fields/schema.h"
#include "index/storage/records.h"
#include "index/storage/store.h"

namespace usher::corpus {

// Of a document about to be stored; `chunks` in order. INVALID_ARGUMENT as fields::FieldsOf, with the path within the
// document, e.g. "metadata.year" or "chunks.chunks[3].metadata.year" (index/status_field.h).
absl::StatusOr<fields::VersionFields> MakeFields(const std::string& metadata_json,
                                                 absl::Span<const storage::ChunkRecord> chunks,
                                                 const fields::Schema& schema);

// Of a document as it is stored; reads its chunks only where they have metadata of their own. DATA_LOSS where what is
// stored is not what MakeFields accepts.
absl::StatusOr<fields::VersionFields> LoadFields(const storage::Store& store, acl::CollectionId collection,
                                                 const storage::DocumentRecord& document, const fields::Schema& schema);

// Adds `delta` to the number of documents for each field of the version.
void CountFields(const fields::VersionFields& fields, int64_t delta, fields::CensusChange& change);
// The same of a stored document. Errors as LoadFields.
absl::Status CountStoredFields(const storage::Store& store, const Collection& collection,
                               const storage::DocumentRecord& document, int64_t delta, fields::CensusChange& change);

}  // namespace usher::corpus

#endif  // USHER_INDEX_CORPUS_DOCUMENT_FIELDS_H_
