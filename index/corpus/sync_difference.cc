#include "index/corpus/sync_difference.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "acl/delegation.h"

namespace usher::corpus {
namespace {

using storage::MembershipRecord;
using storage::SourceRecord;

std::vector<MembershipRecord> Minus(const std::vector<MembershipRecord>& a, const std::vector<MembershipRecord>& b) {
  const auto before = [](const MembershipRecord& x, const MembershipRecord& y) {
    return std::tie(x.group, x.member) < std::tie(y.group, y.member);
  };
  std::vector<MembershipRecord> rest;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(rest), before);
  return rest;
}

// The names of the nodes whose policy the source wrote.
std::vector<NodeName> NodesOf(const Tenant& tenant, std::string_view source) {
  std::vector<NodeName> names;
  for (const auto& [id, collection] : tenant.collections) {
    if (collection->record.policy_source == source) names.push_back({id, "", "", std::nullopt});
    for (const auto& [path, folder] : collection->folders) {
      if (folder.policy_source == source) names.push_back({id, "", path, std::nullopt});
    }
    collection->documents.ForEach("", [&, &collection_id = id](const Catalogue::Entry& entry) {
      if (entry.from_source) names.push_back({collection_id, std::string(entry.id), "", std::nullopt});
      return true;
    });
  }
  return names;
}

// What a policy becomes when the source says so: what administrators and break-glass have set stays.
acl::Policy Granted(acl::Policy wanted, const acl::Policy& current, absl::Time now) {
  wanted.ceiling = current.ceiling;
  wanted.owners = current.owners;
  if (wanted.label.empty()) wanted.label = current.label;
  return acl::KeepBreakGlass(std::move(wanted), current, now);
}

// A source that no longer speaks of a node leaves it to nobody.
acl::Policy ForNobody() {
  acl::Policy policy;
  policy.inheritance = acl::Inheritance::kReplace;
  return policy;
}

class Comparison {
 public:
  Comparison(const Corpus::Impl& impl, const Tenant& tenant, const SourceRecord& source, const SyncPicture& picture)
      : impl_(impl), tenant_(tenant), source_(source), picture_(picture), now_(impl.clock->Now()) {}

  absl::StatusOr<SyncDifference> Run() && {
    const auto current = MembershipsOf(tenant_.groups, source_.name);
    difference_.current_memberships = current.size();
    difference_.added = Minus(picture_.memberships, current);
    difference_.removed = Minus(current, picture_.memberships);
    for (const auto& [resource, wanted] : picture_.grants) {
      if (absl::Status status = Take(resource, wanted); !status.ok()) return status;
    }
    if (absl::Status status = TakeAwayTheRest(); !status.ok()) return status;
    return std::move(difference_);
  }

 private:
  absl::StatusOr<StoredNode> Find(const NodeName& name) const {
    WriteContext unbounded;  // an agent writes for its source, not as an owner of nodes
    return impl_.FindForWriting(tenant_, unbounded, name);
  }

  absl::Status Take(const std::string& resource, const acl::Policy& wanted) {
    auto name = ParseNodeName(resource);
    if (!name.ok()) return name.status();
    // First of all, so that nothing shows of what lies elsewhere, not even whether it exists.
    if (!Governs(source_, name->collection)) {
      return absl::PermissionDeniedError(
          absl::StrCat("the sync sets rules for '", resource, "', which is in no collection that the source governs"));
    }
    auto node = Find(*name);
    if (absl::IsNotFound(node.status())) {
      return absl::FailedPreconditionError(
          absl::StrCat("the sync sets rules for '", resource, "', which does not exist"));
    }
    if (!node.ok()) return node.status();
    const std::string writer = node->SourceOf(*name);
    if (writer != source_.name && tenant_.sources.contains(writer)) {
      return absl::FailedPreconditionError(
          absl::StrCat("the sync sets rules for '", resource, "', whose rules come from another source"));
    }
    const acl::Policy& current = node->OwnPolicy(*name);
    acl::Policy policy = Granted(wanted, current, now_);
    if (absl::Status status = RefuseStrangers(policy); !status.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("'", resource, "': ", status.message()));
    }
    if (!acl::Narrows(policy.label, current.label)) {
      return absl::FailedPreconditionError(
          absl::StrCat("the sync asks for less than the label of '", resource,
                       "'; have an administrator set the label, or leave it out to keep the one there is"));
    }
    if (absl::Status status = acl::CheckNotExpired(policy, current, now_); !status.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("'", resource, "': ", status.message()));
    }
    Consider(*name, *std::move(node), std::move(policy));
    return absl::OkStatus();
  }

  // Where the tenant wants subjects to be known, those count too that the picture itself brings.
  absl::Status RefuseStrangers(const acl::Policy& policy) {
    if (!tenant_.settings.require_known_subjects) return absl::OkStatus();
    if (brought_.empty()) {
      for (const MembershipRecord& record : picture_.memberships) {
        brought_.insert(record.group);
        brought_.insert(record.member);
      }
    }
    return RefuseUnknown(UnknownSubjects(tenant_, {&policy}, brought_));
  }

  absl::Status TakeAwayTheRest() {
    for (const NodeName& name : NodesOf(tenant_, source_.name)) {
      auto node = Find(name);
      if (!node.ok()) return node.status();
      if (node->SourceOf(name) != source_.name) continue;
      ++difference_.current_grants;
      if (picture_.grants.contains(FormatNodeName(name))) continue;
      acl::Policy policy = Granted(ForNobody(), node->OwnPolicy(name), now_);
      Consider(name, *std::move(node), std::move(policy));
    }
    return absl::OkStatus();
  }

  void Consider(const NodeName& name, StoredNode node, acl::Policy policy) {
    if (policy == node.OwnPolicy(name) && node.SourceOf(name) == source_.name) return;
    if (node.SourceOf(name).empty() && !node.OwnPolicy(name).rules.empty()) ++difference_.taken_over;
    difference_.grants.push_back({name, std::move(node), std::move(policy)});
  }

  const Corpus::Impl& impl_;
  const Tenant& tenant_;
  const SourceRecord& source_;
  const SyncPicture& picture_;
  const absl::Time now_;
  absl::flat_hash_set<std::string_view> brought_;  // subjects of the picture's memberships, once they matter
  SyncDifference difference_;
};

}  // namespace

std::string SyncDifference::WhyHeld(const SourceRecord& source) const {
  if (source.share_limit >= 100) return {};
  std::vector<std::string> reasons;
  if (taken_over > source.minimum) {
    reasons.push_back(absl::StrCat("would replace rules that people wrote on ", taken_over, " nodes"));
  }
  // There is nothing yet that the rest of a first picture could be held against.
  if (source.last_commit != absl::InfinitePast()) {
    reasons.push_back(corpus::WhyHeld("add memberships", added.size(), current_memberships, source));
    reasons.push_back(corpus::WhyHeld("remove memberships", removed.size(), current_memberships, source));
    reasons.push_back(corpus::WhyHeld("change policies", grants.size(), current_grants, source));
  }
  std::erase(reasons, "");
  return absl::StrJoin(reasons, "; ");
}

absl::StatusOr<SyncDifference> CompareWithPicture(const Corpus::Impl& impl, const Tenant& tenant,
                                                  const SourceRecord& source, const SyncPicture& picture) {
  return Comparison(impl, tenant, source, picture).Run();
}

}  // namespace usher::corpus
