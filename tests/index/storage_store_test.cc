#include <sys/stat.h>

#include <fstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/index/storage_testing.h"

namespace usher::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr acl::CollectionId kOne{1};
constexpr acl::CollectionId kTwo{2};

class StorageStore : public ::testing::Test {
 protected:
  void SetUp() override { store_ = MustOpen(folder_.path()); }

  void Commit(Batch batch) {
    const absl::Status status = store_->Commit(std::move(batch), acl::Revision(store_->last_revision().value() + 1));
    ASSERT_TRUE(status.ok()) << status;
  }

  void Reopen() {
    store_.reset();
    store_ = MustOpen(folder_.path());
  }

  std::vector<std::string> DocumentIds(acl::CollectionId collection, const std::string& after = "") {
    std::vector<std::string> ids;
    EXPECT_TRUE(store_
                    ->ForEachDocument(collection, after,
                                      [&](DocumentRecord record) {
                                        ids.push_back(record.id);
                                        return absl::OkStatus();
                                      })
                    .ok());
    return ids;
  }

  std::vector<std::pair<uint64_t, uint32_t>> VectorKeys(acl::CollectionId collection) {
    std::vector<std::pair<uint64_t, uint32_t>> keys;
    EXPECT_TRUE(store_
                    ->ForEachVector(collection,
                                    [&](ChunkKey key, absl::Span<const float>) {
                                      keys.emplace_back(key.version.value(), key.number);
                                      return absl::OkStatus();
                                    })
                    .ok());
    return keys;
  }

  TemporaryFolder folder_;
  std::unique_ptr<Store> store_;
};

TEST_F(StorageStore, IsEmptyAndPrivateWhenNew) {
  EXPECT_EQ(store_->last_revision(), acl::Revision(0));
  EXPECT_EQ(store_->store_id().size(), 16u);
  EXPECT_EQ(store_->token_key().size(), 32u);
  struct stat info {};
  ASSERT_EQ(::stat(folder_.path().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700u);
  EXPECT_FALSE((*store_->LastAudit()).has_value());
}

TEST_F(StorageStore, KeepsItsIdentityAndNoTwoStoresShareOne) {
  const std::string id = store_->store_id(), key = store_->token_key();
  Reopen();
  EXPECT_EQ(store_->store_id(), id);
  EXPECT_EQ(store_->token_key(), key);
  TemporaryFolder other;
  std::unique_ptr<Store> stranger = MustOpen(other.path());
  EXPECT_NE(stranger->store_id(), id);
  EXPECT_NE(stranger->token_key(), key);
}

TEST_F(StorageStore, GivesBackWhatWasCommittedAlsoAfterReopening) {
  Batch batch;
  batch.PutCollection("acme", ACollection(1, "handbook"));
  batch.PutDocument(kOne, ADocument("d1", 7));
  batch.PutChunk(kOne, {acl::DocumentVersion(7), 0}, AChunk("d1", "text"), AVector(2));
  batch.PutMembership("acme", {"group:eng", "user:alice"});
  batch.PutApiKey(AnApiKey("k1"));
  batch.PutRequest("acme", "user:a", "r1", ARequest(1));
  Commit(std::move(batch));
  Reopen();
  EXPECT_EQ(store_->last_revision(), acl::Revision(1));
  int collections = 0;
  ASSERT_TRUE(store_
                  ->ForEachCollection([&](std::string_view tenant, CollectionRecord record) {
                    ++collections;
                    EXPECT_EQ(tenant, "acme");
                    ExpectEqual(record, ACollection(1, "handbook"));
                    return absl::OkStatus();
                  })
                  .ok());
  EXPECT_EQ(collections, 1);
  ExpectEqual(**store_->GetDocument(kOne, "d1"), ADocument("d1", 7));
  const std::vector<ChunkKey> keys = {{acl::DocumentVersion(7), 0}};
  ExpectEqual(*(*store_->GetChunks(kOne, keys))[0], AChunk("d1", "text"));
  ExpectEqual(**store_->GetApiKey("k1"), AnApiKey("k1"));
  ExpectEqual(**store_->GetRequest("acme", "user:a", "r1", ARequest(1).time), ARequest(1));
  std::vector<float> vector;
  ASSERT_TRUE(store_
                  ->ForEachVector(kOne,
                                  [&](ChunkKey, absl::Span<const float> values) {
                                    vector.assign(values.begin(), values.end());
                                    return absl::OkStatus();
                                  })
                  .ok());
  EXPECT_EQ(vector, AVector(2));
}

TEST_F(StorageStore, AnswersInTheOrderOfTheKeysWithGapsForWhatIsNotThere) {
  Batch batch;
  for (const char* id : {"a", "b", "c"}) batch.PutDocument(kOne, ADocument(id, 1));
  for (uint32_t i = 0; i < 3; ++i) {
    batch.PutChunk(kOne, {acl::DocumentVersion(1), i}, AChunk("a", std::to_string(i)), AVector(1));
  }
  Commit(std::move(batch));
  const std::vector<std::string> ids = {"c", "missing", "a", "a"};
  auto documents = store_->GetDocuments(kOne, ids);
  ASSERT_TRUE(documents.ok()) << documents.status();
  EXPECT_EQ((*documents)[0]->id, "c");
  EXPECT_FALSE((*documents)[1].has_value());
  EXPECT_EQ((*documents)[2]->id, "a");
  EXPECT_EQ((*documents)[3]->id, "a");
  const acl::DocumentVersion one(1), other(2);
  const std::vector<ChunkKey> keys = {{one, 2}, {other, 0}, {one, 0}, {one, 9}};
  auto chunks = store_->GetChunks(kOne, keys);
  ASSERT_TRUE(chunks.ok()) << chunks.status();
  EXPECT_EQ((*chunks)[0]->text, "2");
  EXPECT_FALSE((*chunks)[1].has_value());
  EXPECT_EQ((*chunks)[2]->text, "0");
  EXPECT_FALSE((*chunks)[3].has_value());
  EXPECT_TRUE(store_->GetChunks(kOne, {})->empty());
  EXPECT_FALSE((*store_->GetDocument(kTwo, "a")).has_value());
  EXPECT_FALSE((*store_->GetApiKey("none")).has_value());
}

TEST_F(StorageStore, ListsDocumentsInOrderOfIdAfterTheGivenOne) {
  Batch batch;
  for (const std::string& id : {std::string("b"), std::string("a"), std::string("a\0", 2), std::string("ab")}) {
    batch.PutDocument(kOne, ADocument(id, 1));
  }
  batch.PutDocument(kTwo, ADocument("z", 1));
  Commit(std::move(batch));
  EXPECT_THAT(DocumentIds(kOne), ElementsAre("a", std::string("a\0", 2), "ab", "b"));
  EXPECT_THAT(DocumentIds(kOne, "a"), ElementsAre(std::string("a\0", 2), "ab", "b"));
  EXPECT_THAT(DocumentIds(kOne, "aa"), ElementsAre("ab", "b"));
  EXPECT_THAT(DocumentIds(kOne, "b"), IsEmpty());
}

TEST_F(StorageStore, AVisitorsErrorStopsTheVisitAndIsReturned) {
  Batch batch;
  for (const char* id : {"a", "b"}) batch.PutDocument(kOne, ADocument(id, 1));
  Commit(std::move(batch));
  int visits = 0;
  EXPECT_TRUE(absl::IsCancelled(store_->ForEachDocument(kOne, "", [&](DocumentRecord) {
    ++visits;
    return absl::CancelledError("enough");
  })));
  EXPECT_EQ(visits, 1);
}

TEST_F(StorageStore, ADeletedCollectionTakesAllThatIsItsAndNothingOfItsNeighbours) {
  const acl::CollectionId below{255}, gone{256}, above{257};
  Batch batch;
  for (acl::CollectionId id : {below, gone, above}) {
    batch.PutCollection("acme", ACollection(id.value(), "c" + std::to_string(id.value())));
    for (const std::string& document : {std::string(), std::string("d"), std::string(200, '\xFF')}) {
      batch.PutDocument(id, ADocument(document, 1));
    }
    for (uint64_t version : {uint64_t{0}, uint64_t{1}, ~uint64_t{0}}) {
      batch.PutChunk(id, {acl::DocumentVersion(version), ~0u}, AChunk("d", "t"), AVector(1));
    }
  }
  Commit(std::move(batch));
  Batch deletion;
  deletion.DeleteCollection("acme", "c256", gone);
  Commit(std::move(deletion));
  for (int round = 0; round < 2; ++round) {
    EXPECT_THAT(DocumentIds(gone), IsEmpty());
    EXPECT_THAT(VectorKeys(gone), IsEmpty());
    const std::vector<ChunkKey> keys = {{acl::DocumentVersion(0), ~0u}, {acl::DocumentVersion(~0ull), ~0u}};
    EXPECT_FALSE((*store_->GetChunks(gone, keys))[0].has_value());
    EXPECT_FALSE((*store_->GetChunks(gone, keys))[1].has_value());
    for (acl::CollectionId id : {below, above}) {
      EXPECT_EQ(DocumentIds(id).size(), 3u);
      EXPECT_EQ(VectorKeys(id).size(), 3u);
      EXPECT_TRUE((*store_->GetChunks(id, keys))[1].has_value());
    }
    std::vector<std::string> names;
    ASSERT_TRUE(store_
                    ->ForEachCollection([&](std::string_view, CollectionRecord record) {
                      names.push_back(record.name);
                      return absl::OkStatus();
                    })
                    .ok());
    EXPECT_THAT(names, UnorderedElementsAre("c255", "c257"));
    Reopen();
  }
}

TEST_F(StorageStore, DeletedChunksGoWithTheirVectorsAndOtherVersionsStay) {
  Batch batch;
  for (uint64_t version : {4, 5, 6}) {
    for (uint32_t i = 0; i < 3; ++i) {
      batch.PutChunk(kOne, {acl::DocumentVersion(version), i}, AChunk("d", "t"), AVector(1));
    }
  }
  Commit(std::move(batch));
  Batch deletion;
  deletion.DeleteChunks(kOne, acl::DocumentVersion(5));
  Commit(std::move(deletion));
  EXPECT_EQ(VectorKeys(kOne).size(), 6u);
  const std::vector<ChunkKey> keys = {
      {acl::DocumentVersion(4), 2}, {acl::DocumentVersion(5), 0}, {acl::DocumentVersion(6), 0}};
  auto chunks = store_->GetChunks(kOne, keys);
  EXPECT_TRUE((*chunks)[0].has_value());
  EXPECT_FALSE((*chunks)[1].has_value());
  EXPECT_TRUE((*chunks)[2].has_value());
}

TEST_F(StorageStore, AMembershipIsOfItsTenantOnlyAndGoesWhenDeleted) {
  Batch batch;
  batch.PutMembership("acme", {"group:eng", "user:alice"});
  batch.PutMembership("acme", {"group:eng", "user:bob"});
  batch.PutMembership("other", {"group:eng", "user:alice"});
  Commit(std::move(batch));
  Batch deletion;
  deletion.DeleteMembership("acme", {"group:eng", "user:alice"});
  Commit(std::move(deletion));
  std::vector<std::pair<std::string, std::string>> found;
  ASSERT_TRUE(store_
                  ->ForEachMembership([&](std::string_view tenant, MembershipRecord record) {
                    found.emplace_back(tenant, record.member);
                    return absl::OkStatus();
                  })
                  .ok());
  EXPECT_THAT(found, UnorderedElementsAre(std::pair("acme", "user:bob"), std::pair("other", "user:alice")));
}

TEST_F(StorageStore, RefusesARevisionOutOfTurnAndWritesNothing) {
  for (uint64_t wrong : {0, 2, 100}) {
    Batch batch;
    batch.PutDocument(kOne, ADocument("d", 1));
    EXPECT_TRUE(absl::IsAborted(store_->Commit(std::move(batch), acl::Revision(wrong)))) << wrong;
  }
  EXPECT_EQ(store_->last_revision(), acl::Revision(0));
  EXPECT_THAT(DocumentIds(kOne), IsEmpty());
}

TEST_F(StorageStore, RefusesABatchThatWasMovedFrom) {
  Batch batch;
  Batch other = std::move(batch);
  EXPECT_TRUE(absl::IsInvalidArgument(store_->Commit(std::move(batch), acl::Revision(1))));
  EXPECT_TRUE(store_->Commit(std::move(other), acl::Revision(1)).ok());
}

TEST_F(StorageStore, ForgetsARequestWhenItsRetentionHasPassed) {
  Batch batch;
  batch.PutRequest("acme", "user:a", "r", ARequest(1));
  Commit(std::move(batch));
  const absl::Time made = ARequest(1).time;
  EXPECT_TRUE((*store_->GetRequest("acme", "user:a", "r", made + absl::Hours(24) - absl::Nanoseconds(1))).has_value());
  EXPECT_FALSE((*store_->GetRequest("acme", "user:a", "r", made + absl::Hours(24))).has_value());
  EXPECT_FALSE((*store_->GetRequest("acme", "user:b", "r", made)).has_value());
  EXPECT_FALSE((*store_->GetRequest("other", "user:a", "r", made)).has_value());
}

TEST_F(StorageStore, AuditEntriesAreDenseAndComeBackInOrder) {
  EXPECT_TRUE(absl::IsAborted(store_->AppendAudit(2, "early")));
  for (uint64_t id = 1; id <= 300; ++id) ASSERT_TRUE(store_->AppendAudit(id, "entry " + std::to_string(id)).ok());
  EXPECT_TRUE(absl::IsAborted(store_->AppendAudit(300, "again")));
  Reopen();
  EXPECT_EQ(**store_->LastAudit(), std::pair(uint64_t{300}, std::string("entry 300")));
  uint64_t expected = 250;
  ASSERT_TRUE(store_
                  ->ForEachAudit(250,
                                 [&](uint64_t id, std::string_view entry) {
                                   EXPECT_EQ(id, expected);
                                   EXPECT_EQ(entry, "entry " + std::to_string(id));
                                   ++expected;
                                   return absl::OkStatus();
                                 })
                  .ok());
  EXPECT_EQ(expected, 301u);
  ASSERT_TRUE(store_->AppendAudit(301, "").ok());
  EXPECT_EQ(store_->last_revision(), acl::Revision(0));
}

TEST_F(StorageStore, HostileIdsAndTextsStayApartAndWhole) {
  const std::vector<std::string> strings = HostileStrings();
  Batch batch;
  uint64_t version = 0;
  for (const std::string& text : strings) {
    ++version;
    batch.PutDocument(kOne, ADocument(text, version));
    batch.PutCollection(text, ACollection(version, text));
    batch.PutMembership(text, {text, text});
    ApiKeyRecord api_key = AnApiKey(text);
    api_key.secret_hash = text;
    batch.PutApiKey(api_key);
    batch.PutRequest(text, text, text, ARequest(version));
    batch.PutChunk(kOne, {acl::DocumentVersion(version), 0}, AChunk(text, text), AVector(1));
  }
  Commit(std::move(batch));
  Reopen();
  version = 0;
  for (const std::string& text : strings) {
    ++version;
    ExpectEqual(**store_->GetDocument(kOne, text), ADocument(text, version));
    EXPECT_EQ((**store_->GetApiKey(text)).secret_hash, text);
    ExpectEqual(**store_->GetRequest(text, text, text, ARequest(1).time), ARequest(version));
    const std::vector<ChunkKey> key = {{acl::DocumentVersion(version), 0}};
    ExpectEqual(*(*store_->GetChunks(kOne, key))[0], AChunk(text, text));
  }
  EXPECT_EQ(DocumentIds(kOne).size(), strings.size());
  size_t memberships = 0;
  ASSERT_TRUE(store_
                  ->ForEachMembership([&](std::string_view tenant, MembershipRecord record) {
                    ++memberships;
                    EXPECT_EQ(record, (MembershipRecord{std::string(tenant), std::string(tenant)}));
                    return absl::OkStatus();
                  })
                  .ok());
  EXPECT_EQ(memberships, strings.size());
}

TEST_F(StorageStore, TheLastCollectionIdOfAllIsRefusedForDeletion) {
  Batch batch;
  batch.DeleteCollection("acme", "name", acl::CollectionId(~0ull));
  EXPECT_TRUE(absl::IsInvalidArgument(store_->Commit(std::move(batch), acl::Revision(1))));
  EXPECT_EQ(store_->last_revision(), acl::Revision(0));
}

}  // namespace
}  // namespace usher::storage
