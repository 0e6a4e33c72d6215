#include "server/audit/receipt_log.h"

#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "acl/absl_view.h"
#include "server/auth/crypto.h"

namespace usher::audit {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kGenesis[] = "0000000000000000000000000000000000000000000000000000000000000000";

std::string Digest(std::string_view entry) { return absl::BytesToHexString(auth::Sha256(entry)); }

// Names were validated at the edge; were one not UTF-8, a replaced byte is better than an exception.
std::string Dump(const Json& entry) { return entry.dump(-1, ' ', true, Json::error_handler_t::replace); }

// Receipt and Event say in the same fields who it was.
template <typename Entry>
void SetCaller(const Entry& from, Json& entry) {
  entry["method"] = from.method;
  entry["tenant"] = from.tenant;
  entry["principal"] = from.principal;
  entry["actor"] = from.actor;
  entry["key_id"] = from.key_id;
}

Json Chained(uint64_t id, const char* kind, const std::string& name, const std::string& previous, absl::Time time) {
  Json entry;
  entry["id"] = id;
  entry[kind] = name;
  entry["previous"] = previous;
  entry["time"] = absl::FormatTime(absl::RFC3339_full, time, absl::UTCTimeZone());
  return entry;
}

// False rather than an exception whatever the entry holds: a forger chooses its types.
bool Follows(const Json& entry, uint64_t id, const std::string& previous) {
  const auto holds = [&entry](const char* key, const Json& value) {
    const auto it = entry.find(key);
    return it != entry.end() && *it == value;
  };
  return entry.is_object() && holds("id", id) && holds("previous", previous);
}

}  // namespace

absl::StatusOr<std::unique_ptr<ReceiptLog>> ReceiptLog::Open(storage::Store* store, const acl::Clock* clock) {
  auto log = std::unique_ptr<ReceiptLog>(new ReceiptLog(store, clock));
  auto last = store->LastAudit();
  if (!last.ok()) return last.status();
  const std::unique_lock lock(log->mutex_);
  log->last_id_ = last->has_value() ? (*last)->first : 0;
  log->last_digest_ = last->has_value() ? Digest((*last)->second) : kGenesis;
  return log;
}

std::string ReceiptLog::ToLine(const Receipt& receipt, const Link& link) {
  Json entry = Chained(link.id, "receipt", link.name, link.previous, link.time);
  SetCaller(receipt, entry);
  entry["revision"] = receipt.revision.value();
  entry["policy"] = receipt.policy_digest;
  entry["collection"] = receipt.collection;
  if (!receipt.purpose.empty()) entry["purpose"] = receipt.purpose;
  entry["chunks"] = receipt.chunks;
  if (!receipt.chunks_per_question.empty()) entry["chunks_per_question"] = receipt.chunks_per_question;
  entry["findings"] = receipt.findings;
  entry["latency_us"] = absl::ToInt64Microseconds(receipt.latency);
  return Dump(entry);
}

std::string ReceiptLog::ToLine(const Event& event, const Link& link) {
  Json entry = Chained(link.id, "event", link.name, link.previous, link.time);
  SetCaller(event, entry);
  entry["action"] = event.action;
  Json detail = Json::object();
  for (const auto& [key, value] : event.detail) detail[key] = value;
  entry["detail"] = std::move(detail);
  return Dump(entry);
}

absl::StatusOr<std::string> ReceiptLog::Append(const Receipt& receipt) {
  return AppendEntry("r", "the receipt could not be written, so there is no answer: ", [&](const Link& link) {
    return ToLine(receipt, link);
  });
}

absl::StatusOr<std::string> ReceiptLog::AppendEvent(const Event& event) {
  return AppendEntry("e", "the audit log could not be written, so nothing was done: ", [&](const Link& link) {
    return ToLine(event, link);
  });
}

absl::StatusOr<std::string> ReceiptLog::AppendEntry(std::string_view letter, std::string_view refusal,
                                                    const std::function<std::string(const Link&)>& to_line) {
  // A number would tell callers how many answers others were given.
  absl::StatusOr<std::string> random = auth::RandomBytes(16);
  if (!random.ok()) return random.status();
  const std::string name = absl::StrCat(acl::ToAbsl(letter), "-", absl::BytesToHexString(*random));
  const std::unique_lock lock(mutex_);
  const Link link{last_id_ + 1, name, last_digest_, clock_->Now()};
  const std::string line = to_line(link);
  if (absl::Status status = store_->AppendAudit(link.id, line); !status.ok()) {
    return absl::Status(status.code(), absl::StrCat(acl::ToAbsl(refusal), status.message()));
  }
  last_id_ = link.id;
  last_digest_ = Digest(line);
  return name;
}

absl::StatusOr<Verification> VerifyReceipts(const storage::Store& store) {
  Verification verification;
  verification.last_digest = kGenesis;
  const absl::Status status = store.ForEachAudit(1, [&](uint64_t id, std::string_view line) -> absl::Status {
    const uint64_t expected = verification.entries + 1;
    if (id != expected) return absl::DataLossError(absl::StrCat("receipt r-", expected, " is missing"));
    if (!Follows(Json::parse(line, nullptr, false), id, verification.last_digest)) {
      return absl::DataLossError(absl::StrCat("receipt r-", id, " does not follow from the one before it"));
    }
    verification.entries = id;
    verification.last_digest = Digest(line);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return verification;
}

}  // namespace usher::audit
