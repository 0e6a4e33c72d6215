#include "tests/index/storage_faults.h"

#include <utility>

namespace usher::storage {
namespace {

class FaultyFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultyFile(std::unique_ptr<rocksdb::FSWritableFile> file, std::string name, const FaultyFileSystem* system)
      : FSWritableFileOwnerWrapper(std::move(file)), name_(std::move(name)), system_(system) {}

  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
    switch (system_->FaultOf(name_)) {
      case Fault::kFullBeforeAppend:
        return rocksdb::IOStatus::NoSpace("injected");
      case Fault::kFullInMidAppend: {
        const rocksdb::IOStatus status =
            FSWritableFileOwnerWrapper::Append(rocksdb::Slice(data.data(), data.size() / 2), options, debug);
        return status.ok() ? rocksdb::IOStatus::NoSpace("injected") : status;
      }
      case Fault::kBrokenAppend:
        return rocksdb::IOStatus::IOError("injected");
      default:
        return FSWritableFileOwnerWrapper::Append(data, options, debug);
    }
  }

  rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                           const rocksdb::DataVerificationInfo& /*info*/, rocksdb::IODebugContext* debug) override {
    return Append(data, options, debug);
  }

  rocksdb::IOStatus Sync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
    const rocksdb::IOStatus failure = SyncFault();
    return failure.ok() ? FSWritableFileOwnerWrapper::Sync(options, debug) : failure;
  }

  rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override {
    const rocksdb::IOStatus failure = SyncFault();
    return failure.ok() ? FSWritableFileOwnerWrapper::Fsync(options, debug) : failure;
  }

 private:
  rocksdb::IOStatus SyncFault() const {
    const Fault fault = system_->FaultOf(name_);
    if (fault == Fault::kFullAtSync) return rocksdb::IOStatus::NoSpace("injected");
    if (fault == Fault::kBrokenSync) return rocksdb::IOStatus::IOError("injected");
    return rocksdb::IOStatus::OK();
  }

  std::string name_;
  const FaultyFileSystem* system_;
};

}  // namespace

void FaultyFileSystem::Set(Fault fault, std::string suffix) {
  fault_.store(Fault::kNone);
  suffix_ = std::move(suffix);
  fault_.store(fault);
}

Fault FaultyFileSystem::FaultOf(const std::string& name) const {
  const Fault fault = fault_.load();
  return fault != Fault::kNone && name.ends_with(suffix_) ? fault : Fault::kNone;
}

rocksdb::IOStatus FaultyFileSystem::NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                                    std::unique_ptr<rocksdb::FSWritableFile>* result,
                                                    rocksdb::IODebugContext* debug) {
  std::unique_ptr<rocksdb::FSWritableFile> file;
  rocksdb::IOStatus status = FileSystemWrapper::NewWritableFile(name, options, &file, debug);
  if (status.ok()) *result = std::make_unique<FaultyFile>(std::move(file), name, this);
  return status;
}

}  // namespace usher::storage
