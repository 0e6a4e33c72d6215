#include "bench/access/drive_tenant.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "bench/access/measure.h"
#include "bench/access_shapes.h"

namespace usher::bench {
namespace {

constexpr size_t kBatch = 1'000;
constexpr size_t kReviewedShare = 10;

std::vector<float> RandomVector(uint64_t seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> vector(kDimension);
  float square = 0;
  for (float& value : vector) {
    value = normal(random);
    square += value * value;
  }
  for (float& value : vector) value /= std::sqrt(square);
  return vector;
}

corpus::PreparedDocument Document(std::string id, acl::Policy policy, std::vector<float> vector) {
  corpus::PreparedDocument document;
  storage::ChunkRecord chunk;
  chunk.document_id = id;
  chunk.text = "One chunk of text.";
  document.chunks.push_back(std::move(chunk));
  document.id = std::move(id);
  document.policy = std::move(policy);
  document.vectors = std::move(vector);
  return document;
}

acl::Policy AllowReviewersToo(const acl::Policy& policy) {
  if (policy.rules.empty()) return policy;
  std::vector<std::string> subjects = policy.rules.front().subjects;
  subjects.push_back(kReviewers);
  return AllowOnly(std::move(subjects));
}

// Gathers values and hands them over in batches.
template <typename T>
class Batches {
 public:
  Batches(size_t size, std::function<void(std::vector<T>)> write) : size_(size), write_(std::move(write)) {}
  void Add(T value) {
    batch_.push_back(std::move(value));
    if (batch_.size() == size_) Flush();
  }
  void Flush() {
    if (!batch_.empty()) write_(std::exchange(batch_, {}));
  }

 private:
  size_t size_;
  std::function<void(std::vector<T>)> write_;
  std::vector<T> batch_;
};

}  // namespace

std::string ProbeGroup(size_t probe) { return absl::StrCat("group:probe-", probe); }
std::string ProbePerson(size_t probe) { return User(probe * 7 + 1); }
std::string ProbeDocument(size_t probe) { return absl::StrCat("probes/", probe); }
std::vector<float> ProbeVector(size_t probe) { return RandomVector(1'000'000'000 + probe); }

DriveTenant::DriveTenant(const std::string& folder, const corpus::CorpusOptions& options) {
  storage::StoreOptions store_options;
  store_options.path = folder;
  auto store = storage::Store::Open(store_options);
  Require(store.status(), "open the store");
  store_ = *std::move(store);
  auto corpus = corpus::Corpus::Open(store_.get(), &clock_, options);
  Require(corpus.status(), "open the corpus");
  corpus_ = *std::move(corpus);
}

void DriveTenant::Load(size_t documents) {
  storage::CollectionRecord record;
  record.name = kCollection;
  record.dimension = kDimension;
  Require(corpus_->CreateCollection(Context(), record, "").status(), "create the collection");
  LoadMembers();
  LoadFolders();
  LoadDocuments(documents);
}

void DriveTenant::LoadMembers() {
  Batches<storage::MembershipRecord> members(10 * kBatch, [&](const auto& batch) {
    Require(corpus_->UpdateMembers(Context(), batch, {}, "").status(), "add members");
  });
  for (size_t i = 0; i < kDrivePeople; ++i) members.Add({Group(i % 2'000), User(i)});
  members.Add({kReviewers, kReviewer});
  members.Flush();
}

void DriveTenant::LoadFolders() {
  Batches<corpus::PolicyUpdate> updates(kBatch, [&](const auto& batch) {
    Require(corpus_->SetPolicies(Context(), batch, "").status(), "set the rules of folders");
  });
  const auto add = [&](std::string folder, const std::string& subject, size_t number) {
    const acl::Policy policy = AllowOnly({subject});
    updates.Add({{kCollection, "", std::move(folder)},
                 number % kReviewedShare == 0 ? AllowReviewersToo(policy) : policy,
                 std::nullopt});
  };
  for (size_t i = 0; i < kDrivePeople; ++i) add(absl::StrCat("home/", i), User(i), i);
  for (size_t i = 0; i < 2'000; ++i) add(absl::StrCat("team/", i), Group(i), i);
  updates.Flush();
}

void DriveTenant::LoadDocuments(size_t count) {
  const acl::CollectionId id = corpus_->GetCollection(kTenant, kCollection)->record.id;
  const std::unique_ptr<AccessShape> shape = Drive();
  Batches<corpus::PreparedDocument> documents(kBatch, [&](auto batch) {
    Require(corpus_->UpsertDocuments(Context(), kCollection, id, std::move(batch), "").status(), "add documents");
  });
  for (size_t i = 0; i < std::min(count, shape->documents.size()); ++i) {
    const AccessShape::Document& document = shape->documents[i];
    documents.Add(Document(absl::StrCat(document.folder, "/doc-", i),
                           i % kReviewedShare == 0 ? AllowReviewersToo(document.policy) : document.policy,
                           RandomVector(i)));
  }
  documents.Flush();
  LoadProbes(id);
}

void DriveTenant::LoadProbes(acl::CollectionId id) {
  Batches<corpus::PreparedDocument> documents(kBatch, [&](auto batch) {
    Require(corpus_->UpsertDocuments(Context(), kCollection, id, std::move(batch), "").status(), "add probes");
  });
  for (size_t i = 0; i < kProbes; ++i) {
    documents.Add(Document(ProbeDocument(i), AllowOnly({ProbeGroup(i)}), ProbeVector(i)));
  }
  documents.Flush();
}

}  // namespace usher::bench
