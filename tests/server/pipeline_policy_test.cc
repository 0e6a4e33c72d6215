// What a policy keeps back never leaves, and the answer is filled from what else is readable.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/server/pipeline_fixture.h"

namespace usher::pipeline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr char kMail[] = "jane.roe@example.org";

class PolicyPipelineTest : public PipelineFixture {
 protected:
  void SetUp() override {
    PipelineFixture::SetUp();
    folder_ = absl::StrCat(testing::TempDir(), "/pipeline_policies_", getpid());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    Write("version: 1\n");
    auto set = sanitize::PolicySet::Open(folder_, std::string(32, 'k'));
    ASSERT_TRUE(set.ok()) << set.status();
    set_ = *std::move(set);
    queries_ = PipelineFixture::MakePipeline(&embedder(), *set_);
    CreateText("docs", Allow({"user:ann"}));
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void Write(const std::string& yaml) { std::ofstream(folder_ + "/default.yaml") << yaml; }
  void Load(const std::string& yaml) {
    Write(yaml);
    EXPECT_THAT(set_->Reload().refused, IsEmpty());
  }
  absl::StatusOr<Answer> AskAnn(const std::string& text, int k) {
    return queries_->Search(As("user:ann"), Question(text, k));
  }

  std::string folder_;
  std::unique_ptr<sanitize::PolicySet> set_;
  std::unique_ptr<QueryPipeline> queries_;
};

TEST_F(PolicyPipelineTest, AChangedPolicyAppliesToTextThatWasStoredAndKeptBefore) {
  Put("docs", "menu", absl::StrCat("lunch menu by ", kMail));
  const auto before = AskAnn("lunch", 1);
  ASSERT_TRUE(before.ok()) << before.status();
  EXPECT_THAT(before->context.chunks().front().text(), HasSubstr(kMail));
  Load("version: 1\npersonal_data: {action: mask}\n");
  const auto masked = AskAnn("lunch", 1);
  ASSERT_TRUE(masked.ok()) << masked.status();
  EXPECT_THAT(masked->context.chunks().front().text(), Not(HasSubstr("jane")));
  EXPECT_NE(masked->policy_digest, before->policy_digest);
  EXPECT_THAT(ReceiptLines().back(), HasSubstr(masked->policy_digest));
  Load("version: 1\n");
  const auto after = AskAnn("lunch", 1);
  ASSERT_TRUE(after.ok()) << after.status();
  EXPECT_THAT(after->context.chunks().front().text(), HasSubstr(kMail));
}

TEST_F(PolicyPipelineTest, QuarantinedChunksAreReplacedByTheNextBest) {
  for (int i = 0; i < 5; ++i) Put("docs", absl::StrCat("bad-", i), absl::StrCat("lunch menu ", kMail, " of day ", i));
  for (int i = 0; i < 3; ++i) Put("docs", absl::StrCat("good-", i), absl::StrCat("lunch of the long week number ", i));
  Load("version: 1\npersonal_data: {action: quarantine}\n");
  const auto answer = AskAnn("lunch menu", 3);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_THAT(answer->context.chunks(), SizeIs(3));
  for (const std::string& document : DocumentsOf(answer)) EXPECT_THAT(document, HasSubstr("good-"));
  EXPECT_FALSE(answer->incomplete);
}

TEST_F(PolicyPipelineTest, AQuarantinedTitleKeepsTheChunkBackByNameToo) {
  IncomingDocument document = TextDocument("menu", "lunch menu of the week");
  document.title = absl::StrCat("Ask ", kMail);
  Put("docs", document);
  Put("docs", "other", "lunch for all");
  Load("version: 1\npersonal_data: {action: quarantine}\n");
  ChunksQuestion question;
  question.collection = "docs";
  question.names = {{"docs", "menu", 0}, {"docs", "other", 0}};
  EXPECT_THAT(DocumentsOf(queries_->GetChunks(As("user:ann"), question)), ElementsAre("other"));
}

TEST_F(PolicyPipelineTest, ACanaryRaisesAnAlarmAndStays) {
  Put("docs", "trap", "lunch menu blue-heron-4711");
  Put("docs", "menu", "lunch menu of the week");
  Load("version: 1\ncanaries: [blue-heron-4711]\n");
  EXPECT_THAT(DocumentsOf(AskAnn("lunch menu", 2)), ElementsAre("menu"));
  EXPECT_GE(queries_->canary_alarms(), 1u);
  for (const std::string& line : ReceiptLines()) EXPECT_THAT(line, Not(HasSubstr("heron")));
}

}  // namespace
}  // namespace usher::pipeline
