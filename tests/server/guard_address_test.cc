// When two ways of writing an address are one.
#include "server/guard/address.h"

#include <gtest/gtest.h>

#include <string>

namespace usher::guard {
namespace {

std::string TargetOf(std::string_view written) {
  const auto address = ParseAddress(written);
  return address ? address->Target() : "(none)";
}

TEST(AddressTest, WaysToWriteAnAddressAreEqual) {
  for (const char* written :
       {"https://docs.example.org/guide", "http://docs.example.org/guide", "HTTPS://Docs.Example.ORG/guide",
        "https://docs.example.org:443/guide/", "//docs.example.org/guide", "https://docs.example.org./guide",
        "https:docs.example.org/guide", "https:/\\docs.example.org\\guide", " https://docs.example.org/guide ",
        "https&#58;//docs.example.org/guide", "ht\ntps://docs.exam\tple.org/guide", "https://docs.example.org/gu%69de",
        "https://docs.example.org/guide#part"}) {
    EXPECT_EQ(TargetOf(written), "docs.example.org/guide") << written;
  }
}

TEST(AddressTest, WhatAServerSeesDifferentlyIsDifferent) {
  const std::string known = TargetOf("https://docs.example.org/guide");
  for (const char* written : {"https://docs.example.org/Guide", "https://docs.example.org/guide?x=1",
                              "https://docs.example.org:8443/guide", "https://me@docs.example.org/guide",
                              "https://docs.example.org@evil.example/guide", "ftp://docs.example.org/guide",
                              "https://docs.example.org/guide%2Fa", "https://evil.example/docs.example.org/guide"}) {
    EXPECT_NE(TargetOf(written), known) << written;
  }
}

TEST(AddressTest, NamesInOtherScriptsEqualTheirAsciiForm) {
  EXPECT_EQ(TargetOf("https://b\u00fccher.example/"), TargetOf("https://xn--bcher-kva.example"));
  EXPECT_NE(TargetOf("https://ex\u0430mple.org/"), TargetOf("https://example.org/"));
  EXPECT_EQ(TargetOf("https://a.example/caf\u00e9"), TargetOf("https://a.example/caf%c3%a9"));
}

TEST(AddressTest, WhatReachesNoOtherHostIsNoAddress) {
  for (const char* written : {"", "#part", "page.html", "../up", "/top/page?x=1", "mailto:ann@example.org", "tel:+1",
                              "C:\\Users", "note: this", "javascript:alert(1)"}) {
    EXPECT_EQ(TargetOf(written), "(none)") << written;
  }
}

TEST(AddressTest, WhatDoesNotParseHasNoHost) {
  for (const std::string& written : {std::string("https://"), std::string("https:///"), std::string("http://?x"),
                                     "https://a.example/" + std::string(kMaxAddressBytes, 'x')}) {
    const auto address = ParseAddress(written);
    ASSERT_TRUE(address.has_value()) << written.substr(0, 20);
    EXPECT_EQ(address->host, "") << written.substr(0, 20);
  }
}

TEST(AddressTest, PartsAreTakenApart) {
  const auto address = ParseAddress("https://u:p@a.example:8080/x/y?q=1&amp;r=2#top");
  ASSERT_TRUE(address.has_value());
  EXPECT_EQ(address->host, "u:p@a.example:8080");
  EXPECT_EQ(address->path, "/x/y");
  EXPECT_EQ(address->query, "?q=1&r=2");
  EXPECT_EQ(address->fragment, "top");
}

}  // namespace
}  // namespace usher::guard
