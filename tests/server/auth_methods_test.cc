// The table of roles against the API itself: no RPC without an entry, no entry without an RPC.
#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/auth/roles.h"
#include "usher/v1/access.pb.h"
#include "usher/v1/admin.pb.h"
#include "usher/v1/corpus.pb.h"
#include "usher/v1/guard.pb.h"
#include "usher/v1/retrieval.pb.h"
#include "usher/v1/sync.pb.h"

namespace usher::auth {
namespace {

std::vector<std::string> MethodsOfTheApi() {
  std::vector<std::string> methods;
  for (const google::protobuf::FileDescriptor* file :
       {v1::SearchRequest::descriptor()->file(), v1::UpsertDocumentsRequest::descriptor()->file(),
        v1::UpdateMembersRequest::descriptor()->file(), v1::CreateApiKeyRequest::descriptor()->file(),
        v1::Source::descriptor()->file(), v1::InspectRequest::descriptor()->file()}) {
    for (int s = 0; s < file->service_count(); ++s) {
      const google::protobuf::ServiceDescriptor* service = file->service(s);
      for (int m = 0; m < service->method_count(); ++m) {
        methods.push_back(service->full_name() + "/" + service->method(m)->name());
      }
    }
  }
  return methods;
}

TEST(MethodTableTest, HoldsEveryRpcOnceAndNothingElse) {
  std::vector<std::string> table;
  for (const MethodAccess& access : MethodTable()) table.emplace_back(access.method);
  EXPECT_THAT(table, testing::UnorderedElementsAreArray(MethodsOfTheApi()));
}

TEST(MethodTableTest, EveryRpcNeedsSomeRole) {
  for (const MethodAccess& access : MethodTable()) {
    EXPECT_FALSE(access.any_of.empty()) << access.method;
    EXPECT_FALSE(MayCall(access.method, RoleSet())) << access.method;
  }
}

std::vector<std::string> OpenTo(Role role) {
  RoleSet roles;
  roles.Add(role);
  std::vector<std::string> open;
  for (const MethodAccess& access : MethodTable()) {
    if (MayCall(access.method, roles)) open.emplace_back(access.method);
  }
  return open;
}

TEST(MethodTableTest, WhatManagesIsNotForReaders) {
  EXPECT_THAT(
      OpenTo(Role::kReader),
      testing::UnorderedElementsAre("usher.v1.RetrievalService/Search", "usher.v1.RetrievalService/BatchSearch",
                                    "usher.v1.RetrievalService/GetChunks", "usher.v1.GuardService/Inspect",
                                    "usher.v1.GuardService/InspectStream", "usher.v1.AccessService/Check",
                                    "usher.v1.AccessService/BatchCheck", "usher.v1.AccessService/ListAccessible",
                                    "usher.v1.AccessService/StreamAccessible", "usher.v1.AdminService/GetServerInfo"));
}

TEST(MethodTableTest, AuditorsLookAndChangeNothing) {
  EXPECT_THAT(OpenTo(Role::kAuditor),
              testing::UnorderedElementsAre("usher.v1.AccessService/Watch", "usher.v1.AccessService/ListBreakGlass",
                                            "usher.v1.AdminService/GetServerInfo"));
}

TEST(MethodTableTest, WhatConcernsTheWholeTenantIsNotForOwners) {
  for (const char* method : {"UpdateMembers", "SetClearances", "ListClearances", "Preview", "Watch",
                             "RequestBreakGlass", "ApproveBreakGlass", "EndBreakGlass", "ListBreakGlass",
                             "GetAccessSettings", "SetAccessSettings", "ListAccessible", "StreamAccessible"}) {
    EXPECT_THAT(OpenTo(Role::kOwner), testing::Not(testing::Contains(std::string("usher.v1.AccessService/") + method)));
  }
  for (const char* method : {"SetSource", "ListSources", "DeleteSource", "ApproveSync"}) {
    EXPECT_THAT(OpenTo(Role::kOwner), testing::Not(testing::Contains(std::string("usher.v1.SyncService/") + method)));
  }
}

TEST(RoleNamesTest, EveryRoleIsReadBackFromItsName) {
  for (const Role role : AllRoles()) EXPECT_EQ(ParseRole(RoleName(role)), role);
  EXPECT_EQ(ParseRole("Reader"), std::nullopt);
  EXPECT_EQ(ParseRole(""), std::nullopt);
}

}  // namespace
}  // namespace usher::auth
