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
#include "usher/v1/retrieval.pb.h"

namespace usher::auth {
namespace {

std::vector<std::string> MethodsOfTheApi() {
  std::vector<std::string> methods;
  for (const google::protobuf::FileDescriptor* file :
       {v1::SearchRequest::descriptor()->file(), v1::UpsertDocumentsRequest::descriptor()->file(),
        v1::CheckRequest::descriptor()->file(), v1::CreateApiKeyRequest::descriptor()->file()}) {
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

TEST(MethodTableTest, WhatManagesIsNotForReaders) {
  RoleSet reader;
  reader.Add(Role::kReader);
  std::vector<std::string> open;
  for (const MethodAccess& access : MethodTable()) {
    if (MayCall(access.method, reader)) open.emplace_back(access.method);
  }
  EXPECT_THAT(open,
              testing::UnorderedElementsAre("usher.v1.RetrievalService/Search", "usher.v1.RetrievalService/GetChunks",
                                            "usher.v1.AccessService/Check", "usher.v1.AdminService/GetServerInfo"));
}

TEST(RoleNamesTest, EveryRoleIsReadBackFromItsName) {
  for (const Role role : AllRoles()) EXPECT_EQ(ParseRole(RoleName(role)), role);
  EXPECT_EQ(ParseRole("Reader"), std::nullopt);
  EXPECT_EQ(ParseRole(""), std::nullopt);
}

}  // namespace
}  // namespace usher::auth
