// Tuples of OpenFGA and SpiceDB: how they are read, and what a mapping makes of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "absl/time/clock.h"
#include "server/cli/import/formats.h"
#include "server/cli/import/mapping.h"

namespace usher::cli {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

constexpr char kHandbook[] = "collections/handbook";

std::string Data(const std::string& name) { return std::string(USHER_TEST_DATA) + "/" + name; }

class TupleTest : public ::testing::Test {
 protected:
  TupleTest() {
    std::string pattern = ::testing::TempDir() + "/import_tuple_XXXXXX";
    root_ = mkdtemp(pattern.data());
  }
  ~TupleTest() override { std::filesystem::remove_all(root_); }

  std::string Write(const std::string& text) {
    const std::string path = root_ / "file";
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  // What a relationship is refused with; empty when it is not.
  std::string Refusal(const std::string& relationship, const Mapping& mapping = DefaultMapping(kHandbook)) {
    Picture picture("okta");
    const auto tuples = ReadSpiceDb(Write("// first\n" + relationship + "\n"));
    const absl::Status status = tuples.ok() ? AddTuples(*tuples, mapping, absl::Now(), picture) : tuples.status();
    return std::string(status.message());
  }

  std::string OpenFgaRefusal(const std::string& text) {
    const auto tuples = ReadOpenFga(Write(text));
    return std::string(tuples.status().message());
  }

  std::string MappingRefusal(const std::string& text) {
    return std::string(ReadMapping(Write(text)).status().message());
  }

  std::filesystem::path root_;
};

// Subjects of all rules by resource, each rule as its effect and its subjects.
std::map<std::string, std::vector<std::string>> RulesOf(const Picture& picture) {
  std::map<std::string, std::vector<std::string>> rules;
  const auto parts = picture.Parts();
  EXPECT_TRUE(parts.ok()) << parts.status();
  for (const json& update : parts->front().at("policies")) {
    for (const json& rule : update.at("policy").at("rules")) {
      std::string text = rule.at("effect");
      for (const std::string subject : rule.at("subjects")) text += " " + subject;
      if (rule.contains("expire_time")) text += " until " + std::string(rule.at("expire_time"));
      rules[update.at("resource")].push_back(text);
    }
  }
  return rules;
}

TEST_F(TupleTest, AnOpenFgaExportBecomesMembershipsAndRules) {
  const auto tuples = ReadOpenFga(Data("openfga_read.json"));
  ASSERT_TRUE(tuples.ok()) << tuples.status();
  Picture picture("okta");
  const auto added = AddTuples(*tuples, DefaultMapping(kHandbook), absl::Now(), picture);
  ASSERT_TRUE(added.ok()) << added;
  EXPECT_THAT(picture.memberships(),
              ElementsAre(Pair("group:okta/eng", "group:okta/ops"), Pair("group:okta/eng", "user:anne")));
  EXPECT_THAT(RulesOf(picture),
              ElementsAre(Pair("collections/handbook/documents/hr/leave.md",
                               ElementsAre("EFFECT_ALLOW group:okta/eng user:hans")),
                          Pair("collections/handbook/documents/welcome.md", ElementsAre("EFFECT_ALLOW everyone"))));
}

TEST_F(TupleTest, AStoreFileIsReadThroughItsMappingAndItsTestsAreNot) {
  const auto tuples = ReadOpenFga(Data("openfga_store.fga.yaml"));
  ASSERT_TRUE(tuples.ok()) << tuples.status();
  const auto mapping = ReadMapping(Data("mapping.yaml"));
  ASSERT_TRUE(mapping.ok()) << mapping.status();
  Picture picture("okta");
  const auto added = AddTuples(*tuples, *mapping, absl::Now(), picture);
  ASSERT_TRUE(added.ok()) << added;
  EXPECT_THAT(picture.memberships(), ElementsAre(Pair("group:okta/team-eng", "user:anne")));
  EXPECT_THAT(RulesOf(picture),
              ElementsAre(Pair("collections/handbook/documents/leave", ElementsAre("EFFECT_ALLOW group:okta/team-eng")),
                          Pair("collections/handbook/folders/hr", ElementsAre("EFFECT_DENY user:hans"))));
  EXPECT_EQ(picture.Parts()->front().at("policies").at(0).at("policy").at("inheritance"), "INHERITANCE_RESTRICT");
}

TEST_F(TupleTest, AYamlTupleThatIsNotCoveredIsNamedByItsLine) {
  const auto tuples = ReadOpenFga(Data("openfga_store.fga.yaml"));
  ASSERT_TRUE(tuples.ok()) << tuples.status();
  Picture picture("okta");
  const auto added = AddTuples(*tuples, DefaultMapping(kHandbook), absl::Now(), picture);
  EXPECT_THAT(std::string(added.message()),
              HasSubstr("openfga_store.fga.yaml:13: tuple 1: user:anne member team:eng: the mapping says nothing of"));
}

TEST_F(TupleTest, OpenFgaFilesThatAreNotTheWholePictureAreRefused) {
  EXPECT_THAT(OpenFgaRefusal(R"({"continuation_token": "eyJ", "tuples": []})"), HasSubstr("one page of an export"));
  EXPECT_THAT(OpenFgaRefusal("tuple_file: ./other.yaml\n"), HasSubstr("keeps tuples elsewhere"));
  EXPECT_THAT(OpenFgaRefusal("name: x\n"), HasSubstr("has no list `tuples`"));
  EXPECT_THAT(OpenFgaRefusal("tuples: [\n"), HasSubstr("file:"));
}

TEST_F(TupleTest, OpenFgaTuplesWithConditionsOrMissingPartsAreRefusedByName) {
  const std::string ok = R"({"user": "user:a", "relation": "viewer", "object": "document:d"})";
  EXPECT_THAT(OpenFgaRefusal("[" + ok + R"(, {"user": "user:b", "relation": "viewer", "object": "document:d",
                                  "condition": {"name": "in_office", "context": {}}}])"),
              HasSubstr("tuple 2: user:b viewer document:d: it has a condition"));
  EXPECT_THAT(OpenFgaRefusal(R"([{"user": "user:b", "object": "document:d"}])"), HasSubstr("`relation` is missing"));
  EXPECT_THAT(OpenFgaRefusal(R"([{"user": "bob", "relation": "viewer", "object": "document:d"}])"),
              HasSubstr("`bob` is not of the form TYPE:ID"));
  EXPECT_THAT(OpenFgaRefusal("[7]"), HasSubstr("must have `user`"));
  EXPECT_EQ(OpenFgaRefusal("[" + ok + "]"), "");
}

TEST_F(TupleTest, SpiceDbRelationshipsBecomeMembershipsAndRules) {
  const auto tuples = ReadSpiceDb(Data("relationships.txt"));
  ASSERT_TRUE(tuples.ok()) << tuples.status();
  Picture picture("okta");
  const auto added = AddTuples(*tuples, DefaultMapping(kHandbook), absl::Now(), picture);
  ASSERT_TRUE(added.ok()) << added;
  EXPECT_THAT(picture.memberships(),
              ElementsAre(Pair("group:okta/eng", "group:okta/ops"), Pair("group:okta/eng", "user:anne"),
                          Pair("group:okta/ops", "service:deploy-bot")));
  EXPECT_THAT(
      RulesOf(picture),
      ElementsAre(
          Pair("collections/handbook/documents/hr/leave", ElementsAre("EFFECT_ALLOW group:okta/eng user:hans")),
          Pair("collections/handbook/documents/pay", ElementsAre("EFFECT_ALLOW user:anne until 2099-01-01T00:00:00Z")),
          Pair("collections/handbook/documents/welcome", ElementsAre("EFFECT_ALLOW everyone"))))
      << "what has expired already grants nothing";
}

TEST_F(TupleTest, LinesOfAYamlWrapperAreThoseOfTheFile) {
  const auto tuples = ReadSpiceDb(Data("validation.yaml"));
  ASSERT_TRUE(tuples.ok()) << tuples.status();
  ASSERT_EQ(tuples->size(), 2u);
  EXPECT_THAT((*tuples)[0].where, HasSubstr("validation.yaml:7"));
  Picture picture("okta");
  const auto added = AddTuples(*tuples, DefaultMapping(kHandbook), absl::Now(), picture);
  EXPECT_THAT(std::string(added.message()),
              HasSubstr("validation.yaml:9: document:readme#viewer@robot:r2: `robot` is no type of principal"));
}

TEST_F(TupleTest, WhatHasNoMeaningHereIsRefusedByLineAndTuple) {
  EXPECT_THAT(Refusal("document:d#viewer@user:a[office_hours:{\"tz\": 1}]"),
              HasSubstr("file:2: document:d#viewer@user:a[office_hours:{\"tz\": 1}]: it has the caveat [office_hours"));
  EXPECT_THAT(Refusal("document:d#viewer@service:*"), HasSubstr("the only wildcard"));
  EXPECT_THAT(Refusal("group:g#member@user:*"), HasSubstr("cannot hold everyone"));
  EXPECT_THAT(Refusal("document:d#viewer@group:g#admin"), HasSubstr("no membership group#admin"));
  EXPECT_THAT(Refusal("document:d#viewer@group:g"), HasSubstr("`group` is no type of principal"));
  EXPECT_THAT(Refusal("document:d#parent@user:a"), HasSubstr("says nothing of document#parent"));
  EXPECT_THAT(Refusal("folder:f#viewer@user:a"), HasSubstr("says nothing of folder#viewer"));
  EXPECT_THAT(Refusal("group:g#member@user:a[expiration:2099-01-01T00:00:00Z]"), HasSubstr("the membership expires"));
  EXPECT_THAT(Refusal("document:d#viewer@user:a[expiration:soon]"), HasSubstr("`soon` is not a time"));
  EXPECT_THAT(Refusal("document:d/chunks/1#viewer@user:a"), HasSubstr("is a chunk"));
  EXPECT_THAT(Refusal("document:d#viewer@user:a", DefaultMapping("")), HasSubstr("says nothing of document#viewer"));
  for (const char* text :
       {"document:d", "document:d#viewer", "document#viewer@user:a", "document:d#@user:a", "document:d#viewer@user:a#",
        "document:d#viewer@user:a@user:b", "document:*#viewer@user:a", "document:d#viewer@user:a ]"}) {
    EXPECT_THAT(Refusal(text), HasSubstr("file:2: ")) << text;
  }
}

TEST_F(TupleTest, TwoObjectsNeverBecomeOne) {
  Mapping mapping = DefaultMapping(kHandbook);
  mapping.memberships[{"team", "member"}] = "{id}";
  EXPECT_THAT(Refusal("group:eng#member@user:a\nteam:eng#member@user:b", mapping),
              HasSubstr("both group:eng and team:eng would become group:okta/eng"));
  mapping.principals["employee"] = "user";
  EXPECT_THAT(Refusal("document:a#viewer@user:x\ndocument:a#viewer@employee:x", mapping),
              HasSubstr("would become user:x"));
}

TEST_F(TupleTest, AnIdCannotLeadOutOfItsPattern) {
  Mapping mapping = DefaultMapping("");
  mapping.resources[{"space", "viewer"}] = {
      .resource = "collections/{id}", .effect = "EFFECT_ALLOW", .inheritance = ""};
  EXPECT_EQ(Refusal("space:docs#viewer@user:a", mapping), "");
  EXPECT_THAT(Refusal("space:docs/documents/d#viewer@user:a", mapping), HasSubstr("does not name a collection"));
}

TEST_F(TupleTest, AMappingThatCouldBeMisreadIsRefusedByLine) {
  EXPECT_THAT(MappingRefusal("membership: []\n"), HasSubstr("file:1: the key `membership` is not known"));
  EXPECT_THAT(MappingRefusal("memberships:\n  - {type: g, relation: member}\n"),
              HasSubstr("file:2: the key `relation`"));
  EXPECT_THAT(MappingRefusal("memberships:\n  - {type: g}\n"), HasSubstr("`relations` is missing"));
  EXPECT_THAT(MappingRefusal("memberships:\n  - {type: g, relations: [m], group: all}\n"), HasSubstr("{id} once"));
  EXPECT_THAT(MappingRefusal("resources:\n  - {type: d, relations: [v], resource: \"handbook/{id}\"}\n"),
              HasSubstr("`resource` must be"));
  EXPECT_THAT(MappingRefusal("memberships:\n  - {type: g, relations: [m]}\nignored:\n  - {type: g, relations: [m]}\n"),
              HasSubstr("file:4: g#m is both mapped and ignored"));
  EXPECT_THAT(MappingRefusal("principals: {user: group}\n"), HasSubstr("`user` must be user or service"));
  EXPECT_THAT(MappingRefusal("ignored: []\nignored: []\n"), HasSubstr("stands twice"));
}

}  // namespace
}  // namespace usher::cli
