#include "index/segment_adoption.h"

#include <algorithm>
#include <utility>

namespace usher::index {
namespace {

// The version's chunks, if they are numbered from 0 without a gap; else 0.
uint32_t WholeChunks(const VersionRows& version, const std::vector<RowKey>& keys) {
  uint32_t next = 0;
  for (const RowRange& range : version.ranges) {
    if (keys[range.first].number != next) return 0;
    next += range.count;
  }
  return next;
}

void AddFields(const VersionRows& version, const fields::VersionFields& fields, fields::FieldIndexBuilder& builder) {
  auto own = fields.own.begin();
  uint32_t number = 0;
  for (const RowRange& range : version.ranges) {
    for (uint32_t row = range.first; row < range.first + range.count; ++row, ++number) {
      const bool is_own = own != fields.own.end() && own->first == number;
      const fields::FieldSetPtr& set = is_own ? (own++)->second : fields.shared;
      if (set != nullptr) builder.Add(row, *set);
    }
  }
}

}  // namespace

SegmentAdoption::SegmentAdoption(SegmentArrays arrays)
    : arrays_(std::move(arrays)), versions_(arrays_.keys), claimed_(versions_.size()) {}

void SegmentAdoption::Claim(absl::FunctionRef<bool(acl::DocumentVersion version, uint32_t chunks)> wanted) {
  for (size_t i = 0; i < versions_.size(); ++i) {
    const uint32_t chunks = WholeChunks(versions_[i], arrays_.keys);
    claimed_[i] = chunks > 0 && wanted(versions_[i].version, chunks);
  }
}

void SegmentAdoption::ForEachClaimed(absl::FunctionRef<void(const VersionRows&)> visit) const {
  for (size_t i = 0; i < versions_.size(); ++i) {
    if (claimed_[i]) visit(versions_[i]);
  }
}

void SegmentAdoption::SetClasses(const VersionRows& version, const VersionNow& now) {
  auto piece = now.pieces.begin();
  uint32_t used = 0;  // of the piece
  for (const RowRange& range : version.ranges) {
    for (uint32_t row = range.first; row < range.first + range.count; ++row, ++used) {
      for (; piece != now.pieces.end() && used == piece->count; used = 0) ++piece;
      // A chunk that no piece covers is kept from everybody.
      const bool searchable = piece != now.pieces.end() && IsSearchable(piece->class_id);
      classes_[row] = searchable ? piece->class_id : kHiddenClass;
      if (searchable) ++counts_[piece->class_id];
    }
  }
}

void SegmentAdoption::Assemble(absl::FunctionRef<VersionNow(acl::DocumentVersion)> now) {
  const auto rows = static_cast<uint32_t>(arrays_.keys.size());
  classes_.assign(rows, acl::kNoClass);
  fields::FieldIndexBuilder fields(rows);
  ForEachClaimed([&](const VersionRows& version) {
    const VersionNow known = now(version.version);
    SetClasses(version, known);
    if (known.fields != nullptr) AddFields(version, *known.fields, fields);
  });
  const std::vector<acl::ClassId> of_runs = ClassesOfRuns();
  std::unique_ptr<SealedSegment> segment = SealedSegment::Assemble(std::move(arrays_), of_runs);
  segment->SetFields(std::move(fields).Build());
  segment_ = std::move(segment);
}

// A run has the class that most of its rows have. Where several runs would have the same, one keeps it, and the others
// are of nobody: their rows are then found as rows that have left their run.
std::vector<acl::ClassId> SegmentAdoption::ClassesOfRuns() const {
  struct Keeper {
    size_t run = 0;
    uint32_t rows = 0;
  };
  absl::flat_hash_map<acl::ClassId, Keeper> keepers;
  absl::flat_hash_map<acl::ClassId, uint32_t> counts;
  uint32_t begin = 0;
  for (size_t run = 0; run < arrays_.run_ends.size(); begin = arrays_.run_ends[run++]) {
    counts.clear();
    acl::ClassId most = kHiddenClass;
    uint32_t rows = 0;
    for (uint32_t row = begin; row < arrays_.run_ends[run]; ++row) {
      if (!IsSearchable(classes_[row])) continue;
      const uint32_t count = ++counts[classes_[row]];
      if (count <= rows) continue;
      rows = count;
      most = classes_[row];
    }
    if (rows == 0) continue;
    Keeper& keeper = keepers[most];
    if (rows > keeper.rows) keeper = {run, rows};
  }
  std::vector<acl::ClassId> of_runs(arrays_.run_ends.size(), kHiddenClass);
  for (const auto& [class_id, keeper] : keepers) of_runs[keeper.run] = class_id;
  return of_runs;
}

}  // namespace usher::index
