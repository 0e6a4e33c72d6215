// Bringing one collection up: its rules and documents from the store, its vectors from index files where those serve.
#include <algorithm>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "acl/absl_view.h"
#include "index/corpus/corpus_impl.h"
#include "index/corpus/document_fields.h"
#include "index/corpus/work_together.h"
#include "index/segment_adoption.h"

namespace usher::corpus {
namespace {

// What the documents say there must be of one version.
struct Expected {
  DocumentClasses classes;
  uint32_t chunk_count = 0;
  fields::VersionFields fields;
  bool adopted = false;  // its rows are in a segment that was read from a file
};
using ExpectedVersions = absl::flat_hash_map<acl::DocumentVersion, Expected>;

// Collects the vectors of one document version, which the store gives out one after another, and hands them over
// together.
class VersionLoader {
 public:
  VersionLoader(Collection* collection, ExpectedVersions expected)
      : collection_(collection), expected_(std::move(expected)) {}

  absl::Status Add(storage::ChunkKey key, absl::Span<const float> vector) {
    if (key.version != version_ || rows_.empty()) {
      if (absl::Status status = Flush(); !status.ok()) return status;
      version_ = key.version;
    }
    const auto dimension = static_cast<size_t>(collection_->record.dimension);
    if (vector.size() != dimension || key.number != rows_.size() / dimension) {
      return Damaged(
          absl::StrCat("chunk ", key.number, " of document version ", key.version.value(), " is out of place"));
    }
    rows_.insert(rows_.end(), vector.begin(), vector.end());
    return absl::OkStatus();
  }

  absl::Status Flush() {
    if (rows_.empty()) return absl::OkStatus();
    const auto it = expected_.find(version_);
    const size_t count = rows_.size() / static_cast<size_t>(collection_->record.dimension);
    if (it == expected_.end() || it->second.chunk_count != count) {
      return Damaged(absl::StrCat("document version ", version_.value(), " has ", count,
                                  " vectors that no document accounts for"));
    }
    collection_->vectors.Insert(version_, PiecesOf(it->second.classes, it->second.chunk_count), rows_,
                                it->second.fields);
    expected_.erase(it);
    rows_.clear();
    return absl::OkStatus();
  }

  absl::Status Finish() {
    if (absl::Status status = Flush(); !status.ok()) return status;
    for (const auto& [version, expected] : expected_) {
      if (expected.chunk_count > 0) {
        return Damaged(absl::StrCat("the vectors of document version ", version.value(), " are missing"));
      }
    }
    return absl::OkStatus();
  }

 private:
  absl::Status Damaged(std::string_view what) const {
    return absl::DataLossError(absl::StrCat("collection '", collection_->record.name, "' is damaged: ",
                                            acl::ToAbsl(what), "; restore the data folder from a backup"));
  }

  Collection* collection_;
  ExpectedVersions expected_;
  acl::DocumentVersion version_;
  std::vector<float> rows_;
};

absl::StatusOr<ExpectedVersions> LoadDocuments(const storage::Store& store, Collection& collection) {
  ExpectedVersions expected;
  fields::CensusChange counted;
  absl::Status status = store.ForEachDocument(collection.record.id, "", [&](const storage::DocumentRecord& document) {
    DocumentClasses classes = collection.Classify(document.id, document.policy, document.chunk_policies);
    collection.Enter(document, classes);
    auto fields = LoadFields(store, collection.record.id, document, *collection.schema);
    if (!fields.ok()) return fields.status();
    CountFields(*fields, 1, counted);
    expected[document.version] = {std::move(classes), document.chunk_count, *std::move(fields)};
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  collection.field_census.Apply(counted);
  return expected;
}

// A file of the collection; no adoption where it could not be read.
struct ListedFile {
  uint64_t number = 0;
  std::unique_ptr<index::SegmentAdoption> adoption;
};

// Brings the files' rows into force, as far as documents expect them. Files: the newest first.
absl::Status AdoptFiles(std::vector<ListedFile>& files, Collection& collection, ExpectedVersions& expected) {
  for (const ListedFile& file : files) {
    if (file.adoption == nullptr) continue;
    file.adoption->Claim([&](acl::DocumentVersion version, uint32_t chunks) {
      const auto it = expected.find(version);
      if (it == expected.end() || it->second.adopted || it->second.chunk_count != chunks) return false;
      it->second.adopted = true;
      return true;
    });
  }
  absl::Status status = WorkTogether(files.size(), [&](size_t i) {
    if (files[i].adoption == nullptr) return absl::OkStatus();
    files[i].adoption->Assemble([&](acl::DocumentVersion version) {
      const Expected& known = expected.at(version);
      return index::SegmentAdoption::VersionNow{PiecesOf(known.classes, known.chunk_count), &known.fields};
    });
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  for (ListedFile& file : files) {
    if (file.adoption != nullptr) collection.vectors.Adopt(*file.adoption);
    collection.files->Keep(file.number, file.adoption == nullptr ? nullptr : file.adoption->segment());
    file.adoption.reset();
  }
  return absl::OkStatus();
}

// Whatever no file had.
absl::Status LoadMissing(const storage::Store& store, Collection& collection, ExpectedVersions expected) {
  const size_t all = expected.size();
  absl::erase_if(expected, [](const auto& entry) { return entry.second.adopted; });
  const bool whole = expected.size() == all;
  std::vector<acl::DocumentVersion> versions;
  for (const auto& [version, missing] : expected) versions.push_back(version);
  std::sort(versions.begin(), versions.end());
  VersionLoader loader(&collection, std::move(expected));
  const auto add = [&](storage::ChunkKey key, absl::Span<const float> vector) { return loader.Add(key, vector); };
  absl::Status status = whole ? store.ForEachVector(collection.record.id, add)
                              : store.ForEachVectorOf(collection.record.id, versions, add);
  if (!status.ok()) return status;
  return loader.Finish();
}

}  // namespace

absl::Status Corpus::Impl::LoadCollection(Tenant& tenant, storage::CollectionRecord record) {
  // Names of rules are interned in a table of the whole tenant.
  std::unique_lock lock(tenant.mutex);
  const std::shared_ptr<Collection> collection = MakeCollection(tenant, std::move(record));
  absl::Status status = store->ForEachFolder(collection->record.id, [&](storage::FolderRecord folder) {
    collection->classes.SetFolderPolicy(folder.path, folder.policy);
    std::string path = folder.path;
    collection->folders[std::move(path)] = std::move(folder);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  std::vector<ListedFile> files;
  for (const uint64_t number : collection->files->List()) files.push_back({number, nullptr});
  ExpectedVersions expected;
  // Documents and files know nothing of each other until both are there.
  status = WorkTogether(1 + files.size(), [&](size_t i) {
    if (i == 0) {
      auto documents = LoadDocuments(*store, *collection);
      if (documents.ok()) expected = *std::move(documents);
      return documents.status();
    }
    auto stored = collection->files->Read(files[i - 1].number, store->last_revision());
    if (stored.ok()) files[i - 1].adoption = std::make_unique<index::SegmentAdoption>(std::move(stored->arrays));
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  lock.unlock();
  if (status = AdoptFiles(files, *collection, expected); !status.ok()) return status;
  if (status = LoadMissing(*store, *collection, std::move(expected)); !status.ok()) return status;
  lock.lock();
  tenant.collections[collection->record.name] = collection;
  return absl::OkStatus();
}

std::shared_ptr<Collection> Corpus::Impl::MakeCollection(Tenant& tenant, storage::CollectionRecord record) {
  auto collection =
      std::make_shared<Collection>(&tenant.subjects, std::move(record), options.index, options.entitlement_cache_bytes);
  collection->files = std::make_unique<SegmentFolder>(&index_files, collection->record.id, collection->record.dimension,
                                                      options.index.row_format);
  return collection;
}

}  // namespace usher::corpus
