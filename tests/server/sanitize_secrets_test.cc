// What announces a secret, what only looks like one, and how proposals are reconciled. Values are put together here so
// that no whole secret stands in the source.
#include "server/sanitize/secrets/secret_detector.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"

namespace usher::sanitize {
namespace {

const std::string kValue = absl::StrCat("q7Rk2", "Vt9ZpL4x", "Wc8mB1nD");
const std::string kHex = absl::StrCat("9f3c71e0", "a84b5d26", "c1e97f30", "5bd2846a");
const std::string kKeyBody = absl::StrCat("b3BlbnNzaC1rZXktdjEAAAAABG5vbmUA", "AAAEbm9uZQAAAAAAAAABAAAAMwAAAAtz", "\n",
                                          "c2gtZWQyNTUxOQAAACDx7Rk2Vt9ZpL4x", "Wc8mB1nDq7Rk2Vt9ZpL4xWc8mB1nDAA=");

class SecretDetectorTest : public testing::Test {
 protected:
  static std::vector<Secret> Find(const std::string& text) {
    static const SecretDetector* const kDetector = new SecretDetector();
    return kDetector->Find(text);
  }

  static std::vector<std::string> Texts(const std::string& text) {
    std::vector<std::string> texts;
    for (const Secret& secret : Find(text)) texts.push_back(text.substr(secret.span.begin, secret.span.size()));
    return texts;
  }

  static void ExpectOnly(const std::string& secret, const std::string& text) {
    EXPECT_EQ(std::vector<std::string>{secret}, Texts(text)) << text;
  }
  // The quote that `before` opens last.
  static std::string ClosingOf(const std::string& before) {
    for (const std::string quote : {"\\\"", "&quot;", "\"", "'", "`"}) {
      if (before.ends_with(quote)) return quote;
    }
    return "";
  }

  static void ExpectNone(const std::string& text) { EXPECT_EQ(std::vector<std::string>(), Texts(text)) << text; }
};

TEST_F(SecretDetectorTest, ATellingNameAnnouncesItsValueInEverySyntax) {
  for (const std::string before : {"API_KEY=",
                                   "api_key: ",
                                   "apiKey: '",
                                   "\"clientSecret\": \"",
                                   "export AUTH_TOKEN=",
                                   "set SECRET=",
                                   "secret_key => \"",
                                   "--api-key ",
                                   "--token=",
                                   "X-Api-Key: ",
                                   "authorization: token ",
                                   "<secret>",
                                   "{\"name\":\"API_KEY\",\"value\":\"",
                                   "- name: API_TOKEN\n  value: ",
                                   "https://host.example/x?access_token=",
                                   "| API key | ",
                                   "**API key:** ",
                                   "the API key is ",
                                   "token: str = \"",
                                   "${API_KEY:-",
                                   "config.setProperty(\"app.secret\", \"",
                                   "password := `",
                                   "<add key=\"ApiKey\" value=\"",
                                   "\\\"token\\\": \\\"",
                                   "Passwort: ",
                                   "contraseña: ",
                                   "пароль: ",
                                   "密码：",
                                   "app.client-secret = ",
                                   "token&quot;: &quot;"}) {
    ExpectOnly(kValue, absl::StrCat("first\n", before, kValue, ClosingOf(before), "\nlast"));
  }
}

TEST_F(SecretDetectorTest, TheValueEndsWhereItsSyntaxSays) {
  ExpectOnly(kValue, absl::StrCat("{\"token\":\"", kValue, "\",\"next\":1}"));
  ExpectOnly(kValue, absl::StrCat("<token>", kValue, "</token>"));
  ExpectOnly(kValue, absl::StrCat("Server=db;Password=", kValue, ";Encrypt=true"));
  ExpectOnly(kValue, absl::StrCat("https://host.example/x?token=", kValue, "&page=2#top"));
  ExpectOnly(kValue, absl::StrCat("My token is ", kValue, ", do not share it."));
  ExpectOnly(kValue, absl::StrCat("f(secret=", kValue, ")"));
  ExpectOnly(absl::StrCat(kValue, "&x!"), absl::StrCat("password=", kValue, "&x!\n"));
}

TEST_F(SecretDetectorTest, UrlsAndHeadersAndCommandsGiveAwayTheirPasswords) {
  ExpectOnly(kValue, absl::StrCat("postgres://app:", kValue, "@db.internal:5432/prod"));
  ExpectOnly(absl::StrCat("p/", kValue), absl::StrCat("amqp://app:p/", kValue, "@mq.internal/"));
  ExpectOnly(kValue, absl::StrCat("https://", kValue, "@git.example/repo.git"));
  ExpectOnly(kValue, absl::StrCat("curl -u bot:", kValue, " https://host.example/"));
  ExpectOnly(kValue, absl::StrCat("machine host.example login bot password ", kValue, "\n"));
  ExpectOnly(kValue, absl::StrCat("Authorization: Bearer ", kValue, "\r\n"));
}

TEST_F(SecretDetectorTest, AWholePrivateKeyBlockIsOneCertainSecret) {
  for (const std::string label : {"OPENSSH PRIVATE KEY", "RSA PRIVATE KEY", "PRIVATE KEY", "PGP PRIVATE KEY BLOCK"}) {
    const std::string block = absl::StrCat("-----BEGIN ", label, "-----\n", kKeyBody, "\n-----END ", label, "-----");
    const std::vector<Secret> found = Find(absl::StrCat("key:\n", block, "\nbye"));
    ASSERT_EQ(1u, found.size()) << label;
    EXPECT_EQ((Span{5, 5 + block.size()}), found[0].span);
    EXPECT_TRUE(found[0].certain);
  }
}

TEST_F(SecretDetectorTest, APrivateKeyCutOffIsFoundAsFarAsItGoes) {
  const std::string cut = absl::StrCat("-----BEGIN RSA PRIVATE KEY-----\n", kKeyBody);
  const std::vector<Secret> found = Find(absl::StrCat(cut, "\nand then some words"));
  ASSERT_EQ(1u, found.size());
  EXPECT_EQ((Span{0, cut.size()}), found[0].span);
  EXPECT_FALSE(found[0].certain);
}

TEST_F(SecretDetectorTest, ADocumentedFormatBeatsTheNameAndThePlaceAroundIt) {
  const std::string token = absl::StrCat("glpat-", kValue.substr(0, 20));
  for (const std::string before : {"password=", "https://bot:", "Authorization: Bearer "}) {
    const std::vector<Secret> found = Find(absl::StrCat(before, token, "@host.example/"));
    ASSERT_EQ(1u, found.size()) << before;
    EXPECT_EQ("gitlab_token", found[0].type) << before;
  }
}

TEST_F(SecretDetectorTest, ATokenOfAnUnknownVendorIsFoundByItsPrefix) {
  ExpectOnly(absl::StrCat("acme_live_", kValue), absl::StrCat("use acme_live_", kValue, " here"));
}

TEST_F(SecretDetectorTest, HashesIdentifiersAndPublicKeysAreNoSecrets) {
  ExpectNone(absl::StrCat("commit ", kHex, "9f3c71e0"));
  ExpectNone(absl::StrCat("sha256:", kHex, kHex));
  ExpectNone(absl::StrCat("ETag: \"", kHex, "\""));
  ExpectNone(absl::StrCat(kHex, "  disk.iso"));
  ExpectNone("request_id: 123e4567-e89b-42d3-a456-426614174000");
  ExpectNone("Idempotency-Key: 123e4567-e89b-42d3-a456-426614174000");
  ExpectNone(absl::StrCat("integrity=\"sha384-", kValue, kValue, kValue, "\""));
  ExpectNone(absl::StrCat("\"integrity\": \"sha512-", kValue, kValue, "==\""));
  ExpectNone(absl::StrCat("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI", kValue, kValue, " me@host"));
  ExpectNone(absl::StrCat("-----BEGIN CERTIFICATE-----\n", kKeyBody, "\n-----END CERTIFICATE-----"));
  ExpectNone(absl::StrCat("-----BEGIN PUBLIC KEY-----\n", kKeyBody, "\n-----END PUBLIC KEY-----"));
  ExpectNone(absl::StrCat("data:image/png;base64,", kValue, kValue, kValue));
  ExpectNone(absl::StrCat("cache_key: ", kHex, "\npublic_key: ", kValue));
  ExpectNone(absl::StrCat("https://docs.example/d/1", kValue, "/edit"));
}

TEST_F(SecretDetectorTest, PlaceholdersReferencesAndCodeAreNoSecrets) {
  for (const std::string harmless : {"AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE",
                                     "password = \"<your-password>\"",
                                     "api_key: ${API_KEY}",
                                     "TOKEN=$TOKEN",
                                     "token = os.environ[\"TOKEN\"]",
                                     "DB_PASSWORD=changeme",
                                     "secret: \"xxxxxxxxxxxxxxxx\"",
                                     "password: ********",
                                     "export TOKEN=$(pass show token)",
                                     "\"password\": {\"type\": \"string\", \"minLength\": 8}",
                                     "api_key = YOUR_API_KEY",
                                     "password: string;",
                                     "def login(password: str, token: Optional[str] = None):",
                                     "max_tokens: 4096",
                                     "apiKey: process.env.API_KEY",
                                     "password = getpass()",
                                     "token: {{ vault.token }}",
                                     "postgres://user:password@localhost/db",
                                     "postgres://postgres:postgres@db/x",
                                     "secretName: my-app-credentials",
                                     "Authorization: Bearer <token>",
                                     "password: Please enter your password",
                                     "token_url: https://login.example/oauth2/token",
                                     "tokenizer = \"bert-base-uncased\"",
                                     "sk-xxxxxxxxxxxxxxxxxxxxxxxx",
                                     "secret: projects/my-project/secrets/db-password",
                                     "password_min_length = 12",
                                     "The password is required.",
                                     "https://host.example:8080/@user/post",
                                     "class PasswordResetTokenGenerator:",
                                     "key: value"}) {
    ExpectNone(harmless);
  }
}

TEST_F(SecretDetectorTest, SpansAscendAndDoNotOverlap) {
  const std::string text =
      absl::StrCat("token=", kValue, " password=", kValue, " https://u:", kValue, "@h.example/ api_key=", kHex);
  const std::vector<Secret> found = Find(text);
  ASSERT_EQ(4u, found.size());
  for (size_t i = 1; i < found.size(); ++i) EXPECT_LE(found[i - 1].span.end, found[i].span.begin);
}

TEST_F(SecretDetectorTest, AnyBytesAreHarmless) {
  std::string bytes;
  for (int c = 0; c < 256; ++c) bytes.push_back(static_cast<char>(c));
  for (const std::string trigger :
       {"password=", "-----BEGIN PRIVATE KEY-----", "://a:", "token", "eyJ", "AIza", "pw:"}) {
    for (size_t cut = 0; cut <= trigger.size(); ++cut) {
      const std::string text = absl::StrCat(bytes, trigger.substr(0, cut));
      for (const Secret& secret : Find(text)) EXPECT_LE(secret.span.end, text.size());
      Find(trigger.substr(0, cut));
    }
  }
}

TEST_F(SecretDetectorTest, TimeGrowsWithTheTextNotWithItsSquare) {
  for (const std::string trigger : {"password=", "-----BEGIN PRIVATE KEY-----\n", "PuTTY-User-Key-File-", "://", "eyJ-",
                                    "eyJ.", "sk-", "a_b-", "AccountKey=", "mysql ", "basic ", "cookie: sid=", "token ",
                                    "hvs.", "machine x login ", "otpauth://totp/", "-u a:"}) {
    std::string text;
    while (text.size() < (1u << 18)) text += trigger;
    const auto start = std::chrono::steady_clock::now();
    Find(text);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10)) << trigger;
  }
}

TEST_F(SecretDetectorTest, ManyThreadsShareOneDetector) {
  const SecretDetector detector;
  const std::string text = absl::StrCat("token=", kValue, "\n");
  std::vector<size_t> counts(4);
  std::vector<std::thread> threads;
  for (size_t& count : counts) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) count += detector.Find(text).size();
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(std::vector<size_t>(4, 200), counts);
}

}  // namespace
}  // namespace usher::sanitize
