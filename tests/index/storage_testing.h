// What the store's tests share: a folder that goes away, and records that differ in every field.
#ifndef USHER_TESTS_INDEX_STORAGE_TESTING_H_
#define USHER_TESTS_INDEX_STORAGE_TESTING_H_

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "index/storage/store.h"

namespace usher::storage {

// A new path below the temporary directory; nothing is there yet. Removed with everything in it at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }
  // A copy of the folder as a crash at this moment would leave it. Removed with the rest.
  std::string CopyAsAfterACrash();

 private:
  std::filesystem::path parent_;
  std::string path_;
  int copies_ = 0;
};

StoreOptions OptionsFor(const std::string& path);
// Fails the test if the store does not open.
std::unique_ptr<Store> MustOpen(const std::string& path);

// Records whose every field depends on `seed`; policies are canonical.
CollectionRecord ACollection(uint64_t id, const std::string& name);
DocumentRecord ADocument(const std::string& id, uint64_t version);
ChunkRecord AChunk(const std::string& document_id, const std::string& text);
ApiKeyRecord AnApiKey(const std::string& key_id);
RequestRecord ARequest(uint64_t revision);
std::vector<float> AVector(float seed);
acl::Policy APolicy();

void ExpectEqual(const CollectionRecord& a, const CollectionRecord& b);
void ExpectEqual(const DocumentRecord& a, const DocumentRecord& b);
void ExpectEqual(const ChunkRecord& a, const ChunkRecord& b);
void ExpectEqual(const ApiKeyRecord& a, const ApiKeyRecord& b);
void ExpectEqual(const RequestRecord& a, const RequestRecord& b);

// Empty, with NUL and 0xFF bytes, looking like keys, long, and not English.
std::vector<std::string> HostileStrings();

}  // namespace usher::storage

#endif  // USHER_TESTS_INDEX_STORAGE_TESTING_H_
