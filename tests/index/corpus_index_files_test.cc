// Restarts with index files: they save time, and nothing but time depends on them.
#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/index/corpus_fixture.h"

namespace usher::corpus {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class CorpusIndexFiles : public CorpusFixture {
 protected:
  static constexpr int kDocumentsOfASegment = 16;

  CorpusOptions Options() const override {
    CorpusOptions options;
    options.index.seal_rows = 2 * kDocumentsOfASegment;
    options.index.row_format = row_format_;
    options.log = [this](const std::string& line) {
      const std::lock_guard lock(log_mutex_);
      log_.push_back(line);
    };
    return options;
  }

  // Everything that is done in the background in these tests takes milliseconds.
  static bool Await(const std::function<bool()>& done) {
    for (int i = 0; i < 2'000 && !done(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return done();
  }
  bool AwaitWritten(uint64_t count) {
    return Await([&] { return corpus().IndexFileStatistics().written >= count; });
  }

  fs::path Folder(const std::string& collection) {
    return fs::path(folder()) / "index" /
           std::string(absl::StrCat(absl::Hex(Id(collection).value(), absl::kZeroPad16)));
  }
  static std::vector<fs::path> FilesIn(const fs::path& path) {
    std::vector<fs::path> files;
    std::error_code missing;
    for (const auto& entry : fs::directory_iterator(path, missing)) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
  }

  // Exactly one segment of documents that Ann may read, those with an odd number Bob too, and its file.
  void MakeOneFile(const std::string& collection, const std::string& prefix) {
    const uint64_t written = corpus().IndexFileStatistics().written;
    Create(collection, Allow({"user:ann", "user:bob"}));
    std::vector<PreparedDocument> documents;
    for (int i = 0; i < kDocumentsOfASegment; ++i) {
      const acl::Policy policy = i % 2 == 0 ? Allow({"user:ann"}) : acl::Policy();
      documents.push_back(Document(absl::StrCat(prefix, i), policy));
    }
    Upsert(collection, std::move(documents));
    ASSERT_TRUE(AwaitWritten(written + 1));
    ASSERT_THAT(FilesIn(Folder(collection)), SizeIs(1));
  }

  std::vector<std::pair<index::RowKey, float>> Found(const std::string& collection, const std::string& principal) {
    const auto view = corpus().Resolve(kTenant, collection, AskerFor(principal));
    if (!view.ok()) return {};
    std::vector<std::pair<index::RowKey, float>> found;
    for (const index::Candidate& candidate : Search(*view)) found.emplace_back(candidate.key, candidate.score);
    return found;
  }

  // Restarts, with `meanwhile` in between, and expects that nobody finds anything else than before.
  void ExpectSameAfterRestart(const std::vector<std::string>& collections,
                              const std::function<void()>& meanwhile = {}) {
    std::vector<std::vector<std::pair<index::RowKey, float>>> before;
    for (const std::string& name : collections) {
      for (const char* principal : {"user:ann", "user:bob", "user:eve"}) before.push_back(Found(name, principal));
    }
    Close();
    if (meanwhile) meanwhile();
    Open();
    std::vector<std::vector<std::pair<index::RowKey, float>>> after;
    for (const std::string& name : collections) {
      for (const char* principal : {"user:ann", "user:bob", "user:eve"}) after.push_back(Found(name, principal));
    }
    EXPECT_EQ(after, before);
  }

  static void FlipByte(const fs::path& path, uint64_t place) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(place));
    const char byte = static_cast<char>(file.get() ^ 1);
    file.seekp(static_cast<std::streamoff>(place));
    file.put(byte);
  }

  index::RowFormat row_format_ = index::RowFormat::kFloat32;  // from the next start on
  mutable std::mutex log_mutex_;
  mutable std::vector<std::string> log_;
};

TEST_F(CorpusIndexFiles, ARestartReadsSegmentsInsteadOfMakingThem) {
  MakeOneFile("docs", "d");
  EXPECT_THAT(Reads("docs", "user:bob"), SizeIs(kDocumentsOfASegment / 2));
  ExpectSameAfterRestart({"docs"});
  EXPECT_EQ(corpus().IndexFileStatistics().read, 1u);
  EXPECT_EQ(corpus().IndexFileStatistics().refused, 0u);
  EXPECT_THAT(log_, IsEmpty());
}

TEST_F(CorpusIndexFiles, WhatChangedSinceAFileWasWrittenHoldsAfterARestart) {
  MakeOneFile("docs", "d");
  const fs::path file = FilesIn(Folder("docs")).front();
  SetPolicy("docs", "d1", Allow({"user:ann"}));           // taken from Bob
  SetPolicy("docs", "d0", acl::Policy());                 // given to Bob
  SetPolicy({"docs", "d2", "", 1}, Allow({"user:eve"}));  // one chunk of two
  ASSERT_TRUE(corpus().DeleteDocuments(Context(), "docs", {"d3"}, "").ok());
  Upsert("docs", {Document("new", Allow({"user:bob"})), Document("d2b", acl::Policy())});
  ExpectSameAfterRestart({"docs"});
  EXPECT_EQ(corpus().IndexFileStatistics().read, 1u);
  EXPECT_THAT(FilesIn(Folder("docs")), ElementsAre(file));  // the one from before the changes
  EXPECT_THAT(Reads("docs", "user:bob"), ElementsAre("d0", "d11", "d13", "d15", "d2b", "d5", "d7", "d9", "new"));
  EXPECT_THAT(Found("docs", "user:ann"), SizeIs(2 * kDocumentsOfASegment - 2 - 1 + 2));
  EXPECT_THAT(Found("docs", "user:eve"), SizeIs(1));
}

TEST_F(CorpusIndexFiles, WithoutTheFolderAStartOnlyTakesLonger) {
  MakeOneFile("docs", "d");
  ExpectSameAfterRestart({"docs"}, [this] { fs::remove_all(fs::path(folder()) / "index"); });
  EXPECT_EQ(corpus().IndexFileStatistics().read, 0u);
  EXPECT_TRUE(AwaitWritten(1));
}

TEST_F(CorpusIndexFiles, ADamagedFileIsNamedCountedAndReplaced) {
  MakeOneFile("docs", "d");
  const fs::path file = FilesIn(Folder("docs")).front();
  ExpectSameAfterRestart({"docs"}, [&] { FlipByte(file, fs::file_size(file) / 2); });
  EXPECT_EQ(corpus().IndexFileStatistics().refused, 1u);
  ASSERT_THAT(log_, SizeIs(1));
  EXPECT_THAT(log_.front(), ::testing::HasSubstr(file.string()));
  ASSERT_TRUE(AwaitWritten(1));
  ExpectSameAfterRestart({"docs"});
  EXPECT_EQ(corpus().IndexFileStatistics().read, 1u);
  EXPECT_EQ(corpus().IndexFileStatistics().refused, 0u);
}

TEST_F(CorpusIndexFiles, FilesAreMadeAnewForAnotherFormatOfRowsFromWhatTheOwnerGave) {
  MakeOneFile("docs", "d");
  const auto as_floats = Found("docs", "user:bob");
  Close();
  row_format_ = index::RowFormat::kFloat16;
  Open();
  EXPECT_EQ(corpus().IndexFileStatistics().refused, 1u);
  ASSERT_TRUE(AwaitWritten(1));
  const auto as_halves = Found("docs", "user:bob");
  ASSERT_EQ(as_halves.size(), as_floats.size());
  EXPECT_NE(as_halves, as_floats);
  for (size_t i = 0; i < as_floats.size(); ++i) EXPECT_NEAR(as_halves[i].second, as_floats[i].second, 0x1p-11) << i;
  ExpectSameAfterRestart({"docs"});
  EXPECT_EQ(corpus().IndexFileStatistics().read, 1u);
  EXPECT_EQ(corpus().IndexFileStatistics().refused, 0u);
  Close();
  row_format_ = index::RowFormat::kFloat32;
  Open();
  EXPECT_EQ(corpus().IndexFileStatistics().refused, 1u);
  EXPECT_EQ(Found("docs", "user:bob"), as_floats);
}

TEST_F(CorpusIndexFiles, FilesOfAnotherCollectionAreRefused) {
  MakeOneFile("docs", "d");
  MakeOneFile("other", "o");
  const fs::path docs = FilesIn(Folder("docs")).front();
  const fs::path other = FilesIn(Folder("other")).front();
  ExpectSameAfterRestart({"docs", "other"}, [&] {
    fs::rename(docs, docs.string() + ".kept");
    fs::rename(other, docs);
    fs::rename(docs.string() + ".kept", other);
  });
  EXPECT_EQ(corpus().IndexFileStatistics().refused, 2u);
  EXPECT_EQ(corpus().IndexFileStatistics().read, 0u);
}

TEST_F(CorpusIndexFiles, WhatAnInterruptedWriteLeftIsRemoved) {
  MakeOneFile("docs", "d");
  const fs::path left = Folder("docs") / "0000000000000002.segment.tmp";
  ExpectSameAfterRestart({"docs"}, [&] { std::ofstream(left) << "half of a segment"; });
  EXPECT_FALSE(fs::exists(left));
  EXPECT_EQ(corpus().IndexFileStatistics().read, 1u);
}

TEST_F(CorpusIndexFiles, ARowInTwoFilesIsFoundOnce) {
  MakeOneFile("docs", "a");
  const fs::path first = FilesIn(Folder("docs")).front();
  const fs::path copy = fs::path(folder()).string() + ".copy";
  fs::copy_file(first, copy);
  std::vector<PreparedDocument> documents;
  for (int i = 0; i < 3 * kDocumentsOfASegment; ++i) documents.push_back(Document(absl::StrCat("b", i)));
  Upsert("docs", std::move(documents));
  // Four segments became one, whose file replaces theirs.
  ASSERT_TRUE(AwaitWritten(5));
  ASSERT_TRUE(Await([&] { return FilesIn(Folder("docs")).size() == 1; }));
  const fs::path merged = FilesIn(Folder("docs")).front();
  ASSERT_NE(merged, first);
  ExpectSameAfterRestart({"docs"}, [&] { fs::rename(copy, first); });
  EXPECT_EQ(corpus().IndexFileStatistics().read, 2u);
  EXPECT_THAT(Found("docs", "user:ann"), SizeIs(4 * 2 * kDocumentsOfASegment));
  EXPECT_TRUE(Await([&] { return !fs::exists(first); }));
  EXPECT_TRUE(fs::exists(merged));
}

TEST_F(CorpusIndexFiles, TheFilesOfADeletedCollectionGoWithIt) {
  MakeOneFile("docs", "d");
  MakeOneFile("other", "o");
  const fs::path docs = Folder("docs");
  ASSERT_TRUE(corpus().DeleteCollection(Context(), "docs", "").ok());
  EXPECT_TRUE(Await([&] { return !fs::exists(docs); }));
  EXPECT_THAT(FilesIn(Folder("other")), SizeIs(1));
}

TEST_F(CorpusIndexFiles, AFolderThatNoCollectionOwnsIsRemovedAtTheNextStart) {
  MakeOneFile("docs", "d");
  const fs::path docs = Folder("docs");
  const fs::path stray = docs.parent_path() / "00000000000fffff";
  ExpectSameAfterRestart({"docs"}, [&] { fs::copy(docs, stray); });
  EXPECT_FALSE(fs::exists(stray));
  EXPECT_THAT(FilesIn(Folder("docs")), SizeIs(1));
}

TEST_F(CorpusIndexFiles, FilesOfAHistoryThatARestoreUndidAreRefused) {
  Create("docs", Allow({"user:ann", "user:bob"}));
  const fs::path docs = Folder("docs");
  Close();
  const fs::path backup = folder() + ".backup";
  fs::copy(folder(), backup, fs::copy_options::recursive);
  Open();
  std::vector<PreparedDocument> documents;
  for (int i = 0; i < kDocumentsOfASegment; ++i) documents.push_back(Document(absl::StrCat("gone", i)));
  Upsert("docs", std::move(documents));
  ASSERT_TRUE(AwaitWritten(1));
  Close();
  for (const fs::path& file : FilesIn(folder())) {
    if (file.filename() != "index") fs::remove_all(file);
  }
  fs::copy(backup, folder(), fs::copy_options::recursive);
  fs::remove_all(backup);
  ASSERT_THAT(FilesIn(docs), SizeIs(1));
  Open();
  EXPECT_EQ(corpus().IndexFileStatistics().refused, 1u);
  EXPECT_THAT(FilesIn(docs), IsEmpty());
  // These take the versions of those that are gone.
  Upsert("docs", {Document("here")});
  EXPECT_THAT(Reads("docs", "user:ann"), ElementsAre("here"));
}

}  // namespace
}  // namespace usher::corpus
