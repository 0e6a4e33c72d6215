// What a question says about itself decides what it gets: the purpose it states, and the role of the key it comes with.
#include "tests/server/pipeline_fixture.h"

namespace usher::pipeline {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

class ScopeTest : public PipelineFixture {
 protected:
  void SetUp() override {
    PipelineFixture::SetUp();
    CreateText("docs", {});
    acl::PolicyDraft draft;
    draft.rules = {{acl::Effect::kAllow, {"user:ann"}}};
    draft.label.purposes = {"audit"};
    Put("docs", "ledger", "red ledger", *acl::CanonicalPolicy(draft));
    Put("docs", "menu", "red menu", Allow({"user:ann"}));
  }

  std::vector<std::string> SearchFor(const std::string& purpose) {
    SearchQuestion question = Question("red ledger");
    question.purpose = purpose;
    return DocumentsOf(queries().Search(As("user:ann"), question));
  }

  std::vector<std::string> GetFor(const std::string& purpose) {
    ChunksQuestion question;
    question.collection = "docs";
    question.purpose = purpose;
    question.names = {{"docs", "ledger", 0}, {"docs", "menu", 0}};
    return DocumentsOf(queries().GetChunks(As("user:ann"), question));
  }

  // Somebody who may search, and who may look after collections if `role` says so.
  Plan PlanFor(auth::Role role) {
    CallControl call;
    call.credentials = MakeCredentials("user:ann", std::vector{auth::Role::kReader, role});
    const auto answer = queries().Search(call, Question("red"));
    EXPECT_THAT(DocumentsOf(answer), ElementsAre("menu"));
    return answer.ok() ? answer->plan : Plan();
  }
};

TEST_F(ScopeTest, ASearchReadsWhatIsForAPurposeOnlyIfItStatesThatPurpose) {
  EXPECT_THAT(SearchFor("audit"), ElementsAre("ledger", "menu"));
  EXPECT_THAT(SearchFor("marketing"), ElementsAre("menu"));
  EXPECT_THAT(SearchFor(""), ElementsAre("menu"));
}

TEST_F(ScopeTest, NamedChunksAreReadForAPurposeOnlyIfItIsStated) {
  EXPECT_THAT(GetFor("audit"), ElementsAre("ledger", "menu"));
  EXPECT_THAT(GetFor("marketing"), ElementsAre("menu"));
  EXPECT_THAT(GetFor(""), ElementsAre("menu"));
}

TEST_F(ScopeTest, WhatASearchCostIsToldToThoseWhoManageCollectionsOnly) {
  for (const auth::Role role : {auth::Role::kOwner, auth::Role::kAdministrator, auth::Role::kOperator}) {
    EXPECT_THAT(PlanFor(role).path, Not(IsEmpty())) << auth::RoleName(role);
    EXPECT_EQ(PlanFor(role).scanned_chunks, 1u) << auth::RoleName(role);
  }
  for (const auth::Role role : {auth::Role::kReader, auth::Role::kAuditor}) {
    EXPECT_THAT(PlanFor(role).path, IsEmpty()) << auth::RoleName(role);
    EXPECT_EQ(PlanFor(role).scanned_chunks, 0u) << auth::RoleName(role);
    EXPECT_EQ(PlanFor(role).scored_in_full, 0u) << auth::RoleName(role);
    EXPECT_EQ(PlanFor(role).bytes_read, 0u) << auth::RoleName(role);
    EXPECT_EQ(PlanFor(role).predicted, absl::ZeroDuration()) << auth::RoleName(role);
  }
}

TEST_F(ScopeTest, WhatAnExactSearchCostIsToldToReaders) {
  SearchQuestion question = Question("red");
  question.mode = index::SearchMode::kExact;
  const auto answer = queries().Search(As("user:ann"), question);
  ASSERT_THAT(DocumentsOf(answer), ElementsAre("menu"));
  EXPECT_THAT(answer->plan.path, Not(IsEmpty()));
  EXPECT_EQ(answer->plan.scanned_chunks, 1u);
  EXPECT_EQ(answer->plan.bytes_read, 0u) << "depends on how others' chunks are laid out";
}

}  // namespace
}  // namespace usher::pipeline
