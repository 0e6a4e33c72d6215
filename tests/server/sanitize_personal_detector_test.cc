#include "server/sanitize/personal/personal_detector.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "tests/server/sanitize_personal_finds.h"

namespace usher::sanitize {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(PersonalDetectorTest, FindsEachKindInOneSentence) {
  EXPECT_THAT(Finds("Ann (born 3 May 1970, SSN 536-22-8727) paid with card 4111 1111 1111 1111 from 203.0.113.7; "
                    "IBAN DE89 3704 0044 0532 0130 00, phone +44 20 7946 0958, mail ann@example.org."),
              ElementsAre("DATE_OF_BIRTH 3 May 1970", "US_SSN 536-22-8727", "CREDIT_CARD 4111 1111 1111 1111",
                          "IP_ADDRESS 203.0.113.7", "IBAN DE89 3704 0044 0532 0130 00", "PHONE +44 20 7946 0958",
                          "EMAIL ann@example.org"));
}

TEST(PersonalDetectorTest, KeysOfJsonSayWhatANumberIs) {
  EXPECT_THAT(Finds(R"({"phoneNumber":"2025550143","credit_card":"378282246310005","dateOfBirth":"1980-02-03"})"),
              ElementsAre("PHONE 2025550143", "CREDIT_CARD 378282246310005", "DATE_OF_BIRTH 1980-02-03"));
}

TEST(PersonalDetectorTest, HeadingsOfColumnsSayWhatANumberIs) {
  EXPECT_THAT(Finds("name,ssn,phone\n\"Ray, Bob\",536228727,2025550143\n"),
              ElementsAre("US_SSN 536228727", "PHONE 2025550143"));
  EXPECT_THAT(Finds("| who | ssn |\n|---|---|\n| Bob | 536228727 |\n"), ElementsAre("US_SSN 536228727"));
  EXPECT_THAT(Finds("name,amount,total\nBob,536228727,2025550143\n"), IsEmpty());
}

TEST(PersonalDetectorTest, ReadsFullWidthAndOtherDigitsAndOddBlanks) {
  EXPECT_THAT(Finds("Karte: ４１１１ １１１１ １１１１ １１１１."),
              ElementsAre("CREDIT_CARD ４１１１ １１１１ １１１１ １１１１"));
  EXPECT_THAT(Finds("Tél\u00A0: 01\u00A023\u00A045\u00A067\u00A089"),
              ElementsAre("PHONE 01\u00A023\u00A045\u00A067\u00A089"));
  EXPECT_THAT(Finds("SSN 536\u201122\u20118727"), ElementsAre("US_SSN 536\u201122\u20118727"));
}

TEST(PersonalDetectorTest, InvisibleCharactersInsideANumberHideNothing) {
  EXPECT_THAT(Finds("SSN \u200B536-22\u200B-8727\u200B."), ElementsAre("US_SSN 536-22\u200B-8727"));
}

TEST(PersonalDetectorTest, EscapedLineBreaksTouchNothing) {
  EXPECT_THAT(Finds(R"("a\nann@example.org\n203.0.113.7\t536-22-8727")"),
              ElementsAre("EMAIL ann@example.org", "IP_ADDRESS 203.0.113.7", "US_SSN 536-22-8727"));
}

TEST(PersonalDetectorTest, ScriptsWithoutBlanksTouchNothing) {
  EXPECT_THAT(Finds("邮箱zhang@example.com请联系,手机:13812345678,身份证号11010519491231002X已登记"),
              ElementsAre("EMAIL zhang@example.com", "PHONE 13812345678", "NATIONAL_ID 11010519491231002X"));
}

TEST(PersonalDetectorTest, HarmlessNumbersStay) {
  for (const std::string_view text : {"Order 4111111111111111 shipped",
                                      "order number 536-22-8727",
                                      "ISBN 0-8218-9018-9, 978-3-16-148410-0",
                                      "51.5074, -0.1278 and 40.712776 -74.005974",
                                      "550e8400-e29b-41d4-a716-446655440000",
                                      "at 1710788725123 ms",
                                      "2024-05-17 10:30:00",
                                      "tracking 1Z999AA10123456784",
                                      "aa:bb:cc:dd:ee:ff",
                                      "serial 123456789012",
                                      "IMEI 490154203237518",
                                      "EAN 4006381333931",
                                      "1 000 000 000",
                                      "sold 1,234,567 units from 2010-2015",
                                      "sha256:9f86d081884c7d659a2feaa0c55ad015",
                                      "04.05.2023 - 06.07.2023",
                                      "ticket 202-555-0143",
                                      "SKU AB123456C",
                                      "part 322-12-1687",
                                      "12 34 56 78 90",
                                      "CVE-2023-12345",
                                      "pi is 3.14159265358979"}) {
    EXPECT_THAT(Finds(text), IsEmpty()) << text;
  }
}

TEST(PersonalDetectorTest, OnlyTheTypesAskedForAreFound) {
  PersonalDataDetector::Options options;
  options.types = {PersonalType::kPhone};
  EXPECT_THAT(Finds("ann@example.org, (202) 555-0143", PersonalDataDetector(options)),
              ElementsAre("PHONE (202) 555-0143"));
}

TEST(PersonalDetectorTest, NamesAreFoundBehindCuesWhenAskedFor) {
  PersonalDataDetector::Options options;
  options.types = {PersonalType::kName};
  const PersonalDataDetector detector(options);
  EXPECT_THAT(Finds("Dear Ms Ann van der Lee,\nask for José.\nCustomer: Zoë Müller.", detector),
              ElementsAre("NAME Ms Ann van der Lee", "NAME José", "NAME Zoë Müller"));
  EXPECT_THAT(Finds("Customer: Zoë Müller."), IsEmpty());
}

TEST(PersonalDetectorTest, AddressesAreFoundInSeveralCountries) {
  EXPECT_THAT(Finds("Ship to 742 Evergreen Terrace Apt. 4, Springfield, OR 97403."),
              ElementsAre("ADDRESS 742 Evergreen Terrace Apt. 4, Springfield, OR 97403"));
  EXPECT_THAT(Finds("wohnt Musterstraße 12, 10115 Berlin."), ElementsAre("ADDRESS Musterstraße 12, 10115 Berlin"));
  EXPECT_THAT(Finds("habite 12 rue de la Paix, 75002 Paris."), ElementsAre("ADDRESS 12 rue de la Paix, 75002 Paris"));
  EXPECT_THAT(Finds("at 10 Example Street, London SW1A 2AA."),
              ElementsAre("ADDRESS 10 Example Street, London SW1A 2AA"));
  EXPECT_THAT(Finds("vive en Calle Mayor 5, 28013 Madrid."), ElementsAre("ADDRESS Calle Mayor 5, 28013 Madrid"));
}

// Spans must be usable as they are, whatever bytes come in.
TEST(PersonalDetectorTest, SpansAscendInsideAnyBytes) {
  const PersonalDataDetector detector;
  std::mt19937 random(7);
  const std::string alphabet = "0123456789 -.:/@+()ABab\xC2\xA0\xE2\x80\x8B\xEF\xBC\x91\xFF\n,|";
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    for (int i = 0; i < 120; ++i) text.push_back(alphabet[random() % alphabet.size()]);
    size_t end = 0;
    for (const PersonalDatum& datum : detector.Find(text)) {
      ASSERT_GE(datum.span.begin, end);
      ASSERT_GT(datum.span.end, datum.span.begin);
      ASSERT_LE(datum.span.end, text.size());
      end = datum.span.end;
    }
  }
}

TEST(PersonalDetectorTest, ManyThreadsFindTheSame) {
  const PersonalDataDetector detector;
  const std::string text = "call 020 7946 0000, ann@example.org, born 3. März 1968, DNI 12345678Z";
  const std::vector<std::string> expected = Finds(text, detector);
  EXPECT_EQ(expected.size(), 4U);
  std::vector<std::thread> threads;
  std::vector<std::vector<std::string>> results(4);
  for (auto& result : results) threads.emplace_back([&] { result = Finds(text, detector); });
  for (std::thread& thread : threads) thread.join();
  for (const auto& result : results) EXPECT_EQ(result, expected);
}

double SecondsFor(const std::string& text) {
  const PersonalDataDetector detector;
  detector.Find("020 7946 0000");
  const auto start = std::chrono::steady_clock::now();
  detector.Find(text);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// A quadratic look would need far longer for these; the bound leaves room for a busy machine.
TEST(PersonalDetectorTest, HostileRepetitionTakesLinearTime) {
  for (const std::string_view unit :
       {"a@", "1 ", "a:", "12 Aa ", "0171 234 5671 ", "1,", "::1", "4111 ", "(0", "born 1 "}) {
    std::string text;
    while (text.size() < 100'000) text.append(unit);
    EXPECT_LT(SecondsFor(text), 5.0) << unit;
  }
}

}  // namespace
}  // namespace usher::sanitize
