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

}  // namespace
}  // namespace usher::cli
