// Who may know whom a pseudonym stands for.
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "index/corpus/resource_name.h"
#include "server/rpc/audited.h"
#include "server/rpc/convert_access.h"
#include "server/rpc/corpus_handlers.h"
#include "server/rpc/ownership.h"
#include "server/sanitize/personal/pseudonym.h"
#include "server/status_detail.h"

namespace usher::rpc::documents {
namespace {

constexpr int kMostPseudonyms = 100;

absl::Status CheckPseudonyms(const v1::RevealPseudonymsRequest& request) {
  const int count = request.pseudonyms_size();
  if (count == 0 || count > kMostPseudonyms) {
    return AtField(
        absl::InvalidArgumentError(absl::StrCat("has ", count, " items; 1 to ", kMostPseudonyms, " are allowed")),
        "pseudonyms");
  }
  for (int i = 0; i < count; ++i) {
    if (sanitize::IsPseudonym(request.pseudonyms(i))) continue;
    return AtField(absl::InvalidArgumentError("is no pseudonym: expected one as answers hold it, such as "
                                              "EMAIL_3qd7w0mzx5kjt"),
                   absl::StrCat("pseudonyms[", i, "]"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status RevealPseudonyms(const Call& call, const v1::RevealPseudonymsRequest& request,
                              v1::RevealPseudonymsResponse* response) {
  auto chunk = corpus::ParseChunkName(request.chunk());
  if (!chunk.ok()) return AtField(chunk.status(), "chunk");
  if (absl::Status status = CheckPseudonyms(request); !status.ok()) return status;
  pipeline::ChunksQuestion question;
  question.collection = chunk->collection;
  question.names = {*chunk};
  auto purpose = PurposeFromProto(request.purpose());
  if (!purpose.ok()) return purpose.status();
  question.purpose = *std::move(purpose);
  corpus::NodeName node;
  node.collection = chunk->collection;
  node.document = chunk->document;
  if (absl::Status status = Ownership(call.corpus(), call.caller()).Require(node); !status.ok()) return status;
  const Act act{"pseudonyms.revealed",
                {{"chunk", request.chunk()}, {"pseudonyms", absl::StrJoin(request.pseudonyms(), " ")}}};
  if (absl::Status status = RecordAct(call, act); !status.ok()) return status;
  const auto known = call.backend.queries->Pseudonyms(call.visit, question);
  if (!known.ok()) return known.status();
  for (const std::string& pseudonym : request.pseudonyms()) {
    const auto found = known->find(pseudonym);
    if (found == known->end()) continue;
    v1::RevealedPseudonym* revealed = response->add_revealed();
    revealed->set_pseudonym(pseudonym);
    revealed->set_value(found->second);
  }
  return absl::OkStatus();
}

}  // namespace usher::rpc::documents
