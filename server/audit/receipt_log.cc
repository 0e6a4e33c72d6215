#include "server/audit/receipt_log.h"

#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "server/auth/crypto.h"

namespace usher::audit {
namespace {

using Json = nlohmann::ordered_json;

constexpr char kGenesis[] = "0000000000000000000000000000000000000000000000000000000000000000";

std::string Digest(std::string_view entry) { return absl::BytesToHexString(auth::Sha256(entry)); }

std::string ToLine(const Receipt& receipt, uint64_t id, const std::string& name, const std::string& previous,
                   absl::Time now) {
  Json entry;
  entry["id"] = id;
  entry["receipt"] = name;
  entry["previous"] = previous;
  entry["time"] = absl::FormatTime(absl::RFC3339_full, now, absl::UTCTimeZone());
  entry["method"] = receipt.method;
  entry["tenant"] = receipt.tenant;
  entry["principal"] = receipt.principal;
  entry["actor"] = receipt.actor;
  entry["key_id"] = receipt.key_id;
  entry["revision"] = receipt.revision.value();
  entry["policy"] = receipt.policy_digest;
  entry["collection"] = receipt.collection;
  entry["chunks"] = receipt.chunks;
  entry["findings"] = receipt.findings;
  entry["latency_us"] = absl::ToInt64Microseconds(receipt.latency);
  // Names were validated at the edge; were one not UTF-8, a replaced byte is better than an exception.
  return entry.dump(-1, ' ', true, Json::error_handler_t::replace);
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

absl::StatusOr<std::string> ReceiptLog::Append(const Receipt& receipt) {
  // A number would tell callers how many answers others were given.
  absl::StatusOr<std::string> random = auth::RandomBytes(16);
  if (!random.ok()) return random.status();
  const std::string name = absl::StrCat("r-", absl::BytesToHexString(*random));
  const std::unique_lock lock(mutex_);
  const uint64_t id = last_id_ + 1;
  const std::string line = ToLine(receipt, id, name, last_digest_, clock_->Now());
  if (absl::Status status = store_->AppendAudit(id, line); !status.ok()) {
    return absl::Status(status.code(),
                        absl::StrCat("the receipt could not be written, so there is no answer: ", status.message()));
  }
  last_id_ = id;
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
