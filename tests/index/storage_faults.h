// A file system whose writes and syncs fail on demand, for tests of what the store does then.
#ifndef USHER_TESTS_INDEX_STORAGE_FAULTS_H_
#define USHER_TESTS_INDEX_STORAGE_FAULTS_H_

#include <rocksdb/file_system.h>

#include <atomic>
#include <memory>
#include <string>

namespace usher::storage {

enum class Fault { kNone, kFullBeforeAppend, kFullInMidAppend, kFullAtSync, kBrokenAppend, kBrokenSync };

class FaultyFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  FaultyFileSystem() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}
  const char* Name() const override { return "FaultyFileSystem"; }

  // From now on, on files whose name ends so.
  void Set(Fault fault, std::string suffix);
  Fault FaultOf(const std::string& name) const;

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* result,
                                    rocksdb::IODebugContext* debug) override;

 private:
  std::atomic<Fault> fault_ = Fault::kNone;
  std::string suffix_;
};

}  // namespace usher::storage

#endif  // USHER_TESTS_INDEX_STORAGE_FAULTS_H_
