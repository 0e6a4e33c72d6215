// The program itself, as a process: arguments, exit codes, and what it prints, against a server that is really spoken
// to.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "tests/server/cli_command_fixture.h"

namespace usher::cli {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using usher::testing::CommandTest;
using usher::testing::Result;

TEST_F(CommandTest, StatusShowsWhoTheCallerIs) {
  const Result result = Usher({"status"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("service:tests"));
  EXPECT_THAT(result.out, HasSubstr("reader"));
}

TEST_F(CommandTest, JsonIsTheAnswerOfTheApiAsOneDocument) {
  const Result result = Usher({"--json", "status"});
  EXPECT_EQ(json::parse(result.out).at("version"), "1.2.3");
}

TEST_F(CommandTest, HelpTellsTheExitCodes) {
  const Result result = Usher({"--help"});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.out, HasSubstr("Exit codes: 0"));
}

TEST_F(CommandTest, WrongUsageExitsWithTwo) {
  EXPECT_EQ(Usher({}).code, 2);
  EXPECT_EQ(Usher({"serach", "a", "b"}).code, 2);
  EXPECT_EQ(Usher({"search", "a", "b", "-k", "0"}).code, 2);
  EXPECT_EQ(Usher({"check", "user:ann", "/"}).code, 2);
  EXPECT_EQ(Usher({"--timeout", "soon", "status"}).code, 2);
  EXPECT_EQ(Usher({"--server", "nowhere", "status"}).code, 2);
  EXPECT_EQ(Usher({"rules", "set", "docs"}).code, 2);
  EXPECT_EQ(Usher({"collection", "delete", "docs"}).code, 2);
}

TEST_F(CommandTest, AMissingKeyIsWrongUsageAndAWrongOneIsRefusedUnseen) {
  environment_ = {"USHER_SERVER=" + server_.address()};
  EXPECT_EQ(Usher({"status"}).code, 2);
  environment_.push_back("USHER_API_KEY=another-key");
  const Result result = Usher({"status"});
  EXPECT_EQ(result.code, 4);
  EXPECT_THAT(result.err, Not(HasSubstr("another-key")));
}

TEST_F(CommandTest, AKeyFileThatOthersMayReadIsUsedWithAWarning) {
  environment_ = {"USHER_SERVER=" + server_.address()};
  const std::string path = Write("key", "test-key\n");
  chmod(path.c_str(), 0644);
  const Result loose = Usher({"--key-file", path, "status"});
  EXPECT_EQ(loose.code, 0) << loose.err;
  EXPECT_THAT(loose.err, HasSubstr("chmod 600"));
  chmod(path.c_str(), 0600);
  EXPECT_EQ(Usher({"--key-file", path, "status"}).err, "");
}

TEST_F(CommandTest, AServerThatIsNotThereOrTooSlowExitsWithFive) {
  EXPECT_EQ(Usher({"--server", "127.0.0.1:1", "status"}).code, 5);
  EXPECT_EQ(Usher({"--timeout", "200ms", "search", "slow", "x"}).code, 5);
}

TEST_F(CommandTest, SearchEscapesWhatDocumentsSayAndMarksFindings) {
  const Result result = Usher({"--as", "user:alice", "search", "handbook", "parents"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("\\u{1b}[31mleave \\u{202e} for parents"));
  EXPECT_THAT(result.out, Not(HasSubstr("\x1b")));
  EXPECT_THAT(result.out, HasSubstr("handbook/hr/leave.md#0"));
  EXPECT_THAT(result.out, HasSubstr("! 1: hidden unicode.bidi"));
  EXPECT_THAT(result.out, HasSubstr("! 1: in title: injection instructions.override"));
  EXPECT_EQ(server_.last_principal(), "user:alice");
}

TEST_F(CommandTest, DelimitedOutputHoldsNothingOfADocumentOutsideTheMarks) {
  const Result result = Usher({"search", "handbook", "parents", "--delimited"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, "\\u{1b}[31mleave \\u{202e} for parents\n") << "the text as the server marked it, and no more";
  EXPECT_THAT(result.err, HasSubstr("1: handbook/hr/leave.md#0"));
  EXPECT_THAT(result.err, HasSubstr("! 1: hidden unicode.bidi"));
}

TEST_F(CommandTest, TheDatamarkIsPrintedAsItIsAndOtherCharactersOfPrivateUseAreNot) {
  const Result result = Usher({"search", "handbook", "parents", "--form", "datamarked"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, "\uE001\uE002\\u{1b}[31mleave \uE001\uE002\\u{e003} \uE001\uE002parents\n");
  EXPECT_THAT(result.err, HasSubstr("system prompt: be careful"));
  EXPECT_THAT(result.err, HasSubstr("1: content is curated"));
  EXPECT_THAT(result.err, HasSubstr("1: label: level 2"));
  EXPECT_THAT(result.err, HasSubstr("1: also says so: handbook/copy#0"));
  EXPECT_THAT(result.err, HasSubstr("more is readable"));
}

TEST_F(CommandTest, ErrorsNameTheFieldAndExitWithOne) {
  const Result result = Usher({"search", "broken", "x"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("  vector: has 3 numbers"));
}

TEST_F(CommandTest, ListsArePagedToTheEndOneDocumentALine) {
  const Result result = Usher({"--json", "collection", "list"});
  const size_t end = result.out.find('\n');
  EXPECT_EQ(json::parse(result.out.substr(0, end)).at("name"), "collections/one");
  EXPECT_EQ(json::parse(result.out.substr(end + 1)).at("name"), "collections/two");
}

TEST_F(CommandTest, CheckAnswersWithItsExitCode) {
  EXPECT_EQ(Usher({"check", "user:ann", "docs/a"}).code, 0);
  const Result denied = Usher({"check", "user:bob", "docs/a"});
  EXPECT_EQ(denied.code, 3);
  EXPECT_EQ(denied.out, "denied\n");
}

TEST_F(CommandTest, ExplainDrawsTheWayToTheAnswer) {
  const Result result = Usher({"explain", "user:bob", "docs/a"});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("deny group:contractors  via user:bob → group:contractors"));
}

TEST_F(CommandTest, AddedAndRemovedRulesKeepWhatOthersWroteInBetween) {
  EXPECT_EQ(Usher({"rules", "set", "docs", "--allow", "user:ann,user:bob"}).code, 0);
  server_.Interfere(1);
  EXPECT_EQ(Usher({"rules", "add", "docs", "--deny", "user:eve"}).code, 0);
  EXPECT_EQ(server_.policy(), "allow user:ann user:bob;deny user:mallory;deny user:eve;");
  EXPECT_EQ(Usher({"rules", "remove", "docs", "--allow", "user:ann"}).code, 0);
  EXPECT_EQ(server_.policy(), "allow user:bob;deny user:mallory;deny user:eve;");
  EXPECT_EQ(Usher({"rules", "clear", "docs"}).code, 0);
  EXPECT_EQ(server_.policy(), "");
}

TEST_F(CommandTest, AChangeOfRulesGivesUpWhenOthersAreAlwaysQuicker) {
  server_.Interfere(100);
  EXPECT_EQ(Usher({"rules", "add", "docs", "--allow", "user:ann"}).code, 1);
}

TEST_F(CommandTest, MembershipsAreImportedUpToABadLineThatIsNamed) {
  const std::string good = Write("good.jsonl", R"({"group": "group:g", "member": "user:a"})"
                                               "\n\n"
                                               R"({"group": "group:g", "member": "user:a"})");
  EXPECT_EQ(Usher({"group", "import", good}).code, 0);
  EXPECT_THAT(server_.memberships(), ElementsAre("group:g user:a"));
  const Result bad = Usher({"group", "import", Write("bad.jsonl", "{}\n")});
  EXPECT_EQ(bad.code, 1);
  EXPECT_THAT(bad.err, HasSubstr("bad.jsonl:1: write exactly"));
}

TEST_F(CommandTest, IngestTakesATreeAndLines) {
  Write("tree/a.md", "# A");
  Write("tree/b/c.txt", "C");
  const std::string lines = Write("d.jsonl", R"({"id": "d", "text": "D"})");
  const Result result = Usher({"ingest", "docs", (root_ / "tree").string(), lines});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("3 documents, 6 chunks, 0 findings"));
  EXPECT_EQ(server_.documents().at("collections/docs/documents/b/c.txt"), "C");
  EXPECT_EQ(server_.documents().at("collections/docs/documents/d"), "D");
}

TEST_F(CommandTest, ABadLineStopsTheIngestAndIsNamed) {
  const std::string lines = Write("d.jsonl", R"({"id": "good", "text": "x"})"
                                             "\n{\"id\": \"bad\"}\n"
                                             R"({"id": "later", "text": "x"})");
  const Result stopped = Usher({"ingest", "docs", lines});
  EXPECT_EQ(stopped.code, 1);
  EXPECT_THAT(stopped.err, HasSubstr("d.jsonl:2: give either"));
  EXPECT_THAT(stopped.out, HasSubstr("1 documents"));
  EXPECT_THAT(server_.documents(), SizeIs(1));
  const Result kept_going = Usher({"ingest", "docs", lines, "--keep-going"});
  EXPECT_EQ(kept_going.code, 1);
  EXPECT_THAT(kept_going.out, HasSubstr("1 documents could not be used"));
  EXPECT_THAT(server_.documents(), SizeIs(2));
}

TEST_F(CommandTest, ADocumentThatTheServerRefusesIsNamedByItsLine) {
  const std::string lines = Write("d.jsonl", R"({"id": "a", "text": "x"})"
                                             "\n"
                                             R"({"id": "b", "text": "refuse me"})");
  const Result stopped = Usher({"ingest", "docs", lines});
  EXPECT_EQ(stopped.code, 1);
  EXPECT_THAT(stopped.err, HasSubstr("d.jsonl:2"));
  EXPECT_THAT(server_.documents(), SizeIs(0));
  EXPECT_EQ(Usher({"ingest", "docs", lines, "--keep-going"}).code, 1);
  EXPECT_THAT(server_.documents(), SizeIs(1));
}

TEST_F(CommandTest, ABrokenUploadGoesOnAndCarriesOutEachBatchOnce) {
  std::string lines;
  for (int i = 0; i < 1000; ++i) lines += json({{"id", std::to_string(i)}, {"text", "x"}}).dump() + "\n";
  server_.BreakUploadAt(3);
  const Result result = Usher({"ingest", "docs", Write("d.jsonl", lines)});
  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("1000 documents"));
  EXPECT_EQ(server_.batches_carried_out(), 5);
  EXPECT_EQ(server_.request_ids().at(2), server_.request_ids().at(3));
}

TEST_F(CommandTest, ASecondRunIsCarriedOutAnewUnlessItResumesTheFirst) {
  const std::string lines = Write("d.jsonl", R"({"id": "a", "text": "x"})");
  EXPECT_EQ(Usher({"ingest", "docs", lines, "--resume", "abc"}).code, 0);
  EXPECT_EQ(Usher({"ingest", "docs", lines, "--resume", "abc"}).code, 0);
  EXPECT_EQ(server_.batches_carried_out(), 1);
  EXPECT_EQ(Usher({"ingest", "docs", lines}).code, 0);
  EXPECT_EQ(server_.batches_carried_out(), 2);
}

}  // namespace
}  // namespace usher::cli
