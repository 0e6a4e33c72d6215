// A small random tenant that changes step by step, held by the access engine and by the oracle at once.
#ifndef USHER_TESTS_PROPERTY_ACL_WORLD_H_
#define USHER_TESTS_PROPERTY_ACL_WORLD_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "acl/check.h"
#include "acl/class_table.h"
#include "acl/explain.h"
#include "acl/group_graph.h"
#include "acl/subject_table.h"
#include "tests/property/acl_oracle.h"

namespace usher::acl_oracle {

class World {
 public:
  World(uint64_t seed, Flaw flaw);

  // One random change: a membership, a policy, a document, or only a number of chunks.
  void Change();

  // A moment at, just before or between the instants at which rules begin and end.
  absl::Time RandomMoment();

  // Compares every way of answering for every principal and document; the first difference in words, if there is one.
  std::optional<std::string> Disagreement(absl::Time now);

  uint64_t decisions() const { return decisions_; }
  uint64_t allowed() const { return allowed_; }
  // Entitlements answered from an earlier Resolve, as a server's cache would.
  uint64_t reused() const { return reused_; }

 private:
  struct Document {
    std::string name;
    Draft draft;
    acl::Policy policy;
    acl::ClassId class_id;
    uint64_t chunks = 0;
  };
  struct Cached {
    acl::Entitlement entitlement;
    uint64_t table_epoch = 0;
    uint64_t graph_epoch = 0;
    absl::Time since;
  };

  size_t Below(size_t n) { return random_() % n; }
  bool Chance(size_t percent) { return Below(100) < percent; }
  acl::Rule RandomRule();
  std::pair<Draft, acl::Policy> RandomPolicy();
  void ChangeMembership();
  void AddDocument();
  void RemoveDocument(size_t index);

  std::optional<std::string> Disagreement(const std::string& principal, absl::Time now);
  std::optional<std::string> Disagreement(const std::string& principal, const Document& document, absl::Time now,
                                          const acl::Checker& checker, bool expected) const;
  const acl::Entitlement& Reuse(const std::string& principal, const acl::Entitlement& fresh, absl::Time now);
  uint64_t LiveClasses() const;

  std::mt19937_64 random_;
  Oracle oracle_;
  std::vector<std::string> principals_;
  std::vector<std::string> groups_;
  std::vector<std::string> subjects_;
  Draft collection_draft_;
  acl::Policy collection_;
  std::vector<Document> documents_;
  uint64_t documents_made_ = 0;
  acl::SubjectTable names_;
  acl::GroupGraph graph_;
  std::unique_ptr<acl::ClassTable> table_;
  std::map<std::string, Cached> cache_;
  uint64_t decisions_ = 0;
  uint64_t allowed_ = 0;
  uint64_t reused_ = 0;
};

}  // namespace usher::acl_oracle

#endif  // USHER_TESTS_PROPERTY_ACL_WORLD_H_
