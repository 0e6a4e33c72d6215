// What owners are told of what their policy does to the text that is stored.
#include "index/corpus/resource_name.h"
#include "server/rpc/corpus_handlers.h"
#include "server/rpc/ownership.h"
#include "server/status_detail.h"

namespace usher::rpc::documents {

absl::Status GetPolicyReview(const Call& call, const v1::GetPolicyReviewRequest& request, v1::PolicyReview* response) {
  auto collection = corpus::ParseCollectionName(request.collection());
  if (!collection.ok()) return AtField(collection.status(), "collection");
  corpus::NodeName node;
  node.collection = *collection;
  if (absl::Status status = Ownership(call.corpus(), call.caller()).Require(node); !status.ok()) return status;
  const auto info = call.corpus().GetCollection(call.tenant(), *collection);
  if (!info.ok()) return info.status();
  if (!call.backend.policies->has_files()) {
    return absl::FailedPreconditionError(
        "nothing is reviewed: this server has no policies of its own; set "
        "sanitize.policy_dir");
  }
  const auto in_force = call.backend.policies->For(call.tenant(), *collection, sanitize::Use::kLeaving);
  response->set_policy_digest(in_force->policy_digest());
  response->set_chunk_count(info->chunk_count);
  response->set_state(v1::REVIEW_STATE_PENDING);
  const auto review = call.backend.reviews->Of(info->record.id);
  if (!review || review->policy_digest != in_force->policy_digest()) return absl::OkStatus();
  response->set_state(review->finished ? v1::REVIEW_STATE_FINISHED : v1::REVIEW_STATE_RUNNING);
  response->set_reviewed(review->chunks);
  response->set_quarantined(review->quarantined);
  response->set_changed(review->changed);
  response->set_labelled(review->labelled);
  for (const std::string& name : review->canaries) response->add_canary_chunks(name);
  return absl::OkStatus();
}

}  // namespace usher::rpc::documents
