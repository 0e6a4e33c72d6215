// Stories about access: a tenant is set up, then changes step by step, and somebody looks after each step.
//
// A story is a value, so that one that ends badly can be cut down to the shortest that still does, and be read.
#ifndef USHER_TESTS_PROPERTY_ACL_STORY_H_
#define USHER_TESTS_PROPERTY_ACL_STORY_H_

#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "acl/asker.h"
#include "acl/policy.h"

namespace usher::acl_oracle {

struct ChangeMembership {
  std::string group;
  std::string member;
  bool add = true;
};

// One policy for a node, spelled as in Oracle. A document that does not exist comes into being with it.
struct SetPolicy {
  std::string node;
  acl::PolicyDraft policy;
};

// The document with its folders' rules and none of its own.
struct PutDocument {
  std::string id;
  uint32_t chunks = 1;
};

struct RemoveDocument {
  std::string id;
};

struct SetClearance {
  std::string principal;
  acl::Clearance clearance;
};

struct SetOpenUntil {
  absl::Time instant;
};

using Change = std::variant<ChangeMembership, SetPolicy, PutDocument, RemoveDocument, SetClearance, SetOpenUntil>;

// A change, and the moment at which everybody then asks for everything.
struct Step {
  Change change;
  absl::Time moment;
};

struct Story {
  std::vector<acl::Asker> askers;
  std::vector<Change> beginning;
  std::vector<Step> steps;
};

// Every principal whom stories name, sorted.
std::vector<std::string> Principals();

// Equal seeds give equal stories; every policy in them is a valid one.
Story AnyStory(uint64_t seed);

// The shortest story found by leaving things out of AnyStory(seed) that `fails` as well; `fails` must hold for that.
Story Shortest(uint64_t seed, const std::function<bool(const Story&)>& fails);

// One line for each thing that happens.
std::string InWords(const Story& story);

}  // namespace usher::acl_oracle

#endif  // USHER_TESTS_PROPERTY_ACL_STORY_H_
