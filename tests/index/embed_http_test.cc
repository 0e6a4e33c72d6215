#include "index/embed/http_embedder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "tests/index/embed_conformance.h"
#include "tests/index/embed_fake_endpoint.h"

namespace usher::embed {
namespace {

using testing::HasSubstr;
using testing::Not;

const acl::SystemClock& TheClock() {
  static const acl::SystemClock clock;
  return clock;
}

HttpEmbedderOptions OptionsFor(const std::string& url) {
  HttpEmbedderOptions options;
  options.url = url;
  options.model = "fake";
  options.dimension = 8;
  options.batch_size = 2;
  options.max_attempts = 3;
  options.first_backoff = absl::Milliseconds(5);
  return options;
}

class HttpFixture {
 public:
  HttpFixture() : embedder_(*HttpEmbedder::Create(OptionsFor(endpoint_.Url("ok")), TheClock())) {}
  Embedder& embedder() { return *embedder_; }

 private:
  FakeEndpoint endpoint_;
  std::unique_ptr<HttpEmbedder> embedder_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Http, EmbedderConformance, HttpFixture);

absl::StatusOr<std::vector<float>> EmbedWith(const HttpEmbedderOptions& options,
                                             const std::vector<std::string_view>& texts,
                                             absl::Duration time = absl::Seconds(20)) {
  auto embedder = HttpEmbedder::Create(options, TheClock());
  if (!embedder.ok()) return embedder.status();
  return (*embedder)->Embed(texts, absl::Now() + time);
}

class HttpEmbedderTest : public testing::Test {
 protected:
  absl::StatusOr<std::vector<float>> Embed(const std::string& mode, absl::Duration time = absl::Seconds(20)) {
    return EmbedWith(OptionsFor(endpoint_.Url(mode)), {"one", "two"}, time);
  }
  FakeEndpoint endpoint_;
};

TEST_F(HttpEmbedderTest, RowsFollowTheIndexNotTheOrderOfTheAnswer) {
  const auto plain = Embed("ok");
  const auto shuffled = Embed("shuffled");
  ASSERT_TRUE(plain.ok() && shuffled.ok()) << plain.status() << shuffled.status();
  EXPECT_EQ(*plain, *shuffled);
}

TEST_F(HttpEmbedderTest, ManyTextsGoInSeveralBatches) {
  const auto rows = EmbedWith(OptionsFor(endpoint_.Url("ok")), {"a", "b", "c", "d", "e"});
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_EQ(rows->size(), 5u * 8u);
}

TEST_F(HttpEmbedderTest, SlowEndpointEndsAtTheDeadline) {
  const absl::Time start = absl::Now();
  const auto rows = Embed("slow", absl::Milliseconds(300));
  EXPECT_EQ(rows.status().code(), absl::StatusCode::kDeadlineExceeded) << rows.status();
  EXPECT_LT(absl::Now() - start, absl::Seconds(2));
}

TEST_F(HttpEmbedderTest, TooManyRequestsIsRetriedNoSoonerThanAsked) {
  const absl::Time start = absl::Now();
  const auto rows = Embed("busy");
  ASSERT_TRUE(rows.ok()) << rows.status();
  EXPECT_GE(absl::Now() - start, absl::Milliseconds(990));
}

TEST_F(HttpEmbedderTest, RetryAfterBeyondTheDeadlineGivesUpAtOnce) {
  const absl::Time start = absl::Now();
  const auto rows = Embed("longbusy");
  EXPECT_EQ(rows.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_LT(absl::Now() - start, absl::Seconds(5));
}

TEST_F(HttpEmbedderTest, ServerErrorsThatPassAreRetried) { EXPECT_TRUE(Embed("flaky").ok()); }

TEST_F(HttpEmbedderTest, ServerErrorsThatStayAreUnavailableAfterAllAttempts) {
  const auto rows = Embed("broken");
  EXPECT_EQ(rows.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(rows.status().message()), HasSubstr("3 attempts"));
}

TEST_F(HttpEmbedderTest, HangUpIsUnavailable) {
  EXPECT_EQ(Embed("hangup").status().code(), absl::StatusCode::kUnavailable);
}

TEST_F(HttpEmbedderTest, WrongAnswersAreRefused) {
  for (const char* mode : {"dimension", "nan", "infinite", "null", "zero", "short", "repeated", "range", "negative",
                           "garbage", "list", "missing"}) {
    EXPECT_EQ(Embed(mode).status().code(), absl::StatusCode::kFailedPrecondition) << mode;
  }
}

TEST_F(HttpEmbedderTest, HugeAnswerIsCutOff) {
  HttpEmbedderOptions options = OptionsFor(endpoint_.Url("huge"));
  options.max_response_bytes = 1 << 20;
  const auto rows = EmbedWith(options, {"one"});
  EXPECT_EQ(rows.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(rows.status().message()), HasSubstr("exceeds"));
}

TEST_F(HttpEmbedderTest, RedirectIsNotFollowed) {
  const auto rows = Embed("redirect");
  EXPECT_EQ(rows.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(rows.status().message()), HasSubstr("redirect"));
}

TEST_F(HttpEmbedderTest, KeyIsSentAndNeverShown) {
  HttpEmbedderOptions options = OptionsFor(endpoint_.Url("key"));
  options.api_key = "right-key";
  EXPECT_TRUE(EmbedWith(options, {"one"}).ok());
  options.api_key = "wrong-key-7781";
  const auto rows = EmbedWith(options, {"one"});
  EXPECT_EQ(rows.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(rows.status().ToString(), Not(HasSubstr("7781")));
}

TEST(HttpEmbedderOptionsTest, NobodyListeningIsUnavailable) {
  const auto rows = EmbedWith(OptionsFor("http://127.0.0.1:1/v1/embeddings"), {"one"});
  EXPECT_EQ(rows.status().code(), absl::StatusCode::kUnavailable);
}

TEST(HttpEmbedderOptionsTest, PlainHttpIsRefusedExceptToThisMachine) {
  for (const char* url :
       {"http://models.example/v1", "http://10.0.0.1/v1", "http://127.0.0.1.example/v1", "ftp://localhost/",
        "file:///etc/passwd", "https://user:pass@models.example/v1", "", "http://0.0.0.0/v1"}) {
    EXPECT_EQ(http::CheckUrl("embedding", url).code(), absl::StatusCode::kInvalidArgument) << url;
  }
  for (const char* url :
       {"https://models.example/v1", "http://127.0.0.1:80/v1", "http://[::1]:8080/v1", "http://localhost/v1"}) {
    EXPECT_TRUE(http::CheckUrl("embedding", url).ok()) << url;
  }
}

TEST(HttpEmbedderOptionsTest, BadOptionsAreNamed) {
  HttpEmbedderOptions options = OptionsFor("https://models.example/v1");
  options.api_key = "two\r\nlines";
  EXPECT_EQ(HttpEmbedder::Create(options, TheClock()).status().code(), absl::StatusCode::kInvalidArgument);
  options = OptionsFor("https://models.example/v1");
  options.dimension = 0;
  EXPECT_THAT(std::string(HttpEmbedder::Create(options, TheClock()).status().message()), HasSubstr("dimension"));
}

// A self-signed certificate for 127.0.0.1 and its key.
std::vector<std::string> MakeCertificate(const std::string& name) {
  const std::string base = testing::TempDir() + "usher_embed_" + std::to_string(getpid()) + "_" + name;
  const std::string command =
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=" + name +
      " -addext subjectAltName=IP:127.0.0.1 -out " + base + ".pem -keyout " + base + ".key 2>/dev/null";
  EXPECT_EQ(std::system(command.c_str()), 0);
  return {base + ".pem", base + ".key"};
}

TEST(HttpEmbedderTlsTest, TrustedCertificateIsAcceptedAndAnyOtherRefused) {
  const std::vector<std::string> ours = MakeCertificate("ours");
  const std::vector<std::string> other = MakeCertificate("other");
  const FakeEndpoint endpoint(ours);
  HttpEmbedderOptions options = OptionsFor(endpoint.Url("ok"));
  options.ca_file = ours[0];
  EXPECT_TRUE(EmbedWith(options, {"one"}).ok()) << EmbedWith(options, {"one"}).status();
  for (const std::string& ca : {other[0], std::string()}) {
    options.ca_file = ca;
    const auto rows = EmbedWith(options, {"one"});
    EXPECT_EQ(rows.status().code(), absl::StatusCode::kFailedPrecondition) << rows.status();
    EXPECT_THAT(std::string(rows.status().message()), HasSubstr("not trusted"));
  }
}

}  // namespace
}  // namespace usher::embed
