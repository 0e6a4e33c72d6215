// A detector on a real socket of this machine, and what a test needs to ask it.
#ifndef USHER_TESTS_SERVER_SANITIZE_EXTERNAL_SERVER_H_
#define USHER_TESTS_SERVER_SANITIZE_EXTERNAL_SERVER_H_

#include <gtest/gtest.h>
#include <httplib.h>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/sanitize/external/detector.h"
#include "tests/fake_clock.h"
#include "tests/server/telemetry_text.h"

namespace usher::sanitize::external {

class DetectorServer {
 public:
  using Answer = std::function<void(const httplib::Request&, httplib::Response&)>;

  DetectorServer() {
    server_.set_tcp_nodelay(true);
    server_.set_keep_alive_timeout(1);
    server_.Post(".*", [this](const httplib::Request& request, httplib::Response& response) {
      ++hits_;
      Answer answer;
      {
        const std::lock_guard lock(mutex_);
        answer = answer_;
      }
      answer(request, response);
    });
    port_ = server_.bind_to_any_port("127.0.0.1");
    thread_ = std::thread([this] { server_.listen_after_bind(); });
    while (!server_.is_running()) absl::SleepFor(absl::Milliseconds(1));
  }
  ~DetectorServer() {
    server_.stop();
    thread_.join();
  }

  void Reply(Answer answer) {
    const std::lock_guard lock(mutex_);
    answer_ = std::move(answer);
  }
  void ReplyWith(int status, const std::string& body) {
    Reply([status, body](const httplib::Request&, httplib::Response& response) {
      response.status = status;
      response.set_content(body, "application/json");
    });
  }

  int hits() const { return hits_; }
  std::string url() const { return absl::StrCat("http://127.0.0.1:", port_, "/judge"); }

 private:
  httplib::Server server_;
  std::mutex mutex_;
  Answer answer_;
  std::atomic<int> hits_{0};
  int port_ = 0;
  std::thread thread_;
};

// Scores "attack 0.8: ..." with 0.8, as text-embeddings-inference would; anything else with 0.01.
inline void Classify(const httplib::Request& request, httplib::Response& response) {
  nlohmann::json answer = nlohmann::json::array();
  const nlohmann::json question = nlohmann::json::parse(request.body);
  for (const auto& input : question.at("inputs")) {
    const std::string text = input.at(0);
    const double score = text.rfind("attack ", 0) == 0 ? std::stod(text.substr(7)) : 0.01;
    answer.push_back({{{"label", "BENIGN"}, {"score", 1 - score}}, {{"label", "INJECTION"}, {"score", score}}});
  }
  response.set_content(answer.dump(), "application/json");
}

class DetectorTest : public testing::Test {
 protected:
  DetectorTest() {
    options_.url = server_.url();
    options_.timeout = absl::Seconds(20);
    server_.Reply(&Classify);
  }

  // Of the classifier kind, for tests to which the kind does not matter.
  void Start(std::unique_ptr<const Adapter> adapter = MakeClassifierAdapter(ClassifierInput::kLists)) {
    auto made = Detector::Create(options_, 0.5, std::move(adapter), &clock_, &metrics_);
    ASSERT_TRUE(made.ok()) << made.status();
    detector_ = *std::move(made);
  }

  std::vector<Label> Judge(const std::vector<std::string>& texts, absl::Duration time = absl::Seconds(20)) {
    const std::vector<std::string_view> views(texts.begin(), texts.end());
    return detector_->Judge(scope_, views, clock_.Now() + time).labels;
  }
  Label JudgeOne(const std::string& text) { return Judge({text})[0]; }

  double Calls(const std::string& outcome) const {
    return telemetry::SeriesValue(metrics_.Text(),
                                  absl::StrCat("usher_detector_calls_total{outcome=\"", outcome, "\"}"));
  }
  // Requests may be counted a moment after the answer of Judge.
  bool CallsReach(const std::string& outcome, double count) const {
    for (int i = 0; i < 5'000 && Calls(outcome) < count; ++i) absl::SleepFor(absl::Milliseconds(2));
    return Calls(outcome) == count;
  }

  tests::FakeClock clock_;
  telemetry::Metrics metrics_{[] { return telemetry::ServerFigures{}; }};
  DetectorServer server_;
  std::string scope_ = "here";
  AskerOptions options_;
  std::unique_ptr<Detector> detector_;  // last: its end closes the connections that the server waits for
};

}  // namespace usher::sanitize::external

#endif  // USHER_TESTS_SERVER_SANITIZE_EXTERNAL_SERVER_H_
