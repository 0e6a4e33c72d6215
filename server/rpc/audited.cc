#include "server/rpc/audited.h"

#include <spdlog/spdlog.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "server/audit/receipt_log.h"

namespace usher::rpc {
namespace {

// A line of ASCII: whoever chose a name cannot write into the log with it.
std::string LogLine(const audit::Event& event) {
  std::string line = absl::StrCat(event.action, " tenant=", event.tenant, " by=", absl::CHexEscape(event.actor),
                                  " key=", event.key_id);
  for (const auto& [key, value] : event.detail) {
    if (key != kReasonGiven) absl::StrAppend(&line, " ", key, "=", absl::CHexEscape(value));
  }
  return line;
}

}  // namespace

absl::Status RecordAct(const Call& call, const Act& act) {
  audit::Event event;
  event.method = std::string(call.method);
  event.tenant = call.tenant();
  event.principal = call.caller().principal();
  event.actor = call.caller().actor();
  event.key_id = call.caller().key_id();
  event.action = act.action;
  event.detail = act.detail;
  const absl::StatusOr<std::string> name = call.backend.receipts->AppendEvent(event);
  if (!name.ok()) return name.status();
  spdlog::warn("{} event={}", LogLine(event), *name);
  return absl::OkStatus();
}

absl::Status DoAudited(const Call& call, const Act& act, const std::function<absl::Status()>& change) {
  if (absl::Status status = RecordAct(call, act); !status.ok()) return status;
  absl::Status done = change();
  if (done.ok()) return done;
  Act failed = act;
  failed.action += ".failed";
  failed.detail.emplace_back("error", absl::StatusCodeToString(done.code()));
  if (const absl::Status status = RecordAct(call, failed); !status.ok()) {
    spdlog::error("{}: that it failed could not be written to the audit log: {}", act.action, status.ToString());
  }
  return done;
}

absl::Status DoAuditedOnce(const Call& call, const corpus::WriteContext& write, const Act& act,
                           const std::function<absl::Status()>& change) {
  const auto known = call.corpus().FindRequest(write);
  if (!known.ok()) return known.status();
  return known->has_value() ? change() : DoAudited(call, act, change);
}

}  // namespace usher::rpc
