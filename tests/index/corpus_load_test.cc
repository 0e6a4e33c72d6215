// A start with many collections of many tenants, loaded beside each other.
#include <atomic>
#include <vector>

#include "absl/strings/str_cat.h"
#include "index/corpus/work_together.h"
#include "tests/index/corpus_fixture.h"

namespace usher::corpus {
namespace {

class LoadTest : public CorpusFixture {
 protected:
  static constexpr int kTenants = 5;
  static constexpr int kCollections = 8;

  static WriteContext ContextOf(int tenant) { return {absl::StrCat("tenant-", tenant), "user:admin", "", ""}; }
  static std::string Name(int collection) { return absl::StrCat("c-", collection); }

  // Each collection has a document for its own reader, and each tenant one for a group of its own.
  void Fill(int tenant, int collection) {
    const WriteContext context = ContextOf(tenant);
    storage::CollectionRecord record;
    record.name = Name(collection);
    record.dimension = kDimension;
    ASSERT_TRUE(corpus().CreateCollection(context, record, "").ok());
    const acl::CollectionId id = corpus().GetCollection(context.tenant, record.name)->record.id;
    std::vector<PreparedDocument> documents;
    documents.push_back(Document("own", Allow({absl::StrCat("user:reader-", tenant, "-", collection)})));
    documents.push_back(Document("group", Allow({absl::StrCat("group:team-", tenant)})));
    ASSERT_TRUE(corpus().UpsertDocuments(context, record.name, id, std::move(documents), "").ok());
  }

  size_t Readable(int tenant, int collection, const std::string& principal) {
    const auto view = corpus().Resolve(absl::StrCat("tenant-", tenant), Name(collection), AskerFor(principal));
    return view.ok() ? Search(*view).size() : 0;
  }
};

TEST_F(LoadTest, EveryCollectionOfEveryTenantIsBackWithItsOwnReaders) {
  for (int tenant = 0; tenant < kTenants; ++tenant) {
    for (int i = 0; i < kCollections; ++i) Fill(tenant, i);
    const storage::MembershipRecord member{absl::StrCat("group:team-", tenant), "user:member"};
    if (tenant % 2 != 0) continue;
    ASSERT_TRUE(corpus().UpdateMembers(ContextOf(tenant), {member}, {}, "").ok());
  }
  Restart();
  for (int tenant = 0; tenant < kTenants; ++tenant) {
    EXPECT_EQ(corpus().Statistics(absl::StrCat("tenant-", tenant)).collections, size_t{kCollections});
    for (int i = 0; i < kCollections; ++i) {
      EXPECT_EQ(Readable(tenant, i, absl::StrCat("user:reader-", tenant, "-", i)), 2u);
      EXPECT_EQ(Readable(tenant, i, absl::StrCat("user:reader-", tenant, "-", (i + 1) % kCollections)), 0u);
      EXPECT_EQ(Readable(tenant, i, absl::StrCat("user:reader-", (tenant + 1) % kTenants, "-", i)), 0u);
      EXPECT_EQ(Readable(tenant, i, "user:member"), tenant % 2 == 0 ? 2u : 0u);
    }
  }
}

TEST(WorkTogetherTest, DoesEveryPieceOnce) {
  std::vector<std::atomic<int>> done(1'000);
  EXPECT_TRUE(WorkTogether(done.size(), [&](size_t i) {
                ++done[i];
                return absl::OkStatus();
              }).ok());
  for (const std::atomic<int>& times : done) EXPECT_EQ(times, 1);
  EXPECT_TRUE(WorkTogether(0, [](size_t) { return absl::InternalError("there is nothing to do"); }).ok());
}

TEST(WorkTogetherTest, StopsAtAFailureAndReturnsTheFirst) {
  std::atomic<size_t> begun{0};
  const absl::Status status = WorkTogether(1'000'000, [&](size_t i) {
    ++begun;
    return i < 3 ? absl::OkStatus() : absl::DataLossError(absl::StrCat("piece ", i));
  });
  // Whichever thread took it, piece 3 was begun before any later one could fail.
  EXPECT_EQ(status, absl::DataLossError("piece 3"));
  EXPECT_LT(begun, 1'000u);
}

}  // namespace
}  // namespace usher::corpus
