#include "tests/index/storage_faults.h"

#include "gtest/gtest.h"
#include "tests/index/storage_testing.h"

namespace usher::storage {
namespace {

constexpr acl::CollectionId kOne{1};

class StorageFaults : public ::testing::TestWithParam<Fault> {
 protected:
  void SetUp() override {
    StoreOptions options = OptionsFor(folder_.path());
    options.file_system = files_;
    absl::StatusOr<std::unique_ptr<Store>> store = Store::Open(options);
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
  }

  absl::Status Put(const std::string& id) {
    const uint64_t revision = store_->last_revision().value() + 1;
    Batch batch;
    batch.PutDocument(kOne, ADocument(id, revision));
    batch.PutMembership("acme", {"group:" + id, "user:a"});
    return store_->Commit(std::move(batch), acl::Revision(revision));
  }

  static bool Has(const Store& store, const std::string& id) {
    auto document = store.GetDocument(kOne, id);
    EXPECT_TRUE(document.ok()) << document.status();
    return document.ok() && document->has_value();
  }

  TemporaryFolder folder_;
  std::shared_ptr<FaultyFileSystem> files_ = std::make_shared<FaultyFileSystem>();
  std::unique_ptr<Store> store_;
};

class StorageOnAFullDisk : public StorageFaults {};

INSTANTIATE_TEST_SUITE_P(AnyMoment, StorageOnAFullDisk,
                         ::testing::Values(Fault::kFullBeforeAppend, Fault::kFullInMidAppend, Fault::kFullAtSync));

TEST_P(StorageOnAFullDisk, RefusesWritesKeepsReadsAndWorksAgainOnceThereIsSpace) {
  ASSERT_TRUE(Put("before").ok());
  files_->Set(GetParam(), ".log");
  for (int i = 0; i < 3; ++i) {
    const absl::Status refused = Put("refused");
    EXPECT_TRUE(absl::IsResourceExhausted(refused)) << refused;
  }
  EXPECT_FALSE(store_->AppendAudit(1, "refused").ok());
  EXPECT_EQ(store_->last_revision(), acl::Revision(1));
  EXPECT_TRUE(Has(*store_, "before"));
  EXPECT_FALSE(Has(*store_, "refused"));
  files_->Set(Fault::kNone, "");
  const absl::Status after = Put("after");
  ASSERT_TRUE(after.ok()) << after;
  ASSERT_TRUE(store_->AppendAudit(1, "after").ok());
  EXPECT_EQ(store_->last_revision(), acl::Revision(2));
  EXPECT_FALSE(Has(*store_, "refused"));
}

TEST_P(StorageOnAFullDisk, WhatWasRefusedDoesNotComeBackAfterALaterCrash) {
  for (int round = 0; round < 4; ++round) {
    // The first round fails with nothing in memory to flush but the identity, later ones with nothing at all.
    files_->Set(GetParam(), ".log");
    EXPECT_TRUE(absl::IsResourceExhausted(Put("refused" + std::to_string(round))));
    files_->Set(Fault::kNone, "");
    const absl::Status status = Put("kept" + std::to_string(round));
    ASSERT_TRUE(status.ok()) << status;
    std::unique_ptr<Store> crashed = MustOpen(folder_.CopyAsAfterACrash());
    ASSERT_NE(crashed, nullptr);
    EXPECT_EQ(crashed->last_revision(), acl::Revision(static_cast<uint64_t>(round) + 1));
    for (int past = 0; past <= round; ++past) {
      EXPECT_TRUE(Has(*crashed, "kept" + std::to_string(past)));
      EXPECT_FALSE(Has(*crashed, "refused" + std::to_string(past)));
    }
  }
}

TEST_P(StorageOnAFullDisk, TwoFailuresInARowLeaveAFolderThatOpens) {
  ASSERT_TRUE(Put("before").ok());
  files_->Set(GetParam(), ".log");
  EXPECT_FALSE(Put("refused").ok());
  files_->Set(GetParam(), ".sst");  // so that recovering fails as well
  EXPECT_FALSE(Put("refused too").ok());
  std::unique_ptr<Store> crashed = MustOpen(folder_.CopyAsAfterACrash());
  ASSERT_NE(crashed, nullptr);
  EXPECT_TRUE(Has(*crashed, "before"));
  EXPECT_FALSE(Has(*crashed, "refused too"));
  files_->Set(Fault::kNone, "");
  ASSERT_TRUE(Put("after").ok());
  EXPECT_TRUE(Has(*store_, "before"));
}

class StorageOnABrokenDisk : public StorageFaults {};

INSTANTIATE_TEST_SUITE_P(AnyMoment, StorageOnABrokenDisk, ::testing::Values(Fault::kBrokenAppend, Fault::kBrokenSync));

TEST_P(StorageOnABrokenDisk, NeverAcknowledgesAndKeepsWhatItAcknowledgedBefore) {
  ASSERT_TRUE(Put("before").ok());
  files_->Set(GetParam(), ".log");
  EXPECT_TRUE(absl::IsUnavailable(Put("uncertain")));
  EXPECT_EQ(store_->last_revision(), acl::Revision(1));
  EXPECT_FALSE(Has(*store_, "uncertain"));
  EXPECT_TRUE(Has(*store_, "before"));
  files_->Set(Fault::kNone, "");
  const bool resumed = Put("later").ok();
  EXPECT_EQ(Has(*store_, "later"), resumed);
  store_.reset();
  std::unique_ptr<Store> reopened = MustOpen(folder_.path());
  ASSERT_NE(reopened, nullptr);
  EXPECT_TRUE(Has(*reopened, "before"));
  EXPECT_EQ(Has(*reopened, "later"), resumed);
  EXPECT_LE(reopened->last_revision(), acl::Revision(2));
}

}  // namespace
}  // namespace usher::storage
