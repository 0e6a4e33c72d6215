#include "server/sanitize/personal/pseudonym.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/server/sanitize_personal_finds.h"

namespace usher::sanitize {
namespace {

using testing::IsEmpty;

const std::string kKey(32, 'k');

std::string Token(PersonalType type, std::string_view value) { return Pseudonym(kKey, "acme", type, value); }

TEST(PseudonymTest, OneValueWrittenInManyWaysHasOneToken) {
  EXPECT_EQ(Token(PersonalType::kEmail, "Ann@EXAMPLE.org"), Token(PersonalType::kEmail, "Ann@example.org"));
  EXPECT_EQ(Token(PersonalType::kPhone, "+44 20 7946-0958"), Token(PersonalType::kPhone, "0044 (20) 79460958"));
  EXPECT_EQ(Token(PersonalType::kCreditCard, "4111 1111 1111 1111"),
            Token(PersonalType::kCreditCard, "４１１１111111111111"));
  EXPECT_EQ(Token(PersonalType::kIban, "de89 3704 0044 0532 0130 00"),
            Token(PersonalType::kIban, "DE89370400440532013000"));
  EXPECT_EQ(Token(PersonalType::kIpAddress, "2001:DB8:0::1"), Token(PersonalType::kIpAddress, "2001:db8::1"));
}

TEST(PseudonymTest, KeyTenantTypeAndValueEachChangeTheToken) {
  const std::string token = Token(PersonalType::kPhone, "2025550143");
  EXPECT_NE(token, Pseudonym(std::string(32, 'x'), "acme", PersonalType::kPhone, "2025550143"));
  EXPECT_NE(token, Pseudonym(kKey, "other", PersonalType::kPhone, "2025550143"));
  EXPECT_NE(token.substr(6), Token(PersonalType::kUsSsn, "2025550143").substr(7));
  EXPECT_NE(token, Token(PersonalType::kPhone, "2025550144"));
}

TEST(PseudonymTest, LocalPartsKeepTheirCase) {
  EXPECT_NE(Token(PersonalType::kEmail, "Ann@example.org"), Token(PersonalType::kEmail, "ann@example.org"));
}

TEST(PseudonymTest, TokenIsTypeAndThirteenCharacters) {
  EXPECT_THAT(Token(PersonalType::kEmail, "ann@example.org"), testing::MatchesRegex("EMAIL_[a-z0-9]{13}"));
}

TEST(PseudonymTest, NoTokenIsFoundAsPersonalDataAgain) {
  for (int i = 0; i < 500; ++i) {
    const std::string token = Token(PersonalType::kPhone, std::to_string(2025550000 + i));
    EXPECT_THAT(Finds("phone " + token + " of card " + token), IsEmpty()) << token;
  }
}

TEST(PseudonymTest, OnlyWhatHasTheFormOfOneIsOne) {
  EXPECT_TRUE(IsPseudonym(Token(PersonalType::kEmail, "ann@example.org")));
  EXPECT_TRUE(IsPseudonym(Token(PersonalType::kUsSsn, "536-22-8727")));
  for (const std::string_view text :
       {"", "_", "EMAIL", "EMAIL_", "EMAIL_aaaaaaaaaaaa", "EMAIL_aaaaaaaaaaaaaa", "EMAIL_aaaaaaaaaaaa1",
        "EMAIL_AAAAAAAAAAAAA", "MAIL_aaaaaaaaaaaaa", "email_aaaaaaaaaaaaa", " EMAIL_aaaaaaaaaaaaa"}) {
    EXPECT_FALSE(IsPseudonym(text)) << text;
  }
}

TEST(PseudonymTest, WhereTheTextIsItsPseudonymsAreKnown) {
  const std::string text = "From ann@example.org and Ann@EXAMPLE.org to ann@EXAMPLE.ORG, 536-22-8727.";
  const auto known = PseudonymsIn(PersonalDataDetector(), kKey, "acme", text);
  EXPECT_EQ(known.size(), 3u);
  EXPECT_EQ(known.at(Pseudonym(kKey, "acme", PersonalType::kEmail, "ann@example.org")), "ann@example.org");
  EXPECT_EQ(known.at(Pseudonym(kKey, "acme", PersonalType::kUsSsn, "536228727")), "536-22-8727");
  EXPECT_EQ(known.count(Pseudonym(kKey, "other", PersonalType::kEmail, "ann@example.org")), 0u);
}

TEST(MaskTest, KeepsWhatIsHarmless) {
  EXPECT_EQ(Mask(PersonalType::kCreditCard, "4111 1111 1111 1234"), "**** **** **** 1234");
  EXPECT_EQ(Mask(PersonalType::kIban, "DE89 3704 0044 0532 0130 00"), "DE** **** **** **** **30 00");
  EXPECT_EQ(Mask(PersonalType::kEmail, "ann@example.org"), "***@example.org");
  EXPECT_EQ(Mask(PersonalType::kPhone, "+44 20 7946 0958"), "+** ** **** **58");
  EXPECT_EQ(Mask(PersonalType::kUsSsn, "536-22-8727"), "[US_SSN]");
}

TEST(MaskTest, ShortValuesShowLessThanHalf) {
  EXPECT_EQ(Mask(PersonalType::kEmail, "no mailbox"), "[EMAIL]");
  EXPECT_EQ(Mask(PersonalType::kPhone, "1"), "*");
}

TEST(MaskTest, NoMaskIsFoundAsPersonalDataAgain) {
  for (const std::string_view text : {"***@example.org", "**** **** **** 1234", "DE** **** **** **** **30 00",
                                      "+** ** **** **58", "[US_SSN]", "[NATIONAL_ID]"}) {
    EXPECT_THAT(Finds(text), IsEmpty()) << text;
  }
}

}  // namespace
}  // namespace usher::sanitize
