// The chain of receipts: what is changed, left out or put in between is found.
#include "server/audit/receipt_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/index/corpus_fixture.h"

namespace usher::audit {
namespace {

using Json = nlohmann::json;
using testing::HasSubstr;

class ReceiptLogTest : public corpus::CorpusFixture {
 protected:
  static Receipt Sample(int number) {
    Receipt receipt;
    receipt.method = "usher.v1.RetrievalService/Search";
    receipt.tenant = kTenant;
    receipt.principal = absl::StrCat("user:", number);
    receipt.chunks = {absl::StrCat("collections/docs/documents/", number, "/chunks/0")};
    return receipt;
  }

  std::unique_ptr<ReceiptLog> OpenLog() {
    auto log = ReceiptLog::Open(&store(), &clock());
    EXPECT_TRUE(log.ok()) << log.status();
    return *std::move(log);
  }

  std::vector<std::string> Lines() {
    std::vector<std::string> lines;
    EXPECT_TRUE(store()
                    .ForEachAudit(1,
                                  [&](uint64_t, std::string_view line) {
                                    lines.emplace_back(line);
                                    return absl::OkStatus();
                                  })
                    .ok());
    return lines;
  }

  std::vector<std::string> FiveLines() {
    const auto log = OpenLog();
    std::vector<std::string> names;
    for (int i = 1; i <= 5; ++i) names.push_back(*log->Append(Sample(i)));
    const std::vector<std::string> lines = Lines();
    for (size_t i = 0; i < lines.size(); ++i) EXPECT_THAT(lines[i], HasSubstr(names[i]));
    return lines;
  }

  // What Verify says of a store that holds these very lines, well stored.
  static absl::StatusOr<Verification> VerifyForged(const std::vector<std::string>& lines) {
    const tests::TemporaryFolder folder;
    storage::StoreOptions options;
    options.path = folder.path();
    const auto store = storage::Store::Open(options);
    EXPECT_TRUE(store.ok()) << store.status();
    for (size_t i = 0; i < lines.size(); ++i) EXPECT_TRUE((*store)->AppendAudit(i + 1, lines[i]).ok());
    return VerifyReceipts(**store);
  }
};

TEST_F(ReceiptLogTest, AnUntouchedChainVerifies) {
  EXPECT_EQ(VerifyReceipts(store())->entries, 0u);
  const std::vector<std::string> lines = FiveLines();
  const auto verification = VerifyReceipts(store());
  ASSERT_TRUE(verification.ok()) << verification.status();
  EXPECT_EQ(verification->entries, 5u);
  EXPECT_EQ(VerifyForged(lines)->last_digest, verification->last_digest) << "the chain depends on its entries only";
}

TEST_F(ReceiptLogTest, AnAlteredEntryIsFoundByTheNext) {
  std::vector<std::string> lines = FiveLines();
  for (size_t i = 0; i + 1 < lines.size(); ++i) {
    std::vector<std::string> forged = lines;
    forged[i] = absl::StrReplaceAll(forged[i], {{absl::StrCat("user:", i + 1), "user:x"}});
    ASSERT_NE(forged[i], lines[i]);
    const absl::Status status = VerifyForged(forged).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    EXPECT_THAT(std::string(status.message()), HasSubstr(absl::StrCat("r-", i + 2, " ")));
  }
}

TEST_F(ReceiptLogTest, AnAlteredLastEntryChangesTheDigestThatIsReported) {
  std::vector<std::string> lines = FiveLines();
  const std::string honest = VerifyForged(lines)->last_digest;
  lines.back() = absl::StrReplaceAll(lines.back(), {{"user:5", "user:x"}});
  EXPECT_NE(VerifyForged(lines)->last_digest, honest);
}

TEST_F(ReceiptLogTest, ARemovedEntryIsFound) {
  const std::vector<std::string> lines = FiveLines();
  for (size_t i = 0; i + 1 < lines.size(); ++i) {
    std::vector<std::string> forged = lines;
    forged.erase(forged.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_EQ(VerifyForged(forged).status().code(), absl::StatusCode::kDataLoss) << i;
  }
}

TEST_F(ReceiptLogTest, AnInsertedEntryIsFound) {
  const std::vector<std::string> lines = FiveLines();
  for (size_t i = 0; i < lines.size(); ++i) {
    std::vector<std::string> forged = lines;
    forged.insert(forged.begin() + static_cast<std::ptrdiff_t>(i), lines[(i + 2) % 5]);
    EXPECT_EQ(VerifyForged(forged).status().code(), absl::StatusCode::kDataLoss) << i;
  }
}

TEST_F(ReceiptLogTest, SwappedEntriesAndAStrangeLineAreFound) {
  std::vector<std::string> lines = FiveLines();
  std::swap(lines[1], lines[2]);
  EXPECT_EQ(VerifyForged(lines).status().code(), absl::StatusCode::kDataLoss);
  for (const char* strange : {"", "{", "[]", "null", "{\"id\":\"1\"}", "{\"id\":1,\"previous\":7}", "\xFF"}) {
    EXPECT_EQ(VerifyForged({strange}).status().code(), absl::StatusCode::kDataLoss) << strange;
  }
}

TEST_F(ReceiptLogTest, ARestartContinuesTheChain) {
  ASSERT_TRUE(OpenLog()->Append(Sample(1)).ok());
  Restart();
  ASSERT_TRUE(OpenLog()->Append(Sample(2)).ok());
  const auto verification = VerifyReceipts(store());
  ASSERT_TRUE(verification.ok()) << verification.status();
  EXPECT_EQ(verification->entries, 2u);
}

TEST_F(ReceiptLogTest, AFailedAppendTakesNoNumber) {
  const auto log = OpenLog();
  const auto rival = OpenLog();
  ASSERT_TRUE(rival->Append(Sample(1)).ok());
  const auto refused = log->Append(Sample(2));
  EXPECT_THAT(refused.status().ToString(), HasSubstr("there is no answer"));
  ASSERT_TRUE(rival->Append(Sample(3)).ok());
  EXPECT_EQ(VerifyReceipts(store())->entries, 2u);
}

TEST_F(ReceiptLogTest, NamesTellNothingOfHowManyThereAre) {
  const auto log = OpenLog();
  const std::string first = *log->Append(Sample(1));
  const std::string second = *log->Append(Sample(2));
  EXPECT_EQ(first.size(), std::string("r-").size() + 32);
  EXPECT_NE(first, second);
  EXPECT_NE(first.substr(0, 10), second.substr(0, 10));
}

TEST_F(ReceiptLogTest, AReceiptSaysWhoWhatAndWhen) {
  Receipt receipt = Sample(7);
  receipt.actor = "service:app";
  receipt.key_id = "0123456789abcdef";
  receipt.revision = acl::Revision(12);
  receipt.policy_digest = "p";
  receipt.collection = "docs";
  receipt.findings = 3;
  receipt.latency = absl::Microseconds(1'500);
  ASSERT_TRUE(OpenLog()->Append(receipt).ok());
  const Json entry = Json::parse(Lines().front());
  EXPECT_EQ(entry["principal"], "user:7");
  EXPECT_EQ(entry["actor"], "service:app");
  EXPECT_EQ(entry["key_id"], "0123456789abcdef");
  EXPECT_EQ(entry["revision"], 12);
  EXPECT_EQ(entry["collection"], "docs");
  EXPECT_EQ(entry["chunks"], Json(receipt.chunks));
  EXPECT_EQ(entry["findings"], 3);
  EXPECT_EQ(entry["latency_us"], 1'500);
  absl::Time time;
  ASSERT_TRUE(absl::ParseTime(absl::RFC3339_full, entry["time"].get<std::string>(), &time, nullptr));
  EXPECT_EQ(time, clock().Now());
}

TEST_F(ReceiptLogTest, NoNameCanPretendToBeAnotherField) {
  Receipt receipt = Sample(1);
  receipt.principal = "user:x\",\"actor\":\"user:root\n\xFF";
  receipt.actor = "user:real";
  ASSERT_TRUE(OpenLog()->Append(receipt).ok());
  const std::string line = Lines().front();
  EXPECT_EQ(Json::parse(line)["actor"], "user:real");
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_TRUE(VerifyReceipts(store()).ok());
}

TEST_F(ReceiptLogTest, EventsStandInTheSameChainAsReceipts) {
  Event event;
  event.method = "usher.v1.AccessService/ApproveBreakGlass";
  event.tenant = kTenant;
  event.principal = event.actor = "user:root";
  event.key_id = "0123456789abcdef";
  event.action = "break_glass.approved";
  event.detail = {{"id", "bg-1"}, {"reason", "line\n\",\"actor\":\"user:x"}};
  const auto log = OpenLog();
  ASSERT_TRUE(log->Append(Sample(1)).ok());
  const auto name = log->AppendEvent(event);
  ASSERT_TRUE(name.ok()) << name.status();
  ASSERT_TRUE(log->Append(Sample(2)).ok());
  EXPECT_EQ(VerifyReceipts(store())->entries, 3u);

  const std::vector<std::string> lines = Lines();
  const Json entry = Json::parse(lines[1]);
  EXPECT_EQ(entry["event"], *name);
  EXPECT_TRUE(name->starts_with("e-"));
  EXPECT_EQ(entry["action"], "break_glass.approved");
  EXPECT_EQ(entry["actor"], "user:root");
  EXPECT_EQ(entry["key_id"], "0123456789abcdef");
  EXPECT_EQ(entry["detail"], Json({{"id", "bg-1"}, {"reason", event.detail[1].second}}));
  std::vector<std::string> forged = lines;
  forged[1] = absl::StrReplaceAll(forged[1], {{"bg-1", "bg-2"}});
  EXPECT_EQ(VerifyForged(forged).status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(ReceiptLogTest, AnEventThatCannotBeWrittenSaysThatNothingWasDone) {
  const auto log = OpenLog();
  ASSERT_TRUE(OpenLog()->Append(Sample(1)).ok());
  EXPECT_THAT(log->AppendEvent({}).status().ToString(), HasSubstr("nothing was done"));
}

TEST_F(ReceiptLogTest, ManyThreadsMakeOneChain) {
  const auto log = OpenLog();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 25; ++i) EXPECT_TRUE(log->Append(Sample(t)).ok());
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto verification = VerifyReceipts(store());
  ASSERT_TRUE(verification.ok()) << verification.status();
  EXPECT_EQ(verification->entries, 100u);
}

}  // namespace
}  // namespace usher::audit
