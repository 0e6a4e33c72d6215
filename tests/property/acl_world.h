// One tenant with one collection, held by the access engine and by the oracle at once, to which a story happens.
#ifndef USHER_TESTS_PROPERTY_ACL_WORLD_H_
#define USHER_TESTS_PROPERTY_ACL_WORLD_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "acl/asker.h"
#include "acl/check.h"
#include "acl/explain.h"
#include "acl/group_graph.h"
#include "acl/subject_table.h"
#include "tests/property/acl_classes.h"
#include "tests/property/acl_oracle.h"
#include "tests/property/acl_story.h"

namespace usher::acl_oracle {

// Ways of answering; kClasses is resolution and cache together.
enum class Engine { kChecker, kExplain, kClasses, kReaders };

class World {
 public:
  // `only`: asks no other engine.
  explicit World(Flaw flaw, std::optional<Engine> only = std::nullopt)
      : only_(only), oracle_(flaw), graph_(&names_), classes_(&names_, &graph_, &clearances_) {}

  void Happen(const Change& change);

  // Asks the engines about every node for each asker; the first difference from the oracle in words, if there is one.
  std::optional<std::string> Disagreement(const std::vector<acl::Asker>& askers, absl::Time now);

  // Answers of the oracle that the engines were held against, and how many of them were yes.
  uint64_t decisions() const { return decisions_; }
  uint64_t allowed() const { return allowed_; }
  const Classes& classes() const { return classes_; }

 private:
  bool Asked(Engine engine) const { return only_.value_or(engine) == engine; }

  void Apply(const ChangeMembership& change);
  void Apply(const SetPolicy& change);
  void Apply(const PutDocument& change);
  void Apply(const RemoveDocument& change);
  void Apply(const SetClearance& change);
  void Apply(const SetOpenUntil& change);

  // Brings the classes of a document's chunks up to its rules.
  void PlaceChunks(const std::string& id);
  // Whether the node exists, or came into being with its document.
  bool Provide(const std::string& node);
  // The collection, folders, documents and chunks that exist or have rules.
  std::vector<std::string> Nodes() const;
  std::vector<acl::ChainNode> ChainOf(const std::string& node) const;

  std::optional<std::string> Disagreement(const acl::Asker& asker, const std::vector<std::string>& nodes,
                                          absl::Time now);
  std::optional<std::string> Disagreement(const acl::Checker& checker, const acl::Asker& asker, const std::string& node,
                                          absl::Time now, bool expected) const;
  std::optional<std::string> ReadersDisagreement(const std::vector<std::string>& nodes, const std::string& purpose,
                                                 absl::Time now) const;
  bool PathHolds(const acl::Asker& asker, const acl::RuleMatch& match) const;

  const std::optional<Engine> only_;
  Oracle oracle_;
  std::optional<std::string> refusal_;
  std::map<std::string, acl::Policy> policies_ = {{"", acl::Policy()}};  // node -> canonical rules
  std::map<std::string, uint32_t> documents_;                            // id -> number of chunks
  absl::Time open_until_ = absl::InfiniteFuture();
  acl::SubjectTable names_;
  acl::GroupGraph graph_;
  acl::ClearanceTable clearances_;
  Classes classes_;
  uint64_t decisions_ = 0;
  uint64_t allowed_ = 0;
};

}  // namespace usher::acl_oracle

#endif  // USHER_TESTS_PROPERTY_ACL_WORLD_H_
