#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/rpc/access_handlers.h"
#include "server/rpc/convert_access.h"
#include "server/rpc/convert_time.h"
#include "server/rpc/status.h"
#include "server/status_detail.h"

namespace usher::rpc::access {
namespace {

constexpr std::string_view kMethod = "usher.v1.AccessService/Watch";
constexpr size_t kMaxMessageBytes = 1u << 20;
// Within this a stream notices that it should end.
constexpr absl::Duration kLookUp = absl::Milliseconds(200);
constexpr absl::Duration kLetInEvery = absl::Seconds(30);
constexpr absl::Duration kUsualCheckpoint = absl::Seconds(30);
constexpr DurationBounds kCheckpoint{absl::Seconds(1), absl::Hours(1), "1 second to 1 hour"};

struct Wish {
  std::string tenant;
  acl::Revision after;
  absl::Duration checkpoint_interval = kUsualCheckpoint;
};

absl::StatusOr<Wish> WishFrom(const Call& call, const v1::WatchRequest& request) {
  Wish wish;
  wish.tenant = call.tenant();
  wish.after = call.corpus().revision();
  if (!request.after_revision_token().empty()) {
    auto after = call.backend.tokens->ParseRevisionToken(request.after_revision_token());
    if (!after.ok()) return AtField(after.status(), "after_revision_token");
    if (*after > wish.after) {
      return AtField(absl::InvalidArgumentError("is newer than anything in this store; was the store restored from a "
                                                "backup? Read the state anew and watch from now on"),
                     "after_revision_token");
    }
    wish.after = *after;
  }
  if (request.has_checkpoint_interval()) {
    auto interval = DurationFromProto(request.checkpoint_interval(), kCheckpoint, "checkpoint_interval");
    if (!interval.ok()) return interval.status();
    wish.checkpoint_interval = *interval;
  }
  return wish;
}

class Follower {
 public:
  Follower(const Backend& backend, const grpc::ServerContext& context, Wish wish,
           grpc::ServerWriter<v1::WatchResponse>* writer)
      : backend_(backend), context_(context), wish_(std::move(wish)), after_(wish_.after), writer_(writer) {}

  // Returns when the stream is to end, never with OK.
  grpc::Status Run() {
    last_sent_ = last_let_in_ = backend_.clock->Now();
    while (true) {
      if (std::optional<grpc::Status> end = End()) return *end;
      grpc::Status status = grpc::Status::OK;
      const absl::Time before = backend_.clock->Now();
      if (before - last_let_in_ >= kLetInEvery) status = LetIn();
      if (status.ok()) status = TellChanges();
      if (status.ok() && backend_.clock->Now() - last_sent_ >= wish_.checkpoint_interval) status = TellCheckpoint();
      if (!status.ok()) return status;
      backend_.corpus->AwaitChange(after_, std::min(backend_.clock->Now() + kLookUp,  //
                                                    last_sent_ + wish_.checkpoint_interval));
    }
  }

 private:
  std::optional<grpc::Status> End() const {
    if (context_.IsCancelled()) return grpc::Status(grpc::StatusCode::CANCELLED, "the caller gave up");
    if (absl::FromChrono(context_.deadline()) <= backend_.clock->Now()) {
      return grpc::Status(grpc::StatusCode::DEADLINE_EXCEEDED, "the deadline passed; resume from the last token");
    }
    if (backend_.draining == nullptr || !backend_.draining->load(std::memory_order_relaxed)) return std::nullopt;
    return ToGrpcStatus(WithReason(
        RetryAfter(absl::UnavailableError("the server is stopping; resume from the last token"), absl::Seconds(1)),
        "SERVER_STOPPING"));
  }

  // A key revoked meanwhile ends the stream.
  grpc::Status LetIn() {
    last_let_in_ = backend_.clock->Now();
    return Handle(*backend_.door, context_, kMethod, admission::WorkKind::kQuery,
                  [](const pipeline::Visit&) { return absl::OkStatus(); });
  }

  grpc::Status TellChanges() {
    grpc::Status status = grpc::Status::OK;
    const auto reached = backend_.corpus->ReadChanges(wish_.tenant, after_, [&](const corpus::ChangeBatch& batch) {
      if (std::optional<grpc::Status> end = End()) {
        status = *std::move(end);
      } else {
        status = LetIn();
      }
      if (status.ok()) status = Tell(batch);
      return status.ok();
    });
    if (!status.ok()) return status;
    if (!reached.ok()) return Conclude(kMethod, reached.status());
    after_ = *reached;
    return grpc::Status::OK;
  }

  grpc::Status Tell(const corpus::ChangeBatch& batch) {
    v1::WatchResponse message;
    size_t bytes = 0;
    for (const storage::AccessChange& change : batch.changes) {
      auto told = ChangeToProto(change);
      if (!told.ok()) return Conclude(kMethod, told.status());
      const size_t size = told->ByteSizeLong() + kOverheadBytes;
      if (bytes > 0 && bytes + size > kMaxMessageBytes) {
        if (grpc::Status status = Send(batch.revision, batch.time, false, &message); !status.ok()) return status;
        bytes = 0;
      }
      *message.add_changes() = *std::move(told);
      bytes += size;
    }
    return Send(batch.revision, batch.time, batch.last_part, &message);
  }

  grpc::Status TellCheckpoint() {
    v1::WatchResponse message;
    return Send(after_, std::nullopt, true, &message);
  }

  grpc::Status Send(acl::Revision revision, std::optional<absl::Time> time, bool complete, v1::WatchResponse* message) {
    message->set_revision_token(backend_.tokens->RevisionToken(revision));
    message->set_complete(complete);
    if (time) *message->mutable_time() = ToProto(*time);
    const bool sent = writer_->Write(*message);
    message->Clear();
    last_sent_ = backend_.clock->Now();
    return sent ? grpc::Status::OK : grpc::Status(grpc::StatusCode::CANCELLED, "the caller gave up");
  }

  absl::StatusOr<v1::AccessChange> ChangeToProto(const storage::AccessChange& change) const;
  absl::StatusOr<v1::BreakGlass> GrantToProto(const std::string& id) const;

  static constexpr size_t kOverheadBytes = 8;  // of a change in its message

  const Backend& backend_;
  const grpc::ServerContext& context_;
  const Wish wish_;
  acl::Revision after_;  // everything up to it was told
  absl::Time last_sent_;
  absl::Time last_let_in_;
  grpc::ServerWriter<v1::WatchResponse>* writer_;
};

absl::StatusOr<v1::AccessChange> Follower::ChangeToProto(const storage::AccessChange& change) const {
  v1::AccessChange message;
  switch (static_cast<corpus::ChangeKind>(change.kind)) {
    case corpus::ChangeKind::kMemberAdded:
    case corpus::ChangeKind::kMemberRemoved: {
      const bool added = change.kind == static_cast<uint8_t>(corpus::ChangeKind::kMemberAdded);
      v1::Membership* membership = added ? message.mutable_member_added() : message.mutable_member_removed();
      membership->set_group(change.first);
      membership->set_member(change.second);
      return message;
    }
    case corpus::ChangeKind::kPolicySet:
      message.mutable_policy_set()->set_resource(change.first);
      if (change.policy && !change.policy->empty()) {
        *message.mutable_policy_set()->mutable_policy() = ToProto(*change.policy);
      }
      return message;
    case corpus::ChangeKind::kClearanceSet:
      *message.mutable_clearance_set() = ToProto(change.first, change.clearance.value_or(acl::Clearance()));
      return message;
    case corpus::ChangeKind::kCreated:
      message.set_created(change.first);
      return message;
    case corpus::ChangeKind::kDeleted:
      message.set_deleted(change.first);
      return message;
    case corpus::ChangeKind::kBreakGlass: {
      auto grant = GrantToProto(change.first);
      if (!grant.ok()) return grant.status();
      *message.mutable_break_glass() = *std::move(grant);
      return message;
    }
    case corpus::ChangeKind::kSyncCommitted:
      message.set_sync_committed(change.first);
      return message;
  }
  return absl::DataLossError(absl::StrCat("the feed of changes holds a change of unknown kind ", change.kind));
}

// As it is now, which may be later than the change.
absl::StatusOr<v1::BreakGlass> Follower::GrantToProto(const std::string& id) const {
  const auto grant = backend_.corpus->GetBreakGlass(wish_.tenant, id);
  if (!grant.ok()) return grant.status();
  return ToProto(*grant);
}

}  // namespace

grpc::Status Watch(const Backend& backend, StreamPlaces& places, const grpc::ServerContext& context,
                   const v1::WatchRequest& request, grpc::ServerWriter<v1::WatchResponse>* writer) {
  Wish wish;
  StreamPlaces::Place place;
  const grpc::Status status =
      Handle(*backend.door, context, kMethod, admission::WorkKind::kQuery, [&](const pipeline::Visit& visit) {
        auto asked = WishFrom(Call{backend, visit, kMethod}, request);
        if (!asked.ok()) return asked.status();
        wish = *std::move(asked);
        auto taken = places.Take();
        if (!taken.ok()) return taken.status();
        place = *std::move(taken);
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  // Tells the caller that it misses nothing from here on.
  writer->SendInitialMetadata();
  return Follower(backend, context, std::move(wish), writer).Run();
}

}  // namespace usher::rpc::access
