// Grant, search, revoke, search, by many threads at once and by every means of granting: what a returned token stands
// for holds in every answer that follows.
//
// USHER_REVOKE_ROUNDS sets how many rounds are made, all threads together; put TMPDIR on a memory file system for many.
// The same file is built once more without the checks of freshness (revoke_race_unprotected_test), and must fail.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "tests/server/pipeline_fixture.h"

namespace usher::pipeline {
namespace {

constexpr size_t kThreads = 16;

uint64_t Rounds() {
  const char* text = std::getenv("USHER_REVOKE_ROUNDS");
  uint64_t rounds = 1'600;
  if (text != nullptr && !absl::SimpleAtoi(text, &rounds)) ADD_FAILURE() << "not a number of rounds: " << text;
  return rounds;
}

class RevokeRace : public PipelineFixture {
 protected:
  enum class Means { kMembership, kNestedMembership, kDocument, kFolder, kChunk, kClearance, kDeny, kLabel };
  static constexpr size_t kMeans = 8;

  static std::string User(size_t t) { return absl::StrCat("user:", t); }
  static std::string Folder(size_t t) { return absl::StrCat("f", t); }
  static std::string DocumentId(size_t t) { return absl::StrCat(Folder(t), "/secret"); }
  static std::string Group(size_t t) { return absl::StrCat("group:g", t); }

  void SetUp() override {
    PipelineFixture::SetUp();
    CreateText("docs", {});
    Put("docs", "base", "base text", Allow({"everyone"}));
    for (size_t t = 0; t < kThreads; ++t) {
      Put("docs", DocumentId(t), "secret text", Rules(static_cast<Means>(t % kMeans), t, false));
      As(User(t));  // makes the key before the threads start
    }
  }

  // The document's rules before anything is granted, or as the means itself grants.
  static acl::Policy Rules(Means means, size_t t, bool granted) {
    const std::string user = User(t);
    acl::PolicyDraft draft;
    switch (means) {
      case Means::kMembership:
      case Means::kNestedMembership:
        draft.rules = {{acl::Effect::kAllow, {Group(t)}}};
        break;
      case Means::kDocument:
        draft.rules = {{acl::Effect::kAllow, {granted ? user : "user:nobody"}}};
        break;
      case Means::kFolder:
        break;  // inherits
      case Means::kChunk:
        draft.rules = {{acl::Effect::kAllow, {"user:nobody"}}};
        break;
      case Means::kClearance:
        draft.rules = {{acl::Effect::kAllow, {user}}};
        draft.label.level = 2;
        break;
      case Means::kDeny:
        draft.rules = {{acl::Effect::kAllow, {user}}, {acl::Effect::kDeny, {granted ? "user:nobody" : user}}};
        break;
      case Means::kLabel:
        draft.rules = {{acl::Effect::kAllow, {user}}};
        if (!granted) draft.label.compartments = {"closed"};
        break;
    }
    return *acl::CanonicalPolicy(draft);
  }

  // Grants or revokes; the revision of the write.
  absl::StatusOr<acl::Revision> Set(Means means, size_t t, bool granted) {
    corpus::NodeName node{"docs", DocumentId(t)};
    acl::Policy policy = Rules(means, t, granted);
    switch (means) {
      case Means::kMembership:
        return Members({{Group(t), User(t)}}, granted);
      case Means::kNestedMembership:
        // The user stays in the inner group; what is nested in what changes.
        return Members({{Group(t), absl::StrCat("group:inner", t)}}, granted);
      case Means::kFolder:
        node = {"docs", "", Folder(t)};
        policy = Allow({granted ? User(t) : "user:nobody"});
        break;
      case Means::kChunk:
        node.chunk = 0;
        policy = granted ? Allow({User(t)}) : acl::Policy();
        break;
      case Means::kClearance: {
        storage::ClearanceRecord record;
        record.principal = User(t);
        record.clearance.level = granted ? 2 : 1;
        const auto written = corpus().SetClearances(Context(), {record}, "");
        if (!written.ok()) return written.status();
        return written->revision;
      }
      default:
        break;
    }
    const auto written = corpus().SetPolicies(Context(), {{node, policy, std::nullopt}}, "");
    if (!written.ok()) return written.status();
    return written->write.revision;
  }

  absl::StatusOr<acl::Revision> Members(const std::vector<storage::MembershipRecord>& members, bool add) {
    const auto written =
        add ? corpus().UpdateMembers(Context(), members, {}, "") : corpus().UpdateMembers(Context(), {}, members, "");
    if (!written.ok()) return written.status();
    return written->revision;
  }

  // Whether a search with the token finds the thread's document. Nothing else of others may be in the answer.
  bool Finds(const CallControl& call, size_t t, acl::Revision at_least) {
    SearchQuestion question = Question("secret text", 20);
    question.at_least = at_least;
    absl::StatusOr<Answer> answer = queries().Search(call, question);
    while (absl::IsAborted(answer.status())) answer = queries().Search(call, question);
    EXPECT_TRUE(answer.ok()) << answer.status();
    bool found = false;
    for (const std::string& document : DocumentsOf(answer)) {
      found = found || document == DocumentId(t);
      EXPECT_TRUE(document == "base" || document == DocumentId(t)) << document << " was shown to " << User(t);
    }
    return found;
  }

  void Run(size_t t, uint64_t rounds, const CallControl& call) {
    const Means means = static_cast<Means>(t % kMeans);
    for (uint64_t round = 0; round < rounds; ++round) {
      const auto granted = Set(means, t, true);
      if (!granted.ok()) ADD_FAILURE() << granted.status();
      if (!granted.ok()) return;
      if (!Finds(call, t, *granted)) ++missing_;
      const auto revoked = Set(means, t, false);
      if (!revoked.ok()) ADD_FAILURE() << revoked.status();
      if (!revoked.ok()) return;
      if (Finds(call, t, *revoked)) ++stale_;
      ++rounds_;
    }
  }

  std::atomic<uint64_t> rounds_ = 0;
  std::atomic<uint64_t> missing_ = 0;
  std::atomic<uint64_t> stale_ = 0;
};

TEST_F(RevokeRace, WhatAWriteReturnedHoldsInEveryLaterAnswer) {
  std::vector<CallControl> calls;
  for (size_t t = 0; t < kThreads; ++t) {
    calls.push_back(As(User(t)));
    ASSERT_TRUE(Members({{absl::StrCat("group:inner", t), User(t)}}, true).ok());
  }
  std::vector<std::thread> threads;
  for (size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([this, t, &calls] { Run(t, Rounds() / kThreads, calls[t]); });
  }
  for (std::thread& thread : threads) thread.join();
  std::cout << rounds_ << " rounds, " << stale_ << " stale, " << missing_ << " missing" << std::endl;
  EXPECT_EQ(rounds_, Rounds() / kThreads * kThreads);
  EXPECT_EQ(stale_, 0u) << "answers showed what had been revoked";
  EXPECT_EQ(missing_, 0u) << "answers lacked what had been granted";
  EXPECT_EQ(queries().verify_defects(), 0u);
}

}  // namespace
}  // namespace usher::pipeline
