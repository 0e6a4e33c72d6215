// What the tenant takes in memory: the process as a whole, and each structure built by itself.
#include <malloc.h>

#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bench/access/measure.h"
#include "bench/access/parts.h"
#include "bench/access_shapes.h"
#include "index/corpus/catalogue.h"
#include "index/vector_index.h"

namespace usher::bench {
namespace {

constexpr double kMiB = 1 << 20;

corpus::CorpusOptions WithoutGraphs() {
  corpus::CorpusOptions options;
  options.index.seal_rows = std::numeric_limits<uint32_t>::max();
  return options;
}

void PrintMiB(const std::string& what, size_t bytes) { PrintValue(what, static_cast<double>(bytes) / kMiB, "MiB"); }

// Prints by how much the heap grew while `make` ran, less `not_counted`. What it made lives on in `kept`.
template <typename T>
void Weigh(const std::string& what, T& kept, const std::function<T()>& make, size_t not_counted = 0) {
  const size_t before = HeapBytes();
  kept = make();
  PrintMiB(what, HeapBytes() - before - not_counted);
}

std::unique_ptr<corpus::Catalogue> MakeCatalogue(const AccessShape& shape, acl::ClassTable& classes, size_t count) {
  auto catalogue = std::make_unique<corpus::Catalogue>();
  for (size_t i = 0; i < count; ++i) {
    const AccessShape::Document& document = shape.documents[i];
    const acl::ClassId id = classes.Intern(document.folder, document.policy, nullptr);
    catalogue->Put(absl::StrCat(document.folder, "/doc-", i), {id, {}}, 1, false);
  }
  return catalogue;
}

std::unique_ptr<index::VectorIndex> MakeIndex(const AccessShape& shape, acl::ClassTable& classes, size_t count) {
  auto index = std::make_unique<index::VectorIndex>(kDimension, WithoutGraphs().index);
  const std::vector<float> zero(kDimension);
  for (size_t i = 0; i < count; ++i) {
    const AccessShape::Document& document = shape.documents[i];
    index->Insert(acl::DocumentVersion(i + 1), classes.Intern(document.folder, document.policy, nullptr), zero);
  }
  return index;
}

struct NamesAndGroups {
  std::unique_ptr<acl::SubjectTable> names = std::make_unique<acl::SubjectTable>();
  std::unique_ptr<acl::GroupGraph> groups = std::make_unique<acl::GroupGraph>(names.get());
};

NamesAndGroups MakeGroups() {
  NamesAndGroups made;
  for (size_t i = 0; i < kDrivePeople; ++i) made.groups->Add(User(i), Group(i % 2'000));
  return made;
}

}  // namespace

void MeasureLoad(const std::string& folder, size_t documents) {
  PrintHeader("load, each batch on disk (1,000 documents, 10,000 members or 1,000 folders a batch)");
  DriveTenant tenant(folder, {});
  const absl::Duration start = Elapsed();
  tenant.Load(documents);
  const double seconds = absl::ToDoubleSeconds(Elapsed() - start);
  const corpus::TenantStatistics statistics = tenant.corpus().Statistics(kTenant);
  PrintValue("documents", static_cast<double>(statistics.documents), "");
  PrintValue("classes", static_cast<double>(statistics.classes), "");
  PrintValue("load, with vectors and texts, graphs built beside it", seconds, "s");
  PrintValue("rate", static_cast<double>(statistics.documents) / seconds, "documents/s");
}

void MeasureRestart(const std::string& folder, size_t documents) {
  PrintHeader("restart");
  const size_t before = ResidentBytes();
  const absl::Duration start = Elapsed();
  DriveTenant tenant(folder, WithoutGraphs());
  PrintValue("until everything can be searched", absl::ToDoubleSeconds(Elapsed() - start), "s");
  const size_t vectors = documents * kDimension * sizeof(float);
  PrintMiB("resident memory gained, less the vectors' own bytes", ResidentBytes() - before - vectors);
  malloc_trim(0);
  PrintMiB("  the same once malloc has given back what is free", ResidentBytes() - before - vectors);
  PrintMiB("  of it handed out by malloc", HeapBytes() - vectors);
  const auto readable = tenant.corpus().ListAccessible(kTenant, kCollection, {kReviewer},
                                                       corpus::AccessibleKind::kDocuments, "", documents);
  Require(readable.ok() && readable->names.size() == documents / 10, "the reviewer does not see a tenth");
}

void MeasureStructures(size_t documents) {
  PrintHeader("structures by themselves, without the reviewers' group");
  const std::unique_ptr<AccessShape> shape = Drive();
  NamesAndGroups groups;
  Weigh<NamesAndGroups>("names and groups", groups, MakeGroups);
  shape->documents.resize(std::min(documents, shape->documents.size()));
  std::unique_ptr<acl::ClassTable> classes;
  Weigh<std::unique_ptr<acl::ClassTable>>("class table", classes, [&] { return MakeTable(*shape); });
  PrintValue("  classes", static_cast<double>(classes->class_count()), "");
  std::unique_ptr<corpus::Catalogue> catalogue;
  Weigh<std::unique_ptr<corpus::Catalogue>>("catalogue", catalogue,
                                            [&] { return MakeCatalogue(*shape, *classes, shape->documents.size()); });
  std::unique_ptr<index::VectorIndex> index;
  Weigh<std::unique_ptr<index::VectorIndex>>(
      "index: places, keys and classes of rows", index,
      [&] { return MakeIndex(*shape, *classes, shape->documents.size()); },
      shape->documents.size() * kDimension * sizeof(float));
}

}  // namespace usher::bench
