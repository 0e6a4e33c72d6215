// Folders, chunk rules, labels, claims and owners, through a corpus over a real store.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/index/corpus_fixture.h"

namespace usher::corpus {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CorpusAccess : public CorpusFixture {
 protected:
  void SetUp() override {
    CorpusFixture::SetUp();
    Create("docs", Allow({"everyone"}));
    Upsert("docs", {Document("hr/pay/2026"), Document("hr/leave"), Document("readme")});
  }

  static NodeName Folder(const std::string& path) { return {"docs", "", path}; }
  static NodeName Chunk(const std::string& document, uint32_t number) { return {"docs", document, "", number}; }

  static acl::Policy Deny(std::vector<std::string> subjects) {
    return *acl::CanonicalPolicy(std::nullopt, {{acl::Effect::kDeny, std::move(subjects)}});
  }

  static acl::Policy With(acl::PolicyDraft draft) { return *acl::CanonicalPolicy(std::move(draft)); }

  static WriteContext As(const std::string& owner) {
    WriteContext context = Context();
    context.caller = owner;
    context.owner = AskerFor(owner);
    return context;
  }

  absl::Status SetAs(const std::string& owner, const NodeName& node, const acl::Policy& policy) {
    return corpus().SetPolicies(As(owner), {{node, policy, std::nullopt}}, "").status();
  }
};

TEST_F(CorpusAccess, AFoldersRulesHoldForEverythingBelowItAndSurviveARestart) {
  SetPolicy(Folder("hr"), Allow({"user:ann"}));
  EXPECT_THAT(Reads("docs", "user:bob"), ElementsAre("readme"));
  EXPECT_THAT(Reads("docs", "user:ann"), ElementsAre("hr/leave", "hr/pay/2026", "readme"));
  SetPolicy(Folder("hr/pay"), Deny({"user:ann"}));
  EXPECT_THAT(Reads("docs", "user:ann"), ElementsAre("hr/leave", "readme"));
  EXPECT_FALSE(MayRead("user:ann", Folder("hr/pay")));
  Restart();
  EXPECT_THAT(Reads("docs", "user:ann"), ElementsAre("hr/leave", "readme"));
  EXPECT_THAT(Reads("docs", "user:bob"), ElementsAre("readme"));
}

TEST_F(CorpusAccess, AFolderWithoutDocumentsCanCarryRulesForThoseToCome) {
  SetPolicy(Folder("legal/deals"), Allow({"user:ann"}));
  Upsert("docs", {Document("legal/deals/blue"), Document("legal/faq")});
  EXPECT_THAT(Reads("docs", "user:bob"), ElementsAre("hr/leave", "hr/pay/2026", "legal/faq", "readme"));
}

TEST_F(CorpusAccess, TakingAFoldersPolicyAwayBringsBackWhatIsAbove) {
  SetPolicy(Folder("hr"), Allow({"user:ann"}));
  SetPolicy(Folder("hr"), acl::Policy());
  EXPECT_THAT(Reads("docs", "user:bob"), ElementsAre("hr/leave", "hr/pay/2026", "readme"));
  EXPECT_THAT(*corpus().ListFolders(kTenant, "docs", "", 10), IsEmpty());
}

TEST_F(CorpusAccess, AChunksRulesHoldForItAlone) {
  SetPolicy(Chunk("readme", 1), Allow({"user:ann"}));
  EXPECT_TRUE(MayRead("user:bob", Chunk("readme", 0)));
  EXPECT_FALSE(MayRead("user:bob", Chunk("readme", 1)));
  EXPECT_EQ(corpus().Resolve(kTenant, "docs", AskerFor("user:bob"))->authorized_chunks, 5u);
  EXPECT_EQ(corpus().Resolve(kTenant, "docs", AskerFor("user:ann"))->authorized_chunks, 6u);
  Restart();
  EXPECT_EQ(corpus().Resolve(kTenant, "docs", AskerFor("user:bob"))->authorized_chunks, 5u);
}

TEST_F(CorpusAccess, NewContentDoesNotSilentlyLoseTheRulesOfSingleChunks) {
  SetPolicy(Chunk("readme", 1), Allow({"user:ann"}));
  auto again = corpus().UpsertDocuments(Context(), "docs", Id("docs"), {Document("readme")}, "");
  EXPECT_EQ(again.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(again.status().message()), HasSubstr("discard_chunk_policies"));
  PreparedDocument with_rules = Document("readme");
  with_rules.chunk_policies = {{0, Allow({"user:ann"})}};
  Upsert("docs", {with_rules});
  EXPECT_FALSE(MayRead("user:bob", Chunk("readme", 0)));
  EXPECT_TRUE(MayRead("user:bob", Chunk("readme", 1)));
  PreparedDocument discarding = Document("readme");
  discarding.discard_chunk_policies = true;
  Upsert("docs", {discarding});
  EXPECT_TRUE(MayRead("user:bob", Chunk("readme", 0)));
}

TEST_F(CorpusAccess, RulesForAChunkThatIsNotThereAreRefused) {
  PreparedDocument document = Document("new");
  document.chunk_policies = {{2, Allow({"user:ann"})}};
  const auto written = corpus().UpsertDocuments(Context(), "docs", Id("docs"), {document}, "");
  EXPECT_THAT(std::string(written.status().message()), HasSubstr("no chunk 2"));
  const auto set = corpus().SetPolicies(Context(), {{Chunk("readme", 2), Allow({"user:ann"}), std::nullopt}}, "");
  EXPECT_EQ(set.status().code(), absl::StatusCode::kNotFound);
}

TEST_F(CorpusAccess, ALabelAsksForAClearanceAndAStatedPurpose) {
  acl::PolicyDraft draft;
  draft.label = {2, {"finance"}, {"audit"}};
  SetPolicy(Folder("hr"), With(draft));
  acl::Asker auditor{"user:ann", {}, "audit"};
  const auto reads = [&](const acl::Asker& asker) -> bool {
    return corpus().Check(kTenant, {{asker, {"docs", "hr/leave"}}})->allowed.front();
  };
  EXPECT_FALSE(reads(auditor));
  ASSERT_TRUE(corpus().SetClearances(Context(), {{"user:ann", {2, {"finance"}}, {}}}, "").ok());
  EXPECT_TRUE(reads(auditor));
  EXPECT_FALSE(reads(AskerFor("user:ann"))) << "no purpose was stated";
  Restart();
  EXPECT_TRUE(reads(auditor));
  EXPECT_EQ(corpus().ListClearances(kTenant, "", 10).size(), 1u);
  ASSERT_TRUE(corpus().SetClearances(Context(), {{"user:ann", {}, {}}}, "").ok());
  EXPECT_FALSE(reads(auditor));
  EXPECT_THAT(corpus().ListClearances(kTenant, "", 10), IsEmpty());
}

TEST_F(CorpusAccess, GroupsOfACredentialCountOnlyWhereTheTenantAcceptsTheirSource) {
  SetPolicy("docs", "", Allow({"group:staff"}));
  AddMembers({{"group:staff", "group:okta/eng"}});
  const acl::Asker claimant{"user:eve", {"group:okta/eng", "group:staff"}, ""};
  EXPECT_FALSE(corpus().Resolve(kTenant, "docs", claimant).ok());
  storage::TenantSettingsRecord settings;
  settings.claim_sources = {"okta"};
  ASSERT_TRUE(corpus().SetSettings(Context(), settings, "").ok());
  EXPECT_TRUE(corpus().Resolve(kTenant, "docs", claimant).ok()) << "the group above the claimed one counts";
  EXPECT_FALSE(corpus().Resolve(kTenant, "docs", {"user:eve", {"group:staff"}, ""}).ok()) << "it has no source";
  settings.claim_sources = {"azure"};
  ASSERT_TRUE(corpus().SetSettings(Context(), settings, "").ok());
  EXPECT_FALSE(corpus().Resolve(kTenant, "docs", claimant).ok());
}

TEST_F(CorpusAccess, QuestionsAskedTogetherAreAnsweredEachForItsOwnAsker) {
  ASSERT_TRUE(corpus().SetSettings(Context(), {{"okta"}, false, {}}, "").ok());
  acl::Policy policy = Allow({"user:ann", "group:okta/hr"});
  policy.label.purposes = {"audit"};
  SetPolicy("docs", "readme", policy);
  const std::vector<acl::Asker> askers = {{"user:ann", {}, "audit"}, {"user:ann", {}, ""},
                                          {"user:bob", {}, "audit"}, {"user:bob", {"group:okta/hr"}, "audit"},
                                          {"user:bob", {}, "audit"}, {"user:ann", {}, "audit"}};
  std::vector<AccessQuestion> questions;
  for (const acl::Asker& asker : askers) questions.push_back({asker, Chunk("readme", 0)});
  questions.push_back({askers[0], Chunk("readme", 9)});
  questions.push_back({askers[0], {"docs", "absent"}});
  questions.push_back({askers[2], {"docs", "hr/leave"}});
  const auto checked = corpus().Check(kTenant, questions);
  ASSERT_TRUE(checked.ok()) << checked.status();
  EXPECT_THAT(checked->allowed, ElementsAre(true, false, false, true, false, true, false, false, true));
}

TEST_F(CorpusAccess, AnOwnerManagesItsNodesAndWhatIsBelowAndNothingElse) {
  acl::PolicyDraft draft;
  draft.owners = {"user:olga"};
  SetPolicy(Folder("hr"), With(draft));
  EXPECT_TRUE(SetAs("user:olga", {"docs", "hr/leave"}, Allow({"user:ann"})).ok());
  EXPECT_TRUE(SetAs("user:olga", Folder("hr/pay"), Allow({"user:ann"})).ok());
  const absl::Status foreign = SetAs("user:olga", {"docs", "readme"}, Allow({"user:ann"}));
  const absl::Status absent = SetAs("user:olga", {"docs", "nothing"}, Allow({"user:ann"}));
  EXPECT_EQ(foreign.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(absent.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(foreign.message()), HasSubstr("that you manage"));
  EXPECT_THAT(std::string(absent.message()), HasSubstr("that you manage"));
  EXPECT_EQ(SetAs("user:olga", {"none", "x"}, Allow({"user:ann"})).message(),
            "there is no 'collections/none/documents/x' that you manage");
  EXPECT_TRUE(*corpus().Manages(kTenant, AskerFor("user:olga"), {"docs", "hr/new"}));
  EXPECT_FALSE(*corpus().Manages(kTenant, AskerFor("user:olga"), {"docs", "readme"}));
  EXPECT_TRUE(corpus().ManagesSomethingIn(kTenant, AskerFor("user:olga"), "docs"));
  EXPECT_FALSE(corpus().ManagesSomethingIn(kTenant, AskerFor("user:ann"), "docs"));
}

TEST_F(CorpusAccess, OwningGivesNoRightToRead) {
  acl::PolicyDraft draft;
  draft.rules = {{acl::Effect::kAllow, {"user:ann"}}};
  draft.owners = {"user:olga"};
  SetPolicy("docs", "", With(draft));
  EXPECT_THAT(Reads("docs", "user:olga"), IsEmpty());
}

TEST_F(CorpusAccess, AnOwnerKeepsOwnersCeilingAndLabelAndStaysUnderTheCeiling) {
  acl::PolicyDraft draft;
  draft.owners = {"user:olga"};
  draft.ceiling = {"group:staff"};
  draft.label.level = 1;
  SetPolicy(Folder("hr"), With(draft));
  AddMembers({{"group:staff", "user:ann"}});
  EXPECT_TRUE(SetAs("user:olga", Folder("hr"), Allow({"user:ann"})).ok());
  const acl::Policy now = corpus().GetPolicy(kTenant, Folder("hr"))->policy;
  EXPECT_THAT(now.owners, ElementsAre("user:olga"));
  EXPECT_THAT(now.ceiling, ElementsAre("group:staff"));
  EXPECT_EQ(now.label.level, 1u);
  EXPECT_EQ(SetAs("user:olga", {"docs", "hr/leave"}, Allow({"user:bob"})).code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(SetAs("user:olga", {"docs", "hr/leave"}, Allow({"everyone"})).code(), absl::StatusCode::kPermissionDenied);
  acl::PolicyDraft greedy;
  greedy.owners = {"user:olga", "user:eve"};
  EXPECT_EQ(SetAs("user:olga", Folder("hr"), With(greedy)).code(), absl::StatusCode::kPermissionDenied);
}

TEST_F(CorpusAccess, AnOwnerWritesDocumentsOnlyBelowItsNodes) {
  acl::PolicyDraft draft;
  draft.owners = {"user:olga"};
  SetPolicy(Folder("hr"), With(draft));
  const auto upsert = [&](const std::string& id) {
    return corpus().UpsertDocuments(As("user:olga"), "docs", Id("docs"), {Document(id)}, "").status().code();
  };
  EXPECT_EQ(upsert("hr/new"), absl::StatusCode::kOk);
  EXPECT_EQ(upsert("hr/leave"), absl::StatusCode::kOk);
  EXPECT_EQ(upsert("readme"), absl::StatusCode::kNotFound);
  EXPECT_EQ(upsert("top"), absl::StatusCode::kNotFound);
  ASSERT_TRUE(corpus().DeleteDocuments(As("user:olga"), "docs", {"hr/new", "readme"}, "").ok());
  EXPECT_THAT(Reads("docs", "user:bob"), ElementsAre("hr/leave", "hr/pay/2026", "readme"));
  EXPECT_TRUE(corpus().DeleteDocuments(As("user:olga"), "none", {"x"}, "").ok()) << "as where it manages nothing";
}

TEST_F(CorpusAccess, ARuleThatIsOverIsRefusedUnlessItWasThereAlready) {
  acl::PolicyDraft draft;
  draft.rules = {{acl::Effect::kAllow, {"user:ann"}, absl::InfinitePast(), clock().Now() + absl::Hours(1)}};
  const acl::Policy policy = With(draft);
  SetPolicy(Folder("hr"), policy);
  clock().Advance(absl::Hours(2));
  SetPolicy(Folder("hr"), policy);
  const auto late = corpus().SetPolicies(Context(), {{{"docs", "readme"}, policy, std::nullopt}}, "");
  EXPECT_EQ(late.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(late.status().message()), HasSubstr("rules[0]"));
}

TEST_F(CorpusAccess, UnknownSubjectsAreToldAndRefusedWhereTheTenantWantsIt) {
  AddMembers({{"group:staff", "user:ann"}});
  const auto set = corpus().SetPolicies(
      Context(), {{Folder("hr"), Allow({"group:staff", "group:stafff", "user:ann"}), std::nullopt}}, "");
  ASSERT_TRUE(set.ok()) << set.status();
  EXPECT_THAT(set->unknown_subjects, ElementsAre("group:stafff"));
  storage::TenantSettingsRecord settings;
  settings.require_known_subjects = true;
  ASSERT_TRUE(corpus().SetSettings(Context(), settings, "").ok());
  const auto refused = corpus().SetPolicies(Context(), {{Folder("hr"), Deny({"group:stafff"}), std::nullopt}}, "");
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("group:stafff"));
  EXPECT_TRUE(corpus().SetPolicies(Context(), {{Folder("hr"), Deny({"group:staff"}), std::nullopt}}, "").ok());
}

TEST_F(CorpusAccess, AStaleEtagOfAFolderOrChunkChangesNothing) {
  const acl::Revision before = corpus().GetPolicy(kTenant, Folder("hr"))->revision;
  SetPolicy(Folder("hr"), Allow({"user:ann"}));
  const auto stale = corpus().SetPolicies(
      Context(), {{{"docs", "readme"}, Allow({"user:bob"}), std::nullopt}, {Folder("hr"), Allow({"everyone"}), before}},
      "");
  EXPECT_EQ(stale.status().code(), absl::StatusCode::kAborted);
  EXPECT_TRUE(MayRead("user:carl", {"docs", "readme"})) << "nothing of the request was done";
}

TEST_F(CorpusAccess, ReadersAreFoundFromTheRules) {
  AddMembers({{"group:staff", "user:ann"}, {"group:staff", "user:bob"}});
  SetPolicy(Folder("hr"), With({{}, {{acl::Effect::kAllow, {"group:staff"}}, {acl::Effect::kDeny, {"user:bob"}}}}));
  const auto page = corpus().ListReaders(kTenant, {"docs", "hr/leave"}, "", "", 10);
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_THAT(page->principals, ElementsAre("user:ann"));
  EXPECT_FALSE(page->everyone_else);
  EXPECT_TRUE(corpus().ListReaders(kTenant, {"docs", "readme"}, "", "", 10)->everyone_else);
  EXPECT_TRUE(corpus().ListReaders(kTenant, {"docs", "readme"}, "", "", 1)->more);
  EXPECT_EQ(corpus().ListReaders(kTenant, {"docs", "none"}, "", "", 1).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(CorpusAccess, TheExplanationNamesEveryNodeWithRules) {
  SetPolicy(Folder("hr/pay"), Deny({"user:ann"}));
  SetPolicy(Chunk("hr/pay/2026", 1), Allow({"user:ann"}));
  const auto told = corpus().Explain(kTenant, {AskerFor("user:ann"), Chunk("hr/pay/2026", 1)});
  ASSERT_TRUE(told.ok()) << told.status();
  std::vector<std::string> nodes;
  for (const auto& node : told->explanation.nodes) nodes.push_back(node.resource);
  EXPECT_THAT(nodes,
              ElementsAre("collections/docs", "collections/docs/folders/hr/pay",
                          "collections/docs/documents/hr/pay/2026", "collections/docs/documents/hr/pay/2026/chunks/1"));
  EXPECT_FALSE(told->explanation.allowed);
  EXPECT_THAT(told->explanation.summary, HasSubstr("folders/hr/pay"));
}

}  // namespace
}  // namespace usher::corpus
