#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "acl/names.h"
#include "server/auth/crypto.h"
#include "server/rpc/access_handlers.h"
#include "server/rpc/audited.h"
#include "server/rpc/convert_access.h"
#include "server/rpc/convert_time.h"
#include "server/rpc/pager.h"
#include "server/status_detail.h"

namespace usher::rpc::access {
namespace {

using storage::BreakGlassRecord;

constexpr size_t kMinReason = 10;
constexpr size_t kMaxReason = 1'000;
constexpr DurationBounds kDuration{absl::Minutes(1), absl::Hours(24), "1 minute to 24 hours"};

absl::StatusOr<BreakGlassRecord> RecordFrom(const Call& call, const v1::RequestBreakGlassRequest& request) {
  BreakGlassRecord record;
  if (absl::Status status = acl::ValidatePrincipal(request.principal()); !status.ok()) {
    return AtField(status, "principal");
  }
  if (request.reason().size() < kMinReason || request.reason().size() > kMaxReason) {
    return AtField(absl::InvalidArgumentError(absl::StrCat("must have ", kMinReason, " to ", kMaxReason, " bytes")),
                   "reason");
  }
  auto duration = DurationFromProto(request.duration(), kDuration, "duration");
  if (!duration.ok()) return duration.status();
  auto random = auth::RandomBytes(8);
  if (!random.ok()) return random.status();
  record.id = absl::StrCat("bg-", absl::BytesToHexString(*random));
  record.principal = request.principal();
  record.reason = request.reason();
  record.requested_by = call.caller().principal();
  record.requested_key = call.caller().key_id();
  record.duration = *duration;
  return record;
}

Act ActOn(const char* action, const BreakGlassRecord& record) {
  return {action,
          {{"id", record.id},
           {"resource", record.resource},
           {"principal", record.principal},
           {"duration", absl::FormatDuration(record.duration)},
           {"requested_by", record.requested_by},
           {kReasonGiven, record.reason}}};
}

absl::StatusOr<BreakGlassRecord> Find(const Call& call, const std::string& id) {
  auto record = call.corpus().GetBreakGlass(call.tenant(), id);
  if (absl::IsNotFound(record.status())) return AtField(record.status(), "id");
  return record;
}

void Answer(const Call& call, const BreakGlassRecord& record, v1::BreakGlass* response) {
  *response = ToProto(record);
  response->set_revision_token(call.Token(call.corpus().revision()));
}

// An administrator who makes a key for somebody can be that somebody.
absl::Status CheckSecondPerson(const Call& call, const BreakGlassRecord& record) {
  const auth::KeyRing& keys = *call.backend.keys;
  const bool same = keys.DescendsFrom(call.tenant(), call.caller().key_id(), record.requested_by) ||
                    keys.DescendsFrom(call.tenant(), record.requested_key, call.caller().principal());
  if (!same) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "the approval must come from somebody whose key was not made by who asks, nor the other way round");
}

}  // namespace

absl::Status RequestBreakGlass(const Call& call, const v1::RequestBreakGlassRequest& request,
                               v1::BreakGlass* response) {
  auto write = WriteContextFor(call, request);
  if (!write.ok()) return write.status();
  auto node = corpus::ParseNodeName(request.resource());
  if (!node.ok()) return AtField(node.status(), "resource");
  auto record = RecordFrom(call, request);
  if (!record.ok()) return record.status();
  record->resource = corpus::FormatNodeName(*node);
  return DoAuditedOnce(call, *write, ActOn("break_glass.requested", *record), [&] {
    auto made = call.corpus().RequestBreakGlass(*write, *node, *record);
    if (made.ok()) Answer(call, *made, response);
    return AtField(made.status(), "resource");
  });
}

absl::Status ApproveBreakGlass(const Call& call, const v1::ApproveBreakGlassRequest& request,
                               v1::BreakGlass* response) {
  auto write = WriteContextFor(call, request);
  if (!write.ok()) return write.status();
  auto record = Find(call, request.id());
  if (!record.ok()) return record.status();
  const std::string& approver = call.caller().principal();
  Act act = ActOn("break_glass.approved", *record);
  act.detail.emplace_back("approved_by", approver);
  return DoAuditedOnce(call, *write, act, [&] {
    if (absl::Status status = CheckSecondPerson(call, *record); !status.ok()) return status;
    auto approved = call.corpus().ApproveBreakGlass(*write, request.id(), approver);
    if (approved.ok()) Answer(call, *approved, response);
    return approved.status();
  });
}

absl::Status EndBreakGlass(const Call& call, const v1::EndBreakGlassRequest& request, v1::BreakGlass* response) {
  auto write = WriteContextFor(call, request);
  if (!write.ok()) return write.status();
  auto record = Find(call, request.id());
  if (!record.ok()) return record.status();
  const std::string& ended_by = call.caller().principal();
  Act act = ActOn("break_glass.ended", *record);
  act.detail.emplace_back("ended_by", ended_by);
  return DoAuditedOnce(call, *write, act, [&] {
    auto ended = call.corpus().EndBreakGlass(*write, request.id(), ended_by);
    if (ended.ok()) Answer(call, *ended, response);
    return ended.status();
  });
}

absl::Status ListBreakGlass(const Call& call, const v1::ListBreakGlassRequest& request,
                            v1::ListBreakGlassResponse* response) {
  auto pager = Pager::Open(call, "", request.page_size(), request.page_token());
  if (!pager.ok()) return pager.status();
  auto grants = call.corpus().ListBreakGlass(call.tenant());
  if (!grants.ok()) return grants.status();
  if (!pager->after().empty()) {
    const auto last = std::find_if(grants->begin(), grants->end(),
                                   [&](const BreakGlassRecord& record) { return record.id == pager->after(); });
    if (last == grants->end()) {
      return AtField(absl::InvalidArgumentError("the grant where this page began is gone; list anew"), "page_token");
    }
    grants->erase(grants->begin(), last + 1);
  }
  response->set_next_page_token(pager->ShowPage(
      *grants, [&](const BreakGlassRecord& record) { *response->add_grants() = ToProto(record); },
      [](const BreakGlassRecord& record) { return record.id; }));
  return absl::OkStatus();
}

}  // namespace usher::rpc::access
