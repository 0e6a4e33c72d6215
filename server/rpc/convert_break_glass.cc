#include "server/rpc/convert_access.h"
#include "server/rpc/convert_time.h"

namespace usher::rpc {
namespace {

v1::BreakGlassState StateToProto(storage::BreakGlassState state) {
  switch (state) {
    case storage::BreakGlassState::kRequested:
      return v1::BREAK_GLASS_STATE_REQUESTED;
    case storage::BreakGlassState::kApproved:
      return v1::BREAK_GLASS_STATE_APPROVED;
    case storage::BreakGlassState::kEnded:
      return v1::BREAK_GLASS_STATE_ENDED;
  }
  return v1::BREAK_GLASS_STATE_UNSPECIFIED;
}

}  // namespace

v1::BreakGlass ToProto(const storage::BreakGlassRecord& record) {
  v1::BreakGlass message;
  message.set_id(record.id);
  message.set_resource(record.resource);
  message.set_principal(record.principal);
  message.set_reason(record.reason);
  message.set_state(StateToProto(record.state));
  *message.mutable_duration() = ToProto(record.duration);
  message.set_requested_by(record.requested_by);
  message.set_approved_by(record.approved_by);
  message.set_ended_by(record.ended_by);
  *message.mutable_request_time() = ToProto(record.request_time);
  if (record.approve_time != absl::InfiniteFuture()) *message.mutable_approve_time() = ToProto(record.approve_time);
  // An administrator may have ended it before its time.
  const absl::Time end = std::min(record.expire_time, record.end_time);
  if (end != absl::InfiniteFuture()) *message.mutable_expire_time() = ToProto(end);
  return message;
}

}  // namespace usher::rpc
