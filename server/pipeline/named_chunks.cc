// Chunks that are asked for by name: looked up instead of searched, and from then on as in query_pipeline.cc.
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "server/pipeline/asker_of.h"
#include "server/pipeline/external_labels.h"
#include "server/pipeline/query_pipeline.h"
#include "server/pipeline/steps.h"

namespace usher::pipeline {
namespace {
constexpr std::string_view kGetChunksMethod = "usher.v1.RetrievalService/GetChunks";
}  // namespace

absl::StatusOr<Answer> QueryPipeline::GetChunks(const CallControl& call, const ChunksQuestion& question) {
  const absl::Time started = parts_.clock->Now();
  absl::StatusOr<Visit> visit =
      parts_.door->Enter(kGetChunksMethod, call.credentials, admission::WorkKind::kQuery, call.deadline);
  if (!visit.ok()) return visit.status();
  if (absl::Status status = CheckFreshness(question.at_least); !status.ok()) return status;

  const auto sanitizer = parts_.policies->For(visit->caller.tenant(), question.collection, sanitize::Use::kLeaving);
  ExternalLabels labels(parts_.detector, *sanitizer, *parts_.clock);
  for (Plan plan; plan.reruns <= kMaxReruns;) {
    const absl::Time deadline = visit->ticket.deadline();
    const acl::Revision before = parts_.corpus->revision();
    absl::StatusOr<Verification> verified = ReadNamed(call, *visit, question, sanitizer->policy_digest(), plan);
    if (!verified.ok()) return verified.status();
    // A document replaced meanwhile was readable before and may be so now: it is looked up anew.
    if (verified->outdated > 0) {
      if (absl::Status status = parts_.corpus->AwaitStore(deadline); !status.ok()) return status;
      ++plan.reruns;
      continue;
    }
    std::vector<Plan> plans = {plan};
    absl::StatusOr<CleanParts> clean = CleanEach(*sanitizer, question.collection, *verified, plans);
    if (!clean.ok()) return clean.status();
    if (!labels.Add(*verified, deadline, *clean)) continue;
    return Single(Finish(
        *visit,
        {kGetChunksMethod, question.collection, question.purpose, question.form, started, sanitizer->policy_digest()},
        *std::move(clean), {before, verified->revision}, plans));
  }
  return Overtaken();
}

absl::StatusOr<Verification> QueryPipeline::ReadNamed(const CallControl& call, const Visit& visit,
                                                      const ChunksQuestion& question, std::string_view digest,
                                                      Plan& plan) {
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
  absl::StatusOr<std::vector<LoadedChunk>> loaded = Load(view->collection_id, named->found, digest);
  if (!loaded.ok()) return loaded.status();
  const size_t vanished = named->found.size() - loaded->size();
  plan.load = timer.Lap();
  if (absl::Status status = CheckAlive(call, deadline, *parts_.clock); !status.ok()) return status;
  absl::StatusOr<Verification> checked = VerifyFor(visit.caller, asker, question.collection, *view, *std::move(loaded));
  if (checked.ok()) checked->outdated += vanished + named->outdated;
  plan.verify = timer.Lap();
  return checked;
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
    if (entitled[i]) named.found.push_back({0, {{chunks[i].document->version, chunks[i].number}, 0}});
  }
  return named;
}

}  // namespace usher::pipeline
