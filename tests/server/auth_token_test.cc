// Tokens clients hold: only what this store sealed, for this purpose, unchanged, is opened again.
#include "server/auth/token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace usher::auth {
namespace {

constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=.+/";

class TokenTest : public testing::Test {
 protected:
  const TokenMint mint_{std::string(32, 'k')};
  const TokenMint foreign_{std::string(32, 'l')};
};

TEST_F(TokenTest, WhatWasSealedIsReadBack) {
  for (const uint64_t value : {uint64_t{0}, uint64_t{1}, uint64_t{1} << 63, ~uint64_t{0}}) {
    const auto revision = mint_.ParseRevisionToken(mint_.RevisionToken(acl::Revision(value)));
    ASSERT_TRUE(revision.ok()) << revision.status();
    EXPECT_EQ(revision->value(), value);
  }
  const std::string position = std::string("a/b\n\0c", 6) + "\u00E9";
  EXPECT_EQ(*mint_.ParsePageToken("scope", mint_.PageToken("scope", position)), position);
}

TEST_F(TokenTest, TheLengthOfARevisionsTokenTellsNothingOfTheRevision) {
  EXPECT_EQ(mint_.RevisionToken(acl::Revision(0)).size(), mint_.RevisionToken(acl::Revision(~uint64_t{0})).size());
}

TEST_F(TokenTest, AnEmptyPageTokenIsTheStartAndAnEmptyRevisionTokenIsNone) {
  EXPECT_EQ(*mint_.ParsePageToken("scope", ""), "");
  EXPECT_FALSE(mint_.ParseRevisionToken("").ok());
}

TEST_F(TokenTest, NoAlteredByteIsAccepted) {
  const std::string token = mint_.RevisionToken(acl::Revision(41));
  const std::string page = mint_.PageToken("scope", "position");
  const auto alter = [&](const std::string& original, const auto& parse) {
    for (size_t i = 0; i < original.size(); ++i) {
      for (const char c : std::string(kAlphabet)) {
        if (original[i] == c) continue;
        std::string altered = original;
        altered[i] = c;
        EXPECT_EQ(parse(altered).code(), absl::StatusCode::kInvalidArgument) << altered;
      }
      EXPECT_FALSE(parse(original.substr(0, i + 1) + original.substr(i)).ok());
      if (i > 0) {
        EXPECT_FALSE(parse(original.substr(0, i)).ok());
      }
    }
  };
  alter(token, [&](const std::string& text) { return mint_.ParseRevisionToken(text).status(); });
  alter(page, [&](const std::string& text) { return mint_.ParsePageToken("scope", text).status(); });
}

TEST_F(TokenTest, ATokenIsGoodForItsPurposeOnly) {
  const std::string revision = mint_.RevisionToken(acl::Revision(7));
  const std::string page = mint_.PageToken("acme\nuser:ann", "7");
  EXPECT_FALSE(mint_.ParsePageToken("acme\nuser:ann", revision).ok());
  EXPECT_FALSE(mint_.ParseRevisionToken(page).ok());
  EXPECT_FALSE(mint_.ParsePageToken("acme\nuser:bob", page).ok());
  EXPECT_FALSE(mint_.ParsePageToken("", page).ok());
  EXPECT_FALSE(mint_.ParsePageToken("acme\nuser:ann7", mint_.PageToken("acme\nuser:ann", "7")).ok());
  EXPECT_FALSE(mint_.ParsePageToken("ab", mint_.PageToken("a", "bc")).ok()) << "scope and position run together";
}

TEST_F(TokenTest, AnotherStoresTokenIsRefused) {
  EXPECT_FALSE(mint_.ParseRevisionToken(foreign_.RevisionToken(acl::Revision(7))).ok());
  EXPECT_FALSE(mint_.ParsePageToken("scope", foreign_.PageToken("scope", "x")).ok());
}

TEST_F(TokenTest, HugeAndStrangeTokensAreRefused) {
  for (const std::string& text : {std::string(3'000, 'A'), std::string(1 << 20, 'A'), std::string("\0\0", 2),
                                  std::string("\xFF\xFE"), std::string(" "), std::string("AAAA")}) {
    EXPECT_EQ(mint_.ParseRevisionToken(text).status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(mint_.ParsePageToken("scope", text).status().code(), absl::StatusCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace usher::auth
