// Commands that set access up and change it: previews, clearances, grants, sources, imports, settings, keys, the feed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/server/cli_command_fixture.h"

namespace usher::cli {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using usher::testing::CommandTest;
using usher::testing::Result;

class AdminCommandTest : public CommandTest {
 protected:
  // The one request of a method since the test began.
  json Sent(const std::string& method) {
    const auto requests = server_.requests(method);
    EXPECT_EQ(requests.size(), 1u) << method;
    return requests.empty() ? json() : json::parse(requests.front());
  }

  Result ImportCsv() { return Usher({"import", "--source", "okta", "--format", "csv", Data("members.csv")}); }
  static std::string Data(const std::string& name) { return std::string(USHER_TEST_DATA) + "/" + name; }
};

TEST_F(AdminCommandTest, APreviewPutsItsChangesTogether) {
  const std::string policy = Write("hr.yaml",
                                   "inheritance: INHERITANCE_RESTRICT\nlabel: {level: 2}\n"
                                   "rules:\n  - {effect: EFFECT_ALLOW, subjects: [\"group:hr\"]}\n");
  const std::string changes = Write("c.json", R"({"add_members": [{"group": "group:a", "member": "user:x"}]})");
  const std::string queries = Write("q.jsonl", R"({"principal": "user:ann", "collection": "docs", "text": "pay"})");
  const Result result = Usher({"preview",      "--add-member",
                               "eng",          "user:ann",
                               "--add-member", "eng",
                               "user:bob",     "--remove-member",
                               "group:ops",    "user:ann",
                               "--rules",      "docs/hr/=" + policy,
                               "--clearance",  "user:ann=3:nato,crypto",
                               "--changes",    changes,
                               "--queries",    queries,
                               "--collection", "docs"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("no difference for anybody"));
  const json sent = Sent("Preview").at("changes");
  EXPECT_EQ(sent.at("add_members"), json({{{"group", "group:a"}, {"member", "user:x"}},
                                          {{"group", "group:eng"}, {"member", "user:ann"}},
                                          {{"group", "group:eng"}, {"member", "user:bob"}}}));
  EXPECT_EQ(sent.at("remove_members").at(0).at("group"), "group:ops");
  EXPECT_EQ(sent.at("policies").at(0).at("resource"), "collections/docs/folders/hr");
  EXPECT_EQ(sent.at("policies").at(0).at("policy").at("label").at("level"), 2);
  EXPECT_EQ(sent.at("clearances").at(0).at("compartments"), json({"nato", "crypto"}));
  EXPECT_EQ(Sent("Preview").at("queries").at(0).at("collection"), "collections/docs");
}

TEST_F(AdminCommandTest, APreviewShowsWhoGainsAndLosesAndExitsWithThree) {
  server_.Prepare("Preview", R"({"principal_count": 3, "differences": [
      {"principal": "user:alice", "gained_chunks": 12, "gained_documents": ["collections/docs/documents/a"]},
      {"principal": "user:bob", "lost_chunks": 1, "lost_documents": ["collections/docs/documents/b"]}],
      "everyone_else": {"lost_chunks": 2, "lost_documents": ["collections/docs/documents/c"]},
      "queries": [{"appearing": ["collections/docs/documents/a/chunks/1"],
                   "disappearing": ["collections/docs/documents/b/chunks/0"]}]})");
  const std::string queries = Write("q.jsonl", R"({"principal": "user:ann", "collection": "docs", "text": "pay"})");
  const Result result = Usher({"preview", "--add-member", "eng", "user:ann", "--queries", queries});
  EXPECT_EQ(result.code, 3) << result.err;
  EXPECT_EQ(result.out,
            "+ user:alice  gains 12 chunks: docs/a\n"
            "- user:bob  loses 1 chunk: docs/b\n"
            "... and 1 principals more; --principals lists them\n"
            "- everyone else in the tenant  loses 2 chunks: docs/c\n"
            "query 1, user:ann in docs, \"pay\":\n"
            "  + docs/a#1\n"
            "  - docs/b#0\n");
}

TEST_F(AdminCommandTest, APreviewOfNothingOrOfWhatCannotBeReadIsRefused) {
  EXPECT_EQ(Usher({"preview"}).code, 2);
  EXPECT_EQ(Usher({"preview", "--clearance", "user:ann"}).code, 2);
  EXPECT_EQ(Usher({"preview", "--clearance", "user:ann=256"}).code, 2);
  EXPECT_EQ(Usher({"preview", "--rules", "docs"}).code, 2);
  EXPECT_EQ(Usher({"preview", "--changes", Write("c.yaml", "a: [\n")}).code, 1);
  EXPECT_THAT(Usher({"preview", "--changes", Write("d.yaml", "a: 1\na: 2\n")}).err, HasSubstr("d.yaml:2: the key a"));
  EXPECT_THAT(server_.requests("Preview"), IsEmpty());
}

TEST_F(AdminCommandTest, ClearancesAreSetAndListed) {
  EXPECT_EQ(Usher({"clearances", "set", "user:ann=3:nato,crypto", "user:bob=0"}).code, 0);
  EXPECT_EQ(Sent("SetClearances").at("clearances"),
            json({{{"principal", "user:ann"}, {"level", 3}, {"compartments", {"nato", "crypto"}}},
                  {{"principal", "user:bob"}}}));
  server_.Prepare("ListClearances",
                  R"({"clearances": [{"principal": "user:ann", "level": 3, "compartments": ["a", "b"]}]})");
  EXPECT_THAT(Usher({"clearances", "list"}).out, HasSubstr("user:ann       3  a, b"));
  EXPECT_EQ(Usher({"clearances", "set", "user:ann=3:"}).code, 2);
}

TEST_F(AdminCommandTest, ABreakGlassGrantIsRequestedApprovedAndEnded) {
  const std::string grant = R"({"id": "bg-1", "resource": "collections/docs/folders/hr", "principal": "user:ann",
                                "expire_time": "2026-01-01T00:00:00Z", "state": "BREAK_GLASS_STATE_)";
  server_.Prepare("RequestBreakGlass", grant + "REQUESTED\"}");
  const Result requested =
      Usher({"break-glass", "request", "user:ann", "docs/hr/", "--reason", "an outage in payroll", "--for", "2h"});
  EXPECT_EQ(requested.code, 0) << requested.err;
  EXPECT_EQ(requested.out,
            "bg-1: requested, user:ann reads docs/hr/\n"
            "another administrator puts it in force: usher break-glass approve bg-1\n");
  EXPECT_EQ(Sent("RequestBreakGlass").at("duration"), "7200s");
  server_.Prepare("ApproveBreakGlass", grant + "APPROVED\"}");
  EXPECT_THAT(Usher({"break-glass", "approve", "bg-1"}).out, HasSubstr("in force until 2026-01-01T00:00:00Z"));
  server_.Prepare("EndBreakGlass", grant + "ENDED\"}");
  EXPECT_EQ(Usher({"break-glass", "end", "bg-1"}).out, "bg-1: ended, user:ann reads docs/hr/\n");
  server_.Prepare("ListBreakGlass", R"({"grants": [)" + grant + "ENDED\"}]}");
  EXPECT_THAT(Usher({"break-glass", "list"}).out, HasSubstr("bg-1   ended  user:ann   docs/hr/"));
  EXPECT_EQ(Usher({"break-glass", "request", "user:ann", "docs", "--reason", "x", "--for", "30s"}).code, 2);
}

TEST_F(AdminCommandTest, SourcesAreSetListedApprovedAndDeleted) {
  EXPECT_EQ(Usher({"sources", "set", "okta", "--agent", "service:sync", "--max-age", "24h", "--deny-when-stale",
                   "--collection", "docs", "--share-limit", "0"})
                .code,
            0);
  EXPECT_EQ(Sent("SetSource").at("source"), json({{"name", "okta"},
                                                  {"agents", {"service:sync"}},
                                                  {"max_age", "86400s"},
                                                  {"deny_when_stale", true},
                                                  {"collections", {"collections/docs"}},
                                                  {"share_limit", 0}}));
  EXPECT_EQ(Usher({"sources", "set", "okta", "--deny-when-stale"}).code, 2);
  server_.Prepare("ListSources", R"({"sources": [{"name": "hr"}, {"name": "okta", "max_age": "86400s",)"
                                 R"( "held": {"sync_id": "sync-7", "reason": "too much"}}]})");
  const std::string listed = Usher({"sources", "list"}).out;
  EXPECT_THAT(listed, HasSubstr("sync-7: too much"));
  EXPECT_THAT(listed, HasSubstr(" 24h "));
  EXPECT_THAT(listed, HasSubstr(" any "));
  server_.Prepare("ApproveSync", R"({"memberships_removed": 412})");
  EXPECT_THAT(Usher({"sources", "approve", "okta", "sync-7"}).out, HasSubstr("in force now: 0 memberships added, 412"));
  EXPECT_EQ(Usher({"sources", "delete", "okta"}).code, 2);
  EXPECT_EQ(Usher({"sources", "delete", "okta", "--yes"}).code, 0);
  EXPECT_EQ(Sent("DeleteSource").at("name"), "okta");
}

TEST_F(AdminCommandTest, AnImportIsOneSyncThatIsCommittedAsAWhole) {
  server_.Prepare("BeginSync", R"({"sync_id": "sync-7"})");
  server_.Prepare("CommitSync", R"({"memberships_added": 3})");
  const Result result = ImportCsv();
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, "in force now: 3 memberships added, 0 removed, 0 policies changed\n");
  EXPECT_EQ(Sent("PushSync").at("memberships").size(), 3u);
  EXPECT_EQ(Sent("PushSync").at("sync_id"), "sync-7");
  EXPECT_EQ(Sent("CommitSync"), json({{"source", "okta"}, {"sync_id", "sync-7"}, {"parts", 1}}));
}

TEST_F(AdminCommandTest, AHeldImportSaysWhyAndExitsWithThree) {
  server_.Prepare("CommitSync", R"({"held": {"sync_id": "sync-7", "memberships_removed": 412,
                                    "reason": "would remove 412 of 1,000 memberships"}})");
  const Result result = ImportCsv();
  EXPECT_EQ(result.code, 3) << result.err;
  EXPECT_THAT(result.out, HasSubstr("held, nothing has changed: would remove 412"));
  EXPECT_THAT(result.out, HasSubstr("usher sources approve okta sync-7"));
}

TEST_F(AdminCommandTest, APartThatIsLostIsSentAgainAndOneThatIsRefusedEndsTheSync) {
  server_.Prepare("PushSync", "!14 the connection broke");
  EXPECT_EQ(ImportCsv().code, 0);
  EXPECT_EQ(server_.requests("PushSync").size(), 2u);
  server_.Prepare("PushSync", "!3 memberships[0].group: is no group");
  const Result refused = ImportCsv();
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.err, HasSubstr("nothing has changed; the sync was dropped"));
  EXPECT_EQ(server_.requests("AbortSync").size(), 1u);
  EXPECT_EQ(server_.requests("CommitSync").size(), 1u);
}

TEST_F(AdminCommandTest, ACommitWithoutAnAnswerIsNotCalledUndone) {
  server_.Prepare("CommitSync", "!14 the connection broke");
  const Result result = ImportCsv();
  EXPECT_EQ(result.code, 5);
  EXPECT_THAT(result.err, HasSubstr("may be in force"));
  EXPECT_THAT(server_.requests("AbortSync"), IsEmpty());
}

TEST_F(AdminCommandTest, WhatCannotBeMappedIsNeverSentInPart) {
  const std::string path = Write("r.txt", "group:eng#member@user:anne\ndocument:d#viewer@user:a[c]\n");
  const Result result = Usher({"import", "--source", "okta", "--format", "spicedb", "--collection", "docs", path});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("r.txt:2: document:d#viewer@user:a[c]: it has the caveat"));
  EXPECT_THAT(server_.requests("BeginSync"), IsEmpty());
  EXPECT_EQ(Usher({"import", "--source", "okta", "--format", "csv", "--collection", "docs", path}).code, 2);
}

TEST_F(AdminCommandTest, ADryRunNeedsNoServer) {
  const Result result = Usher({"--server", "127.0.0.1:1", "import", "--source", "okta", "--format", "openfga",
                               "--mapping", Data("mapping.yaml"), "--dry-run", Data("openfga_store.fga.yaml")});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, "would send 1 memberships and 2 policies in 1 parts; nothing was sent\n");
}

TEST_F(AdminCommandTest, SettingsThatAreNotNamedStay) {
  server_.Prepare("GetAccessSettings", R"({"claim_sources": ["okta"]})");
  EXPECT_EQ(Usher({"settings", "set", "--require-known-subjects", "true"}).code, 0);
  EXPECT_EQ(Sent("SetAccessSettings").at("settings"),
            json({{"claim_sources", {"okta"}}, {"require_known_subjects", true}}));
  EXPECT_EQ(Usher({"settings", "set"}).code, 2);
  EXPECT_THAT(Usher({"settings", "show"}).out, HasSubstr("count from: no source"));
}

TEST_F(AdminCommandTest, AKeyMayVouchForGroups) {
  server_.Prepare("CreateApiKey", R"({"secret": "the-secret", "api_key": {"principal": "service:x"}})");
  const Result result =
      Usher({"keys", "create", "service:x", "--role", "reader", "--group", "group:okta/a,group:okta/b"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, "the-secret\n");
  EXPECT_EQ(Sent("CreateApiKey").at("groups"), json({"group:okta/a", "group:okta/b"}));
}

TEST_F(AdminCommandTest, WatchPrintsChangesAndWhereToGoOn) {
  server_.Prepare("Watch", R"({"revision_token": "r5", "complete": false, "time": "2026-01-01T00:00:00Z", "changes": [
      {"member_added": {"group": "group:eng", "member": "user:ann"}},
      {"policy_set": {"resource": "collections/docs/folders/hr"}}]})");
  server_.Prepare("Watch", R"({"revision_token": "r6", "complete": true, "time": "2026-01-01T00:00:00Z", "changes": [
      {"deleted": "collections/docs/documents/a"}, {"clearance_set": {"principal": "user:ann", "level": 2}}]})");
  server_.Prepare("Watch", R"({"revision_token": "r7", "complete": false, "changes": [{"sync_committed": "okta"}]})");
  server_.Prepare("Watch", "!14 the server goes down");
  const Result result = Usher({"watch", "--after", "r4"});
  EXPECT_EQ(result.code, 5);
  EXPECT_EQ(result.out,
            "2026-01-01T00:00:00Z  user:ann is now in group:eng\n"
            "2026-01-01T00:00:00Z  docs/hr/ has no policy any more\n"
            "2026-01-01T00:00:00Z  docs/a was deleted\n"
            "2026-01-01T00:00:00Z  user:ann is cleared for level 2\n"
            "  revision r6\n"
            "  a sync of source okta is in force\n");
  EXPECT_THAT(result.err, HasSubstr("usher watch --after r6")) << "r7 is not complete";
  EXPECT_EQ(Sent("Watch").at("after_revision_token"), "r4");
}

TEST_F(AdminCommandTest, WatchPrintsJsonLinesForScripts) {
  server_.Prepare("Watch", R"({"revision_token": "r6", "complete": true})");
  const Result result = Usher({"--json", "watch"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(json::parse(result.out).at("revision_token"), "r6");
}

}  // namespace
}  // namespace usher::cli
