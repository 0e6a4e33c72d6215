// What the readers of `usher import` make of files, and what they refuse.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "server/cli/import/csv.h"
#include "server/cli/import/formats.h"
#include "server/cli/import/picture.h"

namespace usher::cli {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

std::string Data(const std::string& name) { return std::string(USHER_TEST_DATA) + "/" + name; }

// A file that goes with the test.
class File {
 public:
  explicit File(const std::string& text) {
    std::string pattern = ::testing::TempDir() + "/import_XXXXXX";
    close(mkstemp(pattern.data()));
    path_ = pattern;
    std::ofstream(path_, std::ios::binary) << text;
  }
  ~File() { std::filesystem::remove(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string MessageOf(const absl::Status& status) {
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  return std::string(status.message());
}

// The one part of a small picture.
json PartOf(const Picture& picture) {
  const auto parts = picture.Parts();
  EXPECT_TRUE(parts.ok()) << parts.status();
  EXPECT_EQ(parts->size(), 1u);
  return parts->front();
}

TEST(CsvTest, QuotedFieldsMayHoldCommasQuotesAndLineBreaks) {
  const auto records = ParseCsv("f",
                                "\xef\xbb\xbf"
                                "a,b\r\n\"x, \"\"y\"\"\",\"two\nlines\"\n\nlast,\n");
  ASSERT_TRUE(records.ok()) << records.status();
  ASSERT_EQ(records->size(), 3u);
  EXPECT_THAT((*records)[0].fields, ElementsAre("a", "b"));
  EXPECT_THAT((*records)[1].fields, ElementsAre("x, \"y\"", "two\nlines"));
  EXPECT_THAT((*records)[2].fields, ElementsAre("last", ""));
  EXPECT_EQ((*records)[2].line, 5u);
}

TEST(CsvTest, WhatCouldBeReadInTwoWaysIsRefusedByLine) {
  EXPECT_THAT(MessageOf(ParseCsv("f", "a,b\nx\n").status()), HasSubstr("f:2: has 1 fields, the header has 2"));
  EXPECT_THAT(MessageOf(ParseCsv("f", "a,b\nx,y\"z\n").status()), HasSubstr("f:2: a quote stands inside"));
  EXPECT_THAT(MessageOf(ParseCsv("f", "a,b\n\"x\"y,z\n").status()), HasSubstr("f:2: text follows a closing quote"));
  EXPECT_THAT(MessageOf(ParseCsv("f", "a,b\nx,\"y\n").status()), HasSubstr("f:2: a quoted field does not end"));
  EXPECT_THAT(MessageOf(ParseCsv("f", "a\rb\n").status()), HasSubstr("f:1: a carriage return"));
}

TEST(CsvPictureTest, MembershipsBelongToTheSourceAndAreSaidOnce) {
  Picture picture("okta");
  ASSERT_TRUE(ReadCsvPicture(Data("members.csv"), picture).ok());
  EXPECT_THAT(picture.memberships(),
              ElementsAre(Pair("group:okta/eng", "group:okta/ops"), Pair("group:okta/eng", "user:anne@example.com"),
                          Pair("group:okta/ops", "service:deploy,bot")));
}

TEST(CsvPictureTest, AllLinesOfAResourceMakeItsPolicy) {
  Picture picture("okta");
  const auto read = ReadCsvPicture(Data("rules.csv"), picture);
  ASSERT_TRUE(read.ok()) << read;
  const json policies = PartOf(picture).at("policies");
  ASSERT_EQ(policies.size(), 3u);
  EXPECT_EQ(policies.at(0).at("resource"), "collections/handbook");
  EXPECT_EQ(policies.at(0).at("policy").at("rules"),
            json({{{"effect", "EFFECT_ALLOW"}, {"subjects", {"group:okta/eng"}}},
                  {{"effect", "EFFECT_DENY"}, {"subjects", {"user:mallory"}}}}));
  EXPECT_EQ(policies.at(2).at("resource"), "collections/handbook/folders/hr");
  EXPECT_EQ(policies.at(2).at("policy").at("rules").at(0).at("expire_time"), "2099-01-31T18:00:00Z");
}

TEST(CsvPictureTest, BadLinesAreNamed) {
  const auto refusal = [](const std::string& text) {
    Picture picture("okta");
    const File file(text);
    return MessageOf(ReadCsvPicture(file.path(), picture));
  };
  EXPECT_THAT(refusal("member,group\n"), HasSubstr(":1: the header is `member,group`"));
  EXPECT_THAT(refusal(""), HasSubstr(":1: the header is ``"));
  EXPECT_THAT(refusal("group,member\neng,anne\n"), HasSubstr(":2: `anne` cannot be in a group"));
  EXPECT_THAT(refusal("group,member\neng,everyone\n"), HasSubstr(":2: `everyone` cannot be in a group"));
  EXPECT_THAT(refusal("group,member\ngroup:ldap/eng,user:anne\n"), HasSubstr("is no group of this source"));
  const std::string rules = "resource,effect,subject\n";
  EXPECT_THAT(refusal(rules + "handbook,Allow,user:anne\n"), HasSubstr("is neither allow nor deny"));
  EXPECT_THAT(refusal(rules + "handbook,allow,anne\n"), HasSubstr("`anne` is no subject"));
  EXPECT_THAT(refusal(rules + "handbook/a#1,allow,user:anne\n"), HasSubstr("is a chunk"));
  EXPECT_THAT(refusal("resource,effect,subject,not_before,expire_time\nhandbook,deny,user:a,,soon\n"),
              HasSubstr(":2: `soon` is not a time"));
}

TEST(JsonlPictureTest, LinesAreMembershipsOrWholePolicies) {
  Picture picture("okta");
  const auto read = ReadJsonlPicture(Data("picture.jsonl"), picture);
  ASSERT_TRUE(read.ok()) << read;
  EXPECT_EQ(picture.memberships().size(), 2u);
  const json update = PartOf(picture).at("policies").at(0);
  EXPECT_EQ(update.at("resource"), "collections/handbook/folders/hr");
  EXPECT_EQ(update.at("policy").at("label").at("level"), 2);
}

TEST(JsonlPictureTest, BadLinesAreNamed) {
  const auto refusal = [](const std::string& text) {
    Picture picture("okta");
    const File file(text);
    return MessageOf(ReadJsonlPicture(file.path(), picture));
  };
  EXPECT_THAT(refusal(R"({"group": "eng", "members": ["user:anne"]})"), HasSubstr(":1: write exactly"));
  EXPECT_THAT(refusal(R"({"resource": "docs", "policy": {"owners": ["user:anne"]}})"), HasSubstr("`owners`"));
  EXPECT_THAT(refusal("{\"resource\": \"docs\", \"policy\": {}}\n{\"resource\": \"docs\", \"policy\": {}}"),
              HasSubstr(":2: collections/docs has a second policy"));
}

TEST(PictureTest, APolicyThatDoesNotFitTheApiIsRefusedBeforeAnythingIsSent) {
  Picture picture("okta");
  ASSERT_TRUE(picture.AddPolicy("collections/docs", {{"rulez", json::array()}}).ok());
  EXPECT_THAT(MessageOf(picture.Parts().status()), HasSubstr("collections/docs: "));
}

TEST(PictureTest, PartsHoldAtMostTenThousandEntriesAndFourMebibytes) {
  Picture picture("okta");
  for (int i = 0; i < 10001; ++i) {
    ASSERT_TRUE(picture.AddMembership("group:okta/g", "user:" + std::to_string(i)).ok());
  }
  const auto parts = picture.Parts();
  ASSERT_TRUE(parts.ok());
  ASSERT_EQ(parts->size(), 2u);
  EXPECT_EQ(parts->at(0).at("memberships").size(), 10000u);
  EXPECT_EQ(parts->at(1).at("part"), 1);

  Picture large("okta");
  const std::string id(200000, 'x');
  for (int i = 0; i < 41; ++i) ASSERT_TRUE(large.AddMembership("group:okta/g", "user:" + std::to_string(i) + id).ok());
  EXPECT_EQ(large.Parts()->size(), 3u);
}

TEST(PictureTest, AnEmptyPictureStillHasOnePart) { EXPECT_EQ(Picture("okta").Parts()->size(), 1u); }

}  // namespace
}  // namespace usher::cli
