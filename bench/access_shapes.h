// Tenants of the shapes that access takes in practice, made from fixed seeds: for benchmarks.
//
// Thread-safety: as a container.
#ifndef USHER_BENCH_ACCESS_SHAPES_H_
#define USHER_BENCH_ACCESS_SHAPES_H_

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "acl/asker.h"
#include "acl/class_table.h"
#include "acl/group_graph.h"
#include "acl/policy.h"
#include "acl/subject_table.h"

namespace usher::bench {

struct AccessShape {
  // A document to put into the table.
  struct Document {
    std::string folder;
    acl::Policy policy;
    int64_t chunks;
  };

  std::string name;
  acl::SubjectTable names;
  acl::GroupGraph groups{&names};
  acl::ClearanceTable clearances;
  acl::Policy collection;
  std::vector<std::pair<std::string, acl::Policy>> folder_policies;
  std::vector<Document> documents;
  std::vector<std::string> askers;  // who may be asked for
  std::string some_group;           // that rules name
  std::string some_folder;          // that documents lie below
};

inline std::string User(size_t i) { return absl::StrCat("user:person-", i, "@example.com"); }
inline std::string Group(size_t i) { return absl::StrCat("group:directory/", i); }

inline acl::Policy AllowOnly(std::vector<std::string> subjects) {
  acl::PolicyDraft draft;
  draft.rules.push_back({.effect = acl::Effect::kAllow, .subjects = std::move(subjects)});
  return *acl::CanonicalPolicy(std::move(draft));
}

inline acl::Policy DenyTo(std::vector<std::string> subjects) {
  acl::PolicyDraft draft;
  draft.rules.push_back({.effect = acl::Effect::kDeny, .subjects = std::move(subjects)});
  return *acl::CanonicalPolicy(std::move(draft));
}

// 10,000 people in 2,000 nested groups; 20,000 classes of one to four groups, every tenth inheriting with a deny.
inline std::unique_ptr<AccessShape> Departments() {
  auto shape = std::make_unique<AccessShape>();
  std::mt19937_64 random(7);
  shape->name = "departments";
  shape->collection = AllowOnly({"everyone"});
  for (size_t i = 1; i < 2'000; ++i) shape->groups.Add(Group(i), Group(i / 8));  // a tree of depth four
  for (size_t i = 0; i < 10'000; ++i) {
    for (int n = 0; n < 8; ++n) shape->groups.Add(User(i), Group(random() % 2'000));
    shape->askers.push_back(User(i));
  }
  for (size_t i = 0; i < 20'000; ++i) {
    std::vector<std::string> subjects;
    for (size_t n = 1 + i % 4; n > 0; --n) subjects.push_back(Group(random() % 2'000));
    const std::string folder = absl::StrCat("departments/", i % 40, "/", i % 400);
    shape->documents.push_back(
        {folder, i % 10 == 0 ? DenyTo({User(random() % 10'000)}) : AllowOnly(std::move(subjects)), 10});
  }
  shape->some_group = Group(11);
  shape->some_folder = "departments/7";
  return shape;
}

// 1,000,000 documents of 50,000 people in 150,000 folders: some private to their owner, most shared with one of five
// others; the homes of 2,000 teams are open to the team.
inline std::unique_ptr<AccessShape> Drive() {
  constexpr size_t kPeople = 50'000;
  auto shape = std::make_unique<AccessShape>();
  std::mt19937_64 random(11);
  shape->name = "drive";
  for (size_t i = 0; i < kPeople; ++i) {
    shape->groups.Add(User(i), Group(i % 2'000));
    shape->askers.push_back(User(i));
    shape->folder_policies.emplace_back(absl::StrCat("home/", i), AllowOnly({User(i)}));
  }
  for (size_t i = 0; i < 2'000; ++i) {
    shape->folder_policies.emplace_back(absl::StrCat("team/", i), AllowOnly({Group(i)}));
  }
  for (size_t i = 0; i < 1'000'000; ++i) {
    const size_t owner = i % kPeople;
    const bool shared = random() % 10 < 7;
    const std::string folder = random() % 20 == 0 ? absl::StrCat("team/", owner % 2'000, "/docs")
                                                  : absl::StrCat("home/", owner, "/", random() % 2);
    const size_t partner = (owner * 31 + random() % 3 + 1) % kPeople;
    shape->documents.push_back({folder, shared ? AllowOnly({User(owner), User(partner)}) : acl::Policy(), 3});
  }
  shape->some_group = Group(11);
  shape->some_folder = "home/7";
  return shape;
}

// 300,000 classes that everybody but two people may read: entitlements as large as they get.
inline std::unique_ptr<AccessShape> OpenShares() {
  auto shape = std::make_unique<AccessShape>();
  std::mt19937_64 random(19);
  shape->name = "open to all but two";
  shape->collection = AllowOnly({"everyone"});
  for (size_t i = 0; i < 100'000; ++i) shape->askers.push_back(User(i));
  for (size_t i = 0; i < 300'000; ++i) {
    shape->documents.push_back({absl::StrCat("f/", i % 30'000), DenyTo({User(i / 3), User(random() % 100'000)}), 3});
  }
  shape->some_group = Group(11);
  shape->some_folder = "f/7";
  return shape;
}

// 100,000 groups nested 50 deep, and folders nested 50 deep with a rule on every fifth level.
inline std::unique_ptr<AccessShape> DeepNesting() {
  constexpr size_t kLevels = 50;
  constexpr size_t kChains = 2'000;
  auto shape = std::make_unique<AccessShape>();
  std::mt19937_64 random(13);
  shape->name = "deep nesting";
  shape->collection = AllowOnly({"everyone"});
  for (size_t chain = 0; chain < kChains; ++chain) {
    for (size_t level = 1; level < kLevels; ++level) {
      shape->groups.Add(Group(chain * kLevels + level), Group(chain * kLevels + level - 1));
    }
    shape->groups.Add(User(chain), Group(chain * kLevels + kLevels - 1));
    shape->groups.Add(User(chain), Group((chain + 1) % kChains * kLevels + kLevels - 1));
    shape->askers.push_back(User(chain));
  }
  for (size_t chain = 0; chain < 200; ++chain) {
    std::string folder = absl::StrCat("top-", chain);
    for (size_t level = 1; level < kLevels; ++level) {
      absl::StrAppend(&folder, "/", level);
      if (level % 5 == 0) shape->folder_policies.emplace_back(folder, DenyTo({Group(chain * kLevels + level)}));
      for (int n = 0; n < 2; ++n) {
        shape->documents.push_back({folder, AllowOnly({Group(random() % (kChains * kLevels))}), 5});
      }
      shape->documents.push_back({folder, acl::Policy(), 5});
    }
  }
  shape->some_group = Group(kLevels * 3);
  shape->some_folder = "top-7/1/2/3/4/5/6/7/8/9/10";
  return shape;
}

// Twenty people in 5,000 of 20,000 groups each; 50,000 classes of one or two groups.
inline std::unique_ptr<AccessShape> ManyGroups() {
  auto shape = std::make_unique<AccessShape>();
  std::mt19937_64 random(17);
  shape->name = "5,000 groups each";
  for (size_t i = 0; i < 20; ++i) {
    for (size_t n = 0; n < 5'000; ++n) shape->groups.Add(User(i), Group((i * 997 + n * 4) % 20'000));
    shape->askers.push_back(User(i));
  }
  for (size_t i = 0; i < 50'000; ++i) {
    const std::string folder = absl::StrCat("f/", i % 500);
    shape->documents.push_back({folder, AllowOnly({Group(random() % 20'000), Group(random() % 20'000)}), 4});
  }
  shape->some_group = Group(11);
  shape->some_folder = "f/7";
  return shape;
}

// What a collection of this shape makes; `shape` must outlive the table.
inline std::unique_ptr<acl::ClassTable> MakeTable(AccessShape& shape) {
  auto table = std::make_unique<acl::ClassTable>(&shape.names, shape.collection);
  for (const auto& [folder, policy] : shape.folder_policies) table->SetFolderPolicy(folder, policy);
  for (const AccessShape::Document& document : shape.documents) {
    table->AddChunks(table->Intern(document.folder, document.policy, nullptr), document.chunks);
  }
  return table;
}

}  // namespace usher::bench

#endif  // USHER_BENCH_ACCESS_SHAPES_H_
