#include "index/corpus/index_files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "acl/absl_view.h"
#include "index/segment.h"
#include "index/storage/authenticated_file.h"

namespace usher::corpus {
namespace {

constexpr std::string_view kSuffix = ".segment";
constexpr size_t kDigits = 16;

std::string NumberName(uint64_t number) { return absl::StrCat(absl::Hex(number, absl::kZeroPad16)); }

// nullopt for any name that NumberName does not make.
std::optional<uint64_t> ParseNumber(std::string_view name) {
  uint64_t number = 0;
  if (name.size() != kDigits || !absl::SimpleHexAtoi(acl::ToAbsl(name), &number) || NumberName(number) != name) {
    return std::nullopt;
  }
  return number;
}

// Of a folder that may be missing.
std::vector<std::string> NamesIn(const std::string& path) {
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
    names.push_back(it->path().filename().string());
  }
  return names;
}

absl::Status MakeOneFolder(const std::string& path, const std::string& parent) {
  if (::mkdir(path.c_str(), 0700) == 0) return storage::SyncFolder(parent);
  if (errno == EEXIST) return absl::OkStatus();
  return absl::UnavailableError(absl::StrCat("cannot create ", path, ": ", std::strerror(errno),
                                             "; give the server's user write permission on its parent folder"));
}

}  // namespace

IndexFiles::IndexFiles(const std::string& data_folder, std::string secret, std::function<void(const std::string&)> log)
    : data_folder_(data_folder),
      root_(absl::StrCat(data_folder, "/index")),
      secret_(std::move(secret)),
      log_(log ? std::move(log) : [](const std::string& line) { std::fprintf(stderr, "%s\n", line.c_str()); }) {}

std::string IndexFiles::FolderOf(acl::CollectionId id) const {
  return absl::StrCat(root_, "/", NumberName(id.value()));
}

absl::Status IndexFiles::MakeFolder(acl::CollectionId id) const {
  if (absl::Status status = MakeOneFolder(root_, data_folder_); !status.ok()) return status;
  return MakeOneFolder(FolderOf(id), root_);
}

void IndexFiles::RemoveFolder(acl::CollectionId id) {
  std::error_code error;
  std::filesystem::remove_all(FolderOf(id), error);
  if (error) ReportFailure(absl::UnavailableError(absl::StrCat("cannot remove ", FolderOf(id), ": ", error.message())));
}

void IndexFiles::RemoveFoldersExcept(const absl::flat_hash_set<acl::CollectionId>& ids) {
  for (const std::string& name : NamesIn(root_)) {
    const std::optional<uint64_t> number = ParseNumber(name);
    if (number.has_value() && !ids.contains(acl::CollectionId(*number))) RemoveFolder(acl::CollectionId(*number));
  }
}

void IndexFiles::ReportRefused(const absl::Status& why) {
  ++refused_;
  log_(absl::StrCat("an index file is not used, its rows are read from the store and sealed again: ", why.message()));
}

void IndexFiles::ReportFailure(const absl::Status& why) {
  ++failed_;
  log_(absl::StrCat("index files: ", why.message()));
}

IndexFileCounts IndexFiles::counts() const { return {read_, written_, refused_, failed_}; }

index::SegmentFileName SegmentFolder::NameOf(uint64_t number) const {
  return {absl::StrCat(files_->FolderOf(id_), "/", NumberName(number), acl::ToAbsl(kSuffix)),
          files_->secret(),
          id_,
          number,
          dimension_,
          row_format_};
}

std::vector<uint64_t> SegmentFolder::List() {
  std::vector<uint64_t> numbers;
  const std::string folder = files_->FolderOf(id_);
  for (const std::string& name : NamesIn(folder)) {
    const std::string_view view = name;
    if (view.ends_with(storage::kUnfinishedSuffix)) {
      std::error_code error;
      std::filesystem::remove(absl::StrCat(folder, "/", name), error);
      if (error) files_->ReportFailure(absl::UnavailableError(absl::StrCat("cannot remove ", name, " in ", folder)));
    } else if (view.ends_with(kSuffix)) {
      const auto number = ParseNumber(view.substr(0, view.size() - kSuffix.size()));
      if (number.has_value()) numbers.push_back(*number);
    }
  }
  std::sort(numbers.rbegin(), numbers.rend());
  if (!numbers.empty()) last_ = numbers.front();
  return numbers;
}

absl::StatusOr<index::StoredSegment> SegmentFolder::Read(uint64_t number, acl::Revision store_revision) const {
  const index::SegmentFileName name = NameOf(number);
  auto stored = index::ReadSegment(name);
  if (stored.ok() && stored->revision > store_revision) {
    stored = absl::DataLossError(absl::StrCat(name.path, " is of revision ", stored->revision.value(),
                                              ", the store of ", store_revision.value()));
  }
  if (stored.ok()) {
    files_->CountRead();
    return stored;
  }
  files_->ReportRefused(stored.status());
  const bool useless = absl::IsDataLoss(stored.status()) || absl::IsFailedPrecondition(stored.status());
  if (useless && ::unlink(name.path.c_str()) != 0) {
    files_->ReportFailure(
        absl::UnavailableError(absl::StrCat("cannot remove ", name.path, ": ", std::strerror(errno))));
  }
  return stored.status();
}

bool SegmentFolder::Has(const Segment& segment) const {
  return std::any_of(known_.begin(), known_.end(), [&](const Known& file) { return file.segment.lock() == segment; });
}

void SegmentFolder::Save(absl::Span<const Segment> segments, acl::Revision revision,
                         const std::function<bool()>& stop) {
  bool complete = true;
  for (const Segment& segment : segments) {
    if (!Has(segment) && !Write(segment, revision, stop)) complete = false;
  }
  // Until whatever replaces them is durable, a start needs the others.
  if (complete) RemoveOthers(segments);
}

bool SegmentFolder::Write(const Segment& segment, acl::Revision revision, const std::function<bool()>& stop) {
  absl::Status status = files_->MakeFolder(id_);
  const uint64_t number = last_ + 1;
  if (status.ok()) status = index::WriteSegment(*segment, revision, NameOf(number), stop);
  if (absl::IsCancelled(status)) return false;
  // The number is used up: the file may have its name already.
  last_ = number;
  known_.push_back({number, status.ok() ? segment : nullptr});
  if (status.ok()) {
    files_->CountWritten();
  } else {
    files_->ReportFailure(status);
  }
  return status.ok();
}

void SegmentFolder::RemoveOthers(absl::Span<const Segment> segments) {
  std::erase_if(known_, [&](const Known& file) {
    const Segment segment = file.segment.lock();
    if (segment != nullptr && std::find(segments.begin(), segments.end(), segment) != segments.end()) return false;
    const std::string path = NameOf(file.number).path;
    if (::unlink(path.c_str()) == 0 || errno == ENOENT) return true;
    files_->ReportFailure(absl::UnavailableError(absl::StrCat("cannot remove ", path, ": ", std::strerror(errno))));
    return false;
  });
}

}  // namespace usher::corpus
