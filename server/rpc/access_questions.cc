#include "absl/strings/str_cat.h"
#include "server/rpc/access_handlers.h"
#include "server/rpc/convert_access.h"
#include "server/rpc/ownership.h"
#include "server/rpc/pager.h"
#include "server/rpc/questions.h"
#include "server/status_detail.h"

namespace usher::rpc::access {
namespace {

constexpr int kMaxItems = 1'000;
constexpr PageSizes kReaderPages{1'000, 10'000};

// CheckRequest, BatchCheckRequest.Item and ExplainRequest ask with the same fields.
template <typename Request>
absl::StatusOr<corpus::AccessQuestion> QuestionFrom(const Call& call, const Request& request, const std::string& at) {
  corpus::AccessQuestion question;
  auto asker = AskedAbout(call, request.principal(), request.purpose(), at);
  if (!asker.ok()) return asker.status();
  question.asker = *std::move(asker);
  auto node = corpus::ParseNodeName(request.resource());
  if (!node.ok()) return AtField(node.status(), absl::StrCat(at, "resource"));
  question.node = *std::move(node);
  return question;
}

}  // namespace

absl::Status Check(const Call& call, const v1::CheckRequest& request, v1::CheckResponse* response) {
  auto question = QuestionFrom(call, request, "");
  if (!question.ok()) return question.status();
  if (absl::Status status = CheckConsistency(call, request.consistency()); !status.ok()) return status;
  const Ownership ownership(call.corpus(), call.caller());
  if (absl::Status status = CheckMayAsk(call, ownership, question->asker, question->node); !status.ok()) return status;
  auto checked = call.corpus().Check(call.tenant(), {&*question, 1});
  if (!checked.ok()) return checked.status();
  response->set_allowed(checked->allowed.front());
  response->set_revision_token(call.Token(checked->revision));
  const absl::StatusOr<bool> manages = ownership.Manages(question->node);
  if (!manages.ok()) return manages.status();
  if (!*manages) return absl::OkStatus();
  for (const auto& age : call.corpus().SyncAges(call.tenant(), question->node.collection)) {
    *response->add_syncs() = ToProto(age);
  }
  return absl::OkStatus();
}

absl::Status BatchCheck(const Call& call, const v1::BatchCheckRequest& request, v1::BatchCheckResponse* response) {
  if (request.items().empty() || request.items_size() > kMaxItems) {
    return AtField(absl::InvalidArgumentError(absl::StrCat("must hold 1 to ", kMaxItems, " items")), "items");
  }
  if (absl::Status status = CheckConsistency(call, request.consistency()); !status.ok()) return status;
  std::vector<corpus::AccessQuestion> questions;
  for (int i = 0; i < request.items_size(); ++i) {
    auto question = QuestionFrom(call, request.items(i), absl::StrCat("items[", i, "]."));
    if (!question.ok()) return question.status();
    questions.push_back(*std::move(question));
  }
  const Ownership ownership(call.corpus(), call.caller());
  for (size_t i = 0; i < questions.size(); ++i) {
    const absl::Status status = CheckMayAsk(call, ownership, questions[i].asker, questions[i].node);
    if (!status.ok()) return AtField(status, absl::StrCat("items[", i, "]"));
  }
  auto checked = call.corpus().Check(call.tenant(), questions);
  if (!checked.ok()) return checked.status();
  for (const bool allowed : checked->allowed) response->add_allowed(allowed);
  response->set_revision_token(call.Token(checked->revision));
  return absl::OkStatus();
}

absl::Status ListReaders(const Call& call, const v1::ListReadersRequest& request, v1::ListReadersResponse* response) {
  auto node = corpus::ParseNodeName(request.resource());
  if (!node.ok()) return AtField(node.status(), "resource");
  auto purpose = PurposeFromProto(request.purpose());
  if (!purpose.ok()) return purpose.status();
  auto pager = Pager::Open(call, absl::StrCat(corpus::FormatNodeName(*node), "\n", *purpose), request.page_size(),
                           request.page_token(), kReaderPages);
  if (!pager.ok()) return pager.status();
  if (absl::Status status = CheckConsistency(call, request.consistency()); !status.ok()) return status;
  if (absl::Status status = Ownership(call.corpus(), call.caller()).Require(*node); !status.ok()) return status;
  auto page = call.corpus().ListReaders(call.tenant(), *node, *purpose, pager->after(), pager->size());
  if (!page.ok()) return page.status();
  response->mutable_principals()->Assign(page->principals.begin(), page->principals.end());
  response->set_everyone_else(page->everyone_else);
  if (page->more) response->set_next_page_token(pager->TokenFor(page->principals.back()));
  response->set_revision_token(call.Token(page->revision));
  return absl::OkStatus();
}

absl::Status Explain(const Call& call, const v1::ExplainRequest& request, v1::ExplainResponse* response) {
  auto question = QuestionFrom(call, request, "");
  if (!question.ok()) return question.status();
  if (absl::Status status = CheckConsistency(call, request.consistency()); !status.ok()) return status;
  if (absl::Status status = Ownership(call.corpus(), call.caller()).Require(question->node); !status.ok()) {
    return status;
  }
  auto explained = call.corpus().Explain(call.tenant(), *question);
  if (!explained.ok()) return explained.status();
  FillExplanation(explained->explanation, response);
  for (const corpus::SyncAge& age : explained->syncs) *response->add_syncs() = ToProto(age);
  response->set_revision_token(call.Token(explained->revision));
  return absl::OkStatus();
}

}  // namespace usher::rpc::access
