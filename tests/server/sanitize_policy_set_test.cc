// A folder of policies: which one applies, and what happens when files change.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "server/sanitize/policy/policy_set.h"

namespace usher::sanitize {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr char kMasks[] = "version: 1\npersonal_data: {action: mask}\n";
constexpr char kRemoves[] = "version: 1\npersonal_data: {action: remove}\n";
constexpr char kStandsIn[] = "version: 1\npersonal_data: {action: pseudonymise}\n";

class PolicySetTest : public testing::Test {
 protected:
  PolicySetTest() : folder_(absl::StrCat(testing::TempDir(), "/policies_", getpid())) {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  ~PolicySetTest() override { std::filesystem::remove_all(folder_); }

  void Write(const std::string& path, const std::string& yaml) {
    std::filesystem::create_directories((std::filesystem::path(folder_) / path).parent_path());
    std::ofstream(folder_ + "/" + path) << yaml;
  }
  void Open() {
    auto set = PolicySet::Open(folder_, std::string(32, 'k'));
    ASSERT_TRUE(set.ok()) << set.status();
    set_ = *std::move(set);
  }
  std::string OpenError() { return std::string(PolicySet::Open(folder_, "").status().message()); }
  // What becomes of a mail address.
  std::string Result(std::string_view tenant, std::string_view collection) {
    return set_->For(tenant, collection, Use::kLeaving)->Clean("a@b.example", chunking::Format::kPlain)->text;
  }

  const std::string folder_;
  std::unique_ptr<PolicySet> set_;
};

TEST_F(PolicySetTest, TheNearestFileAppliesAlone) {
  Write("default.yaml", kMasks);
  Write("acme.yaml", kRemoves);
  Write("acme/notes.yaml", "version: 1\n");
  Open();
  EXPECT_EQ(Result("other", "docs"), "***@b.example");
  EXPECT_EQ(Result("acme", "docs"), "");
  EXPECT_EQ(Result("acme", "notes"), "a@b.example");
  EXPECT_EQ(Result("other", "notes"), "***@b.example");
}

TEST_F(PolicySetTest, WithoutFilesTheDefaultPolicyApplies) {
  Open();
  EXPECT_EQ(set_->For("acme", "docs", Use::kLeaving)->policy_digest(), Sanitizer().policy_digest());
  EXPECT_EQ(PolicySet().For("acme", "docs", Use::kLeaving)->policy_digest(), Sanitizer().policy_digest());
}

TEST_F(PolicySetTest, NamesThatLeadOutOfTheFolderFindOnlyTheDefault) {
  Write("acme.yaml", kMasks);
  Write("acme/notes.yaml", kMasks);
  Open();
  for (const std::string_view name : {"../acme", "acme/notes", "..", "", "/", "ACME", "acme\n"}) {
    EXPECT_EQ(Result(name, "docs"), "a@b.example") << name;
  }
  EXPECT_EQ(Result("acme", "../acme"), "***@b.example");
}

TEST_F(PolicySetTest, AFolderThatDoesNotLoadIsRefusedAtStart) {
  Write("acme.yaml", "version: 1\nsecrets: {action: shout}\n");
  EXPECT_THAT(OpenError(), HasSubstr("acme.yaml"));
  std::filesystem::remove(folder_ + "/acme.yaml");
  Write("acme.yml", kMasks);
  EXPECT_THAT(OpenError(), HasSubstr("acme.yml is no policy"));
  std::filesystem::remove(folder_ + "/acme.yml");
  Write("acme/deep/notes.yaml", kMasks);
  EXPECT_THAT(OpenError(), HasSubstr("deep is no policy"));
  std::filesystem::remove_all(folder_);
  EXPECT_THAT(OpenError(), HasSubstr("cannot list"));
}

TEST_F(PolicySetTest, AFailingExampleRefusesTheFile) {
  Write("default.yaml", "version: 1\nexamples: {must_change: [{text: plain}]}\n");
  EXPECT_THAT(OpenError(), HasSubstr("must_change[0]"));
}

TEST_F(PolicySetTest, ReloadTakesChangedNewAndRemovedFiles) {
  Write("default.yaml", kMasks);
  Open();
  EXPECT_THAT(set_->Reload().changed, IsEmpty());
  Write("default.yaml", kRemoves);
  Write("acme.yaml", "version: 1\n");
  EXPECT_THAT(set_->Reload().changed, SizeIs(2));
  EXPECT_EQ(Result("other", "docs"), "");
  EXPECT_EQ(Result("acme", "docs"), "a@b.example");
  std::filesystem::remove(folder_ + "/acme.yaml");
  EXPECT_THAT(set_->Reload().changed, SizeIs(1));
  EXPECT_EQ(Result("acme", "docs"), "");
}

TEST_F(PolicySetTest, AFileThatStopsLoadingLeavesWhatWasAndIsToldOf) {
  Write("default.yaml", kMasks);
  Open();
  Write("default.yaml", "version: 1\npersonal");
  const PolicySet::Report report = set_->Reload();
  ASSERT_THAT(report.refused, SizeIs(1));
  EXPECT_THAT(report.refused[0], HasSubstr("default.yaml"));
  EXPECT_EQ(set_->refused(), 1u);
  EXPECT_EQ(Result("acme", "docs"), "***@b.example");
  std::filesystem::remove_all(folder_);
  EXPECT_THAT(set_->Reload().refused, SizeIs(1));
  EXPECT_EQ(Result("acme", "docs"), "***@b.example");
  Write("default.yaml", kRemoves);
  EXPECT_THAT(set_->Reload().refused, IsEmpty());
  EXPECT_EQ(set_->refused(), 0u);
  EXPECT_EQ(Result("acme", "docs"), "");
}

TEST_F(PolicySetTest, PseudonymsDifferBetweenTenantsAndStayWithinOne) {
  Write("default.yaml", kStandsIn);
  Open();
  EXPECT_EQ(Result("acme", "docs"), Result("acme", "notes"));
  EXPECT_NE(Result("acme", "docs"), Result("other", "docs"));
}

}  // namespace
}  // namespace usher::sanitize
