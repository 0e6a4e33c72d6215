#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "acl/names.h"
#include "server/rpc/call.h"
#include "server/rpc/convert.h"
#include "server/rpc/pager.h"
#include "server/rpc/services.h"
#include "server/status_detail.h"
#include "usher/v1/access.grpc.pb.h"

namespace usher::rpc {
namespace {

using admission::WorkKind;
using pipeline::Visit;

constexpr int kMaxMemberships = 10'000;
constexpr int kMaxUpdates = 1'000;

using Memberships = google::protobuf::RepeatedPtrField<v1::Membership>;

absl::StatusOr<std::vector<storage::MembershipRecord>> MembershipsFromProto(
    const Memberships& memberships, const std::string& field,
    absl::flat_hash_set<std::pair<std::string, std::string>>& seen) {
  std::vector<storage::MembershipRecord> records;
  for (int i = 0; i < memberships.size(); ++i) {
    const v1::Membership& membership = memberships[i];
    const std::string at = absl::StrCat(field, "[", i, "]");
    if (absl::Status status = acl::ValidateGroup(membership.group()); !status.ok()) {
      return AtField(status, absl::StrCat(at, ".group"));
    }
    if (absl::Status status = acl::ValidateMember(membership.member()); !status.ok()) {
      return AtField(status, absl::StrCat(at, ".member"));
    }
    if (!seen.emplace(membership.group(), membership.member()).second) {
      return AtField(absl::InvalidArgumentError("is in the request twice"), at);
    }
    records.push_back({membership.group(), membership.member()});
  }
  return records;
}

class AccessService final : public v1::AccessService::Service {
 public:
  explicit AccessService(const Backend& backend) : backend_(backend) {}

  grpc::Status UpdateMembers(grpc::ServerContext* context, const v1::UpdateMembersRequest* request,
                             v1::UpdateMembersResponse* response) override {
    constexpr std::string_view kMethod = "usher.v1.AccessService/UpdateMembers";
    return Handle(*backend_.door, *context, kMethod, WorkKind::kWrite, [&](const Visit& visit) -> absl::Status {
      auto write = WriteContextOf(visit.caller, kMethod, request->request_id(), *request);
      if (!write.ok()) return write.status();
      const int count = request->add_size() + request->remove_size();
      if (count < 1 || count > kMaxMemberships) {
        return absl::InvalidArgumentError(
            absl::StrCat("add and remove must hold 1 to ", kMaxMemberships, " memberships altogether"));
      }
      absl::flat_hash_set<std::pair<std::string, std::string>> seen;
      auto add = MembershipsFromProto(request->add(), "add", seen);
      if (!add.ok()) return add.status();
      auto remove = MembershipsFromProto(request->remove(), "remove", seen);
      if (!remove.ok()) return remove.status();
      auto result = backend_.corpus->UpdateMembers(*write, *add, *remove, "");
      if (!result.ok()) return result.status();
      response->set_revision_token(backend_.tokens->RevisionToken(result->revision));
      return absl::OkStatus();
    });
  }

  grpc::Status ListGroups(grpc::ServerContext* context, const v1::ListGroupsRequest* request,
                          v1::ListGroupsResponse* response) override {
    constexpr std::string_view kMethod = "usher.v1.AccessService/ListGroups";
    return Handle(*backend_.door, *context, kMethod, WorkKind::kQuery, [&](const Visit& visit) -> absl::Status {
      auto pager = Pager::Open(backend_.tokens, visit.caller, kMethod, "", request->page_size(), request->page_token());
      if (!pager.ok()) return pager.status();
      const auto found = backend_.corpus->ListGroups(visit.caller.tenant(), pager->after(), pager->limit());
      const auto show = [&](const auto& group) {
        auto* out = response->add_groups();
        out->set_group(group.first);
        out->set_member_count(group.second);
      };
      response->set_next_page_token(pager->ShowPage(found, show, [](const auto& group) { return group.first; }));
      return absl::OkStatus();
    });
  }

  grpc::Status ListMembers(grpc::ServerContext* context, const v1::ListMembersRequest* request,
                           v1::ListMembersResponse* response) override {
    constexpr std::string_view kMethod = "usher.v1.AccessService/ListMembers";
    return Handle(*backend_.door, *context, kMethod, WorkKind::kQuery, [&](const Visit& visit) -> absl::Status {
      if (absl::Status status = acl::ValidateGroup(request->group()); !status.ok()) return AtField(status, "group");
      auto pager = Pager::Open(backend_.tokens, visit.caller, kMethod, request->group(), request->page_size(),
                               request->page_token());
      if (!pager.ok()) return pager.status();
      const auto found =
          backend_.corpus->ListMembers(visit.caller.tenant(), request->group(), pager->after(), pager->limit());
      response->set_next_page_token(pager->ShowPage(
          found, [&](const std::string& member) { response->add_members(member); },
          [](const std::string& member) { return member; }));
      return absl::OkStatus();
    });
  }

  grpc::Status SetPolicies(grpc::ServerContext* context, const v1::SetPoliciesRequest* request,
                           v1::SetPoliciesResponse* response) override {
    constexpr std::string_view kMethod = "usher.v1.AccessService/SetPolicies";
    return Handle(*backend_.door, *context, kMethod, WorkKind::kWrite, [&](const Visit& visit) -> absl::Status {
      auto write = WriteContextOf(visit.caller, kMethod, request->request_id(), *request);
      if (!write.ok()) return write.status();
      auto updates = UpdatesFromProto(*request);
      if (!updates.ok()) return updates.status();
      auto result = backend_.corpus->SetPolicies(*write, *updates, "");
      if (!result.ok()) return result.status();
      response->set_revision_token(backend_.tokens->RevisionToken(result->revision));
      return absl::OkStatus();
    });
  }

  grpc::Status GetPolicy(grpc::ServerContext* context, const v1::GetPolicyRequest* request,
                         v1::GetPolicyResponse* response) override {
    constexpr std::string_view kMethod = "usher.v1.AccessService/GetPolicy";
    return Handle(*backend_.door, *context, kMethod, WorkKind::kQuery, [&](const Visit& visit) -> absl::Status {
      auto node = corpus::ParseNodeName(request->resource());
      if (!node.ok()) return AtField(node.status(), "resource");
      auto policy = backend_.corpus->GetPolicy(visit.caller.tenant(), *node);
      if (!policy.ok()) return policy.status();
      *response->mutable_policy() = ToProto(policy->policy);
      response->set_etag(backend_.tokens->RevisionToken(policy->revision));
      return absl::OkStatus();
    });
  }

  grpc::Status Check(grpc::ServerContext* context, const v1::CheckRequest* request,
                     v1::CheckResponse* response) override {
    constexpr std::string_view kMethod = "usher.v1.AccessService/Check";
    return Handle(*backend_.door, *context, kMethod, WorkKind::kQuery, [&](const Visit& visit) -> absl::Status {
      auto question = QuestionFromProto(*request, visit.caller.principal());
      if (!question.ok()) return question.status();
      // What others may read is for those who manage rules.
      constexpr std::string_view kAboutOthers = "usher.v1.AccessService/Explain";
      if (question->principal != visit.caller.principal()) {
        if (absl::Status status = auth::Authorize(visit.caller, kAboutOthers); !status.ok()) return status;
      }
      // Taken first: the verdict reflects at least this.
      const acl::Revision revision = backend_.corpus->revision();
      auto allowed = backend_.corpus->Check(visit.caller.tenant(), question->principal, question->node);
      if (!allowed.ok()) return allowed.status();
      response->set_allowed(*allowed);
      response->set_revision_token(backend_.tokens->RevisionToken(revision));
      return absl::OkStatus();
    });
  }

  grpc::Status Explain(grpc::ServerContext* context, const v1::ExplainRequest* request,
                       v1::ExplainResponse* response) override {
    constexpr std::string_view kMethod = "usher.v1.AccessService/Explain";
    return Handle(*backend_.door, *context, kMethod, WorkKind::kQuery, [&](const Visit& visit) -> absl::Status {
      auto question = QuestionFromProto(*request, visit.caller.principal());
      if (!question.ok()) return question.status();
      const acl::Revision revision = backend_.corpus->revision();
      auto explanation = backend_.corpus->Explain(visit.caller.tenant(), question->principal, question->node);
      if (!explanation.ok()) return explanation.status();
      *response = ToProto(*explanation);
      response->set_revision_token(backend_.tokens->RevisionToken(revision));
      return absl::OkStatus();
    });
  }

 private:
  struct Question {
    std::string principal;
    corpus::NodeName node;
  };

  // Check and Explain ask with the same fields.
  template <typename Request>
  absl::StatusOr<Question> QuestionFromProto(const Request& request, const std::string& self) const {
    Question question;
    question.principal = request.principal().empty() ? self : request.principal();
    if (absl::Status status = acl::ValidatePrincipal(question.principal); !status.ok()) {
      return AtField(status, "principal");
    }
    auto node = corpus::ParseNodeName(request.resource());
    if (!node.ok()) return AtField(node.status(), "resource");
    question.node = *std::move(node);
    auto at_least = FromProto(request.consistency(), *backend_.tokens);
    if (!at_least.ok()) return at_least.status();
    if (*at_least && **at_least > backend_.corpus->revision()) {
      return AtField(absl::InvalidArgumentError("the revision token is newer than anything in this store"),
                     "consistency.at_least_as_fresh");
    }
    return question;
  }

  absl::StatusOr<std::vector<corpus::PolicyUpdate>> UpdatesFromProto(const v1::SetPoliciesRequest& request) const {
    if (request.updates().empty() || request.updates_size() > kMaxUpdates) {
      return AtField(absl::InvalidArgumentError(absl::StrCat("must hold 1 to ", kMaxUpdates, " updates")), "updates");
    }
    std::vector<corpus::PolicyUpdate> updates;
    absl::flat_hash_set<std::string> seen;
    for (int i = 0; i < request.updates_size(); ++i) {
      const v1::PolicyUpdate& message = request.updates(i);
      const std::string field = absl::StrCat("updates[", i, "]");
      corpus::PolicyUpdate update;
      auto node = corpus::ParseNodeName(message.resource());
      if (!node.ok()) return AtField(node.status(), absl::StrCat(field, ".resource"));
      if (!seen.insert(message.resource()).second) {
        return AtField(absl::InvalidArgumentError("is in the request twice"), absl::StrCat(field, ".resource"));
      }
      update.node = *std::move(node);
      auto policy = FromProto(message.policy());
      if (!policy.ok()) {
        return AtField(policy.status(),
                       absl::StrCat(field, ".", DetailOf(policy.status(), kFieldDetail).value_or("policy")));
      }
      update.policy = *std::move(policy);
      if (!message.etag().empty()) {
        auto revision = backend_.tokens->ParseRevisionToken(message.etag());
        if (!revision.ok()) return AtField(revision.status(), absl::StrCat(field, ".etag"));
        update.expected_revision = *revision;
      }
      updates.push_back(std::move(update));
    }
    return updates;
  }

  const Backend backend_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeAccessService(const Backend& backend) {
  return std::make_unique<AccessService>(backend);
}

}  // namespace usher::rpc
