// Collections that answer every search exactly, whatever it asks for.
#include "absl/strings/str_cat.h"
#include "tests/index/prefer_path.h"
#include "tests/server/pipeline_fixture.h"

namespace usher::pipeline {
namespace {

using testing::ElementsAre;

class StrictTest : public PipelineFixture {
 protected:
  void SetUp() override {
    PipelineFixture::SetUp();
    CreateText("docs", *acl::CanonicalPolicy(std::nullopt, {{acl::Effect::kAllow, {"user:ann"}}}));
    Put("docs", "a", "red page");
  }

  absl::Status SetStrict(bool strict, std::optional<std::string> owner = std::nullopt,
                         const std::string& collection = "docs") {
    corpus::WriteContext context = Context();
    if (owner) context.owner = AskerFor(*owner);
    return corpus().UpdateCollection(context, collection, {strict}, "").status();
  }

  // What a reader is told of the path is told of exact searches only.
  std::string_view PathOfAnAutomaticSearch() {
    const auto answer = Ask("user:ann", "red");
    EXPECT_THAT(DocumentsOf(answer), ElementsAre("a"));
    return answer.ok() ? answer->plan.path : "none";
  }
};

TEST_F(StrictTest, EverySearchIsExactFromTheWriteThatSaysSoUntilTheNext) {
  EXPECT_EQ(PathOfAnAutomaticSearch(), "");
  ASSERT_TRUE(SetStrict(true).ok());
  EXPECT_EQ(PathOfAnAutomaticSearch(), "exact");
  ASSERT_TRUE(SetStrict(false).ok());
  EXPECT_EQ(PathOfAnAutomaticSearch(), "");
}

TEST_F(StrictTest, BatchesAreExactToo) {
  ASSERT_TRUE(SetStrict(true).ok());
  BatchQuestion batch;
  batch.collection = "docs";
  batch.queries = {{"red", 1}, {"page", 1}};
  const auto answer = queries().BatchSearch(As("user:ann"), batch);
  ASSERT_TRUE(answer.ok()) << answer.status();
  for (const BatchAnswer::Part& part : answer->parts) EXPECT_EQ(part.plan.path, "exact");
}

TEST_F(StrictTest, TheSettingOutlivesARestartAndAChangeOfPolicy) {
  ASSERT_TRUE(SetStrict(true).ok());
  SetPolicy("docs", "", Allow({"everyone"}));
  EXPECT_TRUE(corpus().GetCollection(kTenant, "docs")->record.strict_search);
  Restart();
  EXPECT_TRUE(corpus().GetCollection(kTenant, "docs")->record.strict_search);
  EXPECT_TRUE(corpus().Resolve(kTenant, "docs", AskerFor("user:ann"))->strict_search);
}

TEST_F(StrictTest, OnlyAnOwnerOfTheCollectionMaySetIt) {
  acl::PolicyDraft draft;
  draft.owners = {"user:own"};
  SetPolicy("docs", "", *acl::CanonicalPolicy(draft));
  SetPolicy("docs", "a", *acl::CanonicalPolicy([] {
              acl::PolicyDraft below;
              below.owners = {"user:below"};
              return below;
            }()));
  EXPECT_EQ(SetStrict(true, "user:below").code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(SetStrict(true, "user:below", "none").code(), absl::StatusCode::kNotFound);
  EXPECT_FALSE(corpus().GetCollection(kTenant, "docs")->record.strict_search);
  EXPECT_TRUE(SetStrict(true, "user:own").ok());
  EXPECT_TRUE(corpus().GetCollection(kTenant, "docs")->record.strict_search);
  EXPECT_EQ(SetStrict(true, std::nullopt, "none").code(), absl::StatusCode::kNotFound);
}

// Index options under which a graph answers as soon as there is a sealed segment.
class StrictGraphTest : public StrictTest {
 protected:
  corpus::CorpusOptions Options() const override {
    corpus::CorpusOptions options;
    options.index = index::testing::Prefer(index::Path::kGraph, 64);
    return options;
  }
};

TEST_F(StrictGraphTest, AStrictCollectionDoesNotUseTheGraphThatItHas) {
  for (int i = 0; i < 80; ++i) Put("docs", absl::StrCat("b", i), absl::StrCat("blue page ", i));
  CallControl call;
  call.credentials = MakeCredentials("user:ann", std::vector{auth::Role::kReader, auth::Role::kOperator});
  const auto path = [&] {
    const auto answer = queries().Search(call, Question("blue page"));
    return answer.ok() ? std::string(answer->plan.path) : std::string(answer.status().message());
  };
  // The graph is built in the background.
  for (int i = 0; i < 1'000 && path() == "exact"; ++i) absl::SleepFor(absl::Milliseconds(5));
  ASSERT_EQ(path().substr(0, 5), "graph");
  ASSERT_TRUE(SetStrict(true).ok());
  EXPECT_EQ(path(), "exact");
}

}  // namespace
}  // namespace usher::pipeline
