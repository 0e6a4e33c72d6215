// An answer's last step, as the receipt has it, and what is written down besides.
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/pipeline/query_pipeline.h"
#include "server/pipeline/steps.h"

namespace usher::pipeline {

absl::StatusOr<BatchAnswer> QueryPipeline::Finish(const Visit& visit, const Occasion& occasion, CleanParts parts,
                                                  const Revisions& revisions, const std::vector<Plan>& plans) const {
  BatchAnswer answer;
  answer.revision = revisions.complete_as_of;
  answer.policy_digest = occasion.policy_digest;
  for (size_t i = 0; i < plans.size(); ++i) {
    absl::StatusOr<CleanContext> context = MarkChunks(std::move(parts[i]), occasion.form);
    if (!context.ok()) return context.status();
    answer.parts.push_back({*std::move(context), plans[i]});
  }
  absl::StatusOr<std::string> receipt_id =
      parts_.receipts->Append(ReceiptOf(visit, occasion, answer, revisions.verified_at));
  if (!receipt_id.ok()) return receipt_id.status();
  answer.receipt_id = *std::move(receipt_id);
  return answer;
}

absl::Status QueryPipeline::WatchHubs(const Visit& visit, std::string_view method, acl::CollectionId collection,
                                      const std::vector<std::vector<float>>& vectors, const BatchAnswer& answer) {
  for (size_t i = 0; i < vectors.size(); ++i) {
    const BatchAnswer::Part& part = answer.parts[i];
    for (const Hub& hub : hubs_.Saw(collection, vectors[i], part.plan.authorized_chunks, part.context.chunks())) {
      audit::Event event;
      event.method = method;
      event.tenant = visit.caller.tenant();
      event.principal = visit.caller.principal();
      event.actor = visit.caller.actor();
      event.key_id = visit.caller.key_id();
      event.action = "hub.found";
      event.detail = {{"rule", "retrieval.hub"},
                      {"chunk", hub.name},
                      {"appearances", absl::StrCat(hub.appearances)},
                      {"answers", absl::StrCat(hub.answers)}};
      if (auto recorded = parts_.receipts->AppendEvent(event); !recorded.ok()) return recorded.status();
    }
  }
  return absl::OkStatus();
}

audit::Receipt QueryPipeline::ReceiptOf(const Visit& visit, const Occasion& occasion, const BatchAnswer& answer,
                                        acl::Revision verified_at) const {
  audit::Receipt receipt;
  receipt.method = occasion.method;
  receipt.tenant = visit.caller.tenant();
  receipt.principal = visit.caller.principal();
  receipt.actor = visit.caller.actor();
  receipt.key_id = visit.caller.key_id();
  receipt.revision = verified_at;
  receipt.policy_digest = occasion.policy_digest;
  receipt.collection = occasion.collection;
  receipt.purpose = occasion.purpose;
  for (const BatchAnswer::Part& part : answer.parts) {
    for (const CleanChunk& chunk : part.context.chunks()) receipt.chunks.push_back(chunk.fields->name);
    receipt.findings += part.context.finding_count();
    if (occasion.method == kBatchSearchMethod) {
      receipt.chunks_per_question.push_back(part.context.chunks().size());
    }
  }
  receipt.latency = parts_.clock->Now() - occasion.started;
  return receipt;
}

}  // namespace usher::pipeline
