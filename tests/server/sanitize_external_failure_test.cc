// Whatever the detector does, callers lose at most its labels, and soon stop waiting for them.
#include <gmock/gmock.h>

#include "absl/synchronization/notification.h"
#include "tests/server/sanitize_external_server.h"

namespace usher::sanitize::external {
namespace {

// Holds all requests until Open.
class Gate {
 public:
  explicit Gate(DetectorServer& server) {
    server.Reply([opened = opened_](const httplib::Request& request, httplib::Response& response) {
      opened->WaitForNotification();
      Classify(request, response);
    });
  }
  ~Gate() { Open(); }
  void Open() {
    if (!opened_->HasBeenNotified()) opened_->Notify();
  }

 private:
  // Shared with requests that outlast the gate.
  const std::shared_ptr<absl::Notification> opened_ = std::make_shared<absl::Notification>();
};

class ExternalDetectorFailureTest : public DetectorTest {
 protected:
  // Asks for one text more than before, and expects no label and one more request with `outcome`.
  void ExpectNoLabel(const std::string& outcome) {
    const double before = Calls(outcome);
    EXPECT_FALSE(JudgeOne(absl::StrCat("text ", ++texts_)).judged) << outcome;
    EXPECT_TRUE(CallsReach(outcome, before + 1)) << outcome;
  }

 private:
  int texts_ = 0;
};

TEST_F(ExternalDetectorFailureTest, AnswersThatAreNoJudgementAreMalformed) {
  options_.failures_to_open = 100;
  Start();
  for (const char* body : {"", "no json", "{}", "[]", "[[{\"label\": \"INJECTION\", \"score\": 7}]]", "[1"}) {
    server_.ReplyWith(200, body);
    ExpectNoLabel("malformed");
  }
}

TEST_F(ExternalDetectorFailureTest, AHugeAnswerIsCutOff) {
  Start();
  server_.ReplyWith(200, std::string(4 << 20, ' '));
  ExpectNoLabel("malformed");
}

TEST_F(ExternalDetectorFailureTest, OtherStatusesAreRefusals) {
  options_.failures_to_open = 100;
  Start();
  for (const int status : {201, 204, 302, 400, 401, 403, 404, 422, 429, 500, 503}) {
    server_.ReplyWith(status, "[[{\"label\": \"INJECTION\", \"score\": 1}]]");
    ExpectNoLabel("refused");
  }
}

TEST_F(ExternalDetectorFailureTest, NobodyListeningIsARefusal) {
  options_.url = "http://127.0.0.1:1/judge";
  Start();
  ExpectNoLabel("refused");
}

TEST_F(ExternalDetectorFailureTest, ASlowServiceCostsTheTimeoutThenNothingAndIsTriedAgainLater) {
  Gate gate(server_);
  options_.timeout = absl::Milliseconds(150);
  options_.failures_to_open = 2;
  options_.open_for = absl::Seconds(30);
  Start();
  const absl::Time start = absl::Now();
  ExpectNoLabel("timeout");
  ExpectNoLabel("timeout");
  EXPECT_GE(absl::Now() - start, absl::Milliseconds(290));
  EXPECT_LT(absl::Now() - start, absl::Seconds(5));
  const int hits = server_.hits();
  ExpectNoLabel("open");
  EXPECT_FALSE(detector_->Judge(scope_, {"left alone"}, absl::InfiniteFuture()).waited);
  EXPECT_EQ(server_.hits(), hits);
  clock_.Advance(absl::Seconds(31));
  ExpectNoLabel("timeout");
  ExpectNoLabel("open");
  gate.Open();
  clock_.Advance(absl::Seconds(31));
  server_.Reply(&Classify);
  EXPECT_TRUE(CallsReach("timeout", 3));
  // The first one after the pause is the probe; a machine that is busy may need more than the timeout for it.
  Label label;
  for (int i = 0; i < 20 && !label.judged; ++i, clock_.Advance(absl::Seconds(31)))
    label = JudgeOne("attack 0.9: at last");
  EXPECT_TRUE(label.flagged);
}

TEST_F(ExternalDetectorFailureTest, ACallersDeadlineIsKeptAndTheLateScoreServesTheNext) {
  Gate gate(server_);
  Start();
  const absl::Time start = absl::Now();
  const std::vector<std::string> texts = {"attack 0.9: x"};
  EXPECT_FALSE(Judge(texts, absl::Milliseconds(50))[0].judged);
  EXPECT_LT(absl::Now() - start, absl::Seconds(5));
  EXPECT_FALSE(Judge({"never sent"}, -absl::Seconds(1))[0].judged);
  gate.Open();
  ASSERT_TRUE(CallsReach("labelled", 1));
  EXPECT_TRUE(JudgeOne(texts[0]).flagged);
  EXPECT_EQ(server_.hits(), 1);
}

TEST_F(ExternalDetectorFailureTest, AFullHookIsSkippedAtOnce) {
  Gate gate(server_);
  options_.workers = 1;
  options_.most_waiting = 1;
  Start();
  Judge({"under way"}, absl::Milliseconds(1));
  while (server_.hits() == 0) absl::SleepFor(absl::Milliseconds(1));
  Judge({"waiting"}, absl::Milliseconds(1));
  ExpectNoLabel("busy");
  EXPECT_EQ(server_.hits(), 1);
}

TEST_F(ExternalDetectorFailureTest, OneTextThatIsRefusedHidesNoOther) {
  server_.Reply([](const httplib::Request& request, httplib::Response& response) {
    if (request.body.find("poison") != std::string::npos) {
      response.status = 413;
    } else {
      Classify(request, response);
    }
  });
  Start();
  const std::vector<Label> labels = Judge({"attack 0.7: a", "b", "poison", "attack 0.8: d", "e"});
  EXPECT_TRUE(labels[0].flagged);
  EXPECT_TRUE(labels[1].judged);
  EXPECT_FALSE(labels[2].judged);
  EXPECT_DOUBLE_EQ(labels[3].score, 0.8);
  EXPECT_TRUE(labels[4].judged);
}

TEST_F(ExternalDetectorFailureTest, TextsThatAreRefusedDoNotSwitchTheServiceOff) {
  options_.failures_to_open = 2;
  Start();
  server_.ReplyWith(422, "{}");
  for (int i = 0; i < 5; ++i) ExpectNoLabel("refused");
  server_.Reply(&Classify);
  EXPECT_TRUE(JudgeOne("attack 0.9: x").flagged);
}

TEST_F(ExternalDetectorFailureTest, AHangUpLeavesTheNextRequestUnharmed) {
  Start();
  EXPECT_TRUE(JudgeOne("one").judged);
  absl::SleepFor(absl::Milliseconds(1'300));  // past the server's patience with a silent connection
  EXPECT_TRUE(JudgeOne("two").judged);
  EXPECT_EQ(Calls("refused"), 0);
}

}  // namespace
}  // namespace usher::sanitize::external
