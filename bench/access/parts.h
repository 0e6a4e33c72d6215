// The parts of the access benchmark. Each prints what it measures and ends the process on a wrong answer.
#ifndef USHER_BENCH_ACCESS_PARTS_H_
#define USHER_BENCH_ACCESS_PARTS_H_

#include <cstddef>
#include <string>

#include "bench/access/drive_tenant.h"

namespace usher::bench {

// Fills the folder.
void MeasureLoad(const std::string& folder, size_t documents);
// A restart on the folder: time, and what it takes in memory before any graph of vectors is built.
void MeasureRestart(const std::string& folder, size_t documents);
// What each structure of that takes by itself; needs no folder.
void MeasureStructures(size_t documents);
// Lists, checks, readers and previews, one at a time on one thread.
void MeasureQuestions(DriveTenant& tenant);
// How soon a change of a membership shows in searches while all cores search.
void MeasureMembershipChanges(DriveTenant& tenant);
// What the commit of a large sync costs beside searches and writes.
void MeasureSyncs(DriveTenant& tenant);
// Lists over gRPC, by a server on the folder.
void MeasureLists(const std::string& folder);

}  // namespace usher::bench

#endif  // USHER_BENCH_ACCESS_PARTS_H_
