// Keys: made, kept as a salted hash, and verified so that every refusal looks like every other.
#include "server/auth/api_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "server/auth/crypto.h"
#include "tests/index/corpus_fixture.h"

namespace usher::auth {
namespace {

using testing::HasSubstr;
using testing::Not;

class ApiKeyTest : public corpus::CorpusFixture {
 protected:
  void SetUp() override {
    CorpusFixture::SetUp();
    ring_ = *KeyRing::Load(store(), &clock());
  }

  static NewKey Wish() {
    NewKey key;
    key.tenant = kTenant;
    key.principal = "user:ann";
    key.roles.Add(Role::kReader);
    return key;
  }

  MadeKey Make(const NewKey& wish) {
    auto made = MakeApiKey(wish, clock().Now());
    EXPECT_TRUE(made.ok()) << made.status();
    ring_->Put(made->record);
    return *std::move(made);
  }

  KeyRing& ring() { return *ring_; }

 private:
  std::unique_ptr<KeyRing> ring_;
};

TEST_F(ApiKeyTest, AKeyIsItsHolder) {
  NewKey wish = Wish();
  wish.roles.Add(Role::kOwner);
  wish.delegate = true;
  const auto holder = ring().Verify(Make(wish).secret);
  ASSERT_TRUE(holder.ok()) << holder.status();
  EXPECT_EQ(holder->tenant, kTenant);
  EXPECT_EQ(holder->principal, "user:ann");
  EXPECT_TRUE(holder->delegate);
  EXPECT_EQ(holder->roles.bits(), wish.roles.bits());
}

TEST_F(ApiKeyTest, AKeyDescendsFromEverybodyWhoHadAHandInIt) {
  const auto made_by = [&](const std::string& principal, const std::string& maker) {
    NewKey wish = Wish();
    wish.principal = principal;
    wish.maker = maker;
    return Make(wish).record.key_id;
  };
  const std::string root = made_by("user:root", "");
  const std::string ann = made_by("user:ann", root);
  const std::string bob = made_by("user:bob", root);
  const std::string puppet = made_by("user:puppet", ann);
  EXPECT_TRUE(ring().DescendsFrom(kTenant, puppet, "user:puppet"));
  EXPECT_TRUE(ring().DescendsFrom(kTenant, puppet, "user:ann"));
  EXPECT_TRUE(ring().DescendsFrom(kTenant, puppet, "user:root"));
  EXPECT_FALSE(ring().DescendsFrom(kTenant, puppet, "user:bob"));
  EXPECT_FALSE(ring().DescendsFrom(kTenant, bob, "user:ann"));
  EXPECT_FALSE(ring().DescendsFrom("other", puppet, "user:ann"));
}

TEST_F(ApiKeyTest, EveryRefusalIsTheSame) {
  const MadeKey good = Make(Wish());
  const MadeKey other = Make(Wish());
  const absl::Status unknown = ring().Verify("usher_0123456789abcdef_" + std::string(64, '0')).status();
  EXPECT_EQ(unknown.code(), absl::StatusCode::kUnauthenticated);

  const std::string id = good.record.key_id;
  const std::string others_secret = other.secret.substr(other.secret.rfind('_'));
  MadeKey revoked = Make(Wish());
  revoked.record.revoked = true;
  ring().Put(revoked.record);
  NewKey brief = Wish();
  brief.expire_time = clock().Now() + absl::Minutes(1);
  const MadeKey expired = Make(brief);
  clock().Advance(absl::Minutes(1));

  for (const std::string& credential :
       {std::string(), std::string("usher_"), id, std::string("usher_") + id + others_secret, good.secret + "0",
        good.secret.substr(0, good.secret.size() - 1), revoked.secret, expired.secret, std::string(1 << 16, 'a'),
        std::string("USHER_") + good.secret.substr(6), good.secret + '\0'}) {
    EXPECT_EQ(ring().Verify(credential).status(), unknown) << credential.substr(0, 100);
  }
  EXPECT_TRUE(ring().Verify(good.secret).ok());
}

TEST_F(ApiKeyTest, NoAlteredCharacterIsAccepted) {
  const MadeKey made = Make(Wish());
  const absl::Status refused = ring().Verify("").status();
  for (size_t i = 0; i < made.secret.size(); ++i) {
    for (const char c : {'0', '1', 'f', 'F', '_', '\0'}) {
      if (made.secret[i] == c) continue;
      std::string altered = made.secret;
      altered[i] = c;
      EXPECT_EQ(ring().Verify(altered).status(), refused) << "at " << i;
    }
  }
}

TEST_F(ApiKeyTest, AKeyHoldsUntilTheInstantItExpires) {
  NewKey brief = Wish();
  brief.expire_time = clock().Now() + absl::Minutes(1);
  const MadeKey made = Make(brief);
  clock().Advance(absl::Minutes(1) - absl::Nanoseconds(1));
  EXPECT_TRUE(ring().Verify(made.secret).ok());
  clock().Advance(absl::Nanoseconds(1));
  EXPECT_FALSE(ring().Verify(made.secret).ok());
}

TEST_F(ApiKeyTest, EqualSecretsWouldNotHaveEqualHashes) {
  const MadeKey one = Make(Wish());
  const MadeKey two = Make(Wish());
  const std::string secret = one.secret.substr(one.secret.rfind('_') + 1);
  EXPECT_NE(one.record.salt, two.record.salt);
  EXPECT_EQ(Sha256(one.record.salt + secret), one.record.secret_hash);
  EXPECT_NE(Sha256(two.record.salt + secret), one.record.secret_hash);
}

TEST_F(ApiKeyTest, NothingKeptHoldsTheSecret) {
  const MadeKey made = Make(Wish());
  const std::string secret = made.secret.substr(made.secret.rfind('_') + 1);
  ASSERT_EQ(secret.size(), 64u);
  for (const std::string& kept : {made.record.key_id, made.record.salt, made.record.secret_hash}) {
    EXPECT_THAT(kept, Not(HasSubstr(secret.substr(0, 16))));
  }
  std::string altered = made.secret;
  altered.back() = altered.back() == '0' ? '1' : '0';
  EXPECT_THAT(ring().Verify(altered).status().ToString(), Not(HasSubstr(secret.substr(0, 16))));
}

TEST_F(ApiKeyTest, KeysAndRevocationsAreThereAfterARestart) {
  const MadeKey kept = Make(Wish());
  MadeKey revoked = Make(Wish());
  revoked.record.revoked = true;
  ASSERT_TRUE(corpus().PutApiKey(kept.record).ok());
  ASSERT_TRUE(corpus().PutApiKey(revoked.record).ok());
  Restart();
  const auto ring = KeyRing::Load(store(), &clock());
  ASSERT_TRUE(ring.ok()) << ring.status();
  EXPECT_TRUE((*ring)->Verify(kept.secret).ok());
  EXPECT_FALSE((*ring)->Verify(revoked.secret).ok());
  EXPECT_EQ((*ring)->size(), 2u);
}

TEST_F(ApiKeyTest, TenantsDoNotSeeEachOthersKeys) {
  const MadeKey mine = Make(Wish());
  NewKey theirs = Wish();
  theirs.tenant = "other";
  const MadeKey foreign = Make(theirs);
  EXPECT_NE(ring().Find(kTenant, mine.record.key_id), nullptr);
  EXPECT_EQ(ring().Find(kTenant, foreign.record.key_id), nullptr);
  EXPECT_EQ(ring().List(kTenant, "", 10).size(), 1u);
}

TEST_F(ApiKeyTest, AListGoesOnWhereThePageEnded) {
  std::set<std::string> made;
  for (int i = 0; i < 5; ++i) made.insert(Make(Wish()).record.key_id);
  std::set<std::string> listed;
  std::string after;
  for (auto page = ring().List(kTenant, after, 2); !page.empty(); page = ring().List(kTenant, after, 2)) {
    EXPECT_LE(page.size(), 2u);
    for (const auto& record : page) EXPECT_TRUE(listed.insert(record->key_id).second);
    after = page.back()->key_id;
  }
  EXPECT_EQ(listed, made);
}

TEST_F(ApiKeyTest, KeysThatCouldNotBeMeantAreRefused) {
  const auto refuse = [&](const NewKey& wish) {
    EXPECT_EQ(MakeApiKey(wish, clock().Now()).status().code(), absl::StatusCode::kInvalidArgument);
  };
  NewKey wish = Wish();
  wish.roles = RoleSet();
  refuse(wish);
  wish = Wish();
  wish.principal = "group:eng";
  refuse(wish);
  wish = Wish();
  wish.tenant = "A tenant";
  refuse(wish);
  wish = Wish();
  wish.expire_time = clock().Now();
  refuse(wish);
  for (const char* group :
       {"group:eng", "user:ann", "group:", "group:OKTA/eng", "group:/eng", "everyone", "group:okta/a b"}) {
    wish = Wish();
    wish.groups = {group};
    refuse(wish);
  }
  wish = Wish();
  for (size_t i = 0; i <= kMaxClaimedGroups; ++i) wish.groups.push_back("group:okta/" + std::to_string(i));
  refuse(wish);
  wish.groups.pop_back();
  EXPECT_TRUE(MakeApiKey(wish, clock().Now()).ok());
}

TEST_F(ApiKeyTest, OnlyAValidKeyOfTheSameTenantCountsAsAnotherAdministrator) {
  NewKey wish = Wish();
  wish.roles = RoleSet();
  wish.roles.Add(Role::kAdministrator);
  const MadeKey first = Make(wish);
  const auto other = [&] { return ring().HasOtherAdministrator(kTenant, first.record.key_id); };
  EXPECT_FALSE(other());
  NewKey elsewhere = wish;
  elsewhere.tenant = "other";
  Make(elsewhere);
  Make(Wish());
  EXPECT_FALSE(other()) << "neither another tenant's administrator nor this tenant's reader";
  NewKey brief = wish;
  brief.expire_time = clock().Now() + absl::Minutes(1);
  Make(brief);
  EXPECT_TRUE(other());
  clock().Advance(absl::Minutes(1));
  EXPECT_FALSE(other());
  MadeKey revoked = Make(wish);
  EXPECT_TRUE(other());
  revoked.record.revoked = true;
  ring().Put(revoked.record);
  EXPECT_FALSE(other());
}

}  // namespace
}  // namespace usher::auth
