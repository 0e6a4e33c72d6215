#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/index/storage_access_testing.h"
#include "tests/index/storage_testing.h"

namespace usher::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

constexpr acl::CollectionId kOne{1};

class StorageAccessStore : public ::testing::Test {
 protected:
  void SetUp() override { store_ = MustOpen(folder_.path()); }

  absl::Status TryCommit(Batch batch) {
    return store_->Commit(std::move(batch), acl::Revision(store_->last_revision().value() + 1));
  }
  void Commit(Batch batch) {
    const absl::Status status = TryCommit(std::move(batch));
    ASSERT_TRUE(status.ok()) << status;
  }
  void Reopen() {
    store_.reset();
    store_ = MustOpen(folder_.path());
  }

  template <typename Record>
  std::vector<std::pair<std::string, Record>> All(absl::Status (Store::*for_each)(const Store::TenantVisitor<Record>&)
                                                      const) {
    std::vector<std::pair<std::string, Record>> found;
    const absl::Status status = ((*store_).*for_each)([&](std::string_view tenant, Record record) {
      found.emplace_back(tenant, std::move(record));
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return found;
  }

  std::vector<std::string> FolderPaths(acl::CollectionId collection) {
    std::vector<std::string> paths;
    EXPECT_TRUE(store_
                    ->ForEachFolder(collection,
                                    [&](FolderRecord record) {
                                      EXPECT_EQ(record, AFolder(record.path));
                                      paths.push_back(record.path);
                                      return absl::OkStatus();
                                    })
                    .ok());
    return paths;
  }

  std::vector<uint32_t> PartNumbers(const std::string& tenant, const std::string& source, const std::string& sync_id) {
    std::vector<uint32_t> numbers;
    EXPECT_TRUE(store_
                    ->ForEachSyncPart(tenant, source, sync_id,
                                      [&](SyncPartRecord record) {
                                        EXPECT_EQ(record, ASyncPart(sync_id, record.number));
                                        numbers.push_back(record.number);
                                        return absl::OkStatus();
                                      })
                    .ok());
    return numbers;
  }

  std::vector<BreakGlassRecord> Grants(const std::string& tenant) {
    std::vector<BreakGlassRecord> found;
    const absl::Status status = store_->ForEachBreakGlass(tenant, [&](BreakGlassRecord record) {
      found.push_back(std::move(record));
      return absl::OkStatus();
    });
    EXPECT_TRUE(status.ok()) << status;
    return found;
  }

  // Texts of the tenant's changes above `after`, by revision and part.
  std::vector<std::tuple<uint64_t, uint32_t, std::string>> Changes(const std::string& tenant, uint64_t after) {
    std::vector<std::tuple<uint64_t, uint32_t, std::string>> found;
    EXPECT_TRUE(store_
                    ->ForEachChange(tenant, acl::Revision(after),
                                    [&](acl::Revision revision, uint32_t part, ChangeRecord record) {
                                      EXPECT_EQ(record, AChange(record.changes.front().first));
                                      found.emplace_back(revision.value(), part, record.changes.front().first);
                                      return absl::OkStatus();
                                    })
                    .ok());
    return found;
  }

  TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
};

TEST_F(StorageAccessStore, GivesBackWhatWasCommittedAlsoAfterReopening) {
  Batch batch;
  batch.PutDocument(kOne, ADocumentWithChunkRules("d"));
  batch.PutApiKey(AnApiKeyWithGroups("k"));
  batch.PutFolder(kOne, AFolder("a/b"));
  batch.PutClearance("acme", AClearance("user:alice"));
  batch.PutSource("acme", ASource("hr"));
  batch.PutSync("acme", ASync("hr", "s1"));
  batch.PutSyncPart("acme", "hr", ASyncPart("s1", 0));
  batch.PutBreakGlass("acme", ABreakGlass("b1"));
  batch.PutTenantSettings("acme", ASettings());
  batch.PutChange("acme", acl::Revision(1), 0, AChange("p"));
  Commit(std::move(batch));
  for (int round = 0; round < 2; ++round) {
    ExpectEqual(**store_->GetDocument(kOne, "d"), ADocumentWithChunkRules("d"));
    ExpectEqual(**store_->GetApiKey("k"), AnApiKeyWithGroups("k"));
    EXPECT_THAT(FolderPaths(kOne), ElementsAre("a/b"));
    EXPECT_THAT(All(&Store::ForEachClearance), ElementsAre(Pair("acme", AClearance("user:alice"))));
    EXPECT_THAT(All(&Store::ForEachSource), ElementsAre(Pair("acme", ASource("hr"))));
    EXPECT_THAT(All(&Store::ForEachSync), ElementsAre(Pair("acme", ASync("hr", "s1"))));
    EXPECT_THAT(PartNumbers("acme", "hr", "s1"), ElementsAre(0u));
    EXPECT_THAT(Grants("acme"), ElementsAre(ABreakGlass("b1")));
    EXPECT_EQ(**store_->GetBreakGlass("acme", "b1"), ABreakGlass("b1"));
    EXPECT_THAT(All(&Store::ForEachTenantSettings), ElementsAre(Pair("acme", ASettings())));
    EXPECT_THAT(Changes("acme", 0), ElementsAre(std::tuple(1, 0, "p")));
    Reopen();
  }
}

TEST_F(StorageAccessStore, RecordsAreOfTheirTenantOnlyAndGoWhenDeleted) {
  Batch batch;
  for (const char* tenant : {"acme", "other"}) {
    batch.PutClearance(tenant, AClearance("user:alice"));
    batch.PutSource(tenant, ASource("hr"));
    batch.PutBreakGlass(tenant, ABreakGlass("b1"));
  }
  Commit(std::move(batch));
  Batch deletion;
  deletion.DeleteClearance("acme", "user:alice");
  deletion.DeleteSource("acme", "hr");
  Commit(std::move(deletion));
  EXPECT_THAT(All(&Store::ForEachClearance), ElementsAre(Pair("other", AClearance("user:alice"))));
  EXPECT_THAT(All(&Store::ForEachSource), ElementsAre(Pair("other", ASource("hr"))));
  EXPECT_EQ(Grants("acme").size(), 1u);
  EXPECT_EQ(Grants("other").size(), 1u);
  EXPECT_THAT(Grants("third"), IsEmpty());
  EXPECT_TRUE((*store_->GetBreakGlass("other", "b1")).has_value());
  EXPECT_FALSE((*store_->GetBreakGlass("acme", "b2")).has_value());
  EXPECT_FALSE((*store_->GetBreakGlass("third", "b1")).has_value());
}

TEST_F(StorageAccessStore, ALaterRecordReplacesTheOneBefore) {
  BreakGlassRecord requested = ABreakGlass("b1");
  requested.state = BreakGlassState::kRequested;
  for (const BreakGlassRecord& record : {requested, ABreakGlass("b1")}) {
    Batch batch;
    batch.PutBreakGlass("acme", record);
    Commit(std::move(batch));
  }
  EXPECT_THAT(Grants("acme"), ElementsAre(ABreakGlass("b1")));
}

TEST_F(StorageAccessStore, FoldersOfACollectionComeInOrderAndGoOneByOneOrWithIt) {
  const acl::CollectionId below{255}, gone{256}, above{257};
  Batch batch;
  for (acl::CollectionId id : {below, gone, above}) {
    batch.PutCollection("acme", ACollection(id.value(), "c" + std::to_string(id.value())));
    for (const std::string& path : {std::string("b"), std::string("a/b"), std::string("a"), std::string(200, '\xFF')}) {
      batch.PutFolder(id, AFolder(path));
    }
  }
  batch.PutMembership("acme", {"group:eng", "user:alice"});
  Commit(std::move(batch));
  EXPECT_THAT(FolderPaths(gone), ElementsAre("a", "a/b", "b", std::string(200, '\xFF')));
  Batch deletion;
  deletion.DeleteFolder(below, "a");
  deletion.DeleteCollection("acme", "c256", gone);
  Commit(std::move(deletion));
  for (int round = 0; round < 2; ++round) {
    EXPECT_THAT(FolderPaths(below), ElementsAre("a/b", "b", std::string(200, '\xFF')));
    EXPECT_THAT(FolderPaths(gone), IsEmpty());
    EXPECT_EQ(FolderPaths(above).size(), 4u);
    EXPECT_EQ(All(&Store::ForEachCollection).size(), 2u);
    EXPECT_EQ(All(&Store::ForEachMembership).size(), 1u);
    Reopen();
  }
}

TEST_F(StorageAccessStore, PartsOfASyncComeInOrderOfNumberWhateverTheOrderOfTheirComing) {
  for (uint32_t number : {256u, 2u, ~0u, 255u, 0u}) {
    Batch batch;
    batch.PutSyncPart("acme", "hr", ASyncPart("s1", number));
    Commit(std::move(batch));
  }
  EXPECT_THAT(PartNumbers("acme", "hr", "s1"), ElementsAre(0u, 2u, 255u, 256u, ~0u));
}

TEST_F(StorageAccessStore, ADeletedSyncTakesItsPartsAndNothingOfOtherSyncs) {
  Batch batch;
  const std::vector<std::tuple<std::string, std::string, std::string>> syncs = {
      {"acme", "hr", "s1"}, {"acme", "hr", "s10"}, {"acme", "hr", ""}, {"acme", "hr2", "s1"}, {"acme2", "hr", "s1"}};
  for (const auto& [tenant, source, id] : syncs) {
    batch.PutSync(tenant, ASync(source, id));
    for (uint32_t number : {0u, 1u, ~0u}) batch.PutSyncPart(tenant, source, ASyncPart(id, number));
  }
  Commit(std::move(batch));
  Batch deletion;
  deletion.DeleteSync("acme", "hr", "s1");
  Commit(std::move(deletion));
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(All(&Store::ForEachSync).size(), 4u);
    for (const auto& [tenant, source, id] : syncs) {
      const bool gone = tenant == "acme" && source == "hr" && id == "s1";
      EXPECT_EQ(PartNumbers(tenant, source, id).size(), gone ? 0u : 3u) << tenant << "/" << source << "/" << id;
    }
    Reopen();
  }
}

TEST_F(StorageAccessStore, ChangesAreReadFromAfterARevisionInOrderOfRevisionAndPart) {
  Batch batch;
  for (uint64_t revision : {7ull, 300ull, 255ull}) {
    for (uint32_t part : {1u, 0u}) {
      batch.PutChange("acme", acl::Revision(revision), part, AChange(std::to_string(revision)));
    }
  }
  batch.PutChange("other", acl::Revision(8), 0, AChange("of another tenant"));
  batch.PutChange("acme", acl::Revision(~0ull), 0, AChange("last"));
  Commit(std::move(batch));
  EXPECT_THAT(Changes("acme", 7),
              ElementsAre(std::tuple(255, 0, "255"), std::tuple(255, 1, "255"), std::tuple(300, 0, "300"),
                          std::tuple(300, 1, "300"), std::tuple(~0ull, 0, "last")));
  EXPECT_EQ(Changes("acme", 6).size(), 7u);
  EXPECT_THAT(Changes("acme", ~0ull), IsEmpty());
  EXPECT_THAT(Changes("third", 0), IsEmpty());
}

TEST_F(StorageAccessStore, AVisitorOfChangesStopsByAnError) {
  Batch batch;
  for (uint64_t revision : {1ull, 2ull}) batch.PutChange("acme", acl::Revision(revision), 0, AChange("p"));
  Commit(std::move(batch));
  int visits = 0;
  EXPECT_TRUE(absl::IsCancelled(
      store_->ForEachChange("acme", acl::Revision(0), [&](acl::Revision, uint32_t, const ChangeRecord&) {
        ++visits;
        return absl::CancelledError("enough");
      })));
  EXPECT_EQ(visits, 1);
}

TEST_F(StorageAccessStore, ForgettingChangesTakesTheOlderOnesAndLeavesOtherTenantsAlone) {
  Batch batch;
  for (const char* tenant : {"acme", "other"}) {
    for (uint64_t revision : {5ull, 6ull, 900ull}) {
      batch.PutChange(tenant, acl::Revision(revision), 0, AChange("p"));
    }
  }
  Commit(std::move(batch));
  EXPECT_EQ(Changes("acme", 0).size(), 3u);
  Batch deletion;
  deletion.DeleteChangesBefore("acme", acl::Revision(0));
  Commit(std::move(deletion));
  EXPECT_EQ(Changes("acme", 0).size(), 3u);
  Batch further;
  further.DeleteChangesBefore("acme", acl::Revision(6));
  Commit(std::move(further));
  Reopen();
  EXPECT_THAT(Changes("acme", 0), ElementsAre(std::tuple(6, 0, "p"), std::tuple(900, 0, "p")));
  Batch all;
  all.DeleteChangesBefore("acme", acl::Revision(~0ull));
  Commit(std::move(all));
  EXPECT_THAT(Changes("acme", 0), IsEmpty());
  EXPECT_EQ(Changes("other", 0).size(), 3u);
}

TEST_F(StorageAccessStore, ARecordThatCouldNotBeReadAgainIsRefusedWithAllOfItsBatch) {
  const auto refused = [&](const std::function<void(Batch&)>& put) {
    Batch batch;
    batch.PutMembership("acme", {"group:eng", "user:alice"});
    put(batch);
    batch.PutMembership("acme", {"group:eng", "user:bob"});
    const absl::Status status = TryCommit(std::move(batch));
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  };
  acl::Policy unsorted = AFullPolicy();
  std::swap(unsorted.ceiling[0], unsorted.ceiling[1]);
  FolderRecord folder = AFolder("a");
  folder.policy = unsorted;
  refused([&](Batch& batch) { batch.PutFolder(kOne, folder); });
  SyncPartRecord part = ASyncPart("s", 0);
  part.grants[1].policy = unsorted;
  refused([&](Batch& batch) { batch.PutSyncPart("acme", "hr", part); });
  ClearanceRecord clearance = AClearance("user:alice");
  clearance.clearance.level = acl::kMaxLevel + 1;
  refused([&](Batch& batch) { batch.PutClearance("acme", clearance); });
  SourceRecord source = ASource("hr");
  source.share_limit = 101;
  refused([&](Batch& batch) { batch.PutSource("acme", source); });
  DocumentRecord document = ADocumentWithChunkRules("d");
  document.chunk_policies = {{1, unsorted}};
  refused([&](Batch& batch) { batch.PutDocument(kOne, document); });
  document.chunk_policies = {{1, AFullPolicy()}, {1, AFullPolicy()}};
  refused([&](Batch& batch) { batch.PutDocument(kOne, document); });
  document.chunk_policies = {{1, acl::Policy()}};
  refused([&](Batch& batch) { batch.PutDocument(kOne, document); });
  EXPECT_THAT(All(&Store::ForEachMembership), IsEmpty());
  EXPECT_EQ(store_->last_revision(), acl::Revision(0));
}

TEST_F(StorageAccessStore, APartThatNoRecordCanHoldIsRefused) {
  SyncPartRecord part{.sync_id = "s", .number = 0, .memberships = {}, .grants = {}};
  part.memberships.assign(1'500'000, {"group:g", "user:u"});
  Batch batch;
  batch.PutSyncPart("acme", "hr", part);
  EXPECT_TRUE(absl::IsInvalidArgument(TryCommit(std::move(batch))));
}

TEST_F(StorageAccessStore, HostileNamesStayApart) {
  const std::vector<std::string> strings = HostileStrings();
  Batch batch;
  for (const std::string& text : strings) {
    batch.PutFolder(kOne, AFolder(text));
    batch.PutClearance(text, AClearance(text));
    batch.PutSource(text, ASource(text));
    batch.PutSync(text, ASync(text, text));
    batch.PutSyncPart(text, text, ASyncPart(text, 1));
    batch.PutBreakGlass(text, ABreakGlass(text));
    batch.PutTenantSettings(text, ASettings());
    batch.PutChange(text, acl::Revision(1), 0, AChange(text));
  }
  Commit(std::move(batch));
  EXPECT_EQ(FolderPaths(kOne).size(), strings.size());
  EXPECT_EQ(All(&Store::ForEachClearance).size(), strings.size());
  EXPECT_EQ(All(&Store::ForEachSource).size(), strings.size());
  EXPECT_EQ(All(&Store::ForEachSync).size(), strings.size());
  EXPECT_EQ(All(&Store::ForEachTenantSettings).size(), strings.size());
  for (const std::string& text : strings) {
    EXPECT_EQ(**store_->GetBreakGlass(text, text), ABreakGlass(text));
    EXPECT_THAT(Grants(text), ElementsAre(ABreakGlass(text)));
    EXPECT_THAT(PartNumbers(text, text, text), ElementsAre(1u));
    EXPECT_THAT(Changes(text, 0), ElementsAre(std::tuple(1, 0, text)));
  }
}

}  // namespace
}  // namespace usher::storage
