// Pages of listings of which the caller may see a part: every item once, in order, with bounded work for each page.
#include "server/rpc/pager.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "tests/server/pipeline_fixture.h"

namespace usher::rpc {
namespace {

using testing::ElementsAre;

class PagerTest : public pipeline::PipelineFixture {
 protected:
  void SetUp() override {
    PipelineFixture::SetUp();
    const auto credentials = MakeCredentials("user:owner", auth::Role::kOwner);
    auto visit = door().Enter(kMethod, credentials, admission::WorkKind::kQuery, absl::InfiniteFuture());
    ASSERT_TRUE(visit.ok()) << visit.status();
    visit_.emplace(*std::move(visit));
    backend_.tokens = &tokens_;
  }

  struct Page {
    std::vector<std::string> shown;
    std::string next;
    size_t fetches = 0;
    size_t fetched = 0;
  };

  // A page of the items 0 to count-1 for which `keep` is true.
  template <typename Keep>
  Page Show(int count, Keep keep, int size, const std::string& token) {
    Page page;
    const auto pager = Pager::Open(Call{backend_, *visit_, kMethod}, "", size, token);
    EXPECT_TRUE(pager.ok()) << pager.status();
    const auto fetch = [&](const std::string& after, size_t limit) -> absl::StatusOr<std::vector<std::string>> {
      std::vector<std::string> items;
      for (int i = after.empty() ? 0 : std::stoi(after) + 1; i < count && items.size() < limit; ++i) {
        items.push_back(absl::StrFormat("%06d", i));
      }
      ++page.fetches;
      page.fetched += items.size();
      return items;
    };
    const auto next = pager->ShowKept(
        fetch, [&](const std::string& item) -> absl::StatusOr<bool> { return keep(std::stoi(item)); },
        [&](const std::string& item) { page.shown.push_back(item); }, [](const std::string& item) { return item; });
    EXPECT_TRUE(next.ok()) << next.status();
    page.next = next.value_or("");
    return page;
  }

  static constexpr std::string_view kMethod = "usher.v1.CorpusService/ListDocuments";
  auth::TokenMint tokens_{std::string(32, 'k')};
  Backend backend_;
  std::optional<pipeline::Visit> visit_;
};

TEST_F(PagerTest, WhatIsKeptComesOnceEachAndInOrder) {
  for (const int size : {1, 7, 100, 1'000}) {
    for (const int every : {1, 3, 50, 599}) {
      std::vector<std::string> all;
      std::string token;
      do {
        const Page page = Show(
            600, [&](int i) { return i % every == 0; }, size, token);
        all.insert(all.end(), page.shown.begin(), page.shown.end());
        EXPECT_LE(page.shown.size(), static_cast<size_t>(size));
        token = page.next;
      } while (!token.empty());
      std::vector<std::string> expected;
      for (int i = 0; i < 600; i += every) expected.push_back(absl::StrFormat("%06d", i));
      EXPECT_EQ(all, expected) << "pages of " << size << ", one of " << every;
    }
  }
}

TEST_F(PagerTest, AFullLastPageHasNoNextOne) {
  EXPECT_EQ(Show(
                10, [](int) { return true; }, 10, "")
                .next,
            "");
  EXPECT_NE(Show(
                11, [](int) { return true; }, 10, "")
                .next,
            "");
  EXPECT_EQ(Show(
                1'000, [](int i) { return i < 10; }, 10, "")
                .next,
            "")
      << "what follows is not for this caller";
}

TEST_F(PagerTest, WhoSeesEverythingGetsAPageWithOneFetch) {
  const Page page = Show(
      1'000, [](int) { return true; }, 10, "");
  EXPECT_EQ(page.fetches, 1u);
  EXPECT_EQ(page.fetched, 11u);
}

TEST_F(PagerTest, APageLooksAtABoundedNumberOfItems) {
  const auto last_only = [](int i) { return i == 19'999; };
  std::string token;
  std::vector<std::string> found;
  int pages = 0;
  do {
    const Page page = Show(20'000, last_only, 10, token);
    EXPECT_LE(page.fetched, 5'500u);
    found.insert(found.end(), page.shown.begin(), page.shown.end());
    EXPECT_TRUE(page.next.empty() || page.shown.empty()) << "an empty page may have a next one";
    token = page.next;
    ++pages;
  } while (!token.empty() && pages < 100);
  EXPECT_THAT(found, ElementsAre("019999"));
  EXPECT_LE(pages, 5);
}

TEST_F(PagerTest, AnItemThatCannotBeJudgedFailsThePage) {
  const auto pager = Pager::Open(Call{backend_, *visit_, kMethod}, "", 10, "");
  ASSERT_TRUE(pager.ok()) << pager.status();
  const auto next = pager->ShowKept(
      [](const std::string&, size_t) -> absl::StatusOr<std::vector<std::string>> {
        return std::vector{std::string("a")};
      },
      [](const std::string&) -> absl::StatusOr<bool> { return absl::DataLossError("damaged"); },
      [](const std::string&) { FAIL() << "must not be shown"; }, [](const std::string& item) { return item; });
  EXPECT_EQ(next.status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace usher::rpc
