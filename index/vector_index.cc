#include "index/vector_index.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "index/class_map.h"
#include "index/merge_policy.h"
#include "index/parts.h"
#include "index/row_places.h"
#include "index/seal_job.h"
#include "index/segment.h"
#include "index/segment_adoption.h"
#include "index/snapshot.h"

namespace usher::index {
namespace {

// So many rows are worth a segment of their own when no more come.
constexpr uint32_t kSegmentRows = 256;

// A wrong shape is a defect of the program: going on would search rows that were never given, or under another's class.
void RequireWhole(bool whole, const char* what) {
  if (whole) return;
  std::fprintf(stderr, "VectorIndex: %s\n", what);
  std::abort();
}

// The same pieces, with rows for nobody marked as hidden rather than removed. They must cover `count` chunks.
std::vector<ClassPiece> Covering(absl::Span<const ClassPiece> pieces, uint64_t count) {
  std::vector<ClassPiece> covering(pieces.begin(), pieces.end());
  for (ClassPiece& piece : covering) {
    if (!IsSearchable(piece.class_id)) piece.class_id = kHiddenClass;
    RequireWhole(piece.count <= count, "the pieces cover more chunks than the version has");
    count -= piece.count;
  }
  RequireWhole(count == 0, "the pieces cover fewer chunks than the version has");
  return covering;
}

// What has to change in a part so that the version's chunks have the classes of `pieces`, which cover them; by row.
std::vector<RowChange> FindChanges(const ClassMap& classes, const PlacedRows& placed,
                                   absl::Span<const ClassPiece> pieces) {
  std::vector<RowChange> changes;
  auto piece = pieces.begin();
  uint32_t used = 0;  // of the piece
  for (const RowRange& range : placed.ranges) {
    for (uint32_t row = range.first; row < range.first + range.count; ++row, ++used) {
      for (; used == piece->count; used = 0) ++piece;
      if (classes[row] != piece->class_id) changes.push_back({row, classes[row], piece->class_id});
    }
  }
  if (placed.ranges.size() > 1) {
    std::sort(changes.begin(), changes.end(), [](const RowChange& a, const RowChange& b) { return a.row < b.row; });
  }
  return changes;
}

void Count(absl::Span<const RowChange> changes, ClassCounts* counts) {
  absl::flat_hash_map<acl::ClassId, int64_t> deltas;
  for (const RowChange& change : changes) {
    --deltas[change.from];
    ++deltas[change.to];
  }
  for (const auto& [class_id, delta] : deltas) counts->Add(class_id, delta);
}

}  // namespace

// The writer's side. Invariants: every live row belongs to exactly one version in `places`; all rows of a version lie
// in one part; their classes are in the part's class map, and nowhere else.
struct VectorIndex::State {
  int dimension;
  IndexOptions options;
  uint64_t next_part = 0;
  std::vector<HeadPart> heads;  // the last takes new rows, the others wait to be sealed
  std::vector<SegmentPart> segments;
  RowPlaces places;
  ClassCounts counts;

  PartId NextPart() { return PartId(next_part++); }
  void OpenHead() { heads.push_back({NextPart(), Head(dimension, options.row_format)}); }

  // `pieces` cover the version's chunks.
  void ChangeClasses(const PlacedRows& placed, absl::Span<const ClassPiece> pieces);
  // The part must be there.
  const ClassMap& ClassesOf(PartId id) const;
  bool StillHolds(const SealJob& job) const;
  void Publish(const SealJob& job);
  void DropParts(const std::vector<PartId>& parts);
};

void VectorIndex::State::ChangeClasses(const PlacedRows& placed, absl::Span<const ClassPiece> pieces) {
  std::vector<RowChange> changes;
  for (HeadPart& head : heads) {
    if (head.id != placed.part) continue;
    changes = FindChanges(head.rows.classes(), placed, pieces);
    head.Apply(changes);
  }
  for (SegmentPart& segment : segments) {
    if (segment.id != placed.part) continue;
    changes = FindChanges(segment.view.classes, placed, pieces);
    segment.Apply(changes);
  }
  Count(changes, &counts);
}

bool VectorIndex::State::StillHolds(const SealJob& job) const {
  return std::all_of(job.inputs().begin(), job.inputs().end(), [&](PartId id) {
    const auto is_part = [id](const auto& part) { return part.id == id; };
    return std::any_of(heads.begin(), heads.end(), is_part) || std::any_of(segments.begin(), segments.end(), is_part);
  });
}

void VectorIndex::State::DropParts(const std::vector<PartId>& parts) {
  const auto dropped = [&](const auto& part) { return std::find(parts.begin(), parts.end(), part.id) != parts.end(); };
  std::erase_if(heads, dropped);
  std::erase_if(segments, dropped);
}

const ClassMap& VectorIndex::State::ClassesOf(PartId id) const {
  for (const HeadPart& head : heads) {
    if (head.id == id) return head.rows.classes();
  }
  const auto segment = std::find_if(segments.begin(), segments.end(), [id](const auto& part) { return part.id == id; });
  RequireWhole(segment != segments.end(), "a part that rows lie in is gone");
  return segment->view.classes;
}

void VectorIndex::State::Publish(const SealJob& job) {
  absl::flat_hash_map<PartId, const ClassMap*> inputs;
  for (const PartId id : job.inputs()) inputs[id] = &ClassesOf(id);
  const PartId made = NextPart();
  std::vector<acl::ClassId> classes(job.segment()->size(), acl::kNoClass);
  std::vector<acl::ClassId> current;  // of one version, by chunk
  job.versions().ForEach([&](const VersionRows& version) {
    const auto placed = places.Find(version.version);
    const auto part = placed.has_value() ? inputs.find(placed->part) : inputs.end();
    // Removed since the capture, or removed and inserted anew elsewhere: these rows stay dead.
    if (part == inputs.end()) return;
    current.clear();
    for (const RowRange& range : placed->ranges) {
      for (uint32_t i = 0; i < range.count; ++i) current.push_back((*part->second)[range.first + i]);
    }
    auto next = current.cbegin();
    for (const RowRange& range : version.ranges) {
      RequireWhole(current.cend() - next >= range.count, "a sealed version has more chunks than were given");
      std::copy_n(next, range.count, classes.begin() + range.first);
      next += range.count;
    }
    RequireWhole(next == current.cend(), "a sealed version has lost chunks");
    places.Set(version.version, made, version.ranges);
  });
  SegmentPart segment = SegmentPart::Make(made, job.segment(), classes);
  if (segment.live_rows > 0) segments.push_back(std::move(segment));
}

VectorIndex::VectorIndex(int dimension, const IndexOptions& options) : state_(std::make_unique<State>()) {
  RequireWhole(dimension > 0, "the dimension must be above 0");
  state_->dimension = dimension;
  state_->options = options;
  state_->OpenHead();
}

VectorIndex::~VectorIndex() = default;

int VectorIndex::dimension() const { return state_->dimension; }

IndexShape VectorIndex::shape() const {
  IndexShape shape{.segments = state_->segments.size(), .live_rows = state_->counts.live_rows()};
  for (const HeadPart& head : state_->heads) shape.head_rows += head.rows.size();
  return shape;
}

void VectorIndex::Insert(acl::DocumentVersion version, absl::Span<const ClassPiece> pieces,
                         absl::Span<const float> rows, const fields::VersionFields& fields) {
  const auto dimension = static_cast<size_t>(state_->dimension);
  RequireWhole(rows.size() % dimension == 0, "rows must be a multiple of the dimension");
  const auto count = static_cast<uint32_t>(rows.size() / dimension);
  RequireWhole(count == rows.size() / dimension, "a version cannot have so many chunks");
  const std::vector<ClassPiece> covering = Covering(pieces, count);
  // A version inserted twice would leave rows that no later removal reaches.
  Remove(version);
  if (count == 0) return;
  HeadPart& head = state_->heads.back();
  const acl::ClassId most = std::max_element(covering.begin(), covering.end(), [](const auto& a, const auto& b) {
                              return a.count < b.count;
                            })->class_id;
  const RowRange range{head.rows.Append(version, most, rows.data(), count), count};
  head.rows.SetFields(range.first, count, fields);
  head.live_rows += count;
  state_->counts.Add(most, count);
  state_->places.Set(version, head.id, {&range, 1});
  if (covering.size() > 1) state_->ChangeClasses(*state_->places.Find(version), covering);
  if (head.rows.size() >= state_->options.seal_rows) state_->OpenHead();
}

void VectorIndex::Insert(acl::DocumentVersion version, acl::ClassId class_id, absl::Span<const float> rows) {
  const ClassPiece all{static_cast<uint32_t>(rows.size() / static_cast<size_t>(state_->dimension)), class_id};
  Insert(version, {&all, 1}, rows);
}

void VectorIndex::Remove(acl::DocumentVersion version) {
  const auto placed = state_->places.Find(version);
  if (!placed.has_value()) return;
  const ClassPiece all{placed->count, acl::kNoClass};
  state_->ChangeClasses(*placed, {&all, 1});
  state_->places.Erase(version);
}

void VectorIndex::Adopt(const SegmentAdoption& adoption) {
  const PartId made = state_->NextPart();
  SegmentPart part = SegmentPart::Make(made, adoption.segment(), adoption.classes());
  if (part.live_rows == 0) return;
  adoption.ForEachClaimed([&](const VersionRows& version) {
    RequireWhole(!state_->places.Find(version.version).has_value(), "an adopted version is in the index already");
    state_->places.Set(version.version, made, version.ranges);
  });
  for (const auto& [class_id, count] : adoption.counts()) state_->counts.Add(class_id, count);
  state_->segments.push_back(std::move(part));
}

std::vector<std::shared_ptr<const SealedSegment>> VectorIndex::Segments() const {
  std::vector<std::shared_ptr<const SealedSegment>> segments;
  for (const SegmentPart& segment : state_->segments) segments.push_back(segment.view.sealed);
  return segments;
}

void VectorIndex::Reclassify(acl::DocumentVersion version, absl::Span<const ClassPiece> pieces) {
  const auto placed = state_->places.Find(version);
  if (!placed.has_value()) return;
  state_->ChangeClasses(*placed, Covering(pieces, placed->count));
}

void VectorIndex::Reclassify(acl::DocumentVersion version, acl::ClassId class_id) {
  const auto placed = state_->places.Find(version);
  if (!placed.has_value()) return;
  const ClassPiece all{placed->count, class_id};
  Reclassify(version, {&all, 1});
}

std::shared_ptr<const IndexSnapshot> VectorIndex::Snapshot() const {
  std::vector<Head> heads;
  for (const HeadPart& head : state_->heads) heads.push_back(head.rows);
  std::vector<SegmentView> segments;
  for (const SegmentPart& segment : state_->segments) segments.push_back(segment.view);
  return std::make_shared<index::Snapshot>(state_->dimension, state_->options, std::move(heads), std::move(segments),
                                           state_->counts);
}

void VectorIndex::CloseHead() {
  if (state_->heads.back().rows.size() >= kSegmentRows) state_->OpenHead();
}

std::unique_ptr<MaintenanceJob> VectorIndex::NextMaintenance(Effort effort) const {
  std::vector<PartStats> parts;
  for (const HeadPart& head : state_->heads) {
    const bool open = &head == &state_->heads.back();
    parts.push_back({.sealed = false, .open = open, .rows = head.rows.size(), .live_rows = head.live_rows});
  }
  for (const SegmentPart& segment : state_->segments) {
    parts.push_back({.sealed = true,
                     .rows = segment.view.sealed->size(),
                     .live_rows = segment.live_rows,
                     .moved_rows = segment.moved_rows});
  }
  const std::vector<size_t> chosen = ChooseMaintenance(parts, state_->options.seal_rows, effort);
  if (chosen.empty()) return nullptr;
  auto job = std::make_unique<SealJob>(state_.get(), state_->dimension, state_->options);
  for (const size_t i : chosen) {
    if (i < state_->heads.size()) {
      job->Capture(state_->heads[i].id, state_->heads[i].rows);
    } else {
      const SegmentPart& segment = state_->segments[i - state_->heads.size()];
      job->Capture(segment.id, segment.view);
    }
  }
  return job;
}

std::vector<std::shared_ptr<const void>> VectorIndex::Install(const MaintenanceJob& job) {
  const auto* seal = dynamic_cast<const SealJob*>(&job);
  // Rows of another index, or of parts that are gone, must not come back.
  if (seal == nullptr || seal->owner() != state_.get() || !seal->finished() || !state_->StillHolds(*seal)) return {};
  if (seal->segment() != nullptr) state_->Publish(*seal);
  std::vector<std::shared_ptr<const void>> replaced;
  for (const SegmentPart& segment : state_->segments) {
    if (std::find(seal->inputs().begin(), seal->inputs().end(), segment.id) != seal->inputs().end()) {
      replaced.push_back(segment.view.sealed);
    }
  }
  state_->DropParts(seal->inputs());
  return replaced;
}

}  // namespace usher::index
