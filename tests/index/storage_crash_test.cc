#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <random>
#include <thread>

#include "gtest/gtest.h"
#include "tests/index/storage_testing.h"

namespace usher::storage {
namespace {

constexpr acl::CollectionId kOne{1};
constexpr int kDocumentsPerBatch = 4;

std::string IdOf(uint64_t revision, int number) {
  return "r" + std::to_string(revision) + "-" + std::to_string(number);
}

Batch BatchOf(uint64_t revision) {
  Batch batch;
  for (int i = 0; i < kDocumentsPerBatch; ++i) {
    batch.PutDocument(kOne, ADocument(IdOf(revision, i), revision));
    batch.PutChunk(kOne, {acl::DocumentVersion(revision), static_cast<uint32_t>(i)},
                   AChunk(IdOf(revision, i), std::string(2'000, 'x')), AVector(static_cast<float>(i)));
  }
  // Takes the batch ten revisions ago away again, so that losing a deletion would show too.
  if (revision > 10) batch.DeleteChunks(kOne, acl::DocumentVersion(revision - 10));
  return batch;
}

// Commits until it is killed; writes each acknowledged revision to `report`. Never returns.
[[noreturn]] void CommitForever(const std::string& path, int report) {
  absl::StatusOr<std::unique_ptr<Store>> store = Store::Open(OptionsFor(path));
  if (!store.ok()) _exit(2);
  for (uint64_t audit = (*store)->LastAudit().value().value_or(std::pair<uint64_t, std::string>()).first;;) {
    const uint64_t revision = (*store)->last_revision().value() + 1;
    if (!(*store)->Commit(BatchOf(revision), acl::Revision(revision)).ok()) _exit(3);
    if (!(*store)->AppendAudit(++audit, "entry").ok()) _exit(4);
    if (write(report, &revision, sizeof(revision)) != sizeof(revision)) _exit(5);
  }
}

// The last revision acknowledged by a child that ran for a while and was killed; 0 if none.
uint64_t RunAndKill(const std::string& path, std::chrono::microseconds life) {
  int pipe_ends[2];
  if (pipe(pipe_ends) != 0) std::abort();
  const pid_t child = fork();
  if (child == 0) {
    close(pipe_ends[0]);
    CommitForever(path, pipe_ends[1]);
  }
  close(pipe_ends[1]);
  std::this_thread::sleep_for(life);
  kill(child, SIGKILL);
  uint64_t acknowledged = 0, revision = 0;
  while (read(pipe_ends[0], &revision, sizeof(revision)) == sizeof(revision)) acknowledged = revision;
  close(pipe_ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the child gave up by itself with " << WEXITSTATUS(status);
  return acknowledged;
}

void ExpectBatchWhollyThere(const Store& store, uint64_t revision, uint64_t last) {
  std::vector<std::string> ids;
  std::vector<ChunkKey> keys;
  for (int i = 0; i < kDocumentsPerBatch; ++i) {
    ids.push_back(IdOf(revision, i));
    keys.push_back({acl::DocumentVersion(revision), static_cast<uint32_t>(i)});
  }
  auto documents = store.GetDocuments(kOne, ids);
  ASSERT_TRUE(documents.ok()) << documents.status();
  for (const auto& document : *documents) ASSERT_TRUE(document.has_value()) << "of revision " << revision;
  auto chunks = store.GetChunks(kOne, keys);
  ASSERT_TRUE(chunks.ok()) << chunks.status();
  const bool deleted = revision + 10 <= last;
  for (const auto& chunk : *chunks) ASSERT_EQ(chunk.has_value(), !deleted) << "of revision " << revision;
}

TEST(StorageCrash, AfterAKillEveryAcknowledgedBatchAndAtMostOneMoreIsThereWholly) {
  const char* wanted = std::getenv("USHER_CRASH_CYCLES");
  const int cycles = wanted != nullptr ? std::atoi(wanted) : 20;
  ASSERT_GT(cycles, 0);
  TemporaryFolder folder;
  std::mt19937 random(static_cast<unsigned>(getpid()));
  uint64_t acknowledged = 0;
  for (int cycle = 0; cycle < cycles; ++cycle) {
    const std::chrono::microseconds life(std::uniform_int_distribution<int>(0, 120'000)(random));
    acknowledged = std::max(acknowledged, RunAndKill(folder.path(), life));
    std::unique_ptr<Store> store = MustOpen(folder.path());
    ASSERT_NE(store, nullptr) << "cycle " << cycle;
    const uint64_t last = store->last_revision().value();
    ASSERT_GE(last, acknowledged);
    ASSERT_LE(last, acknowledged + 1) << "more than the one batch in flight came back";
    for (uint64_t revision = 1; revision <= last; ++revision) {
      ASSERT_NO_FATAL_FAILURE(ExpectBatchWhollyThere(*store, revision, last));
    }
    ASSERT_FALSE((*store->GetDocument(kOne, IdOf(last + 1, 0))).has_value());
    acknowledged = last;
  }
  EXPECT_GT(acknowledged, 0u) << "no child lived long enough to commit";
}

}  // namespace
}  // namespace usher::storage
