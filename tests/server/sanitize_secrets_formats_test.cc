// Every format of the table: members are found with exactly their span wherever they stand, near misses are not.
#include <gtest/gtest.h>
#include <re2/re2.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "server/sanitize/secrets/secret_detector.h"
#include "server/sanitize/secrets/secret_formats.h"
#include "tests/server/sanitize_secrets_grammar.h"

namespace usher::sanitize {
namespace {

struct Surrounding {
  std::string before;
  std::string after;
};

const std::vector<Surrounding>& Surroundings() {
  static const std::vector<Surrounding> kAll = {
      {"Please use ", " until Friday, then tell me."},                    // prose
      {"{\n  \"note\": \"", "\",\n  \"port\": 8080\n}"},                  // JSON
      {"service:\n  setting: ", "\n  replicas: 2\n"},                     // YAML
      {"PORT=8080\nSETTING=", "\nHOST=localhost\n"},                      // .env
      {"set -e\nrun_it --with ", " && echo done\n"},                      // shell
      {"client = connect(\"", "\", retries=3)\n"},                        // Python
      {"GET https://host.example/callback?value=", "\n"},                 // URL
      {"2026-01-02T03:04:05Z INFO [worker-3] ", " level=3 took=12ms\n"},  // log line
      {"@@ -1,2 +1,2 @@\n-old line\n+  ", "\n unchanged\n"},              // diff
      {"# Setup\n\n* `", "`\n* and so on\n"},                             // Markdown
  };
  return kAll;
}

class SecretFormats : public testing::TestWithParam<SecretFormat> {
 protected:
  static const SecretDetector& Detector() {
    static const SecretDetector* const kDetector = new SecretDetector();
    return *kDetector;
  }

  static std::vector<Secret> FindIn(const Surrounding& around, const std::string& text) {
    return Detector().Find(around.before + text + around.after);
  }

  static bool HasType(const std::vector<Secret>& found, std::string_view type) {
    return std::any_of(found.begin(), found.end(), [type](const Secret& secret) { return secret.type == type; });
  }

  std::mt19937 random_{20261123};
};

TEST_P(SecretFormats, MembersAreFoundWithTheirExactSpanInAllSurroundings) {
  for (const Surrounding& around : Surroundings()) {
    for (int repeat = 0; repeat < 5; ++repeat) {
      Member member = DrawMember(GetParam(), random_, Size::kAny);
      Complete(GetParam(), random_, member);
      const Span expected{around.before.size() + member.secret.begin, around.before.size() + member.secret.end};
      const std::vector<Secret> found = FindIn(around, member.text);
      const bool exact = std::any_of(found.begin(), found.end(), [&](const Secret& secret) {
        return secret.span == expected && secret.type == GetParam().type;
      });
      EXPECT_TRUE(exact) << around.before << member.text << around.after << "\nfound " << found.size() << " first "
                         << (found.empty() ? "" : found[0].type);
    }
  }
}

TEST_P(SecretFormats, OneCharacterLessIsNotFoundAsThisFormat) {
  Member member = DrawMember(GetParam(), random_, Size::kShortest);
  Complete(GetParam(), random_, member);
  if (GetParam().check == Check::kPassword) {
    member.text.replace(member.secret.begin, member.secret.size(), "abc");  // shorter than any password
  } else if (GetParam().check == Check::kJwt) {
    member.text.resize(member.text.rfind('.'));  // no signature
  } else if (GetParam().check == Check::kBasicAuth) {
    member.text.replace(member.secret.begin, member.secret.size(), "ZGVwbG95Og");  // no password
  } else if (GetParam().check == Check::kBase64Json) {
    member.text.erase(member.secret.begin + 40, member.secret.size() - 40);
  } else {
    member.text.erase(member.last_drawn, 1);
  }
  for (const Surrounding& around : Surroundings()) {
    EXPECT_FALSE(HasType(FindIn(around, member.text), GetParam().type)) << around.before << member.text;
  }
}

TEST_P(SecretFormats, AForeignCharacterIsNotFoundAsThisFormat) {
  Member member = DrawMember(GetParam(), random_, Size::kShortest);
  if (GetParam().check == Check::kPassword) {
    member.text.replace(member.secret.begin, member.secret.size(), "${PASSWORD}");
  } else {
    member.text[member.last_drawn] = '}';
  }
  for (const Surrounding& around : Surroundings()) {
    EXPECT_FALSE(HasType(FindIn(around, member.text), GetParam().type)) << around.before << member.text;
  }
}

TEST_P(SecretFormats, AWrongChecksumOrEncodingIsNotFoundAsThisFormat) {
  const Check check = GetParam().check;
  const bool by_looks = check == Check::kNone || check == Check::kRandom || check == Check::kPassword;
  for (const Surrounding& around : Surroundings()) {
    Member member = DrawMember(GetParam(), random_, Size::kAny);
    if (by_looks) {
      // Nothing to compute: what documentation writes in place of a secret must not pass.
      std::fill(member.text.begin() + static_cast<long>(member.secret.begin),
                member.text.begin() + static_cast<long>(member.secret.end), 'x');
    }
    const std::vector<Secret> found = FindIn(around, member.text);
    EXPECT_FALSE(HasType(found, GetParam().type)) << around.before << member.text;
    EXPECT_EQ(check == Check::kCrc32Base62 || check == Check::kBech32, HasType(found, "unverified_token"))
        << member.text;
  }
}

std::vector<SecretFormat> All() {
  std::vector<SecretFormat> all(TokenFormats().begin(), TokenFormats().end());
  all.insert(all.end(), ContextFormats().begin(), ContextFormats().end());
  return all;
}

INSTANTIATE_TEST_SUITE_P(Table, SecretFormats, testing::ValuesIn(All()),
                         [](const auto& format) { return std::string(format.param.type); });

TEST(SecretFormatTable, EveryFormatHasItsOwnTypeASourceAndAPatternThatCompiles) {
  std::set<std::string_view> types;
  for (const SecretFormat& format : All()) {
    EXPECT_TRUE(types.insert(format.type).second) << format.type;
    EXPECT_NE(std::string_view::npos, format.source.find('.')) << format.type;
    EXPECT_TRUE(re2::RE2(re2::StringPiece(format.pattern.data(), format.pattern.size())).ok()) << format.type;
  }
  for (const KeyedFormat& format : KeyedFormats()) {
    EXPECT_TRUE(re2::RE2(re2::StringPiece(format.pattern.data(), format.pattern.size())).ok()) << format.type;
  }
  EXPECT_GE(types.size(), 60u);
}

TEST(SecretFormatTable, KeyedFormatsAreNamedByTheirService) {
  std::mt19937 random(7);
  const SecretDetector detector;
  for (const KeyedFormat& format : KeyedFormats()) {
    const SecretFormat pattern{format.type, "", format.pattern, Check::kRandom, format.source};
    const Member member = DrawMember(pattern, random, Size::kAny);
    const std::string before = std::string(format.key) + "_secret = \"";
    const std::vector<Secret> found = detector.Find(before + member.text + "\"\n");
    ASSERT_EQ(1u, found.size()) << before << member.text;
    EXPECT_EQ((Span{before.size(), before.size() + member.text.size()}), found[0].span);
    EXPECT_EQ(format.type, found[0].type) << before << member.text;
  }
}

}  // namespace
}  // namespace usher::sanitize
