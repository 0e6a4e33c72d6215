// What a preview tells of random changes in small random worlds comes true when they are made.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/index/corpus_fixture.h"

namespace usher::corpus {
namespace {

using acl::Effect;
using acl::Inheritance;

// A small world in which every principal but user:stranger is a member of something.
class PreviewAgainstTheChangeTest : public CorpusFixture, public testing::WithParamInterface<uint32_t> {
 protected:
  using Readable = std::map<std::string, std::map<std::string, int>>;  // principal -> document -> bits of its chunks

  uint32_t Pick(uint32_t below) { return std::uniform_int_distribution<uint32_t>(0, below - 1)(random_); }
  const std::string& Pick(const std::vector<std::string>& from) {
    return from[Pick(static_cast<uint32_t>(from.size()))];
  }

  std::string Subject() {
    const uint32_t kind = Pick(6);
    if (kind == 0) return "everyone";
    return kind < 4 ? Pick(kGroups) : Pick(kUsers);
  }

  acl::Policy RandomPolicy() {
    acl::PolicyDraft draft;
    draft.inheritance = static_cast<Inheritance>(Pick(3));
    if (Pick(6) == 0) return {};
    if (draft.inheritance != Inheritance::kInherit) draft.rules.push_back({Effect::kAllow, {Subject(), Subject()}});
    if (Pick(3) == 0) draft.rules.push_back({Effect::kDeny, {Subject()}});
    if (Pick(5) == 0) draft.label.level = 1 + Pick(2);
    if (Pick(6) == 0) draft.label.compartments = {"ops"};
    if (Pick(8) == 0) draft.label.purposes = {"audit"};
    if (Pick(6) == 0) draft.ceiling = {Subject(), Subject()};
    return *acl::CanonicalPolicy(std::move(draft));
  }

  NodeName RandomNode() {
    const std::string collection = Pick(2) == 0 ? "docs" : "docs-b";
    const uint32_t kind = Pick(8);
    if (kind == 0) return {collection};
    if (kind < 4) return {collection, "", Pick(kFolders)};
    NodeName node{collection, Pick(kDocuments)};
    if (kind > 5) node.chunk = Pick(2);
    return node;
  }

  ProposedChanges RandomChanges() {
    ProposedChanges changes;
    const auto membership = [this] {
      return storage::MembershipRecord{Pick(kGroups), Pick(Pick(3) ? kUsers : kGroups)};
    };
    const uint32_t kind = Pick(4);  // alone, or everything together
    for (uint32_t i = Pick(3); i > 0 && (kind == 0 || kind == 3); --i) changes.add.push_back(membership());
    for (uint32_t i = Pick(3); i > 0 && (kind == 0 || kind == 3); --i) changes.remove.push_back(membership());
    for (uint32_t i = Pick(5); i > 0 && (kind == 1 || kind == 3); --i) {
      changes.policies.push_back({RandomNode(), RandomPolicy(), std::nullopt});
    }
    for (uint32_t i = Pick(2); i > 0 && (kind == 2 || kind == 3); --i) {
      std::vector<std::string> compartments;
      if (Pick(2) == 0) compartments.push_back("ops");
      changes.clearances.push_back({Pick(kUsers), {Pick(4), std::move(compartments)}, {}});
    }
    return changes;
  }

  void Populate() {
    for (const std::string name : {"docs", "docs-b"}) {
      Create(name, RandomPolicy());
      std::vector<PreparedDocument> documents;
      for (const std::string& id : kDocuments) documents.push_back(Document(id, RandomPolicy()));
      Upsert(name, std::move(documents));
    }
    std::vector<storage::MembershipRecord> members = {{"group:all", "group:0"}, {"group:all", "group:1"}};
    for (const std::string& user : kUsers) members.push_back({"group:known", user});
    AddMembers(members);
    Make(RandomChanges());
  }

  void Make(const ProposedChanges& changes) {
    ASSERT_TRUE(corpus().UpdateMembers(Context(), changes.add, changes.remove, "").ok());
    ASSERT_TRUE(corpus().SetClearances(Context(), changes.clearances, "").ok());
    // One after the other, since the last update of a node holds.
    for (const PolicyUpdate& update : changes.policies) SetPolicy(update.node, update.policy);
  }

  Readable ReadableNow(const std::string& purpose) {
    std::vector<std::string> askers = kUsers;
    askers.push_back("user:stranger");
    std::vector<AccessQuestion> questions;
    for (const std::string& user : askers) {
      for (const std::string name : {"docs", "docs-b"}) {
        for (const std::string& id : kDocuments) {
          for (uint32_t chunk : {0u, 1u}) questions.push_back({{user, {}, purpose}, {name, id, "", chunk}});
        }
      }
    }
    const auto checked = corpus().Check(kTenant, questions);
    EXPECT_TRUE(checked.ok()) << checked.status();
    Readable readable;
    for (size_t i = 0; i < questions.size(); ++i) {
      const auto& [asker, node] = questions[i];
      int& chunks = readable[asker.principal][FormatDocumentName(node.collection, node.document)];
      if (checked->allowed[i]) chunks |= 1 << *node.chunk;
    }
    return readable;
  }

  static std::vector<AccessDifference> Subtract(const Readable& before, const Readable& after) {
    std::vector<AccessDifference> differences;
    for (const auto& [principal, documents] : before) {
      AccessDifference difference{principal, 0, 0, {}, {}};
      for (const auto& [name, chunks] : documents) {
        const int then = after.at(principal).at(name);
        const auto gained = static_cast<uint64_t>(std::popcount(static_cast<unsigned>(then & ~chunks)));
        const auto lost = static_cast<uint64_t>(std::popcount(static_cast<unsigned>(chunks & ~then)));
        difference.gained_chunks += gained;
        difference.lost_chunks += lost;
        if (gained > 0) difference.gained_documents.push_back(name);
        if (lost > 0) difference.lost_documents.push_back(name);
      }
      if (difference.gained_chunks + difference.lost_chunks > 0) differences.push_back(difference);
    }
    return differences;
  }

  static std::string Print(const AccessDifference& difference) {
    std::string text = difference.principal + " +" + std::to_string(difference.gained_chunks) + " -" +
                       std::to_string(difference.lost_chunks);
    for (const std::string& name : difference.gained_documents) text += " +" + name;
    for (const std::string& name : difference.lost_documents) text += " -" + name;
    return text;
  }

  // Names of the chunks that a search returns, best first.
  std::vector<std::string> Answer(const RecordedQuery& query, const std::string& purpose) {
    const auto view = corpus().Resolve(kTenant, query.collection, {query.principal, {}, purpose});
    if (!view.ok()) return {};
    const auto found = view->snapshot->Search(
        {query.vector, query.k, index::SearchMode::kExact, absl::InfiniteFuture(), {}}, *view->entitlement);
    EXPECT_TRUE(found.ok()) << found.status();
    std::vector<std::string> names;
    for (const index::Candidate& candidate : found->candidates) {
      const auto chunks = store().GetChunks(view->collection_id, {{candidate.key.version, candidate.key.number}});
      names.push_back(FormatChunkName(query.collection, chunks->front()->document_id, candidate.key.number));
    }
    return names;
  }

  static std::vector<std::string> Missing(const std::vector<std::string>& some,
                                          const std::vector<std::string>& others) {
    std::vector<std::string> missing;
    for (const std::string& name : some) {
      if (std::find(others.begin(), others.end(), name) == others.end()) missing.push_back(name);
    }
    return missing;
  }

  const std::vector<std::string> kUsers = {"service:s", "user:0", "user:1", "user:2", "user:3", "user:4"};
  const std::vector<std::string> kGroups = {"group:0", "group:1", "group:2", "group:all"};
  const std::vector<std::string> kFolders = {"x", "x/y", "x/y/z", "w", "empty"};
  const std::vector<std::string> kDocuments = {"top", "x/a", "x/b", "x/y/c", "x/y/d", "x/y/z/e", "w/f", "x!/g"};
  std::mt19937 random_{GetParam()};
};

TEST_P(PreviewAgainstTheChangeTest, EveryDifferenceComesTrueAndNoOther) {
  Populate();
  for (int round = 0; round < 25; ++round) {
    const std::string purpose = Pick(2) == 0 ? "audit" : "";
    const ProposedChanges changes = RandomChanges();
    PreviewLimits limits;
    limits.max_names = 100;
    const auto preview = corpus().Preview(kTenant, changes, purpose, limits);
    ASSERT_TRUE(preview.ok()) << preview.status();
    const Readable before = ReadableNow(purpose);
    Make(changes);
    std::vector<std::string> expected;
    for (const AccessDifference& difference : Subtract(before, ReadableNow(purpose))) {
      expected.push_back(Print(difference));
    }
    std::vector<std::string> told;
    for (const AccessDifference& difference : preview->differences) told.push_back(Print(difference));
    EXPECT_EQ(preview->principal_count, told.size());
    if (preview->everyone_else) {
      AccessDifference stranger = *preview->everyone_else;
      stranger.principal = "user:stranger";
      told.push_back(Print(stranger));
    }
    ASSERT_EQ(told, expected) << "round " << round;
  }
}

TEST_P(PreviewAgainstTheChangeTest, QueriesReturnWhatWasPreviewed) {
  Populate();
  for (int round = 0; round < 25; ++round) {
    const std::string purpose = Pick(2) == 0 ? "audit" : "";
    const ProposedChanges changes = RandomChanges();
    std::vector<RecordedQuery> queries;
    for (const std::string& user : kUsers) {
      const float angle = static_cast<float>(Pick(600)) / 100;
      queries.push_back({user,
                         Pick(2) == 0 ? "docs" : "docs-b",
                         {std::cos(angle), std::sin(angle), 0, 0},
                         static_cast<int>(1 + Pick(8))});
    }
    const auto previewed = corpus().PreviewQueries(kTenant, changes, purpose, queries, absl::InfiniteFuture());
    ASSERT_TRUE(previewed.ok()) << previewed.status();
    std::vector<std::vector<std::string>> before;
    for (const RecordedQuery& query : queries) before.push_back(Answer(query, purpose));
    Make(changes);
    for (size_t i = 0; i < queries.size(); ++i) {
      const std::vector<std::string> after = Answer(queries[i], purpose);
      ASSERT_EQ((*previewed)[i].appearing, Missing(after, before[i])) << "round " << round << ", query " << i;
      ASSERT_EQ((*previewed)[i].disappearing, Missing(before[i], after)) << "round " << round << ", query " << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Worlds, PreviewAgainstTheChangeTest, testing::Range(0u, 8u));

}  // namespace
}  // namespace usher::corpus
