// Each kind of personal data: what is one, and what only looks like it. Numbers are samples from specifications or made
// up with a right check digit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/sanitize/personal/phone_plan.h"
#include "tests/server/sanitize_personal_finds.h"

namespace usher::sanitize {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

void ExpectFound(std::string_view type, std::string_view before, std::string_view value,
                 std::string_view behind = ".") {
  const std::string text = std::string(before).append(value).append(behind);
  EXPECT_THAT(Finds(text), ElementsAre(std::string(type) + " " + std::string(value))) << text;
}

void ExpectNothing(const std::vector<std::string_view>& texts) {
  for (const std::string_view text : texts) EXPECT_THAT(Finds(text), IsEmpty()) << text;
}

TEST(PersonalEmailTest, PracticalAddressesAreFound) {
  ExpectFound("EMAIL", "<", "ann.lee+news@mail.example.co.uk", ">");
  ExpectFound("EMAIL", "mailto:", "o'neil@example.ie", "?subject=x");
  ExpectFound("EMAIL", "", "müller@bücher.example");
  ExpectFound("EMAIL", "email=", "ann@xn--bcher-kva.example", "&x=1");
  ExpectFound("EMAIL", "dump: ", "ann@example.com", ":hunter2");
}

TEST(PersonalEmailTest, WhatIsNoMailboxIsNot) {
  ExpectNothing({"git clone git@github.example:org/repo.git", "npm i lodash@4.17.21", "https://user@example.com/path",
                 "postgres://app:secret@db.example.com/base", "logo@2x.png", "Message-ID: <20.abc@mail.example.com>",
                 "scp a.txt bob@host.example.com:notes.txt", "@example.com", "a@b", "a..b@"});
}

TEST(PersonalIpTest, AddressesAreFound) {
  ExpectFound("IP_ADDRESS", "", "203.0.113.9", " - - [10/Oct/2000:13:55:36] \"GET /a\" 200");
  ExpectFound("IP_ADDRESS", "http://", "203.0.113.5", ":8080/x");
  ExpectFound("IP_ADDRESS", "connect to [", "2001:db8::8a2e:370:7334", "]:443");
  ExpectFound("IP_ADDRESS", "addr:", "fe80::1ff:fe23:4567:890a", "%eth0");
  ExpectFound("IP_ADDRESS", "\"ip\":\"", "2001:db8:85a3:8d3:1319:8a2e:370:7348", "\"");
  ExpectFound("IP_ADDRESS", "", "192.168.1.10", "/24");
}

TEST(PersonalIpTest, VersionsAndPlacesOfNobodyAreNot) {
  ExpectNothing({"Chrome/114.0.5735.199 Safari", "version 10.4.91.2", "requests==2.31.0.1", "name-1.2.3.4.tar",
                 "1.2.3.4 Introduction", "see section 14.1.2.3", "127.0.0.1, ::1, 0.0.0.0 and ::", "255.255.255.0",
                 "10.0.0.0/8", "2001:db8::/32", "1.2.3.4.5", "256.1.1.1", "255.0.0.0", "# 10.3.2.4. Leaf nodes",
                 "std::abs(x), a::b, dead::beef", "12:30:45"});
}

TEST(PersonalCardTest, IssuersAndLayoutsAreFound) {
  for (const std::string_view card :
       {"4111111111111111", "5555-5555-5555-4444", "2223003122003222", "3782 822463 10005", "6011000990139424",
        "3530111333300000", "3056 930902 5904", "6240 0086 3140 1148"}) {
    ExpectFound("CREDIT_CARD", "paid by ", card, " on time");
  }
  ExpectFound("CREDIT_CARD", "maestro ", "6759649826438453");
  ExpectFound("CREDIT_CARD", "old visa ", "4222222222222");
  ExpectFound("CREDIT_CARD", "my card is ", "3500123456789014");
}

TEST(PersonalCardTest, OtherLongNumbersAreNot) {
  ExpectNothing({"4111111111111112", "41111111111111111111111", "id-4111111111111111", "a4111111111111111",
                 "https://example.com/4111111111111111", "order 4111111111111111", "0000 0000 0000 0000",
                 "4222222222222 bytes", "paid by 3500123456789014"});
}

TEST(PersonalIbanTest, LengthAndCheckDecide) {
  ExpectFound("IBAN", "to ", "GB82WEST12345698765432");
  ExpectFound("IBAN", "to ", "FR14 2004 1010 0505 0001 3M02 606");
  ExpectFound("IBAN", "IBAN", "DE89370400440532013000");
  ExpectNothing({"GB83WEST12345698765432", "GB82WEST123456987654321", "XX82WEST12345698765432", "DE89 3704 0044"});
}

TEST(PersonalSsnTest, RangesFormatAndWordsDecide) {
  ExpectFound("US_SSN", "", "536-22-8727");
  ExpectFound("US_SSN", "social security number: ", "536 22 8727");
  ExpectFound("US_SSN", "ssn=", "536228727", "&x=1");
  ExpectNothing({"000-22-8727", "666-22-8727", "912-22-8727", "536-00-8727", "536-22-0000", "536228727", "536 22 8727",
                 "536-22-87271", "order 536-22-8727"});
}

TEST(PersonalNationalIdTest, CheckedNumbersAreFound) {
  const std::pair<std::string_view, std::string_view> samples[] = {
      {"NINO ", "AB 12 34 56 C"},
      {"", "12345678Z"},
      {"NIE ", "X1234567L"},
      {"", "2 69 05 49 588 157 80"},
      {"", "RSSMRA85T10A562S"},
      {"Steuer-ID ", "86 095 742 719"},
      {"BSN: ", "111222333"},
      {"PESEL ", "44051401359"},
      {"personnummer ", "811218-9876"},
      {"", "131052-308T"},
      {"", "756.9217.0769.85"},
      {"CPF ", "529.982.247-25"},
      {"SIN ", "046 454 286"},
      {"", "11010519491231002X"},
      {"RUT ", "12.345.678-5"},
      {"NHS number ", "943 476 5919"},
      {"Aadhaar ", "2341 2341 2346"},
  };
  for (const auto& [before, value] : samples) ExpectFound("NATIONAL_ID", before, value);
}

TEST(PersonalNationalIdTest, WrongCheckDigitsAreNot) {
  ExpectNothing({"12345678A", "2 69 05 49 588 157 81", "RSSMRA85T10A562T", "756.9217.0769.86", "529.982.247-26",
                 "131052-308U", "11010519491231002Y", "2341 2341 2347"});
}

TEST(PersonalNationalIdTest, ABareNumberNeedsWords) { ExpectNothing({"111222333", "44051401359", "130 692 544"}); }

TEST(PersonalPhoneTest, ManyWaysToWriteAPhone) {
  const std::pair<std::string_view, std::string_view> samples[] = {
      {"", "+44 20 7946 0958"},
      {"Call ", "1-800-555-0199 x42"},
      {"", "(555)555-0123"},
      {"", "202.555.0143"},
      {"Telefon ", "0171/1234567"},
      {"Rufen Sie mich unter ", "030 12345678"},
      {"WhatsApp: ", "0049 151 23456789"},
      {"Ligue ", "(11) 91234-5678"},
      {"", "+971 50 123 4567"},
      {"", "001-541-754-3010"},
      {"тел. ", "8 495 123-45-67"},
      {"", "06 12 34 56 78"},
  };
  for (const auto& [before, value] : samples) ExpectFound("PHONE", before, value);
}

TEST(PersonalPhoneTest, ALongerNumberLosesWhatIsNoPhone) {
  ExpectFound("PHONE", "call ", "202-555-0143", " 2024-05-17");
}

TEST(PersonalPhoneTest, AWordBehindAHyphenIsNoPartOfANumber) {
  ExpectFound("PHONE", "", "04 27 81 53 78", "-Fax");
  ExpectFound("PHONE", "", "+44 20 7946 0958", "-mobile.");
  ExpectNothing({"part 0427815378-4b", "call 0427815378-part-7"});
}

TEST(PersonalPhoneTest, ListsAreFoundWhole) {
  EXPECT_THAT(Finds("0171 234 5671 0171 234 5672"), ElementsAre("PHONE 0171 234 5671", "PHONE 0171 234 5672"));
}

TEST(PersonalPhoneTest, DatesAndCountsAreNot) {
  ExpectNothing({"2024-05-17 10", "01.02.2023 1030", "called 3 times", "Boston, MA 02110-1301", "0 1 7 3 4 5 7 5 0 3",
                 "123 456 7890 bytes", "part 202-555-0143"});
}

TEST(PersonalPhoneTest, RegionsAreCheckedByName) {
  EXPECT_EQ(PhoneRegions::Of({"DE", "XQ"}).status().code(), absl::StatusCode::kInvalidArgument);
  PersonalDataDetector::Options options;
  options.phone_regions = *PhoneRegions::Of({"JP"});
  EXPECT_THAT(Finds("03-1234-5678", PersonalDataDetector(options)), ElementsAre("PHONE 03-1234-5678"));
}

TEST(PersonalBirthDateTest, WordsOfManyLanguagesCallADateOneOfBirth) {
  const std::pair<std::string_view, std::string_view> samples[] = {
      {"DOB: ", "1980-02-03"},
      {"born on ", "March 15, 1957"},
      {"geboren am ", "3. März 1968"},
      {"née le ", "14 juillet 1975"},
      {"fecha de nacimiento: ", "03/05/1990"},
      {"nata il ", "2 maggio 1981"},
      {"nascido em ", "7 de março de 1962"},
      {"geboortedatum ", "12-04-1985"},
      {"data urodzenia ", "12.04.1985"},
      {"född ", "4 maj 1971"},
      {"родился ", "5 мая 1970"},
      {"生年月日: ", "1985年4月12日"},
      {"doğum tarihi ", "12.04.1985"},
  };
  for (const auto& [before, value] : samples) ExpectFound("DATE_OF_BIRTH", before, value, " x");
}

TEST(PersonalBirthDateTest, OtherDatesStay) {
  ExpectNothing({"printed on March 15, 1957", "admitted 1980-02-03", "born in 1970", "born on 1980-13-45"});
  EXPECT_THAT(Finds("(DOB 1980-02-03) was admitted on 2001-11-06"), ElementsAre("DATE_OF_BIRTH 1980-02-03"));
}

}  // namespace
}  // namespace usher::sanitize
