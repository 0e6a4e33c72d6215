// Readers ask while writers grant and revoke: what was acknowledged before a question holds for its answer. Meant for
// the thread sanitizer, and to be true without it.
#include <array>
#include <atomic>
#include <chrono>
#include <thread>

#include "absl/strings/str_cat.h"
#include "tests/server/pipeline_fixture.h"

namespace usher::pipeline {
namespace {

constexpr size_t kReaders = 4;
constexpr int kRounds = 100;  // at least, of each writer
constexpr int kMostRounds = 5'000;
constexpr uint64_t kEnoughQuestions = 200;        // of each kind
constexpr std::chrono::microseconds kPause(200);  // so that questions fall between writes

// How a reader's right to one document stands; writers advance it around each write.
class Standing {
 public:
  enum Phase : uint64_t { kGranting, kGranted, kRevoking, kRevoked };
  void Advance() { count_.fetch_add(1); }
  uint64_t count() const { return count_.load(); }
  static Phase PhaseOf(uint64_t count) { return static_cast<Phase>(count % 4); }

 private:
  std::atomic<uint64_t> count_{kRevoked};
};

class PipelineConcurrency : public PipelineFixture {
 protected:
  static std::string Reader(size_t r) { return absl::StrCat("user:r", r); }
  static std::string ByGroup(size_t r) { return absl::StrCat("by-group-", r); }
  static std::string ByRule(size_t r) { return absl::StrCat("by-rule-", r); }

  void SetUp() override {
    PipelineFixture::SetUp();
    CreateText("docs", {});
    Put("docs", "base", "base text", Allow({"everyone"}));
    for (size_t r = 0; r < kReaders; ++r) {
      Put("docs", ByGroup(r), "group text", Allow({absl::StrCat("group:g", r)}));
      Put("docs", ByRule(r), "rule text", Allow({"user:nobody"}));
    }
  }

  template <typename Grant, typename Revoke>
  void Write(std::array<Standing, kReaders>& standings, Grant grant, Revoke revoke) {
    for (int round = 0; round < kRounds || (!Enough() && round < kMostRounds); ++round) {
      for (size_t r = 0; r < kReaders; ++r) {
        standings[r].Advance();
        grant(r);
        standings[r].Advance();
        std::this_thread::sleep_for(kPause);
        standings[r].Advance();
        revoke(r);
        standings[r].Advance();
        std::this_thread::sleep_for(kPause);
      }
    }
    --writing_;
  }

  bool Enough() const { return granted_ >= kEnoughQuestions && revoked_ >= kEnoughQuestions; }

  void WriteMemberships() {
    const auto change = [&](size_t r, bool add) {
      const std::vector<storage::MembershipRecord> members = {{absl::StrCat("group:g", r), Reader(r)}};
      const auto none = std::vector<storage::MembershipRecord>();
      const auto result = corpus().UpdateMembers(Context(), add ? members : none, add ? none : members, "");
      EXPECT_TRUE(result.ok()) << result.status();
    };
    Write(
        by_group_, [&](size_t r) { change(r, true); }, [&](size_t r) { change(r, false); });
  }

  void WriteRules() {
    Write(
        by_rule_,
        [&](size_t r) {
          // New content now and then, so that versions change under the readers as well.
          if (r % 2 == 0) {
            Put("docs", ByRule(r), "rule text anew", Allow({Reader(r)}));
          } else {
            SetPolicy("docs", ByRule(r), Allow({Reader(r)}));
          }
        },
        [&](size_t r) { SetPolicy("docs", ByRule(r), Allow({"user:nobody"})); });
  }

  void Read(size_t r, const CallControl& call) {
    while (writing_ > 0) {
      const uint64_t group_before = by_group_[r].count();
      const uint64_t rule_before = by_rule_[r].count();
      const auto answer = queries().Search(call, Question("text", 100));
      const uint64_t group_after = by_group_[r].count();
      const uint64_t rule_after = by_rule_[r].count();
      if (absl::IsAborted(answer.status())) {
        ++aborted_;
        continue;
      }
      const std::vector<std::string> documents = DocumentsOf(answer);
      const auto holds = [&](const std::string& id) { return testing::Value(documents, testing::Contains(id)); };
      EXPECT_TRUE(holds("base"));
      EXPECT_LE(documents.size(), 3u) << "somebody else's document";
      if (group_before == group_after) Judge(group_before, holds(ByGroup(r)));
      if (rule_before == rule_after) Judge(rule_before, holds(ByRule(r)));
    }
  }

  void Judge(uint64_t count, bool holds) {
    if (Standing::PhaseOf(count) == Standing::kGranted) {
      ++granted_;
      missing_ += holds ? 0 : 1;
    } else if (Standing::PhaseOf(count) == Standing::kRevoked) {
      ++revoked_;
      stale_ += holds ? 1 : 0;
    }
  }

  std::array<Standing, kReaders> by_group_;
  std::array<Standing, kReaders> by_rule_;
  std::atomic<int> writing_{2};
  std::atomic<uint64_t> granted_{0}, revoked_{0}, missing_{0}, stale_{0}, aborted_{0};
};

// One write moves a collection and its document between two states in neither of which bob may read the document; the
// old rules of one read together with the new rules of the other would let him.
TEST_F(PipelineConcurrency, RulesOfTwoRevisionsAreNeverReadTogether) {
  CreateText("pair", Allow({"everyone"}));
  Put("pair", "open", "open text", Allow({"everyone"}));
  const acl::Policy denies_bob =
      *acl::CanonicalPolicy(acl::Inheritance::kInherit, {{acl::Effect::kDeny, {"user:bob"}}});
  Put("pair", "secret", "secret text", denies_bob);
  std::atomic<bool> writing{true};
  std::jthread writer([&] {
    for (int round = 0; round < 400; ++round) {
      const bool closed = round % 2 == 0;
      const std::vector<corpus::PolicyUpdate> both = {
          {{"pair", ""}, closed ? Allow({"group:eng"}) : Allow({"everyone"}), std::nullopt},
          {{"pair", "secret"}, closed ? acl::Policy{} : denies_bob, std::nullopt}};
      EXPECT_TRUE(corpus().SetPolicies(Context(), both, "").ok());
    }
    writing = false;
  });
  const CallControl call = As("user:bob");
  const ChunksQuestion named{"pair", {{"pair", "secret", 0}, {"pair", "open", 0}}, OutputForm::kPlain, std::nullopt};
  uint64_t answers = 0;
  while (writing) {
    const auto answer = queries().GetChunks(call, named);
    ASSERT_TRUE(answer.ok() || absl::IsAborted(answer.status())) << answer.status();
    if (answer.ok()) {
      ++answers;
      ASSERT_EQ(DocumentsOf(answer), std::vector<std::string>{"open"});
    }
    ASSERT_FALSE(corpus().Check(kTenant, {{{"user:bob", {}, ""}, {"pair", "secret"}}})->allowed.front());
  }
  writer.join();
  EXPECT_GT(answers, 0u);
}

TEST_F(PipelineConcurrency, NoAnswerShowsWhatWasRevokedBeforeItsQuestion) {
  std::vector<CallControl> calls;
  for (size_t r = 0; r < kReaders; ++r) calls.push_back(As(Reader(r)));
  std::vector<std::thread> threads;
  threads.emplace_back([this] { WriteMemberships(); });
  threads.emplace_back([this] { WriteRules(); });
  for (size_t r = 0; r < kReaders; ++r) threads.emplace_back([this, r, &calls] { Read(r, calls[r]); });
  for (std::thread& thread : threads) thread.join();

  EXPECT_EQ(stale_, 0u) << "answers that held what had been revoked";
  EXPECT_EQ(missing_, 0u) << "answers that lacked what had been granted";
  EXPECT_EQ(queries().verify_defects(), 0u);
  EXPECT_TRUE(Enough()) << "too few questions fell between two writes to prove anything";
  EXPECT_LT(aborted_, 1 + (revoked_ + granted_) / 10) << "too many answers were given up";
  std::cout << revoked_ << " answers after a revocation, " << granted_ << " after a grant, " << aborted_ << " given up"
            << std::endl;
}

}  // namespace
}  // namespace usher::pipeline
