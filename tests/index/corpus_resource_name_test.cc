#include "index/corpus/resource_name.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace usher::corpus {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;

std::string Refusal(const absl::Status& status) {
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  return std::string(status.message());
}

TEST(ResourceNameTest, DocumentIdsMayHoldPathsPlainSpacesAndAnyScript) {
  for (const char* id :
       {"hr/leave.md", "Leave of absence.md", "\u674E/\u0645\u062D", "caf\u00E9", "\U0001F600", "a:b?c=d"}) {
    EXPECT_TRUE(ValidateDocumentId(id).ok()) << id;
  }
}

TEST(ResourceNameTest, WhiteSpaceOtherThanThePlainSpaceIsRefused) {
  for (const char* space : {"\u00A0", "\u2003", "\u3000", "\u2028", "\u2029"}) {
    EXPECT_THAT(Refusal(ValidateDocumentId(std::string("a") + space + "b")),
                AllOf(HasSubstr("at byte 1"), HasSubstr("is white space"), HasSubstr("use a plain space (U+0020)")));
  }
}

TEST(ResourceNameTest, WhatNobodySeesIsRefused) {
  for (const char* hidden : {"\u2800", "\u3164", "\u115F", "\uFE0F"}) {
    EXPECT_THAT(Refusal(ValidateDocumentId(std::string("a") + hidden)), HasSubstr("is invisible"));
  }
  for (const char* control : {"\n", "\x7F", "\u200B", "\u202E", "\U000E0041"}) {
    EXPECT_THAT(Refusal(ValidateDocumentId(std::string("a") + control)),
                HasSubstr("is a control or formatting character"));
  }
}

TEST(ResourceNameTest, UnassignedAndReplacementCharactersAreRefused) {
  EXPECT_THAT(Refusal(ValidateDocumentId("ab\u0378")),
              AllOf(HasSubstr("U+0378 at byte 2"), HasSubstr("is not an assigned character")));
  EXPECT_THAT(Refusal(ValidateDocumentId("\uFFFD")), HasSubstr("is what broken text decodes to"));
}

TEST(ResourceNameTest, BrokenUtf8IsRefusedWithItsPosition) {
  for (const char* broken : {"ab\xFF", "ab\xC3", "ab\xED\xA0\x80"}) {
    EXPECT_THAT(Refusal(ValidateDocumentId(broken)), HasSubstr("is not valid UTF-8 at byte 2"));
  }
}

TEST(ResourceNameTest, EveryKindOfNameThatHoldsADocumentIsHeldToTheSameRule) {
  const std::string name = "collections/docs/documents/a\u2028b";
  EXPECT_THAT(Refusal(ParseDocumentName(name).status()), HasSubstr("U+2028 at byte 1"));
  EXPECT_THAT(Refusal(ParseNodeName(name).status()), HasSubstr("U+2028 at byte 1"));
  EXPECT_THAT(Refusal(ParseChunkName(name + "/chunks/0").status()), HasSubstr("U+2028 at byte 1"));
}

TEST(ResourceNameTest, MessagesQuoteHostileIdsAsShortAscii) {
  const std::string message = Refusal(ValidateDocumentId("\x1B[2J\n" + std::string(400, 'A')));
  EXPECT_LT(message.size(), 300u);
  EXPECT_THAT(message, Each(AllOf(testing::Ge(' '), testing::Le('~'))));
}

}  // namespace
}  // namespace usher::corpus
