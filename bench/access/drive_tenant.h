// The drive shape of access_shapes.h as a tenant of a corpus on disk: one chunk and one vector a document.
//
// Added to the shape: a group of reviewers who may read every tenth person's documents and every tenth team's, so that
// its one member reads a tenth of all; and probes, documents that one group each may read and that a search for their
// own vector finds first, each with a person to be put into its group.
// Thread-safety: as the corpus.
#ifndef USHER_BENCH_ACCESS_DRIVE_TENANT_H_
#define USHER_BENCH_ACCESS_DRIVE_TENANT_H_

#include <memory>
#include <string>
#include <vector>

#include "acl/clock.h"
#include "index/corpus/corpus.h"
#include "index/storage/store.h"

namespace usher::bench {

inline constexpr char kTenant[] = "bench";
inline constexpr char kCollection[] = "drive";
inline constexpr char kReviewer[] = "user:reviewer@example.com";
inline constexpr char kReviewers[] = "group:reviewers";
inline constexpr int kDimension = 16;  // one cache line a vector
inline constexpr size_t kDrivePeople = 50'000;
inline constexpr size_t kProbes = 1'000;

std::string ProbeGroup(size_t probe);
std::string ProbePerson(size_t probe);
std::string ProbeDocument(size_t probe);
std::vector<float> ProbeVector(size_t probe);

class DriveTenant {
 public:
  // Opens what is in the folder, or begins it.
  DriveTenant(const std::string& folder, const corpus::CorpusOptions& options);

  // Fills an empty tenant with the first `documents` of the shape and the probes.
  void Load(size_t documents);

  corpus::Corpus& corpus() { return *corpus_; }
  storage::Store& store() { return *store_; }
  static corpus::WriteContext Context() { return {kTenant, "user:admin", "", ""}; }

 private:
  void LoadMembers();
  void LoadFolders();
  void LoadDocuments(size_t count);
  void LoadProbes(acl::CollectionId id);

  acl::SystemClock clock_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<corpus::Corpus> corpus_;
};

}  // namespace usher::bench

#endif  // USHER_BENCH_ACCESS_DRIVE_TENANT_H_
