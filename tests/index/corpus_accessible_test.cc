// Lists of what somebody may read, whole and by pages.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "tests/index/corpus_fixture.h"

namespace usher::corpus {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CorpusAccessible : public CorpusFixture {
 protected:
  // Everything, in pages of `limit`.
  std::vector<std::string> List(const std::string& principal, AccessibleKind kind, size_t limit) {
    std::vector<std::string> names;
    std::string after;
    for (;;) {
      const auto page = corpus().ListAccessible(kTenant, "docs", AskerFor(principal), kind, after, limit);
      EXPECT_TRUE(page.ok()) << page.status();
      if (!page.ok()) return names;
      EXPECT_LE(page->names.size(), limit);
      names.insert(names.end(), page->names.begin(), page->names.end());
      if (page->next.empty()) return names;
      if (names.size() > 10'000) {
        ADD_FAILURE() << "pages repeat what was listed already";
        return names;
      }
      EXPECT_EQ(page->names.size(), limit) << "a page that is followed by another is full";
      after = page->next;
    }
  }
};

TEST_F(CorpusAccessible, DocumentsAndChunksAreListedByName) {
  Create("docs", Allow({"everyone"}));
  Upsert("docs", {Document("b"), Document("a/x"), Document("c", Allow({"user:ann"}))});
  SetPolicy({"docs", "b", "", 1}, Allow({"user:ann"}));
  SetPolicy({"docs", "c", "", 0}, Allow({"everyone"}));
  const std::string docs = "collections/docs/documents/";
  EXPECT_THAT(List("user:bob", AccessibleKind::kDocuments, 10), ElementsAre(docs + "a/x", docs + "b"));
  EXPECT_THAT(List("user:bob", AccessibleKind::kChunks, 10),
              ElementsAre(docs + "a/x/chunks/0", docs + "a/x/chunks/1", docs + "b/chunks/0", docs + "c/chunks/0"));
}

TEST_F(CorpusAccessible, GroupsOfACredentialListOnlyWhereTheTenantAcceptsTheirSource) {
  Create("docs", {});
  Upsert("docs", {Document("a", Allow({"group:okta/eng"}))});
  const acl::Asker claimant{"user:eve", {"group:okta/eng"}, ""};
  const auto listed = [&] {
    return corpus().ListAccessible(kTenant, "docs", claimant, AccessibleKind::kDocuments, "", 10)->names;
  };
  EXPECT_THAT(listed(), IsEmpty());
  ASSERT_TRUE(corpus().SetSettings(Context(), {{"okta"}, false, {}}, "").ok());
  EXPECT_THAT(listed(), ElementsAre("collections/docs/documents/a"));
}

TEST_F(CorpusAccessible, NothingIsListedOfWhatDoesNotExist) {
  const auto page = corpus().ListAccessible(kTenant, "none", AskerFor("user:ann"), AccessibleKind::kDocuments, "", 10);
  ASSERT_TRUE(page.ok());
  EXPECT_THAT(page->names, IsEmpty());
}

// Few and many readable documents take different ways through the catalogue; Check decides what is right.
TEST_F(CorpusAccessible, PagesOfAnySizeHoldExactlyWhatCheckAllows) {
  std::mt19937 random(20261123);
  Create("docs", {});
  std::vector<std::string> ids;
  std::vector<PreparedDocument> documents;
  for (int i = 0; i < 300; ++i) {
    ids.push_back(absl::StrCat("f", random() % 7, "/d", i));
    std::vector<std::string> readers = {i % 60 == 0 ? "user:rare" : "user:nobody"};
    if (random() % 3 > 0) readers.push_back("user:often");
    PreparedDocument document = Document(ids.back(), Allow(readers));
    if (random() % 4 == 0) document.chunk_policies = {{random() % 2, Allow({"user:often", "user:rare"})}};
    documents.push_back(std::move(document));
  }
  Upsert("docs", std::move(documents));
  ASSERT_TRUE(corpus().DeleteDocuments(Context(), "docs", {ids[0], ids[120]}, "").ok());
  std::sort(ids.begin(), ids.end());
  for (const char* principal : {"user:rare", "user:often", "user:none"}) {
    std::vector<std::string> expected_documents, expected_chunks;
    for (const std::string& id : ids) {
      if (MayRead(principal, {"docs", id})) expected_documents.push_back(FormatDocumentName("docs", id));
      for (uint32_t chunk = 0; chunk < 2; ++chunk) {
        if (MayRead(principal, {"docs", id, "", chunk})) expected_chunks.push_back(FormatChunkName("docs", id, chunk));
      }
    }
    for (const size_t limit : {1u, 3u, 50u, 1'000u}) {
      EXPECT_EQ(List(principal, AccessibleKind::kDocuments, limit), expected_documents) << principal << " " << limit;
      EXPECT_EQ(List(principal, AccessibleKind::kChunks, limit), expected_chunks) << principal << " " << limit;
    }
  }
}

}  // namespace
}  // namespace usher::corpus
