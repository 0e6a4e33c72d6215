// What access costs: resolving an entitlement from nothing, and checking loaded chunks against the rules themselves.
//
// Each iteration asks for another principal, so that no answer is warm.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "acl/check.h"
#include "acl/class_table.h"
#include "acl/group_graph.h"
#include "acl/policy.h"
#include "acl/subject_table.h"

namespace usher::acl {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);
constexpr size_t kGroups = 2'000;
constexpr size_t kGroupsPerUser = 8;
constexpr size_t kChunksPerClass = 10;

Rule Allow(std::vector<std::string> subjects) { return {.effect = Effect::kAllow, .subjects = std::move(subjects)}; }
Rule Deny(std::vector<std::string> subjects) { return {.effect = Effect::kDeny, .subjects = std::move(subjects)}; }
std::string User(size_t i) { return absl::StrCat("user:", i); }
std::string Group(size_t i) { return absl::StrCat("group:", i); }

struct Tenant {
  Tenant(size_t users_in, const Policy& collection_in)
      : users(users_in), graph(&names), collection(collection_in), table(&names, collection) {
    for (size_t i = 1; i < kGroups; ++i) graph.Add(Group(i), Group(i / 8));  // a tree of depth four
    for (size_t i = 0; i < users; ++i) {
      for (size_t n = 0; n < kGroupsPerUser; ++n) graph.Add(User(i), Group(random() % kGroups));
    }
  }
  void AddClass(const Policy& policy) {
    table.AddChunks(table.Intern(policy), kChunksPerClass);
    policies.push_back(policy);
  }
  std::string NextUser() { return User(next++ * 7'919 % users); }

  size_t users;
  std::mt19937_64 random{7};
  SubjectTable names;
  GroupGraph graph;
  Policy collection;
  ClassTable table;
  std::vector<Policy> policies;
  size_t next = 0;
};

// 10,000 users in 2,000 nested groups; 20,000 classes of one to four groups, every tenth with a deny, every twentieth
// inheriting.
Tenant& Company() {
  static Tenant* const tenant = [] {
    auto made = std::make_unique<Tenant>(10'000, *CanonicalPolicy(std::nullopt, {Allow({"everyone"})}));
    for (size_t i = 0; i < 20'000; ++i) {
      std::vector<std::string> subjects;
      for (size_t n = 1 + i % 4; n > 0; --n) subjects.push_back(Group(made->random() % kGroups));
      std::vector<Rule> rules;
      if (i % 20 != 0) rules.push_back(Allow(subjects));
      if (i % 10 == 0) rules.push_back(Deny({User(made->random() % made->users)}));
      made->AddClass(*CanonicalPolicy(std::nullopt, std::move(rules)));
    }
    return made.release();
  }();
  return *tenant;
}

// 300,000 classes: every one shared by its owner with one other user.
Tenant& PersonalShares() {
  static Tenant* const tenant = [] {
    auto made = std::make_unique<Tenant>(100'000, Policy());
    for (size_t i = 0; i < 300'000; ++i) {
      made->AddClass(*CanonicalPolicy(std::nullopt, {Allow({User(i / 3), User(made->random() % made->users)})}));
    }
    return made.release();
  }();
  return *tenant;
}

// 300,000 classes that everybody but one user may read: an entitlement as large as it gets.
Tenant& OpenShares() {
  static Tenant* const tenant = [] {
    auto made = std::make_unique<Tenant>(100'000, *CanonicalPolicy(std::nullopt, {Allow({"everyone"})}));
    for (size_t i = 0; i < 300'000; ++i) {
      made->AddClass(*CanonicalPolicy(std::nullopt, {Deny({User(i / 3), User(made->random() % made->users)})}));
    }
    return made.release();
  }();
  return *tenant;
}

void ResolveCold(benchmark::State& state, Tenant& (*make)()) {
  Tenant& tenant = make();
  uint64_t classes = 0;
  for (auto _ : state) {
    const Entitlement entitlement = tenant.table.Resolve(tenant.graph.Closure(tenant.NextUser()), kNow);
    classes += entitlement.classes().size();
  }
  state.counters["readable_classes"] =
      benchmark::Counter(static_cast<double>(classes), benchmark::Counter::kAvgIterations);
  state.counters["all_classes"] = static_cast<double>(tenant.policies.size());
}
BENCHMARK_CAPTURE(ResolveCold, company_20k_classes, Company)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(ResolveCold, personal_300k_classes, PersonalShares)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(ResolveCold, open_300k_classes, OpenShares)->Unit(benchmark::kMicrosecond);

void ConstructChecker(benchmark::State& state) {
  Tenant& tenant = Company();
  for (auto _ : state) {
    const Checker checker(tenant.graph, tenant.NextUser(), kNow);
    benchmark::DoNotOptimize(&checker);
  }
}
BENCHMARK(ConstructChecker)->Unit(benchmark::kMicrosecond);

// One item is one chunk: its chain is the collection's policy and one of its document.
void CheckChunk(benchmark::State& state) {
  Tenant& tenant = Company();
  const Checker checker(tenant.graph, tenant.NextUser(), kNow);
  size_t next = 0;
  for (auto _ : state) {
    const Policy& document = tenant.policies[next++ * 7'919 % tenant.policies.size()];
    benchmark::DoNotOptimize(checker.MayRead({&tenant.collection, &document}));
  }
  state.SetItemsProcessed(static_cast<int64_t>(state.iterations()));
}
BENCHMARK(CheckChunk);

}  // namespace
}  // namespace usher::acl

BENCHMARK_MAIN();
