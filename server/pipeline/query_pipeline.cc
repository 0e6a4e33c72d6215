#include "server/pipeline/query_pipeline.h"

#include <spdlog/spdlog.h>

#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "index/fields/schema.h"
#include "server/pipeline/asker_of.h"
#include "server/pipeline/external_labels.h"
#include "server/pipeline/search_widths.h"
#include "server/pipeline/steps.h"
#include "server/status_detail.h"

namespace usher::pipeline {
namespace {

constexpr std::string_view kSearchMethod = "usher.v1.RetrievalService/Search";

index::SearchMode ModeOf(const BatchQuestion& question, const corpus::View& view) {
  return view.strict_search ? index::SearchMode::kExact : question.mode;
}

// How chunks are laid out, and with it what reading them costs, depends on chunks that the caller may not read; so does
// whether the graph is used and how far it is walked. How many chunks an exact scan compares does not.
void HideWhatDependsOnOthers(const auth::Caller& caller, index::SearchMode mode, std::vector<Plan>& plans) {
  const bool manages = auth::MayCall("usher.v1.CorpusService/GetCollection", caller.roles());
  if (manages) return;
  for (Plan& plan : plans) {
    plan.scored_in_full = 0;
    plan.bytes_read = 0;
    plan.predicted = absl::ZeroDuration();
    if (mode == index::SearchMode::kExact) continue;
    plan.path = {};
    plan.scanned_chunks = 0;
  }
}

void SetEach(std::vector<Plan>& plans, absl::Duration Plan::*step, absl::Duration taken) {
  for (Plan& plan : plans) plan.*step = taken;
}

absl::StatusOr<std::vector<std::vector<float>>> VectorsOf(const BatchQuestion& question, const corpus::View& view,
                                                          const embed::Embedder* embedder, absl::Time deadline) {
  std::vector<const QueryContent*> contents;
  for (const BatchQuestion::Query& query : question.queries) contents.push_back(&query.content);
  return QueryVectors(contents, {view.embedding_model, view.dimension}, embedder, deadline);
}

// Whoever asks one query has no list of them in which a field could be.
absl::Status InOnlyQuery(absl::Status status) {
  constexpr absl::string_view kFirst = "queries[0].";
  const std::optional<std::string> field = DetailOf(status, kFieldDetail);
  if (!field || !absl::StartsWith(*field, kFirst)) return status;
  return AtField(std::move(status), field->substr(kFirst.size()));
}

}  // namespace

absl::StatusOr<Answer> QueryPipeline::Search(const CallControl& call, const SearchQuestion& question) {
  absl::StatusOr<BatchAnswer> answer = Counted(kSearchMethod, call,
                                               {question.collection,
                                                {{question.query, question.k, question.filter}},
                                                question.mode,
                                                question.form,
                                                question.at_least,
                                                question.purpose,
                                                question.diversity});
  if (!answer.ok()) return InOnlyQuery(answer.status());
  return Single(std::move(answer));
}

absl::StatusOr<BatchAnswer> QueryPipeline::BatchSearch(const CallControl& call, const BatchQuestion& question) {
  return Counted(kBatchSearchMethod, call, question);
}

absl::StatusOr<BatchAnswer> QueryPipeline::Counted(std::string_view method, const CallControl& call,
                                                   const BatchQuestion& question) {
  StepTimer timer;
  absl::StatusOr<BatchAnswer> answer = Answered(method, call, question);
  parts_.telemetry.CallEnded(answer.status().code(), question.queries.size(), timer.Lap());
  return answer;
}

absl::StatusOr<BatchAnswer> QueryPipeline::Answered(std::string_view method, const CallControl& call,
                                                    const BatchQuestion& question) {
  const absl::Time started = parts_.clock->Now();
  absl::StatusOr<Visit> visit = parts_.door->Enter(method, call.credentials, admission::WorkKind::kQuery, call.deadline,
                                                   static_cast<int>(question.queries.size()));
  if (!visit.ok()) return visit.status();
  if (absl::Status status = CheckFreshness(question.at_least); !status.ok()) return status;

  // One policy for the whole answer, also when another is loaded meanwhile.
  const auto sanitizer = parts_.policies->For(visit->caller.tenant(), question.collection, sanitize::Use::kLeaving);
  std::vector<std::vector<float>> vectors;
  SearchWidths widths(question);
  ExternalLabels labels(parts_.detector, *sanitizer, *parts_.clock);
  for (uint32_t reruns = 0; reruns <= kMaxReruns;) {
    const absl::Time deadline = visit->ticket.deadline();
    if (absl::Status status = CheckAlive(call, deadline, *parts_.clock); !status.ok()) return status;
    std::vector<Plan> plans(question.queries.size(), Plan{.reruns = reruns});
    StepTimer timer;

    const acl::Asker asker = AskerOf(visit->caller, question.purpose);
    const absl::StatusOr<corpus::View> view =
        parts_.corpus->Resolve(visit->caller.tenant(), question.collection, asker);
    if (!view.ok()) return WithReason(view.status(), "COLLECTION_NOT_FOUND");
    SetEach(plans, &Plan::resolve, timer.Lap());

    if (vectors.empty()) {
      auto made = VectorsOf(question, *view, parts_.embedder, deadline);
      if (!made.ok()) return made.status();
      vectors = *std::move(made);
    }
    SetEach(plans, &Plan::embed, timer.Lap());

    const absl::StatusOr<std::vector<Found>> found =
        SearchEach(call, deadline, *view, question, vectors, widths.widths(), plans);
    if (!found.ok()) return found.status();
    timer.Lap();

    absl::StatusOr<std::vector<LoadedChunk>> loaded = Load(view->collection_id, *found, sanitizer->policy_digest());
    if (!loaded.ok()) return loaded.status();
    const size_t vanished = found->size() - loaded->size();
    SetEach(plans, &Plan::load, timer.Lap());

    absl::StatusOr<Verification> verified =
        VerifyFor(visit->caller, asker, question.collection, *view, *std::move(loaded));
    if (!verified.ok()) return verified.status();
    SetEach(plans, &Plan::verify, timer.Lap());

    // Rules or documents moved on while we searched: the answer would be short, so it is made anew at the newer
    // revision.
    if (vanished + verified->dropped - verified->defects > 0) {
      if (absl::Status status = parts_.corpus->AwaitStore(deadline); !status.ok()) return status;
      ++reruns;
      continue;
    }
    if (absl::Status status = CheckAlive(call, deadline, *parts_.clock); !status.ok()) return status;

    absl::StatusOr<CleanParts> clean = CleanEach(*sanitizer, question.collection, *verified, plans);
    if (!clean.ok()) return clean.status();
    if (!widths.Pick(plans, *clean)) continue;  // once more, among more candidates
    // Rights may have gone while somebody else's server was waited for.
    if (!labels.Add(*verified, deadline, *clean)) continue;
    HideWhatDependsOnOthers(visit->caller, ModeOf(question, *view), plans);
    // What became readable after the search is not in the answer, so the answer claims no later revision.
    absl::StatusOr<BatchAnswer> answer = Finish(
        *visit, {method, question.collection, question.purpose, question.form, started, sanitizer->policy_digest()},
        *std::move(clean), {view->revision, verified->revision}, plans);
    if (!answer.ok()) return answer.status();
    widths.Report(*answer);
    if (absl::Status status = WatchHubs(*visit, method, view->collection_id, vectors, *answer); !status.ok()) {
      return status;
    }
    return answer;
  }
  return Overtaken();
}

absl::StatusOr<std::vector<QueryPipeline::Found>> QueryPipeline::SearchEach(
    const CallControl& call, absl::Time deadline, const corpus::View& view, const BatchQuestion& question,
    const std::vector<std::vector<float>>& vectors, const std::vector<size_t>& widths, std::vector<Plan>& plans) const {
  std::vector<Found> all;
  for (size_t i = 0; i < vectors.size(); ++i) {
    if (absl::Status status = CheckAlive(call, deadline, *parts_.clock); !status.ok()) return status;
    StepTimer timer;
    std::optional<fields::Filter> filter = question.queries[i].filter;
    if (filter) {
      if (absl::Status status = fields::Bind(*view.schema, *filter); !status.ok()) return InQuery(status, i);
    }
    const index::Query query{vectors[i],     static_cast<int>(widths[i]), ModeOf(question, view), deadline,
                             call.cancelled, filter ? &*filter : nullptr};
    const absl::StatusOr<index::SearchResult> found = view.snapshot->Search(query, *view.entitlement);
    if (!found.ok()) return InQuery(found.status(), i);
    parts_.telemetry.Searched(query, view, *found);
    Plan& plan = plans[i];
    plan.path = found->path;
    plan.authorized_chunks = found->authorized;
    plan.scanned_chunks = found->scanned;
    plan.scored_in_full = found->scored_in_full;
    plan.bytes_read = found->bytes_read;
    plan.predicted = found->predicted;
    plan.search = timer.Lap();
    for (const index::Candidate& candidate : found->candidates) all.push_back({i, candidate});
  }
  return all;
}

absl::Status QueryPipeline::CheckFreshness(const std::optional<acl::Revision>& at_least) const {
  // Every acknowledged write is in force already, so a token of ours can only be too new if it is of another history.
  if (!at_least || *at_least <= parts_.corpus->revision()) return absl::OkStatus();
  return AtField(absl::InvalidArgumentError("the revision token is newer than anything in this store; was the store "
                                            "restored from a backup? Drop the token"),
                 "consistency.at_least_as_fresh");
}

absl::StatusOr<std::vector<LoadedChunk>> QueryPipeline::Load(acl::CollectionId collection,
                                                             const std::vector<Found>& found,
                                                             std::string_view digest) const {
  std::vector<LoadedChunk> loaded;
  loaded.reserve(found.size());
  std::vector<storage::ChunkKey> keys;  // of those that are not kept
  for (const auto& [query, candidate] : found) {
    loaded.push_back({candidate.key, candidate.score, {}, query, chunks_.Find(collection, candidate.key, digest)});
    if (!loaded.back().kept) keys.push_back({candidate.key.version, candidate.key.number});
  }
  if (keys.empty()) return loaded;
  auto records = parts_.store->GetChunks(collection, keys);
  if (!records.ok()) return records.status();
  auto record = records->begin();
  std::erase_if(loaded, [&](LoadedChunk& chunk) {
    if (chunk.kept) return false;
    const auto stored = record++;
    if (*stored) chunk.record = **std::move(stored);
    return !stored->has_value();
  });
  return loaded;
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

absl::StatusOr<QueryPipeline::CleanParts> QueryPipeline::CleanEach(const sanitize::Sanitizer& sanitizer,
                                                                   std::string_view collection, Verification& verified,
                                                                   std::vector<Plan>& plans) const {
  StepTimer timer;
  std::vector<std::vector<VerifiedChunk>> by_query(plans.size());
  for (VerifiedChunk& chunk : verified.chunks) by_query[chunk.query()].push_back(std::move(chunk));
  CleanParts parts;
  for (size_t i = 0; i < plans.size(); ++i) {
    absl::StatusOr<std::vector<CleanChunk>> clean =
        CleanChunks(sanitizer, collection, by_query[i], verified.trust_tier);
    if (!clean.ok()) return clean.status();
    Keep(verified.collection_id, by_query[i], *clean, sanitizer.policy_digest());
    Withhold(collection, *clean);
    parts.push_back(*std::move(clean));
    plans[i].sanitize = timer.Lap();
  }
  return parts;
}

void QueryPipeline::Keep(acl::CollectionId collection, const std::vector<VerifiedChunk>& verified,
                         const std::vector<CleanChunk>& clean, std::string_view digest) const {
  for (size_t i = 0; i < verified.size(); ++i) {
    const std::shared_ptr<const CleanFields>& fields = clean[i].fields;
    if (fields != verified[i].kept()) chunks_.Keep(collection, verified[i].key(), digest, fields);
  }
}

void QueryPipeline::Withhold(std::string_view collection, std::vector<CleanChunk>& clean) const {
  uint64_t alarms = 0;
  std::erase_if(clean, [&](const CleanChunk& chunk) {
    alarms += chunk.fields->canaries() > 0 ? 1 : 0;
    return chunk.fields->quarantined();
  });
  if (alarms == 0) return;
  canary_alarms_.fetch_add(alarms, std::memory_order_relaxed);
  spdlog::warn("{} chunks of collection {} hold a canary and were withheld; look where they came from", alarms,
               collection);
}

}  // namespace usher::pipeline
