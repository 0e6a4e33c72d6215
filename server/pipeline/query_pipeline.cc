#include "server/pipeline/query_pipeline.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "server/pipeline/asker_of.h"
#include "server/status_detail.h"

namespace usher::pipeline {
namespace {

constexpr std::string_view kSearchMethod = "usher.v1.RetrievalService/Search";
constexpr std::string_view kGetChunksMethod = "usher.v1.RetrievalService/GetChunks";

// Each rerun takes a write that touched this very answer while it was made.
constexpr uint32_t kMaxReruns = 8;

// Measures the steps one after another. Not affected by changes of the system clock.
class StepTimer {
 public:
  absl::Duration Lap() {
    const auto now = std::chrono::steady_clock::now();
    return absl::FromChrono(now - std::exchange(last_, now));
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

absl::Status CheckAlive(const CallControl& call, absl::Time deadline, const acl::Clock& clock) {
  if (call.cancelled && call.cancelled()) return absl::CancelledError("the caller gave up");
  if (clock.Now() >= deadline) return absl::DeadlineExceededError("the deadline passed; nothing was returned");
  return absl::OkStatus();
}

absl::Status Overtaken() {
  return WithReason(
      RetryAfter(absl::AbortedError("rules or documents changed faster than the search could follow; retry"),
                 absl::Milliseconds(50)),
      "CONCURRENT_CHANGES");
}

// Whether the graph is used, and how far it is walked, depends on chunks that the caller may not read; an exact scan
// does not.
void HideWhatDependsOnOthers(const auth::Caller& caller, index::SearchMode mode, Plan& plan) {
  const bool manages = auth::MayCall("usher.v1.CorpusService/GetCollection", caller.roles());
  if (manages || mode == index::SearchMode::kExact) return;
  plan.path = {};
  plan.scanned_chunks = 0;
}

}  // namespace

absl::StatusOr<Answer> QueryPipeline::Search(const CallControl& call, const SearchQuestion& question) {
  const absl::Time started = parts_.clock->Now();
  absl::StatusOr<Visit> visit =
      parts_.door->Enter(kSearchMethod, call.credentials, admission::WorkKind::kQuery, call.deadline);
  if (!visit.ok()) return visit.status();
  if (absl::Status status = CheckFreshness(question.at_least); !status.ok()) return status;

  Plan plan;
  std::vector<float> vector;
  for (; plan.reruns <= kMaxReruns; ++plan.reruns) {
    const absl::Time deadline = visit->ticket.deadline();
    if (absl::Status status = CheckAlive(call, deadline, *parts_.clock); !status.ok()) return status;
    StepTimer timer;

    const acl::Asker asker = AskerOf(visit->caller, question.purpose);
    const absl::StatusOr<corpus::View> view =
        parts_.corpus->Resolve(visit->caller.tenant(), question.collection, asker);
    if (!view.ok()) return WithReason(view.status(), "COLLECTION_NOT_FOUND");
    plan.resolve = timer.Lap();

    if (vector.empty()) {
      absl::StatusOr<std::vector<float>> made =
          QueryVector(question.query, {view->embedding_model, view->dimension}, parts_.embedder, deadline);
      if (!made.ok()) return made.status();
      vector = *std::move(made);
    }
    plan.embed = timer.Lap();

    const index::Query query{vector, question.k, question.mode, deadline, call.cancelled};
    const absl::StatusOr<index::SearchResult> found = view->snapshot->Search(query, *view->entitlement);
    if (!found.ok()) return found.status();
    plan.path = found->path;
    plan.authorized_chunks = view->authorized_chunks;
    plan.scanned_chunks = found->scanned;
    plan.search = timer.Lap();

    absl::StatusOr<std::vector<LoadedChunk>> loaded = Load(view->collection_id, found->candidates);
    if (!loaded.ok()) return loaded.status();
    const size_t vanished = found->candidates.size() - loaded->size();
    plan.load = timer.Lap();

    const absl::StatusOr<Verification> verified =
        VerifyFor(visit->caller, asker, question.collection, *view, *std::move(loaded));
    if (!verified.ok()) return verified.status();
    plan.verify = timer.Lap();

    // Rules or documents moved on while we searched: the answer would be short, so it is made anew at the newer
    // revision.
    if (vanished + verified->dropped - verified->defects > 0) {
      if (absl::Status status = parts_.corpus->AwaitStore(deadline); !status.ok()) return status;
      continue;
    }
    if (absl::Status status = CheckAlive(call, deadline, *parts_.clock); !status.ok()) return status;
    HideWhatDependsOnOthers(visit->caller, question.mode, plan);
    // What became readable after the search is not in the answer, so the answer claims no later revision.
    return Finish(*visit, {kSearchMethod, question.collection, question.purpose, question.form, started}, *verified,
                  view->revision, plan);
  }
  return Overtaken();
}

absl::StatusOr<Answer> QueryPipeline::GetChunks(const CallControl& call, const ChunksQuestion& question) {
  const absl::Time started = parts_.clock->Now();
  absl::StatusOr<Visit> visit =
      parts_.door->Enter(kGetChunksMethod, call.credentials, admission::WorkKind::kQuery, call.deadline);
  if (!visit.ok()) return visit.status();
  if (absl::Status status = CheckFreshness(question.at_least); !status.ok()) return status;

  Plan plan;
  for (; plan.reruns <= kMaxReruns; ++plan.reruns) {
    const absl::Time deadline = visit->ticket.deadline();
    const acl::Revision before = parts_.corpus->revision();
    const absl::StatusOr<Verification> verified = ReadNamed(call, *visit, question, plan);
    if (!verified.ok()) return verified.status();
    // A document replaced meanwhile was readable before and may be so now: it is looked up anew.
    if (verified->outdated > 0) {
      if (absl::Status status = parts_.corpus->AwaitStore(deadline); !status.ok()) return status;
      continue;
    }
    return Finish(*visit, {kGetChunksMethod, question.collection, question.purpose, question.form, started}, *verified,
                  before, plan);
  }
  return Overtaken();
}

absl::StatusOr<Verification> QueryPipeline::ReadNamed(const CallControl& call, const Visit& visit,
                                                      const ChunksQuestion& question, Plan& plan) {
  const absl::Time deadline = visit.ticket.deadline();
  if (absl::Status status = CheckAlive(call, deadline, *parts_.clock); !status.ok()) return status;
  StepTimer timer;
  Verification verified;
  verified.revision = parts_.corpus->revision();
  const acl::Asker asker = AskerOf(visit.caller, question.purpose);
  const absl::StatusOr<corpus::View> view = parts_.corpus->Resolve(visit.caller.tenant(), question.collection, asker);
  plan.resolve = timer.Lap();
  if (absl::IsNotFound(view.status())) return verified;
  if (!view.ok()) return view.status();
  const absl::StatusOr<Named> named = FindNamed(visit.caller, *view, question);
  if (!named.ok()) return named.status();
  absl::StatusOr<std::vector<LoadedChunk>> loaded = Load(view->collection_id, named->candidates);
  if (!loaded.ok()) return loaded.status();
  const size_t vanished = named->candidates.size() - loaded->size();
  plan.load = timer.Lap();
  if (absl::Status status = CheckAlive(call, deadline, *parts_.clock); !status.ok()) return status;
  absl::StatusOr<Verification> checked = VerifyFor(visit.caller, asker, question.collection, *view, *std::move(loaded));
  if (checked.ok()) checked->outdated += vanished + named->outdated;
  plan.verify = timer.Lap();
  return checked;
}

absl::Status QueryPipeline::CheckFreshness(const std::optional<acl::Revision>& at_least) const {
  // Every acknowledged write is in force already, so a token of ours can only be too new if it is of another history.
  if (!at_least || *at_least <= parts_.corpus->revision()) return absl::OkStatus();
  return AtField(absl::InvalidArgumentError("the revision token is newer than anything in this store; was the store "
                                            "restored from a backup? Drop the token"),
                 "consistency.at_least_as_fresh");
}

absl::StatusOr<std::vector<LoadedChunk>> QueryPipeline::Load(acl::CollectionId collection,
                                                             const std::vector<index::Candidate>& candidates) const {
  std::vector<storage::ChunkKey> keys;
  keys.reserve(candidates.size());
  for (const index::Candidate& candidate : candidates) keys.push_back({candidate.key.version, candidate.key.number});
  auto records = parts_.store->GetChunks(collection, keys);
  if (!records.ok()) return records.status();
  std::vector<LoadedChunk> loaded;
  loaded.reserve(candidates.size());
  for (size_t i = 0; i < candidates.size(); ++i) {
    if (!(*records)[i]) continue;
    loaded.push_back({candidates[i].key, candidates[i].score, *std::move((*records)[i])});
  }
  return loaded;
}

absl::StatusOr<QueryPipeline::Named> QueryPipeline::FindNamed(const auth::Caller& caller, const corpus::View& view,
                                                              const ChunksQuestion& question) const {
  std::vector<std::string> ids;
  absl::flat_hash_map<std::string, size_t> places;
  for (const corpus::ChunkName& name : question.names) {
    if (places.try_emplace(name.document, ids.size()).second) ids.push_back(name.document);
  }
  const auto documents = parts_.store->GetDocuments(view.collection_id, ids);
  if (!documents.ok()) return documents.status();
  Named named;
  std::vector<corpus::Corpus::NamedChunk> chunks;
  for (const corpus::ChunkName& name : question.names) {
    const auto& document = (*documents)[places.at(name.document)];
    if (!document || name.number >= document->chunk_count) continue;
    if (document->revision > view.tenant_revision) {
      ++named.outdated;
    } else {
      chunks.push_back({&*document, name.number});
    }
  }
  const std::vector<bool> entitled =
      parts_.corpus->Entitled(caller.tenant(), question.collection, view.collection_id, *view.entitlement, chunks);
  for (size_t i = 0; i < chunks.size(); ++i) {
    if (entitled[i]) named.candidates.push_back({{chunks[i].document->version, chunks[i].number}, 0});
  }
  return named;
}

absl::StatusOr<Verification> QueryPipeline::VerifyFor(const auth::Caller& caller, const acl::Asker& asker,
                                                      const std::string& collection, const corpus::View& view,
                                                      std::vector<LoadedChunk> loaded) {
  const VerifyRequest request{caller.tenant(),    asker, collection, view.collection_id, view.tenant_revision,
                              view.entitled_until};
  absl::StatusOr<Verification> verified = verifier_.Verify(request, std::move(loaded));
  if (verified.ok() && verified->defects > 0) {
    defects_.fetch_add(verified->defects, std::memory_order_relaxed);
    spdlog::critical("verify refused {} chunks that the search let through at the same revision {}; report this defect",
                     verified->defects, view.revision.value());
  }
  return verified;
}

absl::StatusOr<Answer> QueryPipeline::Finish(const Visit& visit, const Occasion& occasion, const Verification& verified,
                                             acl::Revision complete_as_of, Plan plan) const {
  StepTimer timer;
  absl::StatusOr<CleanContext> context =
      CleanChunks(*parts_.sanitizer, occasion.collection, verified.chunks, occasion.form);
  if (!context.ok()) return context.status();
  plan.sanitize = timer.Lap();

  audit::Receipt receipt;
  receipt.method = occasion.method;
  receipt.tenant = visit.caller.tenant();
  receipt.principal = visit.caller.principal();
  receipt.actor = visit.caller.actor();
  receipt.key_id = visit.caller.key_id();
  receipt.revision = verified.revision;
  receipt.policy_digest = parts_.sanitizer->policy_digest();
  receipt.collection = occasion.collection;
  receipt.purpose = occasion.purpose;
  for (const CleanChunk& chunk : context->chunks()) receipt.chunks.push_back(chunk.name);
  receipt.findings = context->finding_count();
  receipt.latency = parts_.clock->Now() - occasion.started;
  absl::StatusOr<std::string> receipt_id = parts_.receipts->Append(receipt);
  if (!receipt_id.ok()) return receipt_id.status();
  return Answer{*std::move(context), complete_as_of, *std::move(receipt_id), plan};
}

}  // namespace usher::pipeline
