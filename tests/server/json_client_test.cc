#include "server/rpc/client/json_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "absl/time/clock.h"
#include "server/rpc/client/address.h"
#include "tests/server/cli_fake_server.h"

namespace usher::rpc {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kSearch[] = "usher.v1.RetrievalService/Search";
constexpr char kAccessible[] = "usher.v1.AccessService/StreamAccessible";
constexpr char kUpload[] = "usher.v1.CorpusService/StreamUpsertDocuments";

absl::Time Soon() { return absl::Now() + absl::Seconds(20); }

class JsonClientTest : public ::testing::Test {
 protected:
  std::unique_ptr<JsonClient> Connect(std::string key = "test-key", std::string principal = "") {
    auto client = JsonClient::Connect(
        {.address = server_.address(), .api_key = std::move(key), .principal = std::move(principal), .tls = {}});
    EXPECT_TRUE(client.ok()) << client.status();
    return *std::move(client);
  }

  usher::testing::FakeServer server_;
};

TEST_F(JsonClientTest, AnswersKeepTheNamesOfTheApiAndPrintDefaults) {
  auto answer = Connect()->Call(kSearch, {{"collection", "collections/handbook"}, {"text", "x"}, {"k", 1}}, Soon());
  ASSERT_TRUE(answer.ok()) << answer.status();
  const json& chunk = answer->at("chunks").at(0);
  EXPECT_EQ(chunk.at("score"), 0.5);
  EXPECT_EQ(chunk.at("source_uri"), "");
  EXPECT_EQ(chunk.at("source_begin"), "0");
  EXPECT_EQ(chunk.at("headings"), json::array());
}

TEST_F(JsonClientTest, TheAssertedPrincipalTravelsBesideTheKey) {
  ASSERT_TRUE(Connect("test-key", "user:alice")->Call(kSearch, {{"collection", "collections/a"}}, Soon()).ok());
  EXPECT_EQ(server_.last_principal(), "user:alice");
}

TEST_F(JsonClientTest, AWrongKeyIsUnauthenticatedAndNotRepeatedInTheError) {
  auto answer = Connect("wrong-key")->Call(kSearch, {{"collection", "collections/a"}}, Soon());
  EXPECT_TRUE(absl::IsUnauthenticated(answer.status()));
  EXPECT_THAT(answer.status().ToString(), Not(HasSubstr("wrong-key")));
}

TEST_F(JsonClientTest, ErrorDetailsBecomeLinesOfTheMessage) {
  auto answer = Connect()->Call(kSearch, {{"collection", "collections/broken"}}, Soon());
  ASSERT_TRUE(absl::IsInvalidArgument(answer.status()));
  const std::string message(answer.status().message());
  EXPECT_THAT(message, HasSubstr("the query does not fit"));
  EXPECT_THAT(message, HasSubstr("\n  vector: has 3 numbers, the collection takes 384"));
  EXPECT_THAT(message, HasSubstr("DIMENSION_MISMATCH"));
  EXPECT_THAT(message, HasSubstr("try again after 2s"));
}

TEST_F(JsonClientTest, AFieldThatTheApiDoesNotKnowIsRefusedBeforeItIsSent) {
  auto answer = Connect("test-key", "user:first")->Call(kSearch, {{"colection", "collections/a"}}, Soon());
  ASSERT_TRUE(absl::IsInvalidArgument(answer.status()));
  EXPECT_THAT(std::string(answer.status().message()), HasSubstr("colection"));
  EXPECT_EQ(server_.last_principal(), "");
}

TEST_F(JsonClientTest, TextThatIsNotUtf8IsRefused) {
  auto answer = Connect()->Call(kSearch, {{"collection", "collections/\xff"}}, Soon());
  EXPECT_TRUE(absl::IsInvalidArgument(answer.status()));
}

TEST_F(JsonClientTest, AnUnknownMethodIsUnimplemented) {
  EXPECT_TRUE(absl::IsUnimplemented(Connect()->Call("usher.v1.RetrievalService/Steal", {}, Soon()).status()));
  EXPECT_TRUE(absl::IsUnimplemented(Connect()->Call("google.protobuf.Any", {}, Soon()).status()));
  EXPECT_TRUE(absl::IsUnimplemented(Connect()->Call(kUpload, json::object(), Soon()).status()));
}

TEST_F(JsonClientTest, ACallEndsAtItsDeadline) {
  auto answer = Connect()->Call(kSearch, {{"collection", "collections/slow"}}, absl::Now() + absl::Milliseconds(100));
  EXPECT_TRUE(absl::IsDeadlineExceeded(answer.status()));
}

TEST_F(JsonClientTest, AStreamAnswersEachMessageInOrderAndEndsOutOfRange) {
  auto client = Connect();
  auto stream = client->OpenStream(kUpload, Soon());
  ASSERT_TRUE(stream.ok()) << stream.status();
  const json document = {{"name", "collections/a/documents/b"}, {"source", {{"text", "t"}}}};
  for (size_t count = 1; count <= 2; ++count) {
    auto sent = (*stream)->Send({{"documents", json(count, document)}}, Soon());
    ASSERT_TRUE(sent.ok() && *sent) << sent.status();
  }
  EXPECT_EQ((*stream)->Receive(Soon())->at("document_count"), 1);
  EXPECT_EQ((*stream)->Receive(Soon())->at("document_count"), 2);
  ASSERT_TRUE((*stream)->CloseSending(Soon()).ok());
  EXPECT_TRUE(absl::IsOutOfRange((*stream)->Receive(Soon()).status()));
}

TEST_F(JsonClientTest, AStreamTellsWhyTheServerEndedIt) {
  auto client = Connect("wrong-key");
  auto stream = client->OpenStream(kUpload, Soon());
  ASSERT_TRUE(stream.ok()) << stream.status();
  EXPECT_TRUE(absl::IsUnauthenticated((*stream)->Receive(Soon()).status()));
  EXPECT_FALSE(*(*stream)->Send(json::object(), Soon()));
}

TEST_F(JsonClientTest, AMethodThatStreamsItsAnswersIsReceivedToItsEnd) {
  server_.Prepare("StreamAccessible", R"({"names": ["a"]})");
  server_.Prepare("StreamAccessible", R"({"names": ["b", "c"]})");
  auto client = Connect();
  auto stream = client->Follow(kAccessible, {{"principal", "user:ann"}}, Soon());
  ASSERT_TRUE(stream.ok()) << stream.status();
  EXPECT_EQ((*stream)->Receive(Soon())->at("names"), json({"a"}));
  EXPECT_EQ((*stream)->Receive(Soon())->at("names"), json({"b", "c"}));
  EXPECT_TRUE(absl::IsOutOfRange((*stream)->Receive(Soon()).status()));
}

TEST_F(JsonClientTest, AMethodThatStreamsItsAnswersTellsWhyItWasRefused) {
  auto client = Connect("wrong-key");
  auto stream = client->Follow(kAccessible, json::object(), Soon());
  ASSERT_TRUE(stream.ok()) << stream.status();
  EXPECT_TRUE(absl::IsUnauthenticated((*stream)->Receive(Soon()).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(client->Follow(kAccessible, {{"who", "ann"}}, Soon()).status()));
  EXPECT_TRUE(absl::IsUnimplemented(client->Follow(kSearch, json::object(), Soon()).status()));
  EXPECT_TRUE(absl::IsUnimplemented(client->Call(kAccessible, json::object(), Soon()).status()));
}

TEST(JsonClientCheckTest, ARequestIsHeldAgainstTheApiWithoutAServer) {
  EXPECT_TRUE(JsonClient::CheckRequest(kSearch, {{"collection", "collections/a"}}).ok());
  EXPECT_TRUE(absl::IsInvalidArgument(JsonClient::CheckRequest(kSearch, {{"colection", "collections/a"}})));
  EXPECT_TRUE(absl::IsUnimplemented(JsonClient::CheckRequest("usher.v1.RetrievalService/Steal", json::object())));
}

TEST_F(JsonClientTest, AStreamThatWaitsTooLongIsCancelled) {
  auto client = Connect();
  auto stream = client->OpenStream(kUpload, Soon());
  ASSERT_TRUE(stream.ok()) << stream.status();
  EXPECT_TRUE(absl::IsDeadlineExceeded((*stream)->Receive(absl::Now() + absl::Milliseconds(50)).status()));
}

TEST_F(JsonClientTest, AProxyOfTheEnvironmentNeverSeesThePlaintextKey) {
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  auto answer = Connect()->Call(kSearch, {{"collection", "collections/a"}}, Soon());
  unsetenv("http_proxy");
  EXPECT_TRUE(answer.ok()) << answer.status();
}

TEST(JsonClientConnectTest, PlaintextToAnotherMachineIsRefused) {
  for (const char* address : {"192.0.2.1:7443", "usher.example.com:7443", "[2001:db8::1]:7443", "0.0.0.0:7443"}) {
    auto client = JsonClient::Connect({.address = address, .api_key = "k", .principal = "", .tls = {}});
    EXPECT_TRUE(absl::IsFailedPrecondition(client.status())) << address;
  }
}

TEST(JsonClientConnectTest, AKeyThatCannotTravelIsRefusedWithoutShowingIt) {
  auto client = JsonClient::Connect({.address = "127.0.0.1:1", .api_key = "se\ncret", .principal = "", .tls = {}});
  ASSERT_TRUE(absl::IsInvalidArgument(client.status()));
  EXPECT_THAT(client.status().ToString(), Not(HasSubstr("cret")));
}

TEST(JsonClientConnectTest, ACertificateWithoutItsPrivateKeyIsRefused) {
  TlsOptions tls;
  tls.certificate_file = "client.pem";
  auto client = JsonClient::Connect({.address = "a.example:1", .api_key = "k", .principal = "", .tls = tls});
  EXPECT_TRUE(absl::IsInvalidArgument(client.status()));
}

TEST(AddressTest, OnlyNumbersOfThisMachineAndLocalhostAreLoopback) {
  EXPECT_EQ(ParseAddress("localhost:80")->target, "ipv4:127.0.0.1:80");
  EXPECT_TRUE(ParseAddress("127.9.9.9:80")->loopback);
  EXPECT_TRUE(ParseAddress("[::1]:80")->loopback);
  EXPECT_FALSE(ParseAddress("[::2]:80")->loopback);
  EXPECT_FALSE(ParseAddress("128.0.0.1:80")->loopback);
  EXPECT_FALSE(ParseAddress("localhost.example.com:80")->loopback);
}

TEST(AddressTest, WhatGrpcWouldReadAsASchemeOrAListIsRefused) {
  for (const char* text : {"ipv4:127.0.0.1:80", "127.0.0.1:80,8.8.8.8:80", "unix:/run/socket:1", "dns:///a:80", "a",
                           "a:0", "a:65536", ":80", "a b:80", "[::1]x:80", "[127.0.0.1]:80"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(ParseAddress(text).status())) << text;
  }
}

}  // namespace
}  // namespace usher::rpc
