#include "index/vector_index.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "index/class_map.h"
#include "index/head.h"
#include "index/merge_policy.h"
#include "index/seal_job.h"
#include "index/segment.h"
#include "index/snapshot.h"

namespace usher::index {
namespace {

struct HeadPart {
  PartId id;
  Head rows;
  uint64_t live_rows = 0;
};

struct SegmentPart {
  PartId id;
  SegmentView view;
  uint64_t live_rows = 0;
  uint64_t moved_rows = 0;
};

// Where the rows of a version lie now, and their class; never kNoClass.
struct Location {
  PartId part;
  uint32_t first = 0;
  uint32_t count = 0;
  acl::ClassId class_id;
  bool moved = false;  // listed in its segment's moved rows
};

// A wrong shape is a defect of the program: going on would search rows that were never given.
void RequireWholeRows(bool whole) {
  if (whole) return;
  std::fputs("VectorIndex: the dimension must be above 0 and rows must be a multiple of it\n", stderr);
  std::abort();
}

}  // namespace

// The writer's side. Invariant: every live row belongs to exactly one location, and its class in the part's class map
// is the location's.
struct VectorIndex::State {
  int dimension;
  IndexOptions options;
  uint64_t next_part = 0;
  std::vector<HeadPart> heads;  // the last takes new rows, the others wait to be sealed
  std::vector<SegmentPart> segments;
  absl::flat_hash_map<acl::DocumentVersion, Location> locations;
  ClassCounts counts;

  PartId NextPart() { return PartId(next_part++); }
  void OpenHead() { heads.push_back({NextPart(), Head(dimension)}); }

  // Writes a location's class into its part and moves the counts.
  void ChangeClass(Location* location, acl::ClassId to);
  bool StillHolds(const SealJob& job) const;
  void Publish(const SealJob& job);
  void DropParts(const std::vector<PartId>& parts);
};

void VectorIndex::State::ChangeClass(Location* location, acl::ClassId to) {
  const acl::ClassId from = location->class_id;
  const auto count = static_cast<int64_t>(location->count);
  const uint64_t died = to == acl::kNoClass ? location->count : 0;
  for (HeadPart& head : heads) {
    if (head.id != location->part) continue;
    head.rows.SetClass(location->first, location->count, to);
    head.live_rows -= died;
  }
  for (SegmentPart& segment : segments) {
    if (segment.id != location->part) continue;
    segment.view.classes.Fill(location->first, location->count, to);
    segment.live_rows -= died;
    if (to != acl::kNoClass && !location->moved) {
      segment.view.moved.Append({location->first, location->count, from});
      segment.moved_rows += location->count;
      location->moved = true;
    } else if (to == acl::kNoClass && location->moved) {
      segment.moved_rows -= location->count;
    }
  }
  counts.Add(from, -count);
  counts.Add(to, count);
  location->class_id = to;
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

void VectorIndex::State::Publish(const SealJob& job) {
  const absl::flat_hash_set<PartId> inputs(job.inputs().begin(), job.inputs().end());
  SegmentPart made;
  made.id = NextPart();
  made.view.sealed = job.segment();
  std::vector<acl::ClassId> classes(made.view.sealed->size(), acl::kNoClass);
  for (const VersionRows& rows : job.versions()) {
    const auto found = locations.find(rows.version);
    // Removed since the capture, or removed and inserted anew elsewhere: these rows stay dead.
    if (found == locations.end() || !inputs.contains(found->second.part)) continue;
    Location& location = found->second;
    location = {made.id, rows.first, rows.count, location.class_id, location.class_id != rows.class_id};
    std::fill_n(classes.begin() + rows.first, rows.count, location.class_id);
    made.live_rows += rows.count;
    if (location.moved) {
      made.view.moved.Append({rows.first, rows.count, rows.class_id});
      made.moved_rows += rows.count;
    }
  }
  made.view.classes = ClassMap(classes);
  if (made.live_rows > 0) segments.push_back(std::move(made));
}

VectorIndex::VectorIndex(int dimension, const IndexOptions& options) : state_(std::make_unique<State>()) {
  RequireWholeRows(dimension > 0);
  state_->dimension = dimension;
  state_->options = options;
  state_->OpenHead();
}

VectorIndex::~VectorIndex() = default;

int VectorIndex::dimension() const { return state_->dimension; }

void VectorIndex::Insert(acl::DocumentVersion version, acl::ClassId class_id, absl::Span<const float> rows) {
  RequireWholeRows(rows.size() % static_cast<size_t>(state_->dimension) == 0);
  // A version inserted twice would leave rows that no later removal reaches.
  Remove(version);
  const auto count = static_cast<uint32_t>(rows.size() / static_cast<size_t>(state_->dimension));
  if (count == 0 || class_id == acl::kNoClass) return;
  HeadPart& head = state_->heads.back();
  const uint32_t first = head.rows.Append(version, class_id, rows.data(), count);
  head.live_rows += count;
  state_->counts.Add(class_id, count);
  state_->locations[version] = {head.id, first, count, class_id};
  if (head.rows.size() >= state_->options.seal_rows) state_->OpenHead();
}

void VectorIndex::Remove(acl::DocumentVersion version) {
  const auto found = state_->locations.find(version);
  if (found == state_->locations.end()) return;
  state_->ChangeClass(&found->second, acl::kNoClass);
  state_->locations.erase(found);
}

void VectorIndex::Reclassify(acl::DocumentVersion version, acl::ClassId class_id) {
  if (class_id == acl::kNoClass) return Remove(version);
  const auto found = state_->locations.find(version);
  if (found == state_->locations.end() || found->second.class_id == class_id) return;
  state_->ChangeClass(&found->second, class_id);
}

std::shared_ptr<const IndexSnapshot> VectorIndex::Snapshot() const {
  std::vector<Head> heads;
  for (const HeadPart& head : state_->heads) heads.push_back(head.rows);
  std::vector<SegmentView> segments;
  for (const SegmentPart& segment : state_->segments) segments.push_back(segment.view);
  return std::make_shared<index::Snapshot>(state_->dimension, state_->options, std::move(heads), std::move(segments),
                                           state_->counts);
}

std::unique_ptr<MaintenanceJob> VectorIndex::NextMaintenance() const {
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
  const std::vector<size_t> chosen = ChooseMaintenance(parts, state_->options.seal_rows);
  if (chosen.empty()) return nullptr;
  auto job = std::make_unique<SealJob>(state_.get(), state_->dimension);
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

void VectorIndex::Install(std::unique_ptr<MaintenanceJob> job) {
  const auto* seal = dynamic_cast<const SealJob*>(job.get());
  // Rows of another index, or of parts that are gone, must not come back.
  if (seal == nullptr || seal->owner() != state_.get() || !seal->finished() || !state_->StillHolds(*seal)) return;
  if (seal->segment() != nullptr) state_->Publish(*seal);
  state_->DropParts(seal->inputs());
}

}  // namespace usher::index
