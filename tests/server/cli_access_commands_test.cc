// Commands about who may read what: questions, rules, clearances, grants, sources and settings.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/server/cli_command_fixture.h"

namespace usher::cli {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using usher::testing::CommandTest;
using usher::testing::Result;

class AccessCommandTest : public CommandTest {
 protected:
  // The one request of a method since the test began.
  json Sent(const std::string& method) {
    const auto requests = server_.requests(method);
    EXPECT_EQ(requests.size(), 1u) << method;
    return requests.empty() ? json() : json::parse(requests.front());
  }
};

TEST_F(AccessCommandTest, CheckTakesFoldersChunksAndAPurpose) {
  EXPECT_EQ(Usher({"check", "user:ann", "docs/hr/", "--purpose", "audit"}).code, 0);
  EXPECT_EQ(Usher({"check", "user:bob", "docs/hr/a.md#3"}).code, 3);
  EXPECT_THAT(server_.requests("Check"),
              ElementsAre(R"({"principal":"user:ann","resource":"collections/docs/folders/hr","purpose":"audit"})",
                          R"({"principal":"user:bob","resource":"collections/docs/documents/hr/a.md/chunks/3"})"));
}

TEST_F(AccessCommandTest, CheckWarnsOfRightsThatAreOld) {
  server_.Prepare("Check", R"({"syncs": [{"source": "okta", "stale": true, "denies": true}]})");
  const Result result = Usher({"check", "user:ann", "docs/a"});
  EXPECT_EQ(result.out, "denied\n");
  EXPECT_THAT(result.err, HasSubstr("warning: source okta: no sync yet, stale, so that nobody reads"));
}

TEST_F(AccessCommandTest, WhatCanSeeStreamsNamesOneALine) {
  server_.Prepare("StreamAccessible", R"({"names": ["collections/docs/documents/a", "collections/docs/documents/b"]})");
  server_.Prepare("StreamAccessible", R"({"names": ["collections/docs/documents/c/chunks/0"]})");
  const Result result = Usher({"what-can-see", "user:ann", "docs", "--chunks", "--purpose", "audit"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, "docs/a\ndocs/b\ndocs/c#0\n");
  EXPECT_EQ(Sent("StreamAccessible").at("kind"), "ACCESSIBLE_KIND_CHUNKS");
  EXPECT_EQ(Sent("StreamAccessible").at("purpose"), "audit");
}

TEST_F(AccessCommandTest, WhatCanSeeFailsWhenTheStreamBreaks) {
  server_.Prepare("StreamAccessible", R"({"names": ["collections/docs/documents/a"]})");
  server_.Prepare("StreamAccessible", "!14 the server goes down");
  const Result result = Usher({"what-can-see", "user:ann", "docs"});
  EXPECT_EQ(result.code, 5);
  EXPECT_THAT(result.err, HasSubstr("the server goes down"));
}

TEST_F(AccessCommandTest, WhoCanSeeListsAllPagesAndEveryoneElse) {
  server_.Prepare("ListReaders", R"({"principals": ["user:ann"], "everyone_else": true, "next_page_token": "x"})");
  server_.Prepare("ListReaders", R"({"principals": ["user:bob"], "everyone_else": true})");
  const Result result = Usher({"who-can-see", "docs/hr/"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, "user:ann\nuser:bob\neveryone else in the tenant\n");
  server_.Prepare("ListReaders", R"({"principals": ["user:ann"]})");
  EXPECT_EQ(Usher({"who-can-see", "docs/a"}).out, "user:ann\n");
}

TEST_F(AccessCommandTest, RulesOfAFolderCarryLabelCeilingAndOwners) {
  const Result set = Usher({"rules", "set", "docs/hr/", "--allow", "group:hr", "--restrict", "--level", "3",
                            "--purpose", "audit,tax", "--ceiling", "group:staff", "--owner", "user:ann"});
  EXPECT_EQ(set.code, 0) << set.err;
  const json policy = Sent("SetPolicies").at("updates").at(0).at("policy");
  EXPECT_EQ(Sent("SetPolicies").at("updates").at(0).at("resource"), "collections/docs/folders/hr");
  EXPECT_EQ(policy.at("label"), json({{"level", 3}, {"purposes", {"audit", "tax"}}}));
  EXPECT_EQ(policy.at("ceiling"), json({"group:staff"}));
  EXPECT_EQ(policy.at("owners"), json({"user:ann"}));
  const Result shown = Usher({"rules", "show", "docs/hr/"});
  EXPECT_THAT(shown.out, HasSubstr("label: level 3, for audit, tax only\nceiling: group:staff\nowners: user:ann\n"));
}

TEST_F(AccessCommandTest, NewRulesKeepTheLabelAndTheCeilingThatAreThere) {
  server_.Prepare("GetServerInfo", R"({"roles": ["ROLE_ADMINISTRATOR"]})");
  EXPECT_EQ(Usher({"rules", "add", "docs", "--level", "2", "--ceiling", "group:staff"}).code, 0);
  EXPECT_EQ(Usher({"rules", "set", "docs", "--allow", "everyone"}).code, 0);
  const json policy = json::parse(server_.requests("SetPolicies").back()).at("updates").at(0).at("policy");
  EXPECT_EQ(policy.at("label").at("level"), 2);
  EXPECT_EQ(policy.at("ceiling"), json({"group:staff"}));
  EXPECT_EQ(Usher({"rules", "clear", "docs", "--all"}).code, 0);
  EXPECT_EQ(json::parse(server_.requests("SetPolicies").back()).at("updates").at(0).at("policy"), json::object());
}

TEST_F(AccessCommandTest, AnOwnerLeavesToTheServerWhatOnlyAdministratorsSet) {
  EXPECT_EQ(Usher({"rules", "add", "docs", "--ceiling", "group:staff"}).code, 0);
  EXPECT_EQ(Usher({"rules", "add", "docs", "--allow", "user:ann"}).code, 0) << "the fake server says: role reader";
  const json policy = json::parse(server_.requests("SetPolicies").back()).at("updates").at(0).at("policy");
  EXPECT_FALSE(policy.contains("ceiling"));
}

TEST_F(AccessCommandTest, TheLastOfACeilingIsNotTakenAwayInPassing) {
  EXPECT_EQ(Usher({"rules", "add", "docs", "--ceiling", "group:staff"}).code, 0);
  const Result last = Usher({"rules", "remove", "docs", "--ceiling", "group:staff"});
  EXPECT_EQ(last.code, 1);
  EXPECT_THAT(last.err, HasSubstr("--no-ceiling"));
  EXPECT_EQ(Usher({"rules", "remove", "docs", "--no-ceiling"}).code, 0);
  EXPECT_FALSE(
      json::parse(server_.requests("SetPolicies").back()).at("updates").at(0).at("policy").contains("ceiling"));
}

TEST_F(AccessCommandTest, SubjectsThatNobodyKnowsAreWarnedOf) {
  const Result result = Usher({"rules", "set", "docs", "--deny", "group:contractros-unknown", "--inherit"});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.err, HasSubstr("warning: no membership and no clearance names group:contractros-unknown"));
}

TEST_F(AccessCommandTest, FoldersWithAPolicyAreListed) {
  server_.Prepare("ListFolders", R"({"folders": [{"name": "collections/docs/folders/hr", "source": "okta",
                                     "policy": {"label": {"level": 1}}}]})");
  const Result result = Usher({"rules", "folders", "docs"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("docs/hr/  no rules; label level 1"));
}

}  // namespace
}  // namespace usher::cli
