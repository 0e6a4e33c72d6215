// The JSON client over TLS, with certificates made for each test.
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <filesystem>
#include <fstream>

#include "absl/time/clock.h"
#include "server/rpc/client/json_client.h"
#include "tests/server/cli_fake_server.h"

namespace usher::rpc {
namespace {

struct Certificate {
  std::string certificate;
  std::string key;
};

std::string TakePem(BIO* bio) {
  char* data = nullptr;
  const auto length = static_cast<size_t>(BIO_get_mem_data(bio, &data));
  std::string pem(data, length);
  BIO_free(bio);
  return pem;
}

// Signed by its own key and valid for an hour.
Certificate MakeCertificate(const std::string& dns_name) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME* name = X509_get_subject_name(certificate);
  const std::string common_name = "test of " + dns_name;
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(common_name.data()),
                             static_cast<int>(common_name.size()), -1, 0);
  X509_set_issuer_name(certificate, name);
  const std::string alternative = "DNS:" + dns_name;
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, alternative.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
  X509_sign(certificate, key, EVP_sha256());

  Certificate made;
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(bio, certificate);
  made.certificate = TakePem(bio);
  bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  made.key = TakePem(bio);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return made;
}

class JsonClientTlsTest : public ::testing::Test {
 protected:
  JsonClientTlsTest() {
    std::string pattern = ::testing::TempDir() + "/json_client_tls_XXXXXX";
    root_ = mkdtemp(pattern.data());
  }
  ~JsonClientTlsTest() override { std::filesystem::remove_all(root_); }

  std::string Write(const std::string& name, const std::string& text) {
    std::ofstream(root_ / name, std::ios::binary) << text;
    return (root_ / name).string();
  }

  static absl::Status Ask(const usher::testing::FakeServer& server, const std::optional<TlsOptions>& tls) {
    auto client =
        JsonClient::Connect({.address = server.address(), .api_key = "test-key", .principal = "", .tls = tls});
    if (!client.ok()) return client.status();
    return (*client)
        ->Call("usher.v1.AdminService/GetServerInfo", nlohmann::json::object(), absl::Now() + absl::Seconds(20))
        .status();
  }

  const Certificate server_certificate_ = MakeCertificate("usher.test");
  const Certificate client_certificate_ = MakeCertificate("client.test");
  std::filesystem::path root_;
};

TEST_F(JsonClientTlsTest, AServerOfTheNamedAuthorityAndNameIsTrusted) {
  const usher::testing::FakeServer server(server_certificate_.certificate, server_certificate_.key, "");
  TlsOptions tls;
  tls.ca_file = Write("ca.pem", server_certificate_.certificate);
  tls.server_name = "usher.test";
  EXPECT_EQ(Ask(server, tls), absl::OkStatus());
}

TEST_F(JsonClientTlsTest, AnyOtherServerIsNot) {
  const usher::testing::FakeServer server(server_certificate_.certificate, server_certificate_.key, "");
  TlsOptions wrong_name;
  wrong_name.ca_file = Write("ca.pem", server_certificate_.certificate);
  wrong_name.server_name = "other.test";
  EXPECT_TRUE(absl::IsUnavailable(Ask(server, wrong_name)));
  TlsOptions wrong_authority;
  wrong_authority.ca_file = Write("other.pem", client_certificate_.certificate);
  wrong_authority.server_name = "usher.test";
  EXPECT_TRUE(absl::IsUnavailable(Ask(server, wrong_authority)));
}

TEST_F(JsonClientTlsTest, AClientCertificateIsShownToServersThatAskForOne) {
  const usher::testing::FakeServer server(server_certificate_.certificate, server_certificate_.key,
                                          client_certificate_.certificate);
  TlsOptions tls;
  tls.ca_file = Write("ca.pem", server_certificate_.certificate);
  tls.server_name = "usher.test";
  EXPECT_FALSE(Ask(server, tls).ok());
  tls.certificate_file = Write("client.pem", client_certificate_.certificate);
  tls.private_key_file = Write("client.key", client_certificate_.key);
  EXPECT_EQ(Ask(server, tls), absl::OkStatus());
}

TEST_F(JsonClientTlsTest, FilesThatHoldNoPemAreNamed) {
  const usher::testing::FakeServer server;
  TlsOptions tls;
  tls.ca_file = Write("ca.pem", "not a certificate");
  EXPECT_TRUE(absl::IsInvalidArgument(Ask(server, tls)));
  tls.ca_file = (root_ / "none.pem").string();
  EXPECT_TRUE(absl::IsNotFound(Ask(server, tls)));
}

}  // namespace
}  // namespace usher::rpc
