// The first two steps of every call: who is it, may it call this, and is there room.
//
// Guarantees: a Visit exists only for an authenticated, authorised and admitted call. Thread-safety: immutable.
#ifndef USHER_SERVER_PIPELINE_FRONT_DOOR_H_
#define USHER_SERVER_PIPELINE_FRONT_DOOR_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/admission/admission.h"
#include "server/auth/api_key.h"
#include "server/auth/caller.h"

namespace usher::pipeline {

struct Visit {
  auth::Caller caller;
  admission::Ticket ticket;
};

class FrontDoor {
 public:
  // Both must outlive the door.
  FrontDoor(const auth::KeyRing* keys, admission::Admission* admission) : keys_(keys), admission_(admission) {}

  // `method`: as in auth/roles.h; `questions`: how many calls it stands for. Errors of Authenticate, Authorize and
  // Admit, in this order.
  absl::StatusOr<Visit> Enter(std::string_view method, const auth::Credentials& credentials, admission::WorkKind kind,
                              absl::Time deadline, int questions = 1) const {
    absl::StatusOr<auth::Caller> caller = auth::Authenticate(*keys_, credentials);
    if (!caller.ok()) return caller.status();
    if (absl::Status status = auth::Authorize(*caller, method); !status.ok()) return status;
    absl::StatusOr<admission::Ticket> ticket = admission_->Admit(kind, deadline, questions);
    if (!ticket.ok()) return ticket.status();
    return Visit{*std::move(caller), *std::move(ticket)};
  }

 private:
  const auth::KeyRing* keys_;
  admission::Admission* admission_;
};

}  // namespace usher::pipeline

#endif  // USHER_SERVER_PIPELINE_FRONT_DOOR_H_
