// The fake server's services for access and syncs. Only for cli_fake_*.
#ifndef USHER_TESTS_SERVER_CLI_FAKE_ACCESS_H_
#define USHER_TESTS_SERVER_CLI_FAKE_ACCESS_H_

#include <grpcpp/grpcpp.h>

#include <mutex>

#include "tests/server/cli_fake_state.h"
#include "usher/v1/access.grpc.pb.h"
#include "usher/v1/sync.grpc.pb.h"

namespace usher::testing {

struct FakeAccess final : v1::AccessService::Service {
  grpc::Status Check(grpc::ServerContext* context, const v1::CheckRequest* request,
                     v1::CheckResponse* response) override {
    if (grpc::Status admitted = state->Admit(*context); !admitted.ok()) return admitted;
    state->Record("Check", *request);
    response->set_allowed(request->principal() == "user:ann");
    return state->Answer("Check", *response);
  }

  grpc::Status Explain(grpc::ServerContext* context, const v1::ExplainRequest* request,
                       v1::ExplainResponse* response) override {
    if (grpc::Status admitted = state->Admit(*context); !admitted.ok()) return admitted;
    response->set_summary("denied: " + request->principal() + " is in group:contractors, which the document denies");
    auto* node = response->add_nodes();
    node->set_resource(request->resource());
    node->set_inheritance(v1::INHERITANCE_REPLACE);
    auto* match = node->add_matches();
    match->set_effect(v1::EFFECT_DENY);
    match->set_subject("group:contractors");
    match->set_state(v1::RULE_STATE_IN_FORCE);
    match->add_membership_path(request->principal());
    match->add_membership_path("group:contractors");
    return grpc::Status::OK;
  }

  grpc::Status GetPolicy(grpc::ServerContext* context, const v1::GetPolicyRequest* request,
                         v1::GetPolicyResponse* response) override {
    if (grpc::Status admitted = state->Admit(*context); !admitted.ok()) return admitted;
    state->Record("GetPolicy", *request);
    const std::lock_guard lock(state->mutex);
    *response->mutable_policy() = state->policy;
    response->set_etag(std::to_string(state->version));
    return grpc::Status::OK;
  }

  grpc::Status SetPolicies(grpc::ServerContext* context, const v1::SetPoliciesRequest* request,
                           v1::SetPoliciesResponse* response) override {
    if (grpc::Status admitted = state->Admit(*context); !admitted.ok()) return admitted;
    state->Record("SetPolicies", *request);
    const std::lock_guard lock(state->mutex);
    if (state->interferences > 0) {
      --state->interferences;
      ++state->version;
      auto* rule = state->policy.add_rules();
      rule->set_effect(v1::EFFECT_DENY);
      rule->add_subjects("user:mallory");
    }
    const auto& update = request->updates(0);
    if (!update.etag().empty() && update.etag() != std::to_string(state->version)) {
      return {grpc::StatusCode::ABORTED, "the policy has changed"};
    }
    state->policy = update.policy();
    ++state->version;
    for (const auto& rule : update.policy().rules()) {
      for (const auto& subject : rule.subjects()) {
        if (subject.ends_with("-unknown")) response->add_unknown_subjects(subject);
      }
    }
    return grpc::Status::OK;
  }

  grpc::Status UpdateMembers(grpc::ServerContext* context, const v1::UpdateMembersRequest* request,
                             v1::UpdateMembersResponse*) override {
    if (grpc::Status admitted = state->Admit(*context); !admitted.ok()) return admitted;
    const std::lock_guard lock(state->mutex);
    for (const auto& added : request->add()) state->memberships.push_back(added.group() + " " + added.member());
    return grpc::Status::OK;
  }

  grpc::Status SetClearances(grpc::ServerContext* context, const v1::SetClearancesRequest* request,
                             v1::SetClearancesResponse* response) override {
    return state->Serve(context, "SetClearances", request, response);
  }

  grpc::Status ListClearances(grpc::ServerContext* context, const v1::ListClearancesRequest* request,
                              v1::ListClearancesResponse* response) override {
    return state->Serve(context, "ListClearances", request, response);
  }

  grpc::Status ListFolders(grpc::ServerContext* context, const v1::ListFoldersRequest* request,
                           v1::ListFoldersResponse* response) override {
    return state->Serve(context, "ListFolders", request, response);
  }

  grpc::Status ListReaders(grpc::ServerContext* context, const v1::ListReadersRequest* request,
                           v1::ListReadersResponse* response) override {
    return state->Serve(context, "ListReaders", request, response);
  }

  grpc::Status Preview(grpc::ServerContext* context, const v1::PreviewRequest* request,
                       v1::PreviewResponse* response) override {
    return state->Serve(context, "Preview", request, response);
  }

  grpc::Status RequestBreakGlass(grpc::ServerContext* context, const v1::RequestBreakGlassRequest* request,
                                 v1::BreakGlass* response) override {
    return state->Serve(context, "RequestBreakGlass", request, response);
  }

  grpc::Status ApproveBreakGlass(grpc::ServerContext* context, const v1::ApproveBreakGlassRequest* request,
                                 v1::BreakGlass* response) override {
    return state->Serve(context, "ApproveBreakGlass", request, response);
  }

  grpc::Status EndBreakGlass(grpc::ServerContext* context, const v1::EndBreakGlassRequest* request,
                             v1::BreakGlass* response) override {
    return state->Serve(context, "EndBreakGlass", request, response);
  }

  grpc::Status ListBreakGlass(grpc::ServerContext* context, const v1::ListBreakGlassRequest* request,
                              v1::ListBreakGlassResponse* response) override {
    return state->Serve(context, "ListBreakGlass", request, response);
  }

  grpc::Status GetAccessSettings(grpc::ServerContext* context, const v1::GetAccessSettingsRequest* request,
                                 v1::AccessSettings* response) override {
    return state->Serve(context, "GetAccessSettings", request, response);
  }

  grpc::Status SetAccessSettings(grpc::ServerContext* context, const v1::SetAccessSettingsRequest* request,
                                 v1::AccessSettings* response) override {
    return state->Serve(context, "SetAccessSettings", request, response);
  }

  grpc::Status StreamAccessible(grpc::ServerContext* context, const v1::ListAccessibleRequest* request,
                                grpc::ServerWriter<v1::ListAccessibleResponse>* writer) override {
    return state->Stream(context, "StreamAccessible", request, writer);
  }

  grpc::Status Watch(grpc::ServerContext* context, const v1::WatchRequest* request,
                     grpc::ServerWriter<v1::WatchResponse>* writer) override {
    return state->Stream(context, "Watch", request, writer);
  }

  FakeState* state = nullptr;
};

struct FakeSync final : v1::SyncService::Service {
  grpc::Status SetSource(grpc::ServerContext* context, const v1::SetSourceRequest* request,
                         v1::Source* response) override {
    return state->Serve(context, "SetSource", request, response);
  }

  grpc::Status ListSources(grpc::ServerContext* context, const v1::ListSourcesRequest* request,
                           v1::ListSourcesResponse* response) override {
    return state->Serve(context, "ListSources", request, response);
  }

  grpc::Status DeleteSource(grpc::ServerContext* context, const v1::DeleteSourceRequest* request,
                            v1::DeleteSourceResponse* response) override {
    return state->Serve(context, "DeleteSource", request, response);
  }

  grpc::Status BeginSync(grpc::ServerContext* context, const v1::BeginSyncRequest* request,
                         v1::BeginSyncResponse* response) override {
    return state->Serve(context, "BeginSync", request, response);
  }

  grpc::Status PushSync(grpc::ServerContext* context, const v1::PushSyncRequest* request,
                        v1::PushSyncResponse* response) override {
    return state->Serve(context, "PushSync", request, response);
  }

  grpc::Status CommitSync(grpc::ServerContext* context, const v1::CommitSyncRequest* request,
                          v1::CommitSyncResponse* response) override {
    return state->Serve(context, "CommitSync", request, response);
  }

  grpc::Status AbortSync(grpc::ServerContext* context, const v1::AbortSyncRequest* request,
                         v1::AbortSyncResponse* response) override {
    return state->Serve(context, "AbortSync", request, response);
  }

  grpc::Status ApproveSync(grpc::ServerContext* context, const v1::ApproveSyncRequest* request,
                           v1::CommitSyncResponse* response) override {
    return state->Serve(context, "ApproveSync", request, response);
  }

  FakeState* state = nullptr;
};

}  // namespace usher::testing

#endif  // USHER_TESTS_SERVER_CLI_FAKE_ACCESS_H_
