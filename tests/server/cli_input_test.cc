// What the command line reads: documents, lines, archives, keys, rules.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>

#include "server/cli/exit_code.h"
#include "server/cli/ingest/batch.h"
#include "server/cli/ingest/document_file.h"
#include "server/cli/ingest/document_line.h"
#include "server/cli/ingest/file_walk.h"
#include "server/cli/ingest/gunzip.h"
#include "server/cli/key_file.h"
#include "server/cli/rule_edit.h"

namespace usher::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::HasSubstr;

constexpr char kCollection[] = "collections/c";

class FilesTest : public ::testing::Test {
 protected:
  FilesTest() {
    std::string pattern = ::testing::TempDir() + "/cli_input_XXXXXX";
    root_ = mkdtemp(pattern.data());
  }
  ~FilesTest() override { fs::remove_all(root_); }

  std::string Write(const std::string& name, const std::string& text) {
    const fs::path path = root_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }

  fs::path root_;
};

std::string Gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 32, '\0');
  std::string in = text;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST(GunzipTest, UnpacksUpToTheBoundAndNotAByteMore) {
  const std::string text(1 << 20, 'x');
  EXPECT_EQ(*Gunzip(Gzip(text), text.size()), text);
  EXPECT_TRUE(absl::IsInvalidArgument(Gunzip(Gzip(text), text.size() - 1).status()));
}

TEST(GunzipTest, DamagedArchivesAreRefused) {
  const std::string packed = Gzip("some text");
  EXPECT_FALSE(Gunzip(packed.substr(0, packed.size() - 1), 100).ok());
  EXPECT_FALSE(Gunzip(packed + "x", 100).ok());
  EXPECT_FALSE(Gunzip("not gzip", 100).ok());
  EXPECT_FALSE(Gunzip("", 100).ok());
}

TEST_F(FilesTest, ADirectoryGivesItsTextFilesByRelativePathAndFollowsNoLinks) {
  Write("b/z.md", "z");
  Write("a.txt", "a");
  Write("picture.png", "p");
  Write("data.jsonl", "{}");
  fs::create_symlink("/etc/hosts", root_ / "link.txt");
  auto list = FindFiles({root_.string()});
  ASSERT_TRUE(list.ok()) << list.status();
  ASSERT_EQ(list->files.size(), 2u);
  EXPECT_EQ(list->files[0].id, "a.txt");
  EXPECT_EQ(list->files[1].id, "b/z.md");
  EXPECT_EQ(list->other_files, 2u);
  EXPECT_EQ(list->symbolic_links, 1u);
}

TEST_F(FilesTest, TwoFilesForOneDocumentAreRefused) {
  const std::string one = Write("one/a.md", "1");
  const std::string two = Write("two/a.md", "2");
  EXPECT_EQ(ExitCodeOf(FindFiles({one, two}).status()), ExitCode::kUsage);
}

TEST_F(FilesTest, PathsThatAreMissingOrOfAnotherKindAreRefused) {
  EXPECT_FALSE(FindFiles({(root_ / "none").string()}).ok());
  EXPECT_FALSE(FindFiles({Write("a.png", "x")}).ok());
}

TEST_F(FilesTest, TheExtensionGivesTheFormatAlsoWhenPacked) {
  auto document = DocumentFromFile(Write("a.html.gz", Gzip("<p>x")), kCollection, "a.html.gz");
  ASSERT_TRUE(document.ok()) << document.status();
  EXPECT_EQ(document->at("name"), "collections/c/documents/a.html.gz");
  EXPECT_EQ(document->at("source"), json({{"text", "<p>x"}, {"format", "TEXT_FORMAT_HTML"}}));
}

TEST_F(FilesTest, FilesThatAreNoTextAreRefused) {
  EXPECT_FALSE(DocumentFromFile(Write("a.md", ""), kCollection, "a").ok());
  EXPECT_FALSE(DocumentFromFile(Write("a.md", "\xff"), kCollection, "a").ok());
  EXPECT_FALSE(DocumentFromFile(Write("a.md", std::string((8 << 20) + 1, 'x')), kCollection, "a").ok());
}

TEST_F(FilesTest, AKeyIsReadWithoutTheSpaceAroundItAndLooseModesAreSeen) {
  const std::string path = Write("key", " abc\n");
  chmod(path.c_str(), 0600);
  EXPECT_EQ(ReadKeyFile(path)->key, "abc");
  EXPECT_FALSE(ReadKeyFile(path)->readable_by_others);
  chmod(path.c_str(), 0640);
  EXPECT_TRUE(ReadKeyFile(path)->readable_by_others);
}

TEST_F(FilesTest, WhatHoldsNoKeyIsRefused) {
  EXPECT_FALSE(ReadKeyFile(Write("empty", "\n")).ok());
  EXPECT_FALSE(ReadKeyFile(Write("long", std::string(5000, 'k'))).ok());
  EXPECT_FALSE(ReadKeyFile(root_.string()).ok());
  EXPECT_FALSE(ReadKeyFile((root_ / "none").string()).ok());
}

TEST(DocumentLineTest, TextBecomesSourceWithPolicyAndMetadata) {
  auto document = DocumentFromLine(json::parse(R"({"id": "a", "title": "T", "text": "x", "format": "markdown",
      "metadata": {"n": 1}, "policy": {"inheritance": "replace", "rules": [{"effect": "allow", "subjects": ["group:g"]}]}})"),
                                   kCollection);
  ASSERT_TRUE(document.ok()) << document.status();
  EXPECT_EQ(*document, json::parse(R"({"name": "collections/c/documents/a", "title": "T", "metadata": {"n": 1},
      "source": {"text": "x", "format": "TEXT_FORMAT_MARKDOWN"},
      "policy": {"inheritance": "INHERITANCE_REPLACE", "rules": [{"effect": "EFFECT_ALLOW", "subjects": ["group:g"]}]}})"));
}

TEST(DocumentLineTest, TextWithAVectorBecomesOneReadyChunk) {
  auto document = DocumentFromLine(json::parse(R"({"id": "a", "text": "x", "vector": [1, 0.5]})"), kCollection);
  ASSERT_TRUE(document.ok()) << document.status();
  EXPECT_EQ(document->at("chunks"), json::parse(R"({"chunks": [{"text": "x", "vector": {"values": [1, 0.5]}}]})"));
}

TEST(DocumentLineTest, AMisspeltPolicyNeverPublishesADocument) {
  auto document = DocumentFromLine(json::parse(R"({"id": "a", "text": "x", "polcy": {}})"), kCollection);
  ASSERT_TRUE(absl::IsInvalidArgument(document.status()));
  EXPECT_THAT(std::string(document.status().message()), HasSubstr("`polcy`"));
}

TEST(DocumentLineTest, LinesThatSayTooLittleOrTooMuchAreRefused) {
  for (const char* line :
       {R"({"text": "x"})", R"({"id": "", "text": "x"})", R"({"id": 1, "text": "x"})", R"({"id": "a"})",
        R"({"id": "a", "text": "x", "chunks": []})", R"({"id": "a", "vector": [1]})",
        R"({"id": "a", "text": "x", "vector": [1], "format": "html"})", R"({"id": "a", "text": "x", "format": "pdf"})",
        R"({"id": "a", "text": "x", "vector": "v"})", R"({"id": "a", "chunks": [{"vector": [1]}]})",
        R"({"id": "a", "text": "x", "policy": {"rules": [{"effect": "allow"}]}})",
        R"({"id": "a", "text": "x", "policy": {"rules": [{"effect": "permit", "subjects": ["everyone"]}]}})",
        R"({"id": "a", "text": "x", "policy": {"rules": [{"effect": "deny", "subjects": ["u"], "expires": "x"}]}})",
        R"({"id": "a", "text": "x", "policy": {"inheritance": "none"}})",
        R"({"id": "a", "text": "x", "policy": []})"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(DocumentFromLine(json::parse(line), kCollection).status())) << line;
  }
}

BatchItem Item(const std::string& text) {
  return {.document = {{"name", "n"}, {"source", {{"text", text}}}}, .where = "w", .source_bytes = 0};
}

TEST(BatcherTest, ABatchClosesAtTwoHundredDocumentsOrTwoMebibytes) {
  Batcher by_count;
  for (int i = 0; i < 200; ++i) EXPECT_FALSE(by_count.Add(Item("x")));
  EXPECT_EQ(by_count.Add(Item("x"))->size(), 200u);
  EXPECT_EQ(by_count.Take().size(), 1u);
  Batcher by_size;
  EXPECT_FALSE(by_size.Add(Item(std::string(3 << 20, 'x'))));
  EXPECT_EQ(by_size.Add(Item("x"))->size(), 1u);
}

TEST(BatcherTest, ABatchNeverHoldsMoreChunksThanARequestMay) {
  const json chunks = {{"chunks", json(6000, {{"text", "x"}})}};
  const BatchItem item{.document = {{"name", "n"}, {"chunks", chunks}}, .where = "w", .source_bytes = 0};
  Batcher batcher;
  EXPECT_FALSE(batcher.Add(item));
  EXPECT_EQ(batcher.Add(item)->size(), 1u);
}

TEST(RequestIdTest, IsTheSameForTheSameContentOfOneRunOnly) {
  const auto id = [](const char* run, const char* text) {
    return ToRequest(kCollection, run, {Item(text)}).at("request_id").get<std::string>();
  };
  EXPECT_EQ(id("run", "text"), id("run", "text"));
  EXPECT_NE(id("run", "text"), id("run", "other"));
  EXPECT_NE(id("run", "text"), id("later", "text"));
}

TEST(RuleEditTest, ARelativeExpiryIsCountedFromNow) {
  RuleOptions options;
  options.allow = {"user:ann"};
  options.duration = "2h";
  auto policy = MakePolicy(options, absl::FromUnixSeconds(1800000000));
  ASSERT_TRUE(policy.ok()) << policy.status();
  EXPECT_EQ(policy->at("rules").at(0).at("expire_time"), "2027-01-15T10:00:00.000Z");
}

TEST(RuleEditTest, AnExpiryThatIsPastOrUnreadableIsWrongUsage) {
  RuleOptions options;
  options.allow = {"user:ann"};
  for (const char* expires : {"2001-01-01T00:00:00Z", "tomorrow", "2027-01-01"}) {
    options.expires = expires;
    EXPECT_EQ(ExitCodeOf(MakePolicy(options, absl::FromUnixSeconds(1800000000)).status()), ExitCode::kUsage) << expires;
  }
  options.expires = "";
  options.duration = "-1h";
  EXPECT_EQ(ExitCodeOf(MakePolicy(options, absl::FromUnixSeconds(1800000000)).status()), ExitCode::kUsage);
}

json PolicyOf(const char* inheritance, std::vector<std::string> allowed) {
  return {{"inheritance", inheritance}, {"rules", {{{"effect", "EFFECT_ALLOW"}, {"subjects", std::move(allowed)}}}}};
}

TEST(RuleEditTest, RemovingTheLastAllowRuleNeverAdmitsTheParentsReaders) {
  json policy = PolicyOf("INHERITANCE_UNSPECIFIED", {"user:ann"});
  RuleOptions options;
  options.allow = {"user:ann"};
  ASSERT_TRUE(RemoveSubjects(options, policy).ok());
  EXPECT_EQ(policy, json({{"inheritance", "INHERITANCE_REPLACE"}, {"rules", json::array()}}));
}

TEST(RuleEditTest, RemovingKeepsTheOtherSubjectsOfARule) {
  json policy = PolicyOf("INHERITANCE_RESTRICT", {"user:ann", "user:bob"});
  RuleOptions options;
  options.allow = {"user:ann"};
  ASSERT_TRUE(RemoveSubjects(options, policy).ok());
  EXPECT_EQ(policy, PolicyOf("INHERITANCE_RESTRICT", {"user:bob"}));
}

TEST(RuleEditTest, RemovingSomebodyWhoIsNotNamedIsToldAndChangesNothing) {
  json policy = PolicyOf("INHERITANCE_REPLACE", {"user:ann"});
  const json before = policy;
  RuleOptions options;
  options.deny = {"user:ann"};
  EXPECT_TRUE(absl::IsNotFound(RemoveSubjects(options, policy)));
  EXPECT_EQ(policy, before);
}

}  // namespace
}  // namespace usher::cli
