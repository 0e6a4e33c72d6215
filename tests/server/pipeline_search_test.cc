// Questions and their answers, through all steps over a real store: who gets what, and what is refused how.
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "server/status_detail.h"
#include "tests/server/pipeline_fixture.h"

namespace usher::pipeline {
namespace {

using Json = nlohmann::json;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

class SearchTest : public PipelineFixture {
 protected:
  void SetUp() override {
    PipelineFixture::SetUp();
    CreateText("docs", {});
    Put("docs", "salary", "salary table of the year", Allow({"user:hr"}));
    Put("docs", "lunch", "lunch menu of the week", Allow({"everyone"}));
    Put("docs", "travel", "travel rules for everyone", Allow({"group:eng"}));
    AddMembers({{"group:eng", "user:ann"}});
  }

  absl::Status SearchStatus(const std::string& principal, const SearchQuestion& question) {
    return queries().Search(As(principal), question).status();
  }
};

TEST_F(SearchTest, TheBestMatchComesFirst) {
  const auto answer = Ask("user:ann", "lunch menu");
  EXPECT_THAT(DocumentsOf(answer), ElementsAre("lunch", "travel"));
  const CleanChunk& first = answer->context.chunks().front();
  EXPECT_EQ(first.fields->name, "collections/docs/documents/lunch/chunks/0");
  EXPECT_EQ(first.text(), "lunch menu of the week");
  EXPECT_GT(first.score, answer->context.chunks().back().score);
  EXPECT_EQ(answer->revision, corpus().revision());
  EXPECT_EQ(answer->plan.authorized_chunks, 2u);
  EXPECT_EQ(answer->plan.reruns, 0u);
  EXPECT_EQ(queries().verify_defects(), 0u);
}

TEST_F(SearchTest, EachPrincipalGetsItsOwnAnswer) {
  EXPECT_THAT(DocumentsOf(Ask("user:hr", "salary")), ElementsAre("salary", "lunch"));
  EXPECT_THAT(DocumentsOf(Ask("user:ann", "salary")), UnorderedElementsAre("lunch", "travel"));
  EXPECT_THAT(DocumentsOf(Ask("user:stranger", "salary")), ElementsAre("lunch"));
}

TEST_F(SearchTest, AHiddenCollectionAnswersLikeAnAbsentOne) {
  CreateText("dark", {});
  Put("dark", "a", "secret", Allow({"user:hr"}));
  const std::vector<std::variant<std::string, std::vector<float>>> queries_to_ask = {
      std::string("secret"), std::vector<float>{1, 2}, std::vector<float>(WordEmbedder::kWidth, 0)};
  const size_t embedded = embedder().seen().size();
  for (const auto& query : queries_to_ask) {
    SearchQuestion question = Question("", 10, "dark");
    question.query = query;
    const absl::Status hidden = SearchStatus("user:ann", question);
    question.collection = "none";
    const absl::Status absent = SearchStatus("user:ann", question);
    EXPECT_EQ(hidden.code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(absl::StrReplaceAll(hidden.ToString(), {{"dark", "none"}}), absent.ToString());
  }
  EXPECT_EQ(embedder().seen().size(), embedded) << "nothing is embedded for a collection nobody may know of";
}

TEST_F(SearchTest, AnotherTenantsCallerSeesNothingOfTheSameName) {
  CallControl call;
  call.credentials = MakeCredentials("user:hr", auth::Role::kReader, false, "rival");
  EXPECT_EQ(queries().Search(call, Question("salary")).status().code(), absl::StatusCode::kNotFound);
}

TEST_F(SearchTest, ADenyBeatsWhatAllows) {
  SetPolicy(
      "docs", "lunch",
      *acl::CanonicalPolicy(std::nullopt, {{acl::Effect::kAllow, {"everyone"}}, {acl::Effect::kDeny, {"group:eng"}}}));
  EXPECT_THAT(DocumentsOf(Ask("user:ann", "lunch")), ElementsAre("travel"));
  EXPECT_THAT(DocumentsOf(Ask("user:hr", "lunch")), ElementsAre("lunch", "salary"));
}

TEST_F(SearchTest, ARevokedGrantIsInvisibleToTheNextSearch) {
  ASSERT_THAT(DocumentsOf(Ask("user:ann", "travel")), ElementsAre("travel", "lunch"));
  ASSERT_TRUE(corpus().UpdateMembers(Context(), {}, {{"group:eng", "user:ann"}}, "").ok());
  EXPECT_THAT(DocumentsOf(Ask("user:ann", "travel")), ElementsAre("lunch"));
  SetPolicy("docs", "lunch", Allow({"user:hr"}));
  EXPECT_EQ(Ask("user:ann", "travel").status().code(), absl::StatusCode::kNotFound);
}

TEST_F(SearchTest, ARevokedKeyIsRefusedAtTheNextCall) {
  EXPECT_EQ(queries().Search({}, Question("x")).status().code(), absl::StatusCode::kUnauthenticated);
  CallControl call;
  call.credentials = MakeCredentials("user:own", auth::Role::kOwner);
  EXPECT_EQ(queries().Search(call, Question("x")).status().code(), absl::StatusCode::kPermissionDenied);
}

TEST_F(SearchTest, AnApplicationGetsWhatThePersonMayRead) {
  CallControl call;
  call.credentials = MakeCredentials("service:app", auth::Role::kReader, /*delegate=*/true);
  SetPolicy("docs", "lunch", Allow({"service:app"}));
  EXPECT_THAT(DocumentsOf(queries().Search(call, Question("x"))), ElementsAre("lunch"));
  call.credentials.principal = {"user:ann"};
  EXPECT_THAT(DocumentsOf(queries().Search(call, Question("x"))), ElementsAre("travel"));
  const Json receipt = Json::parse(ReceiptLines().back());
  EXPECT_EQ(receipt["principal"], "user:ann");
  EXPECT_EQ(receipt["actor"], "service:app");
}

TEST_F(SearchTest, WhatIsHiddenChangesNothingInTheAnswer) {
  SearchQuestion question = Question("lunch travel salary");
  question.mode = index::SearchMode::kExact;
  const auto before = queries().Search(As("user:ann"), question);
  for (int i = 0; i < 20; ++i) Put("docs", absl::StrCat("h", i), "lunch travel salary", Allow({"user:hr"}));
  Delete("docs", "salary");
  const auto after = queries().Search(As("user:ann"), question);
  ASSERT_EQ(DocumentsOf(before), DocumentsOf(after));
  for (size_t i = 0; i < before->context.chunks().size(); ++i) {
    EXPECT_EQ(before->context.chunks()[i].score, after->context.chunks()[i].score);
  }
  EXPECT_EQ(before->plan.authorized_chunks, after->plan.authorized_chunks);
  EXPECT_EQ(before->plan.scanned_chunks, after->plan.scanned_chunks);
  EXPECT_EQ(before->plan.path, after->plan.path);
}

TEST_F(SearchTest, TheAnswerIsCutToKAndNeverShorterThanItMustBe) {
  EXPECT_THAT(DocumentsOf(Ask("user:ann", "travel", 1)), ElementsAre("travel"));
  EXPECT_THAT(DocumentsOf(Ask("user:ann", "travel", 1'000)), ElementsAre("travel", "lunch"));
  EXPECT_EQ(SearchStatus("user:ann", Question("x", 0)).code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(SearchTest, AVectorOfTheWrongShapeIsNamed) {
  SearchQuestion question = Question("");
  question.query = std::vector<float>(3, 1.0f);
  const absl::Status status = SearchStatus("user:ann", question);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(DetailOf(status, kFieldDetail), "vector");
  EXPECT_EQ(DetailOf(status, kReasonDetail), "DIMENSION_MISMATCH");
}

TEST_F(SearchTest, AVectorWithoutADirectionIsRefused) {
  for (const float value : {0.0f, std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                            std::numeric_limits<float>::denorm_min()}) {
    SearchQuestion question = Question("");
    question.query = std::vector<float>(WordEmbedder::kWidth, value);
    const absl::Status status = SearchStatus("user:ann", question);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << value;
    EXPECT_EQ(DetailOf(status, kFieldDetail), "vector");
  }
}

TEST_F(SearchTest, TheLengthOfAVectorDoesNotMatter) {
  SearchQuestion question = Question("");
  question.query = std::vector<float>(WordEmbedder::kWidth, 1e-3f);
  const auto small = queries().Search(As("user:ann"), question);
  question.query = std::vector<float>(WordEmbedder::kWidth, 1e18f);
  const auto large = queries().Search(As("user:ann"), question);
  ASSERT_EQ(DocumentsOf(small), DocumentsOf(large));
  EXPECT_NEAR(small->context.chunks()[0].score, large->context.chunks()[0].score, 1e-5);
}

TEST_F(SearchTest, TextNeedsTheModelOfTheCollection) {
  Create("bare", Allow({"everyone"}));
  Upsert("bare", {Document("a")});
  const absl::Status status = SearchStatus("user:ann", Question("x", 1, "bare"));
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(DetailOf(status, kReasonDetail), "NO_EMBEDDING_MODEL");
  EXPECT_EQ(DetailOf(status, kFieldDetail), "text");

  const auto without_embedder = MakePipeline(nullptr);
  const absl::Status other = without_embedder->Search(As("user:ann"), Question("x")).status();
  EXPECT_EQ(other.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(other.message()), HasSubstr(embedder().model_id()));
}

TEST_F(SearchTest, AsFreshAsAWriteIsAlwaysTrueAndTheFutureIsRefused) {
  const auto written = corpus().UpdateMembers(Context(), {{"group:x", "user:y"}}, {}, "");
  SearchQuestion question = Question("travel");
  question.at_least = written->revision;
  const auto answer = queries().Search(As("user:ann"), question);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_GE(answer->revision, written->revision);
  question.at_least = acl::Revision(corpus().revision().value() + 1);
  const absl::Status status = SearchStatus("user:ann", question);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(DetailOf(status, kFieldDetail), "consistency.at_least_as_fresh");
}

TEST_F(SearchTest, APassedDeadlineAndACallerGoneGetNothing) {
  CallControl call = As("user:ann");
  call.deadline = clock().Now();
  EXPECT_EQ(queries().Search(call, Question("x")).status().code(), absl::StatusCode::kDeadlineExceeded);
  call = As("user:ann");
  call.cancelled = [] { return true; };
  EXPECT_EQ(queries().Search(call, Question("x")).status().code(), absl::StatusCode::kCancelled);
  EXPECT_THAT(ReceiptLines(), IsEmpty()) << "no receipt for what did not leave";
}

TEST_F(SearchTest, TheReceiptNamesWhatLeftAndHoldsNoText) {
  const auto answer = Ask("user:ann", "lunch zebra");
  ASSERT_TRUE(answer.ok()) << answer.status();
  ASSERT_EQ(ReceiptLines().size(), 1u);
  const std::string line = ReceiptLines().front();
  const Json receipt = Json::parse(line);
  EXPECT_EQ(receipt["receipt"], answer->receipt_id);
  std::vector<std::string> names;
  for (const CleanChunk& chunk : answer->context.chunks()) names.push_back(chunk.fields->name);
  EXPECT_EQ(receipt["chunks"], Json(names));
  EXPECT_EQ(receipt["method"], "usher.v1.RetrievalService/Search");
  EXPECT_EQ(receipt["principal"], "user:ann");
  EXPECT_EQ(receipt["revision"], answer->revision.value());
  EXPECT_EQ(receipt["policy"], policies().For("", "", sanitize::Use::kLeaving)->policy_digest());
  for (const char* text : {"zebra", "menu", "week", "rules for"}) EXPECT_THAT(line, Not(HasSubstr(text)));
}

TEST_F(SearchTest, WithoutAReceiptThereIsNoAnswer) {
  const auto rival = audit::ReceiptLog::Open(&store(), &clock());
  ASSERT_TRUE((*rival)->Append({}).ok());
  const auto answer = Ask("user:ann", "lunch");
  ASSERT_FALSE(answer.ok());
  EXPECT_THAT(std::string(answer.status().message()), HasSubstr("no answer"));
}

class GetChunksTest : public SearchTest {
 protected:
  static corpus::ChunkName Name(const std::string& document, uint32_t number = 0) { return {"docs", document, number}; }
  absl::StatusOr<Answer> Get(const std::string& principal, const std::vector<corpus::ChunkName>& names,
                             const std::string& collection = "docs") {
    ChunksQuestion question;
    question.collection = collection;
    question.names = names;
    return queries().GetChunks(As(principal), question);
  }
};

TEST_F(GetChunksTest, HiddenAndAbsentChunksAreLeftOutAlike) {
  const auto answer = Get("user:ann", {Name("travel"), Name("salary"), Name("none"), Name("lunch", 1), Name("lunch")});
  EXPECT_THAT(DocumentsOf(answer), ElementsAre("travel", "lunch"));
  const auto hidden = Get("user:ann", {Name("salary")});
  const auto absent = Get("user:ann", {Name("none")});
  EXPECT_THAT(DocumentsOf(hidden), IsEmpty());
  EXPECT_THAT(DocumentsOf(absent), IsEmpty());
  EXPECT_EQ(hidden->revision, absent->revision);
  EXPECT_EQ(queries().verify_defects(), 0u) << "asking for what is hidden is no defect";
}

TEST_F(GetChunksTest, HiddenAndAbsentCollectionsAreAnsweredAlike) {
  CreateText("dark", {});
  Put("dark", "a", "secret", Allow({"user:hr"}));
  const auto hidden = Get("user:ann", {{"dark", "a", 0}}, "dark");
  const auto absent = Get("user:ann", {{"none", "a", 0}}, "none");
  EXPECT_THAT(DocumentsOf(hidden), IsEmpty());
  EXPECT_THAT(DocumentsOf(absent), IsEmpty());
  EXPECT_EQ(hidden->revision, absent->revision);
  EXPECT_EQ(hidden->plan.authorized_chunks, absent->plan.authorized_chunks);
}

TEST_F(GetChunksTest, ItsReceiptNamesOnlyWhatLeft) {
  ASSERT_TRUE(Get("user:ann", {Name("travel"), Name("salary")}).ok());
  const Json receipt = Json::parse(ReceiptLines().back());
  EXPECT_EQ(receipt["chunks"], Json({"collections/docs/documents/travel/chunks/0"}));
  EXPECT_EQ(receipt["method"], "usher.v1.RetrievalService/GetChunks");
}

TEST_F(GetChunksTest, ARevokedGrantIsInvisibleAtOnce) {
  ASSERT_THAT(DocumentsOf(Get("user:ann", {Name("travel")})), ElementsAre("travel"));
  ASSERT_TRUE(corpus().UpdateMembers(Context(), {}, {{"group:eng", "user:ann"}}, "").ok());
  EXPECT_THAT(DocumentsOf(Get("user:ann", {Name("travel")})), IsEmpty());
}

}  // namespace
}  // namespace usher::pipeline
