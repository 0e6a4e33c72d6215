#include "acl/names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace usher::acl {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Refusal(const absl::Status& status) {
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  return std::string(status.message());
}

TEST(NamesTest, EachKindOfNameIsAcceptedWhereItBelongsAndNowhereElse) {
  for (const char* principal : {"user:alice", "service:billing-bot"}) {
    EXPECT_TRUE(ValidatePrincipal(principal).ok());
    EXPECT_TRUE(ValidateMember(principal).ok());
    EXPECT_TRUE(ValidateSubject(principal).ok());
    EXPECT_FALSE(ValidateGroup(principal).ok());
  }
  EXPECT_TRUE(ValidateGroup("group:okta/eng").ok());
  EXPECT_TRUE(ValidateMember("group:okta/eng").ok());
  EXPECT_TRUE(ValidateSubject("group:okta/eng").ok());
  EXPECT_FALSE(ValidatePrincipal("group:okta/eng").ok());
}

TEST(NamesTest, EveryoneIsASubjectButNeitherPrincipalNorGroupNorMember) {
  EXPECT_TRUE(ValidateSubject("everyone").ok());
  EXPECT_FALSE(ValidatePrincipal("everyone").ok());
  EXPECT_FALSE(ValidateGroup("everyone").ok());
  EXPECT_FALSE(ValidateMember("everyone").ok());
}

TEST(NamesTest, UnknownKindIsRefusedWithTheKindsThatWouldDo) {
  EXPECT_THAT(Refusal(ValidatePrincipal("alice")), AllOf(HasSubstr("\"alice\""), HasSubstr("user: or service:")));
  EXPECT_THAT(Refusal(ValidateGroup("groups:eng")), HasSubstr("must start with group:"));
  EXPECT_THAT(Refusal(ValidateSubject("nobody")), HasSubstr("user: or service: or group:, or be everyone"));
  EXPECT_THAT(Refusal(ValidateSubject("")), HasSubstr("\"\""));
}

TEST(NamesTest, KindsAreSpelledExactly) {
  for (const char* name : {"User:alice", "USER:alice", "user", "user :alice", " user:alice", "Everyone", "everyone "}) {
    EXPECT_FALSE(ValidateSubject(name).ok()) << name;
  }
}

TEST(NamesTest, SubjectWithABadIdIsToldAboutTheIdOnly) {
  for (const char* name : {"user:", "service:", "group:"}) {
    EXPECT_THAT(Refusal(ValidateSubject(name)), AllOf(HasSubstr("has no id"), Not(HasSubstr("everyone"))));
  }
}

TEST(NamesTest, IdHasAtLeastOneByte) {
  EXPECT_THAT(Refusal(ValidatePrincipal("user:")), HasSubstr("has no id after ':'"));
  EXPECT_TRUE(ValidatePrincipal("user:a").ok());
}

TEST(NamesTest, IdHasAtMost200Bytes) {
  EXPECT_TRUE(ValidateGroup("group:" + std::string(200, 'x')).ok());
  EXPECT_THAT(Refusal(ValidateGroup("group:" + std::string(201, 'x'))), HasSubstr("has 201 bytes; at most 200"));
}

TEST(NamesTest, LettersOfAnyScriptAndEmojiAreAccepted) {
  for (const char* name : {"user:Jos\xC3\xA9", "user:\xE6\x9D\x8E", "user:\xD9\x85\xD8\xAD", "user:\xF0\x9F\x98\x80",
                           "user:a+b@example.org", "user:a:b", "user:CN=Alice,OU=Eng"}) {
    EXPECT_TRUE(ValidatePrincipal(name).ok()) << name;
  }
}

TEST(NamesTest, BrokenUtf8IsRefusedWithItsPosition) {
  const std::string broken[] = {"user:\xFF", "user:a\xC3", "user:\xC0\xAF", "user:\xED\xA0\x80",
                                "user:\xF5\x80\x80\x80"};
  for (const std::string& name : broken) {
    EXPECT_THAT(Refusal(ValidatePrincipal(name)), HasSubstr("is not valid UTF-8 at byte "));
  }
  EXPECT_THAT(Refusal(ValidatePrincipal("user:ab\xFF")), HasSubstr("at byte 7"));
}

TEST(NamesTest, CharactersCutShortAreRefused) {
  for (const char* cut : {"\xE2", "\xE2\x82", "\xF0", "\xF0\x9F", "\xF0\x9F\x98"}) {
    EXPECT_THAT(Refusal(ValidatePrincipal(std::string("user:") + cut)), HasSubstr("is not valid UTF-8 at byte 5"));
    EXPECT_THAT(Refusal(ValidatePrincipal(std::string("user:") + cut + "a")), HasSubstr("is not valid UTF-8"));
  }
}

TEST(NamesTest, OverlongAndStrayBytesAreRefused) {
  for (const char* bytes : {"\x80", "\xE0\x80\x80", "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xC1\xBF"}) {
    EXPECT_THAT(Refusal(ValidatePrincipal(std::string("user:") + bytes)), HasSubstr("is not valid UTF-8 at byte 5"));
  }
}

TEST(NamesTest, WhiteSpaceIsRefused) {
  for (const char* space : {" ", "\xC2\xA0", "\xE2\x80\x83", "\xE3\x80\x80", "\xE2\x80\xA8", "\xE2\x80\xA9"}) {
    EXPECT_THAT(Refusal(ValidatePrincipal(std::string("user:a") + space + "b")), HasSubstr("is white space"));
  }
}

TEST(NamesTest, ControlAndFormattingCharactersAreRefused) {
  const std::string controls[] = {std::string(1, '\0'), "\n",           "\t",           "\x7F",         "\xC2\x85",
                                  "\xE2\x80\x8B",       "\xE2\x80\xAE", "\xE2\x81\xA6", "\xEF\xBB\xBF", "\xC2\xAD",
                                  "\xF3\xA0\x81\x81"};
  for (const std::string& control : controls) {
    EXPECT_THAT(Refusal(ValidatePrincipal("user:a" + control + "b")),
                HasSubstr("is a control or formatting character"));
  }
}

TEST(NamesTest, InvisibleLettersAndMarksAreRefused) {
  for (const char* invisible : {"\xE3\x85\xA4", "\xE1\x85\x9F", "\xEF\xB8\x8F", "\xCD\x8F", "\xE2\xA0\x80"}) {
    EXPECT_THAT(Refusal(ValidatePrincipal(std::string("user:a") + invisible)), HasSubstr("is invisible"));
  }
}

TEST(NamesTest, UnassignedAndReplacementCharactersAreRefused) {
  EXPECT_THAT(Refusal(ValidatePrincipal("user:\xEF\xBF\xBF")), HasSubstr("U+FFFF at byte 5"));
  EXPECT_THAT(Refusal(ValidatePrincipal("user:\xEF\xBF\xBD")), HasSubstr("is what broken text decodes to"));
}

TEST(NamesTest, TheReasonForEachCodePointCanBeAskedFor) {
  EXPECT_EQ(NameObjection(U'a'), "");
  EXPECT_EQ(NameObjection(U' '), "is white space");
  EXPECT_EQ(NameObjection(U'\u2029'), "is white space");
  EXPECT_EQ(NameObjection(U'\u2800'), "is invisible");
  EXPECT_EQ(NameObjection(U'\u0378'), "is not an assigned character");
}

TEST(NamesTest, MessagesQuoteHostileNamesAsShortAscii) {
  const std::string hostile = "user:\x1B[2J\n" + std::string(100'000, 'A');
  const std::string message = Refusal(ValidatePrincipal(hostile));
  EXPECT_LT(message.size(), 400u);
  EXPECT_THAT(message, HasSubstr("\\x1b[2J\\n"));
  EXPECT_THAT(message, Each(AllOf(testing::Ge(' '), testing::Le('~'))));
}

TEST(NamesTest, TenantsAreShortLowerCaseLabels) {
  EXPECT_TRUE(ValidateTenant("acme").ok());
  EXPECT_TRUE(ValidateTenant("a-1").ok());
  EXPECT_TRUE(ValidateTenant(std::string(64, 'a')).ok());
  for (const std::string& id :
       {std::string(), std::string(65, 'a'), std::string("1acme"), std::string("-acme"), std::string("Acme"),
        std::string("a_b"), std::string("a/b"), std::string("a\0b", 3), std::string("caf\xC3\xA9")}) {
    EXPECT_THAT(Refusal(ValidateTenant(id)), HasSubstr("must be 1 to 64 of a-z, 0-9 and '-'"));
  }
}

TEST(NamesTest, SourcesAreSpelledLikeTenants) {
  EXPECT_TRUE(ValidateSource("okta").ok());
  EXPECT_TRUE(ValidateSource("share-point2").ok());
  EXPECT_TRUE(ValidateSource(std::string(64, 's')).ok());
  for (const std::string& name : {std::string(), std::string(65, 's'), std::string("2okta"), std::string("Okta"),
                                  std::string("okta/eu"), std::string("okta eu")}) {
    EXPECT_THAT(Refusal(ValidateSource(name)), AllOf(HasSubstr("source "), HasSubstr("must be 1 to 64 of a-z")));
  }
}

TEST(NamesTest, AGroupsSourceStandsBeforeTheFirstSlash) {
  EXPECT_EQ(SourceOf("group:okta/eng"), "okta");
  EXPECT_EQ(SourceOf("group:okta/eng/eu"), "okta");
  EXPECT_EQ(SourceOf("group:okta/"), "okta");
  EXPECT_EQ(SourceOf("group:/eng"), "");
  EXPECT_EQ(SourceOf("group:eng"), "");
  EXPECT_EQ(SourceOf("user:okta/eng"), "");
  EXPECT_EQ(SourceOf(""), "");
}

TEST(NamesTest, LabelWordsAreSortedAndUnique) {
  EXPECT_THAT(*CanonicalLabelWords("purpose", {"legal", "audit", "legal"}, 3), ElementsAre("audit", "legal"));
  EXPECT_THAT(*CanonicalLabelWords("purpose", {}, 0), testing::IsEmpty());
}

TEST(NamesTest, NumberOfLabelWordsIsBounded) {
  EXPECT_TRUE(CanonicalLabelWords("purpose", {"a", "b"}, 2).ok());
  EXPECT_EQ(Refusal(CanonicalLabelWords("purpose", {"a", "b", "a"}, 2).status()),
            "purposes: there are 3; at most 2 are allowed");
}

TEST(NamesTest, BadLabelWordIsNamedByKindAndPosition) {
  const auto refusal = [](const std::string& word) {
    return Refusal(CanonicalLabelWords("compartment", {"fine", word}, 9).status());
  };
  EXPECT_TRUE(CanonicalLabelWords("compartment", {std::string(64, 'x'), "M\xC3\xBCnchen"}, 9).ok());
  EXPECT_EQ(refusal(""), "compartments[1]: compartment is empty; name one or leave it out");
  EXPECT_THAT(refusal(std::string(65, 'x')), HasSubstr("has 65 bytes; at most 64 are allowed"));
  EXPECT_EQ(refusal("a b"), "compartments[1]: U+0020 at byte 1 of compartment \"a b\" is white space; remove it");
  EXPECT_EQ(refusal("a\xFF"), "compartments[1]: compartment \"a\\xff\" is not valid UTF-8 at byte 1");
}

}  // namespace
}  // namespace usher::acl
