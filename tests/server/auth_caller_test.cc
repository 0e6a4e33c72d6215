// Who a call is made by and for: the credential alone decides, and acting for somebody else only ever narrows.
#include "server/auth/caller.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/index/corpus_fixture.h"

namespace usher::auth {
namespace {

using testing::HasSubstr;
using testing::Not;

class CallerTest : public corpus::CorpusFixture {
 protected:
  void SetUp() override {
    CorpusFixture::SetUp();
    ring_ = *KeyRing::Load(store(), &clock());
  }

  std::string Key(const std::string& principal, std::initializer_list<Role> roles, bool delegate) {
    NewKey key;
    key.tenant = kTenant;
    key.principal = principal;
    key.delegate = delegate;
    for (const Role role : roles) key.roles.Add(role);
    return KeyFor(key);
  }

  std::string KeyFor(const NewKey& key) {
    const auto made = MakeApiKey(key, clock().Now());
    EXPECT_TRUE(made.ok()) << made.status();
    ring_->Put(made->record);
    return made->secret;
  }

  absl::StatusOr<Caller> Call(const std::vector<std::string>& authorization,
                              const std::vector<std::string>& principal = {}) {
    return Authenticate(*ring_, {authorization, principal});
  }

 private:
  std::unique_ptr<KeyRing> ring_;
};

TEST_F(CallerTest, TheHolderActsForItself) {
  const auto caller = Call({"Bearer " + Key("user:ann", {Role::kReader, Role::kOwner}, false)});
  ASSERT_TRUE(caller.ok()) << caller.status();
  EXPECT_EQ(caller->principal(), "user:ann");
  EXPECT_EQ(caller->actor(), "user:ann");
  EXPECT_EQ(caller->tenant(), kTenant);
  EXPECT_TRUE(caller->roles().Has(Role::kOwner));
}

TEST_F(CallerTest, GroupsOfACredentialVouchForItsHolderOnly) {
  NewKey wish;
  wish.tenant = kTenant;
  wish.principal = "service:app";
  wish.delegate = true;
  wish.roles.Add(Role::kReader);
  wish.groups = {"group:okta/ops", "group:okta/eng", "group:okta/ops"};
  const std::string key = "Bearer " + KeyFor(wish);
  EXPECT_THAT(Call({key})->claimed_groups(), testing::ElementsAre("group:okta/eng", "group:okta/ops"));
  EXPECT_THAT(Call({key}, {"user:ann"})->claimed_groups(), testing::IsEmpty());
}

TEST_F(CallerTest, ExactlyOneCredentialIsNeeded) {
  const std::string key = Key("user:ann", {Role::kReader}, false);
  EXPECT_EQ(Call({}).status().code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(Call({"Bearer " + key, "Bearer " + key}).status().code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(Call({key}).status().code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(Call({"Basic " + key}).status().code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(Call({"Bearer  " + key}).status().code(), absl::StatusCode::kUnauthenticated);
  EXPECT_TRUE(Call({"bearer " + key}).ok()) << "the scheme's case does not matter";
}

TEST_F(CallerTest, APrincipalIsAssertedOnlyWithTheScope) {
  const auto denied = Call({"Bearer " + Key("service:app", {Role::kReader}, false)}, {"user:ann"});
  EXPECT_EQ(denied.status().code(), absl::StatusCode::kPermissionDenied);
  const auto itself = Call({"Bearer " + Key("service:app", {Role::kReader}, false)}, {"service:app"});
  EXPECT_EQ(itself.status().code(), absl::StatusCode::kPermissionDenied);
  const auto caller = Call({"Bearer " + Key("service:app", {Role::kReader}, true)}, {"user:ann"});
  ASSERT_TRUE(caller.ok()) << caller.status();
  EXPECT_EQ(caller->principal(), "user:ann");
  EXPECT_EQ(caller->actor(), "service:app");
}

TEST_F(CallerTest, WhoActsForAnotherOnlyReads) {
  const std::string key =
      Key("service:app", {Role::kReader, Role::kOwner, Role::kAdministrator, Role::kAuditor, Role::kOperator}, true);
  const auto caller = Call({"Bearer " + key}, {"user:ann"});
  ASSERT_TRUE(caller.ok()) << caller.status();
  for (const MethodAccess& access : MethodTable()) {
    const bool may = Authorize(*caller, access.method).ok();
    EXPECT_EQ(may, access.any_of.Has(Role::kReader)) << access.method;
  }
  const auto powerless = Call({"Bearer " + Key("service:w", {Role::kOwner}, true)}, {"user:ann"});
  ASSERT_TRUE(powerless.ok()) << powerless.status();
  EXPECT_FALSE(Authorize(*powerless, "usher.v1.RetrievalService/Search").ok()) << "acting adds no role";
}

TEST_F(CallerTest, AnUnclearPrincipalIsRefused) {
  const std::string key = Key("service:app", {Role::kReader}, true);
  EXPECT_EQ(Call({"Bearer " + key}, {"user:ann", "user:bob"}).status().code(), absl::StatusCode::kInvalidArgument);
  for (const char* name : {"", "ann", "group:eng", "everyone", "user:", "user:a b", "user:a\u200B", "user:\xFF"}) {
    EXPECT_EQ(Call({"Bearer " + key}, {name}).status().code(), absl::StatusCode::kInvalidArgument) << name;
  }
}

TEST_F(CallerTest, AMethodNobodyListedIsAllowedToNobody) {
  const auto caller = Call(
      {"Bearer " +
       Key("user:root", {Role::kReader, Role::kOwner, Role::kAdministrator, Role::kAuditor, Role::kOperator}, false)});
  ASSERT_TRUE(caller.ok()) << caller.status();
  for (const char* method : {"", "usher.v1.RetrievalService/", "usher.v1.RetrievalService/search", "Search",
                             "/usher.v1.RetrievalService/Search"}) {
    EXPECT_EQ(Authorize(*caller, method).code(), absl::StatusCode::kPermissionDenied) << method;
  }
}

TEST_F(CallerTest, ADenialNamesTheRolesThatWouldDo) {
  const auto caller = Call({"Bearer " + Key("user:ann", {Role::kReader}, false)});
  ASSERT_TRUE(caller.ok()) << caller.status();
  const absl::Status denied = Authorize(*caller, "usher.v1.CorpusService/UpsertDocuments");
  EXPECT_EQ(denied.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(std::string(denied.message()), HasSubstr("owner or administrator"));
}

TEST_F(CallerTest, NoMessageRepeatsWhatWasSentAsCredential) {
  const std::string key = Key("user:ann", {Role::kReader}, false);
  const std::string secret = key.substr(key.rfind('_') + 1);
  const std::string altered = key.substr(0, key.size() - 1) + (key.back() == '0' ? '1' : '0');
  for (const std::vector<std::string>& sent : std::vector<std::vector<std::string>>{
           {"Bearer " + altered}, {key}, {"Basic " + key}, {"Bearer " + key, "Bearer " + key}, {"Bearer x" + key}}) {
    const absl::Status status = Call(sent).status();
    ASSERT_FALSE(status.ok());
    EXPECT_THAT(status.ToString(), Not(HasSubstr(secret.substr(0, 12))));
  }
  EXPECT_THAT(Call({"Bearer " + key}, {"user:bob"}).status().ToString(), Not(HasSubstr(secret.substr(0, 12))));
}

}  // namespace
}  // namespace usher::auth
