#include "index/segment_file.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "acl/absl_view.h"
#include "index/faiss_graph.h"
#include "index/storage/authenticated_file.h"

namespace usher::index {
namespace {

constexpr std::array<char, 8> kMagic = {'U', 'S', 'H', 'R', 'S', 'E', 'G', 'M'};
// Grows with whatever changes what the arrays mean: their order, how rows are rotated, the links of a row.
constexpr uint32_t kFormat = 2;
constexpr size_t kAlignment = kRowAlignment;
constexpr size_t kBytesBetweenStops = size_t{8} << 20;

struct Header {
  std::array<char, 8> magic = kMagic;
  uint32_t format = kFormat;
  uint32_t dimension = 0;
  uint64_t collection = 0;
  uint64_t sequence = 0;
  uint64_t revision = 0;
  uint32_t rows = 0;
  uint32_t runs = 0;
  uint32_t cells = 0;
  uint32_t pieces = 0;
  uint32_t has_codes = 0;
  uint32_t has_signs = 0;
  uint32_t has_links = 0;
  uint32_t row_format = 0;  // files from before there were several hold floats
  double sign_spread = 0;
  double sign_factor = 0;
};
static_assert(sizeof(Header) == 88, "every byte of the header must be a field's");

storage::FileBinding BindingOf(const SegmentFileName& name) {
  return {name.path, name.secret, absl::StrCat("usher segment ", name.collection.value(), " ", name.sequence)};
}

// Appends arrays, each on a boundary of its own.
class ArrayWriter {
 public:
  ArrayWriter(storage::AuthenticatedWriter* file, const std::function<bool()>& stop) : file_(file), stop_(stop) {}

  template <typename T>
  absl::Status Put(absl::Span<const T> values) {
    absl::Span<const uint8_t> bytes(reinterpret_cast<const uint8_t*>(values.data()), values.size() * sizeof(T));
    const size_t padding = (kAlignment - bytes.size() % kAlignment) % kAlignment;
    while (!bytes.empty()) {
      if (stop_ && stop_()) return absl::CancelledError("writing a segment was told to stop");
      const auto piece = bytes.subspan(0, kBytesBetweenStops);
      if (absl::Status status = file_->Append(piece); !status.ok()) return status;
      bytes.remove_prefix(piece.size());
    }
    const std::array<uint8_t, kAlignment> zeros{};
    return file_->Append(absl::MakeConstSpan(zeros).subspan(0, padding));
  }
  template <typename T>
  absl::Status Put(const Column<T>& values) {
    return Put(absl::Span<const T>(values.data(), values.size()));
  }
  template <typename T>
  absl::Status Put(const std::vector<T>& values) {
    return Put(absl::MakeConstSpan(values));
  }

 private:
  storage::AuthenticatedWriter* file_;
  const std::function<bool()>& stop_;
};

// Takes arrays from the body in the order in which they were put.
class ArrayReader {
 public:
  explicit ArrayReader(absl::Span<const uint8_t> body) : left_(body) {}

  // False where the body is too short.
  template <typename T>
  bool Take(uint64_t count, absl::Span<const T>* values) {
    const uint64_t bytes = count * sizeof(T);
    const uint64_t padded = (bytes + kAlignment - 1) / kAlignment * kAlignment;
    if (count > left_.size() || padded > left_.size()) return false;
    *values = {reinterpret_cast<const T*>(left_.data()), static_cast<size_t>(count)};
    left_.remove_prefix(static_cast<size_t>(padded));
    return true;
  }
  template <typename T>
  bool TakeCopy(uint64_t count, std::vector<T>* values) {
    absl::Span<const T> taken;
    if (!Take(count, &taken)) return false;
    values->assign(taken.begin(), taken.end());
    return true;
  }
  // Into memory of the kind that scans are fast in.
  template <typename T>
  bool TakeCopy(uint64_t count, Column<T>* values) {
    absl::Span<const T> taken;
    if (!Take(count, &taken)) return false;
    AlignedArray<T> copy(taken.size());
    if (!taken.empty()) std::memcpy(copy.data(), taken.data(), taken.size() * sizeof(T));
    *values = Column<T>(std::move(copy), taken.size());
    return true;
  }
  bool empty() const { return left_.empty(); }

 private:
  absl::Span<const uint8_t> left_;
};

Header HeaderOf(const SealedSegment& segment, acl::Revision revision, const SegmentFileName& name) {
  Header header;
  header.dimension = static_cast<uint32_t>(name.dimension);
  header.collection = name.collection.value();
  header.sequence = name.sequence;
  header.revision = revision.value();
  header.rows = segment.size();
  header.runs = static_cast<uint32_t>(segment.runs().size());
  if (segment.cells() != nullptr) header.cells = segment.cells()->size();
  for (uint32_t cell = 0; cell < header.cells; ++cell) {
    header.pieces += static_cast<uint32_t>(segment.pieces(cell).size());
  }
  header.has_codes = segment.codes() != nullptr;
  header.has_signs = segment.signs() != nullptr;
  header.has_links = segment.graph() != nullptr;
  header.row_format = static_cast<uint32_t>(segment.row_format());
  if (segment.signs() != nullptr) {
    header.sign_spread = segment.signs()->quality().spread;
    header.sign_factor = segment.signs()->quality().factor;
  }
  return header;
}

absl::Status PutRows(const SealedSegment& segment, ArrayWriter& out) {
  std::vector<uint64_t> versions;
  std::vector<uint32_t> numbers;
  for (const RowKey& key : segment.keys()) {
    versions.push_back(key.version.value());
    numbers.push_back(key.number);
  }
  std::vector<uint32_t> run_ends;
  for (const ClassRun& run : segment.runs()) run_ends.push_back(run.end);
  absl::Status status = out.Put(versions);
  if (status.ok()) status = out.Put(numbers);
  if (status.ok()) status = out.Put(run_ends);
  return status;
}

absl::Status PutCells(const SealedSegment& segment, ArrayWriter& out) {
  const Cells& cells = *segment.cells();
  std::vector<SegmentArrays::Piece> pieces;
  std::vector<uint32_t> piece_ends;
  for (uint32_t cell = 0; cell < cells.size(); ++cell) {
    for (const ClassRun& piece : segment.pieces(cell)) pieces.push_back({piece.begin, piece.end});
    piece_ends.push_back(static_cast<uint32_t>(pieces.size()));
  }
  absl::Status status = out.Put(cells.centres().bytes());
  if (status.ok()) status = out.Put(cells.centres().scales());
  if (status.ok()) status = out.Put(cells.spreads());
  if (status.ok()) status = out.Put(cells.tail().shares());
  if (status.ok()) status = out.Put(pieces);
  if (status.ok()) status = out.Put(piece_ends);
  return status;
}

bool TakeRows(const Header& header, ArrayReader& in, SegmentArrays& arrays) {
  absl::Span<const uint64_t> versions;
  absl::Span<const uint32_t> numbers;
  if (!in.Take(header.rows, &versions) || !in.Take(header.rows, &numbers)) return false;
  arrays.keys.reserve(header.rows);
  for (uint32_t i = 0; i < header.rows; ++i) arrays.keys.push_back({acl::DocumentVersion(versions[i]), numbers[i]});
  if (!in.TakeCopy(header.runs, &arrays.run_ends)) return false;
  uint32_t last = 0;
  for (const uint32_t end : arrays.run_ends) {
    if (end <= last) return false;
    last = end;
  }
  return header.rows > 0 && last == header.rows;
}

// Pieces lie one after another in each cell, each within one run.
bool PiecesFit(const SegmentArrays& arrays, uint32_t cells) {
  uint32_t last = 0;
  for (const uint32_t end : arrays.piece_ends) {
    if (end < last) return false;
    last = end;
  }
  if (arrays.piece_ends.size() != cells || last != arrays.pieces.size()) return false;
  for (const SegmentArrays::Piece& piece : arrays.pieces) {
    if (piece.begin >= piece.end || piece.end > arrays.run_ends.back()) return false;
    if (piece.end > *std::upper_bound(arrays.run_ends.begin(), arrays.run_ends.end(), piece.begin)) return false;
  }
  return true;
}

std::unique_ptr<const RowCodes> TakeCodes(uint32_t rows, size_t stride, ArrayReader& in) {
  Column<uint8_t> bytes;
  Column<RowCodes::RowScale> scales;
  if (!in.TakeCopy(uint64_t{rows} * RowCodes::BytesPerRow(stride), &bytes) || !in.TakeCopy(rows, &scales))
    return nullptr;
  return std::make_unique<const RowCodes>(stride, std::move(bytes), std::move(scales));
}

bool TakeCells(const Header& header, ArrayReader& in, SegmentArrays& arrays) {
  auto centres = TakeCodes(header.cells, arrays.stride, in);
  Column<float> spreads;
  absl::Span<const float> tail;
  if (centres == nullptr || !in.TakeCopy(header.cells, &spreads) ||
      !in.Take(ScoreTail::kParts * ScoreTail::kSteps, &tail) || !in.TakeCopy(header.pieces, &arrays.pieces) ||
      !in.TakeCopy(header.cells, &arrays.piece_ends)) {
    return false;
  }
  arrays.cells = std::make_unique<const Cells>(std::move(centres), std::move(spreads), ScoreTail(tail));
  return PiecesFit(arrays, header.cells);
}

bool TakeSigns(const Header& header, ArrayReader& in, SegmentArrays& arrays) {
  Column<uint64_t> records;
  if (!in.TakeCopy(uint64_t{header.rows} * SignCodes::WordsPerRow(arrays.stride), &records)) return false;
  arrays.signs = std::make_unique<const SignCodes>(arrays.stride, std::move(records),
                                                   SignCodes::Quality{header.sign_spread, header.sign_factor});
  return true;
}

// False where the arrays are not those that the header announces.
bool TakeAll(const Header& header, const std::shared_ptr<const storage::AuthenticatedFile>& file, ArrayReader& in,
             SegmentArrays& arrays) {
  if (!TakeRows(header, in, arrays)) return false;
  if (header.cells > 0 && (!RowCodes::Pay(arrays.stride) || !TakeCells(header, in, arrays))) return false;
  if (header.has_codes != 0) {
    if (!RowCodes::Pay(arrays.stride)) return false;
    arrays.codes = TakeCodes(header.rows, arrays.stride, in);
    if (arrays.codes == nullptr) return false;
  }
  if (header.has_signs != 0 && !TakeSigns(header, in, arrays)) return false;
  if (header.has_links != 0) {
    if (header.has_codes == 0 || header.cells == 0) return false;
    if (!in.TakeCopy(uint64_t{header.rows} * kLinksPerRow, &arrays.links)) return false;
  }
  absl::Span<const uint8_t> rows;
  if (!in.Take(uint64_t{header.rows} * arrays.stride * BytesPerValue(arrays.row_format), &rows)) return false;
  arrays.rows = Column<uint8_t>(rows.data(), rows.size(), file);
  return in.empty();
}

}  // namespace

absl::Status WriteSegment(const SealedSegment& segment, acl::Revision revision, const SegmentFileName& name,
                          const std::function<bool()>& stop) {
  auto file = storage::AuthenticatedWriter::Create(BindingOf(name));
  if (!file.ok()) return file.status();
  ArrayWriter out(file->get(), stop);
  absl::Status status = out.Put(std::vector<Header>{HeaderOf(segment, revision, name)});
  if (status.ok()) status = PutRows(segment, out);
  if (status.ok() && segment.cells() != nullptr) status = PutCells(segment, out);
  if (segment.codes() != nullptr) {
    if (status.ok()) status = out.Put(segment.codes()->bytes());
    if (status.ok()) status = out.Put(segment.codes()->scales());
  }
  if (status.ok() && segment.signs() != nullptr) status = out.Put(segment.signs()->records());
  if (status.ok() && segment.graph() != nullptr) status = out.Put(segment.graph()->links());
  if (status.ok()) status = out.Put(segment.row_bytes());
  return status.ok() ? (*file)->Finish() : status;
}

absl::StatusOr<StoredSegment> ReadSegment(const SegmentFileName& name) {
  const auto file = storage::AuthenticatedFile::Open(BindingOf(name));
  if (!file.ok()) return file.status();
  ArrayReader in((*file)->body());
  absl::Span<const Header> header;
  if (!in.Take(1, &header) || header[0].magic != kMagic) {
    return absl::DataLossError(absl::StrCat(name.path, " holds no segment"));
  }
  if (header[0].format > kFormat) {
    return absl::FailedPreconditionError(absl::StrCat(name.path, " was written by a newer version"));
  }
  if (header[0].row_format != static_cast<uint32_t>(name.row_format)) {
    return absl::FailedPreconditionError(absl::StrCat(name.path, " keeps rows in another format than ",
                                                      acl::ToAbsl(NameOf(name.row_format)), ", which is set now"));
  }
  StoredSegment stored;
  stored.revision = acl::Revision(header[0].revision);
  stored.arrays.stride = RowStride(name.dimension);
  stored.arrays.row_format = name.row_format;
  if (header[0].format != kFormat || header[0].collection != name.collection.value() ||
      header[0].sequence != name.sequence || header[0].dimension != static_cast<uint32_t>(name.dimension) ||
      !TakeAll(header[0], *file, in, stored.arrays)) {
    return absl::DataLossError(absl::StrCat(name.path, " is not the segment that its name says"));
  }
  return stored;
}

}  // namespace usher::index
