#include "absl/strings/str_cat.h"
#include "acl/names.h"
#include "server/rpc/access_handlers.h"
#include "server/rpc/convert_access.h"
#include "server/rpc/pager.h"
#include "server/status_detail.h"

namespace usher::rpc::access {
namespace {

constexpr int kMaxMemberships = 10'000;
constexpr int kMaxClearances = 1'000;

}  // namespace

absl::Status UpdateMembers(const Call& call, const v1::UpdateMembersRequest& request,
                           v1::UpdateMembersResponse* response) {
  auto write = WriteContextFor(call, request);
  if (!write.ok()) return write.status();
  const int64_t count = int64_t{request.add_size()} + request.remove_size();
  if (count < 1 || count > kMaxMemberships) {
    return absl::InvalidArgumentError(
        absl::StrCat("add and remove must hold 1 to ", kMaxMemberships, " memberships altogether"));
  }
  MembershipSet seen;
  auto add = MembershipsFromProto(request.add(), "add", seen);
  if (!add.ok()) return add.status();
  auto remove = MembershipsFromProto(request.remove(), "remove", seen);
  if (!remove.ok()) return remove.status();
  auto result = call.corpus().UpdateMembers(*write, *add, *remove, "");
  if (!result.ok()) return result.status();
  response->set_revision_token(call.Token(result->revision));
  return absl::OkStatus();
}

absl::Status ListGroups(const Call& call, const v1::ListGroupsRequest& request, v1::ListGroupsResponse* response) {
  auto pager = Pager::Open(call, "", request.page_size(), request.page_token());
  if (!pager.ok()) return pager.status();
  const auto found = call.corpus().ListGroups(call.tenant(), pager->after(), pager->limit());
  const auto show = [&](const auto& group) {
    auto* out = response->add_groups();
    out->set_group(group.first);
    out->set_member_count(group.second);
  };
  response->set_next_page_token(pager->ShowPage(found, show, [](const auto& group) { return group.first; }));
  return absl::OkStatus();
}

absl::Status ListMembers(const Call& call, const v1::ListMembersRequest& request, v1::ListMembersResponse* response) {
  if (absl::Status status = acl::ValidateGroup(request.group()); !status.ok()) return AtField(status, "group");
  auto pager = Pager::Open(call, request.group(), request.page_size(), request.page_token());
  if (!pager.ok()) return pager.status();
  const auto found = call.corpus().ListMembers(call.tenant(), request.group(), pager->after(), pager->limit());
  response->set_next_page_token(pager->ShowPage(
      found, [&](const std::string& member) { response->add_members(member); },
      [](const std::string& member) { return member; }));
  return absl::OkStatus();
}

absl::Status SetClearances(const Call& call, const v1::SetClearancesRequest& request,
                           v1::SetClearancesResponse* response) {
  auto write = WriteContextFor(call, request);
  if (!write.ok()) return write.status();
  if (request.clearances().empty() || request.clearances_size() > kMaxClearances) {
    return AtField(absl::InvalidArgumentError(absl::StrCat("must hold 1 to ", kMaxClearances, " clearances")),
                   "clearances");
  }
  auto clearances = ClearancesFromProto(request.clearances(), "clearances");
  if (!clearances.ok()) return clearances.status();
  auto result = call.corpus().SetClearances(*write, *clearances, "");
  if (!result.ok()) return result.status();
  response->set_revision_token(call.Token(result->revision));
  return absl::OkStatus();
}

absl::Status ListClearances(const Call& call, const v1::ListClearancesRequest& request,
                            v1::ListClearancesResponse* response) {
  auto pager = Pager::Open(call, "", request.page_size(), request.page_token());
  if (!pager.ok()) return pager.status();
  const auto found = call.corpus().ListClearances(call.tenant(), pager->after(), pager->limit());
  response->set_next_page_token(pager->ShowPage(
      found, [&](const auto& record) { *response->add_clearances() = ToProto(record.principal, record.clearance); },
      [](const auto& record) { return record.principal; }));
  return absl::OkStatus();
}

}  // namespace usher::rpc::access
