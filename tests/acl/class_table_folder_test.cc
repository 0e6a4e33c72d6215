// What folders, labels, ceilings, break-glass rules and chunk policies make of classes, one story a test.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "acl/class_table.h"
#include "acl/group_graph.h"

namespace usher::acl {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

const absl::Time kNoon = absl::FromUnixSeconds(1'700'000'000);
const absl::Time kLater = kNoon + absl::Nanoseconds(1) / 4;  // the shortest while there is

Policy Made(std::vector<Rule> rules, std::optional<Inheritance> inheritance = std::nullopt) {
  return *CanonicalPolicy(inheritance, std::move(rules));
}
Policy For(std::vector<std::string> subjects) {
  return Made({{.effect = Effect::kAllow, .subjects = std::move(subjects)}});
}
Policy NotFor(std::vector<std::string> subjects) {
  return Made({{.effect = Effect::kDeny, .subjects = std::move(subjects)}});
}
Policy Glass(std::vector<std::string> subjects, absl::Time not_before = absl::InfinitePast(),
             absl::Time expire_time = absl::InfiniteFuture()) {
  return Made({{.effect = Effect::kBreakGlass,
                .subjects = std::move(subjects),
                .not_before = not_before,
                .expire_time = expire_time}},
              Inheritance::kInherit);
}
Policy Labelled(uint32_t level) {
  Policy policy;
  policy.label.level = level;
  return policy;
}
Policy Ceiling(std::vector<std::string> subjects) {
  Policy policy;
  policy.ceiling = std::move(subjects);
  return policy;
}

class ClassTableFolderTest : public testing::Test {
 protected:
  ClassId Put(std::string_view folder, const Policy& document = Policy()) {
    return table_.Intern(folder, document, nullptr);
  }
  std::vector<ClassId> Resolve(std::string principal, uint32_t level = 0, absl::Time now = kNoon) const {
    Rights rights{groups_.Closure(principal), {level, {}}, ""};
    return table_.Resolve(rights, now).classes();
  }

  SubjectTable names_;
  GroupGraph groups_{&names_};
  ClassTable table_{&names_, For({"everyone"})};
};

TEST_F(ClassTableFolderTest, DocumentsOfDifferentFoldersAreDifferentClasses) {
  const ClassId a = Put("a");
  EXPECT_NE(Put("a/b"), a);
  EXPECT_NE(Put(""), a);
  EXPECT_NE(Put("ab"), Put("a/b"));
  EXPECT_NE(Put("a//b"), Put("a/b"));
  EXPECT_EQ(Put("a"), a);
  EXPECT_EQ(table_.class_count(), 5u);
}

TEST_F(ClassTableFolderTest, FolderPolicyHoldsForEverythingBelowAndNothingBeside) {
  const ClassId top = Put("hr");
  const ClassId below = Put("hr/pay/2026");
  const ClassId beside = Put("hr2");
  table_.SetFolderPolicy("hr", For({"user:boss"}));
  EXPECT_THAT(Resolve("user:boss"), ElementsAre(top, below, beside));
  EXPECT_THAT(Resolve("user:a"), ElementsAre(beside));
}

TEST_F(ClassTableFolderTest, FolderPolicyMayComeBeforeTheFirstDocument) {
  table_.SetFolderPolicy("hr/pay", For({"user:boss"}));
  const ClassId id = Put("hr/pay");
  EXPECT_THAT(Resolve("user:boss"), ElementsAre(id));
  EXPECT_THAT(Resolve("user:a"), IsEmpty());
}

TEST_F(ClassTableFolderTest, TakingAPolicyAwayGivesTheFolderBackToTheOneAbove) {
  const ClassId top = Put("hr");
  const ClassId pay = Put("hr/pay");
  const ClassId own = Put("hr/pay", For({"user:c"}));
  table_.SetFolderPolicy("hr", For({"user:boss"}));
  table_.SetFolderPolicy("hr/pay", For({"user:clerk"}));
  EXPECT_THAT(Resolve("user:clerk"), ElementsAre(pay));
  table_.SetFolderPolicy("hr/pay", Policy());
  EXPECT_THAT(Resolve("user:clerk"), IsEmpty());
  EXPECT_THAT(Resolve("user:boss"), ElementsAre(top, pay));
  table_.SetFolderPolicy("hr", Policy());
  EXPECT_THAT(Resolve("user:a"), ElementsAre(top, pay));
  EXPECT_THAT(Resolve("user:c"), ElementsAre(top, pay, own));
}

TEST_F(ClassTableFolderTest, PolicyOfAFolderBetweenTwoWithPoliciesJoinsTheirChain) {
  const ClassId low = Put("a/b/c");
  table_.SetFolderPolicy("a/b/c", NotFor({"user:x"}));
  table_.SetFolderPolicy("a/b/c/d", NotFor({"user:x"}));
  table_.SetFolderPolicy("a/b/e", For({"user:x"}));
  table_.SetFolderPolicy("a", NotFor({"user:z"}));
  EXPECT_THAT(Resolve("user:y"), ElementsAre(low));
  table_.SetFolderPolicy("a/b", For({"user:y", "user:z"}));
  EXPECT_THAT(Resolve("user:y"), ElementsAre(low));
  EXPECT_THAT(Resolve("user:z"), IsEmpty());
  EXPECT_THAT(Resolve("user:w"), IsEmpty());
  table_.SetFolderPolicy("a/b", Policy());
  EXPECT_THAT(Resolve("user:w"), ElementsAre(low));
  EXPECT_THAT(Resolve("user:x"), IsEmpty());
}

TEST_F(ClassTableFolderTest, PolicyOfOwnersAloneLeavesTheFolderAsItIs) {
  const ClassId id = Put("a");
  const uint64_t epoch = table_.epoch();
  Policy owned;
  owned.owners = {"user:o"};
  table_.SetFolderPolicy("a", owned);
  table_.SetFolderPolicy("never/seen", Policy());
  EXPECT_EQ(table_.epoch(), epoch);
  EXPECT_THAT(Resolve("user:o"), ElementsAre(id));
}

TEST_F(ClassTableFolderTest, EpochMovesWithFolderPoliciesThatSaySomethingNew) {
  const uint64_t start = table_.epoch();
  table_.SetFolderPolicy("a", For({"user:x"}));
  const uint64_t set = table_.epoch();
  EXPECT_NE(set, start);
  table_.SetFolderPolicy("a", For({"user:x"}));
  EXPECT_EQ(table_.epoch(), set);
  table_.SetFolderPolicy("a", Policy());
  EXPECT_NE(table_.epoch(), set);
}

TEST_F(ClassTableFolderTest, LabelOfAFolderNeedsAClearanceWhateverIsBelow) {
  table_.SetFolderPolicy("secret", Labelled(2));
  const ClassId plain = Put("secret");
  const ClassId shared = Put("secret", For({"user:a"}));
  EXPECT_THAT(Resolve("user:a", 1), IsEmpty());
  EXPECT_THAT(Resolve("user:a", 2), ElementsAre(plain, shared));
}

TEST_F(ClassTableFolderTest, LabelOfADocumentNeedsAClearance) {
  const ClassId id = Put("", Labelled(2));
  EXPECT_THAT(Resolve("user:a", 1), IsEmpty());
  EXPECT_THAT(Resolve("user:a", 2), ElementsAre(id));
}

TEST_F(ClassTableFolderTest, CeilingKeepsEverybodyElseOut) {
  table_.SetFolderPolicy("board", Ceiling({"user:a"}));
  const ClassId plain = Put("board");
  const ClassId own = Put("board", For({"user:a", "user:b"}));
  const ClassId document = Put("", Ceiling({"user:b"}));
  EXPECT_THAT(Resolve("user:a"), ElementsAre(plain, own));
  EXPECT_THAT(Resolve("user:b"), ElementsAre(document));
}

TEST_F(ClassTableFolderTest, ChunkPolicyComesBelowTheDocuments) {
  const Policy hidden = NotFor({"user:a"});
  const Policy silent;
  const ClassId document = Put("");
  const ClassId chunk = table_.Intern("", Policy(), &hidden);
  EXPECT_EQ(table_.Intern("", Policy(), &silent), document);
  EXPECT_THAT(Resolve("user:a"), ElementsAre(document));
  EXPECT_THAT(Resolve("user:b"), ElementsAre(document, chunk));
  const Policy open = For({"user:a"});
  EXPECT_NE(table_.Intern("", open, nullptr), table_.Intern("", Policy(), &open));
}

TEST_F(ClassTableFolderTest, GrantOpensWhateverIsBelowButWhatIsBlocked) {
  table_.SetFolderPolicy("vault", For({"user:boss"}));
  table_.SetFolderPolicy("vault/inner", For({"user:boss"}));
  table_.SetFolderPolicy("vault/denied", NotFor({"user:medic"}));
  const ClassId plain = Put("vault");
  const ClassId inner = Put("vault/inner", For({"user:boss"}));
  Put("vault", NotFor({"user:medic"}));
  Put("vault/denied");
  const ClassId beside = Put("office");
  EXPECT_THAT(Resolve("user:medic"), ElementsAre(beside));
  Policy granting = For({"user:boss"});
  granting.rules.push_back({.effect = Effect::kBreakGlass, .subjects = {"user:medic"}});
  table_.SetFolderPolicy("vault", granting);
  table_.SetFolderPolicy("vault/inner", Glass({"user:medic"}));
  EXPECT_THAT(Resolve("user:medic"), ElementsAre(plain, inner, beside));
}

TEST_F(ClassTableFolderTest, GrantOnTheCollectionOrADocumentOpensIt) {
  table_.SetCollectionPolicy(Glass({"user:root"}));
  const ClassId shared = Put("", For({"user:a"}));
  const ClassId granted = Put("x", Glass({"user:medic"}));
  EXPECT_THAT(Resolve("user:root"), ElementsAre(shared, granted));
  EXPECT_THAT(Resolve("user:medic"), ElementsAre(granted));
  EXPECT_THAT(Resolve("user:b"), IsEmpty());
}

TEST_F(ClassTableFolderTest, GrantIsValidForItsTimeOnly) {
  table_.SetCollectionPolicy(Policy());
  table_.SetFolderPolicy("vault", Glass({"user:medic"}, kNoon, kLater));
  const ClassId id = Put("vault");
  const Rights medic{groups_.Closure("user:medic"), {}, ""};
  EXPECT_EQ(table_.Resolve(medic, kNoon - absl::Seconds(1)).valid_until(), kNoon);
  EXPECT_THAT(Resolve("user:medic", 0, kNoon), ElementsAre(id));
  EXPECT_EQ(table_.Resolve(medic, kNoon).valid_until(), kLater);
  EXPECT_THAT(Resolve("user:medic", 0, kLater), IsEmpty());
}

TEST_F(ClassTableFolderTest, CollectionIsReadUntilItCloses) {
  const ClassId id = Put("");
  const Rights rights{groups_.Closure("user:a"), {}, ""};
  table_.SetOpenUntil(kLater);
  EXPECT_THAT(table_.Resolve(rights, kNoon).classes(), ElementsAre(id));
  EXPECT_EQ(table_.Resolve(rights, kNoon).valid_until(), kLater);
  EXPECT_THAT(table_.Resolve(rights, kLater).classes(), IsEmpty());
}

TEST_F(ClassTableFolderTest, OnlyWhatWasInternedIsFound) {
  const Policy chunk = Labelled(3);
  const ClassId id = table_.Intern("a", For({"user:x"}), &chunk);
  EXPECT_EQ(table_.Find("a", For({"user:x"}), &chunk), id);
  EXPECT_EQ(table_.Find("b", For({"user:x"}), &chunk), std::nullopt);
  EXPECT_EQ(table_.Find("", For({"user:x"}), &chunk), std::nullopt);
  EXPECT_EQ(table_.Find("a", For({"user:x"}), nullptr), std::nullopt);
  EXPECT_EQ(table_.Find("a", For({"user:unknown"}), &chunk), std::nullopt);
  EXPECT_EQ(table_.Find("a", Ceiling({"user:unknown"}), &chunk), std::nullopt);
  const Policy other = Labelled(4);
  EXPECT_EQ(table_.Find("a", For({"user:x"}), &other), std::nullopt);
  EXPECT_EQ(table_.class_count(), 1u);
}

TEST_F(ClassTableFolderTest, ChainListsThePoliciesFromTheTopDown) {
  const Policy chunk = Labelled(3);
  table_.SetFolderPolicy("a", Ceiling({"group:b", "group:z"}));
  table_.SetFolderPolicy("a/b/c", Glass({"user:medic"}, kNoon, kLater));
  Policy owned = For({"user:x", "user:a"});
  owned.owners = {"user:o"};
  const ClassId id = table_.Intern("a/b/c", owned, &chunk);
  EXPECT_THAT(table_.ChainOf(id), ElementsAre(For({"everyone"}), Ceiling({"group:b", "group:z"}),
                                              Glass({"user:medic"}, kNoon, kLater), For({"user:a", "user:x"}), chunk));
  EXPECT_THAT(table_.ChainOf(ClassId(1)), IsEmpty());
  EXPECT_THAT(table_.ChainOf(kNoClass), IsEmpty());
}

TEST_F(ClassTableFolderTest, TimesAreKeptToTheirLastTick) {
  const absl::Time before_epoch = absl::UnixEpoch() - absl::Milliseconds(1);
  const Policy timed = Glass({"user:a"}, before_epoch, kLater);
  EXPECT_EQ(table_.ChainOf(Put("", timed)).back(), timed);
  EXPECT_NE(Put("", Glass({"user:a"}, before_epoch, kNoon)), Put("", timed));
}

TEST_F(ClassTableFolderTest, EveryClassIsVisitedWithWhatItIsMadeOf) {
  const Policy chunk = Labelled(3);
  const ClassId top = Put("");
  const ClassId below = table_.Intern("a/b", For({"user:x"}), &chunk);
  const ClassId beside = Put("c");
  table_.AddChunks(below, 4);
  std::vector<ClassId> all;
  table_.ForEachClass([&](const ClassTable::ClassView& view) { all.push_back(view.id); });
  EXPECT_THAT(all, UnorderedElementsAre(top, below, beside));
  int visits = 0;
  table_.ForEachClassBelow("a", [&](const ClassTable::ClassView& view) {
    ++visits;
    EXPECT_EQ(view.id, below);
    EXPECT_EQ(view.folder_path, "a/b");
    EXPECT_EQ(view.document, For({"user:x"}));
    ASSERT_NE(view.chunk, nullptr);
    EXPECT_EQ(*view.chunk, chunk);
    EXPECT_EQ(view.chunk_count, 4u);
  });
  EXPECT_EQ(visits, 1);
  table_.ForEachClassBelow("never/seen", [&](const ClassTable::ClassView&) { ++visits; });
  EXPECT_EQ(visits, 1);
}

TEST_F(ClassTableFolderTest, DeepNestingIsResolvedWithoutRecursion) {
  std::string path;
  for (int level = 0; level < 20'000; ++level) path += level == 0 ? "f" : "/f";
  const ClassId id = Put(path);
  EXPECT_THAT(Resolve("user:a"), ElementsAre(id));
  std::string at;
  for (int level = 0; level < 200; ++level) {
    at += level == 0 ? "f" : "/f";
    table_.SetFolderPolicy(at, NotFor({"user:b"}));
  }
  EXPECT_THAT(Resolve("user:a"), ElementsAre(id));
  EXPECT_THAT(Resolve("user:b"), IsEmpty());
}

TEST_F(ClassTableFolderTest, PolicyLargerThanABlockOfMemoryIsKept) {
  std::vector<std::string> subjects;
  for (int i = 0; i < 5'000; ++i) {
    for (int gap = 0; gap < 40; ++gap) names_.Intern("group:gap" + std::to_string(i * 40 + gap));
    subjects.push_back("user:n" + std::to_string(i));
  }
  std::vector<Rule> rules;
  for (int i = 0; i < 20; ++i) {
    rules.push_back({.effect = Effect::kAllow,
                     .subjects = {subjects.begin() + i * 250, subjects.begin() + (i + 1) * 250},
                     .expire_time = kNoon + absl::Seconds(i + 1)});
  }
  const Policy document = Made(rules);
  Policy chunk = document;
  chunk.ceiling = subjects;
  std::sort(chunk.ceiling.begin(), chunk.ceiling.end());
  const ClassId large = table_.Intern("", document, &chunk);
  const ClassId small = Put("", For({"user:n7"}));
  EXPECT_THAT(Resolve("user:n7"), ElementsAre(large, small));
  EXPECT_THAT(table_.ChainOf(large), ElementsAre(For({"everyone"}), document, chunk));
}

}  // namespace
}  // namespace usher::acl
