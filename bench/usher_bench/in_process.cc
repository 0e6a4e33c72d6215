#include "bench/usher_bench/in_process.h"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "acl/clock.h"
#include "bench/usher_bench/prose.h"
#include "index/corpus/corpus.h"
#include "index/storage/store.h"
#include "server/config/config.h"
#include "server/daemon/corpus_options.h"

namespace usher::bench {
namespace {

constexpr size_t kMembersABatch = 10'000;
constexpr size_t kChunksABatch = 10'000;
constexpr size_t kPage = 1'000;

corpus::WriteContext Context() { return {kTenant, "user:bench", "", ""}; }

// Nothing for a document that nobody may read: it inherits, and there is nothing to inherit.
absl::StatusOr<acl::Policy> PolicyFor(const std::vector<uint32_t>& groups) {
  acl::PolicyDraft draft;
  if (!groups.empty()) {
    acl::Rule rule{.effect = acl::Effect::kAllow};
    for (const uint32_t group : groups) rule.subjects.push_back(GroupName(group));
    draft.rules.push_back(std::move(rule));
  }
  return acl::CanonicalPolicy(std::move(draft));
}

absl::StatusOr<corpus::PreparedDocument> Prepare(const Workload& workload, uint32_t document) {
  corpus::PreparedDocument prepared;
  prepared.id = DocumentName(document);
  auto policy = PolicyFor(workload.readers()[document]);
  if (!policy.ok()) return policy.status();
  prepared.policy = *std::move(policy);
  for (const uint32_t row : workload.rows()[document]) {
    storage::ChunkRecord chunk;
    chunk.document_id = prepared.id;
    chunk.text = Prose(row);
    prepared.chunks.push_back(std::move(chunk));
    const absl::Span<const float> vector = workload.Row(row);
    prepared.vectors.insert(prepared.vectors.end(), vector.begin(), vector.end());
  }
  return prepared;
}

class InProcess : public Target {
 public:
  explicit InProcess(const Workload& workload) : workload_(workload) {}

  absl::Status Open(Folder& folder) {
    storage::StoreOptions options;
    options.path = folder.data();
    auto store = storage::Store::Open(options);
    if (!store.ok()) return store.status();
    store_ = *std::move(store);
    config::Environment environment = config::ProcessEnvironment();
    environment["USHER_DATA_DIR"] = folder.data();
    const auto config = config::LoadConfig("", environment);
    if (!config.ok()) return config.status();
    auto corpus = corpus::Corpus::Open(store_.get(), &clock_, daemon::CorpusOptionsFrom(*config));
    if (!corpus.ok()) return corpus.status();
    corpus_ = *std::move(corpus);
    if (!folder.loaded()) {
      if (absl::Status status = Load(); !status.ok()) return status;
      if (absl::Status status = folder.MarkLoaded(); !status.ok()) return status;
    }
    return LearnVersions();
  }

  absl::StatusOr<std::unique_ptr<Client>> Connect(bool exact) override;
  pid_t process() const override { return getpid(); }

  absl::StatusOr<std::vector<uint32_t>> Ask(size_t number, bool exact) const {
    const Question& question = workload_.questions()[number];
    const acl::Asker asker{PrincipalName(question.principal)};
    const auto view = corpus_->Resolve(kTenant, kCollection, asker);
    if (!view.ok()) return view.status();
    index::Query query;
    query.vector = workload_.QuestionVector(number);
    query.k = kResults;
    query.mode = exact ? index::SearchMode::kExact : index::SearchMode::kAutomatic;
    const auto found = view->snapshot->Search(query, *view->entitlement);
    if (!found.ok()) return found.status();
    std::vector<uint32_t> rows;
    rows.reserve(found->candidates.size());
    for (const index::Candidate& candidate : found->candidates) {
      rows.push_back(workload_.rows()[documents_.at(candidate.key.version)][candidate.key.number]);
    }
    return rows;
  }

 private:
  absl::Status Load() {
    storage::CollectionRecord record;
    record.name = kCollection;
    record.dimension = static_cast<int32_t>(workload_.dimension());
    if (auto made = corpus_->CreateCollection(Context(), record, ""); !made.ok()) return made.status();
    if (absl::Status status = LoadMembers(); !status.ok()) return status;
    const auto collection = corpus_->GetCollection(kTenant, kCollection);
    if (!collection.ok()) return collection.status();
    return LoadDocuments(collection->record.id);
  }

  absl::Status LoadMembers() {
    std::vector<storage::MembershipRecord> batch;
    const auto& principals = workload_.principals();
    for (uint32_t principal = 0; principal < principals.size(); ++principal) {
      for (const uint32_t group : principals[principal]) batch.push_back({GroupName(group), PrincipalName(principal)});
      const bool last = principal + 1 == principals.size();
      if (batch.empty() || (!last && batch.size() < kMembersABatch)) continue;
      const auto written = corpus_->UpdateMembers(Context(), batch, {}, "");
      if (!written.ok()) return written.status();
      batch.clear();
    }
    return absl::OkStatus();
  }

  absl::Status LoadDocuments(acl::CollectionId id) {
    std::vector<corpus::PreparedDocument> batch;
    size_t chunks = 0;
    const auto& rows = workload_.rows();
    for (uint32_t document = 0; document < rows.size(); ++document) {
      auto prepared = Prepare(workload_, document);
      if (!prepared.ok()) return prepared.status();
      chunks += prepared->chunks.size();
      batch.push_back(*std::move(prepared));
      if (chunks < kChunksABatch && document + 1 < rows.size()) continue;
      const auto written = corpus_->UpsertDocuments(Context(), kCollection, id, std::exchange(batch, {}), "");
      if (!written.ok()) return written.status();
      chunks = 0;
    }
    return absl::OkStatus();
  }

  // Candidates name versions of documents, which the corpus gives out.
  absl::Status LearnVersions() {
    std::string after;
    while (documents_.size() < workload_.rows().size()) {
      const auto page = corpus_->ListDocuments(kTenant, kCollection, after, kPage);
      if (!page.ok()) return page.status();
      if (page->empty()) return absl::DataLossError("the folder holds fewer documents than were loaded");
      for (const storage::DocumentRecord& record : *page) {
        documents_.emplace(record.version, static_cast<uint32_t>(documents_.size()));
      }
      after = page->back().id;
    }
    return absl::OkStatus();
  }

  const Workload& workload_;
  acl::SystemClock clock_;
  std::unique_ptr<storage::Store> store_;
  std::unique_ptr<corpus::Corpus> corpus_;
  absl::flat_hash_map<acl::DocumentVersion, uint32_t> documents_;
};

class InProcessClient : public Client {
 public:
  InProcessClient(const InProcess& target, bool exact) : target_(target), exact_(exact) {}
  absl::StatusOr<std::vector<uint32_t>> Ask(size_t question) override { return target_.Ask(question, exact_); }

 private:
  const InProcess& target_;
  bool exact_;
};

absl::StatusOr<std::unique_ptr<Client>> InProcess::Connect(bool exact) {
  return std::make_unique<InProcessClient>(*this, exact);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Target>> OpenInProcess(const Workload& workload, Folder& folder) {
  auto target = std::make_unique<InProcess>(workload);
  if (absl::Status status = target->Open(folder); !status.ok()) return status;
  workload.vectors().Release();
  malloc_trim(0);  // what loading took and gave back is none of the product's memory
  return target;
}

}  // namespace usher::bench
