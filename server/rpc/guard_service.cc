#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/guard/guard_stream.h"
#include "server/pipeline/asker_of.h"
#include "server/rpc/convert_guard.h"
#include "server/rpc/handler.h"
#include "server/rpc/stream_places.h"
#include "server/status_detail.h"
#include "usher/v1/guard.grpc.pb.h"

namespace usher::rpc {
namespace {

using admission::WorkKind;
using grpc::ServerContext;

constexpr std::string_view kInspectStream = "usher.v1.GuardService/InspectStream";
constexpr size_t kMaxPieceBytes = 65'536;

absl::Status TooLong(size_t bytes, size_t most) {
  return AtField(absl::InvalidArgumentError(absl::StrCat("has ", bytes, " bytes; at most ", most, " are allowed")),
                 "text");
}

// By the policy of the collection if the caller may read in it, else by the tenant's: whether a collection has a policy
// would tell whether it exists.
guard::Guard GuardFor(const Call& call, const Inspection& inspection) {
  std::string_view collection = inspection.collection;
  if (!collection.empty()) {
    const acl::Asker asker = pipeline::AskerOf(call.caller(), "");
    if (!call.corpus().Resolve(call.tenant(), inspection.collection, asker).ok()) collection = {};
  }
  return guard::Guard(call.backend.policies->For(call.tenant(), collection, guard::UseAt(inspection.terms.boundary)));
}

// The receipt's name. Nothing of the text is in it.
absl::StatusOr<std::string> WriteReceipt(const Call& call, const std::string& digest, const std::string& collection,
                                         size_t findings, absl::Time started) {
  audit::Receipt receipt;
  receipt.method = call.method;
  receipt.tenant = call.tenant();
  receipt.principal = call.caller().principal();
  receipt.actor = call.caller().actor();
  receipt.key_id = call.caller().key_id();
  receipt.revision = call.corpus().revision();
  receipt.policy_digest = digest;
  receipt.collection = collection;
  receipt.findings = findings;
  receipt.latency = call.backend.clock->Now() - started;
  return call.backend.receipts->Append(receipt);
}

v1::Verdict VerdictOf(bool flagged) { return flagged ? v1::VERDICT_FLAGGED : v1::VERDICT_ALLOWED; }

absl::Status Inspect(const Call& call, const v1::InspectRequest& request, v1::InspectResponse* response) {
  const absl::Time started = call.backend.clock->Now();
  const size_t size = request.text().size();
  if (size > guard::kMaxTextBytes) return TooLong(size, guard::kMaxTextBytes);
  const auto inspection = FromProto(request);
  if (!inspection.ok()) return inspection.status();
  if (size == 0) return AtField(absl::InvalidArgumentError("must not be empty"), "text");
  const guard::Guard guard = GuardFor(call, *inspection);
  auto clean = guard.Inspect(request.text(), inspection->terms);
  if (!clean.ok()) return AtField(clean.status(), "text");
  auto receipt = WriteReceipt(call, guard.policy_digest(), inspection->collection, clean->findings.size(), started);
  if (!receipt.ok()) return receipt.status();
  response->set_verdict(VerdictOf(std::any_of(clean->findings.begin(), clean->findings.end(), guard::IsFlagged)));
  response->set_text(std::move(clean->text));
  AddFindings(clean->findings, response->mutable_findings());
  response->set_policy_digest(guard.policy_digest());
  response->set_receipt_id(*std::move(receipt));
  return absl::OkStatus();
}

// One text that comes in pieces, from its first message to its verdict.
class StreamedInspection {
 public:
  // One message; `response` is filled with what it released.
  absl::Status Take(const Call& call, const v1::InspectStreamRequest& request, v1::InspectStreamResponse* response) {
    if (absl::Status status = stream_ ? CheckHoldsTextAlone(request) : Begin(call, request); !status.ok())
      return status;
    if (request.text().size() > kMaxPieceBytes) return TooLong(request.text().size(), kMaxPieceBytes);
    guard::GuardStream::Piece piece;
    if (absl::Status status = stream_->Push(request.text(), piece); !status.ok()) return AtField(status, "text");
    return Fill(call, std::move(piece), response);
  }

  absl::Status Finish(const Call& call, v1::InspectStreamResponse* response) {
    if (!stream_) return AtField(absl::InvalidArgumentError("is required in the first message"), "boundary");
    guard::GuardStream::Piece piece;
    if (absl::Status status = stream_->Finish(piece); !status.ok()) return AtField(status, "text");
    auto receipt = WriteReceipt(call, stream_->policy_digest(), collection_, stream_->finding_count(), started_);
    if (!receipt.ok()) return receipt.status();
    receipt_ = *std::move(receipt);
    response->set_verdict(VerdictOf(stream_->flagged()));
    response->set_policy_digest(stream_->policy_digest());
    return Fill(call, std::move(piece), response);
  }

 private:
  absl::Status Begin(const Call& call, const v1::InspectStreamRequest& request) {
    started_ = call.backend.clock->Now();
    auto inspection = FromProto(request);
    if (!inspection.ok()) return inspection.status();
    stream_.emplace(GuardFor(call, *inspection), std::move(inspection->terms));
    collection_ = std::move(inspection->collection);
    return absl::OkStatus();
  }

  // Nothing leaves before a receipt says that something will.
  absl::Status Fill(const Call& call, guard::GuardStream::Piece piece, v1::InspectStreamResponse* response) {
    if (receipt_.empty() && !(piece.text.empty() && piece.findings.empty())) {
      auto receipt = WriteReceipt(call, stream_->policy_digest(), collection_, 0, started_);
      if (!receipt.ok()) return receipt.status();
      receipt_ = *std::move(receipt);
    }
    response->set_text(std::move(piece.text));
    AddFindings(piece.findings, response->mutable_findings());
    response->set_receipt_id(receipt_);
    return absl::OkStatus();
  }

  absl::Time started_;
  std::string collection_;
  std::string receipt_;
  std::optional<guard::GuardStream> stream_;
};

class GuardService final : public v1::GuardService::Service {
 public:
  explicit GuardService(const Backend& backend) : backend_(backend) {}

  grpc::Status Inspect(ServerContext* context, const v1::InspectRequest* request,
                       v1::InspectResponse* response) override {
    return Run(backend_, *context, "usher.v1.GuardService/Inspect", WorkKind::kQuery, rpc::Inspect, *request, response);
  }

  grpc::Status InspectStream(
      ServerContext* context,
      grpc::ServerReaderWriter<v1::InspectStreamResponse, v1::InspectStreamRequest>* stream) override {
    StreamPlaces::Place place;
    grpc::Status status = Visited(*context, [&](const Call&) {
      auto taken = streams_.Take();
      if (taken.ok()) place = *std::move(taken);
      return taken.status();
    });
    StreamedInspection inspection;
    v1::InspectStreamRequest request;
    while (status.ok() && stream->Read(&request)) {
      v1::InspectStreamResponse response;
      status = Visited(*context, [&](const Call& call) { return inspection.Take(call, request, &response); });
      const bool released = !response.text().empty() || !response.findings().empty();
      if (status.ok() && released && !stream->Write(response)) return Gone();
    }
    if (!status.ok()) return status;
    v1::InspectStreamResponse last;
    status = Visited(*context, [&](const Call& call) { return inspection.Finish(call, &last); });
    if (status.ok() && !stream->Write(last)) return Gone();
    return status;
  }

 private:
  static grpc::Status Gone() { return grpc::Status(grpc::StatusCode::CANCELLED, "the caller gave up"); }

  // The caller is let in anew for each message: a key revoked meanwhile stops the stream.
  grpc::Status Visited(const ServerContext& context, const std::function<absl::Status(const Call&)>& body) const {
    return Handle(*backend_.door, context, kInspectStream, WorkKind::kQuery, [&](const pipeline::Visit& visit) {
      return body(Call{backend_, visit, kInspectStream});
    });
  }

  const Backend backend_;
  StreamPlaces streams_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeGuardService(const Backend& backend) {
  return std::make_unique<GuardService>(backend);
}

}  // namespace usher::rpc
