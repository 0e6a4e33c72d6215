// What the server agrees to listen on without TLS: nothing that another machine can reach.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/rpc/listen_address.h"
#include "server/rpc/server.h"

namespace usher::rpc {
namespace {

using testing::HasSubstr;

ServerOptions Plain(const std::string& listen) {
  ServerOptions options;
  options.listen = listen;
  return options;
}

TEST(ExposureTest, LoopbackNeedsNoTls) {
  for (const char* listen :
       {"127.0.0.1:7443", "127.0.0.1:0", "127.255.255.254:1", "[::1]:7443", "[0:0:0:0:0:0:0:1]:1", "localhost:65535"}) {
    EXPECT_TRUE(CheckExposure(Plain(listen)).ok()) << listen;
  }
}

TEST(ExposureTest, WhatOthersCanReachIsRefusedWithoutTls) {
  for (const char* listen :
       {"0.0.0.0:7443", "[::]:7443", "10.0.0.1:1", "192.168.1.1:1", "128.0.0.1:1", "126.0.0.1:1",
        "[::ffff:127.0.0.1]:1", "[2001:db8::1]:1", "[fe80::1]:1", "[::2]:1", "255.255.255.255:1"}) {
    const absl::Status status = CheckExposure(Plain(listen));
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << listen;
    EXPECT_THAT(std::string(status.message()), HasSubstr("without TLS")) << listen;
  }
}

TEST(ExposureTest, TlsNeedsBothHalves) {
  ServerOptions options = Plain("0.0.0.0:7443");
  options.tls_certificate = "certificate";
  EXPECT_FALSE(CheckExposure(options).ok());
  options.tls_key = "key";
  EXPECT_TRUE(CheckExposure(options).ok());
  options.tls_certificate.clear();
  EXPECT_FALSE(CheckExposure(options).ok());
}

TEST(ExposureTest, WhatIsNoAddressIsRefusedEvenWithTls) {
  for (const char* listen : {"",
                             ":",
                             "7443",
                             ":7443",
                             "*:7443",
                             "example.org:7443",
                             "localhost",
                             "localhost:",
                             "127.0.0.1:65536",
                             "127.0.0.1:-1",
                             "127.0.0.1:+1",
                             "127.0.0.1: 1",
                             "127.0.0.1:01",
                             "127.0.0.1:1x",
                             "127.1:1",
                             "127.0.0.1.evil:1",
                             "::1:7443",
                             "[::1]7443",
                             "[]:1",
                             "[127.0.0.1]:1",
                             "LOCALHOST:1",
                             "localhost.:1",
                             "unix:/run/x:1",
                             "2130706433:1",
                             "0177.0.0.1:1",
                             "[::1%lo]:1"}) {
    ServerOptions options = Plain(listen);
    options.tls_certificate = "certificate";
    options.tls_key = "key";
    EXPECT_EQ(CheckExposure(options).code(), absl::StatusCode::kInvalidArgument) << listen;
  }
}

TEST(ExposureTest, AServerThatWouldBeExposedDoesNotStart) {
  const auto server = Server::Start(Plain("0.0.0.0:0"), Backend{});
  EXPECT_EQ(server.status().code(), absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace usher::rpc
