// Writes of memberships, clearances, policies and settings.
#include <mutex>
#include <shared_mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/corpus/corpus_impl.h"
#include "index/status_field.h"

namespace usher::corpus {
namespace {

absl::Status StaleEtag(const NodeName& node) {
  return absl::AbortedError(
      absl::StrCat("'", FormatNodeName(node), "' has changed since its etag was read; read it again and retry"));
}

// Errors of single updates say which one it was, and what of it.
absl::Status InUpdate(const absl::Status& status, size_t i, const char* what) {
  return AtField(status, absl::StrCat("updates[", i, "].", what));
}

acl::Revision RevisionOf(const NodeName& name, const StoredNode& node) {
  if (node.document) return node.document->revision;
  if (name.folder.empty()) return node.collection->record.policy_revision;
  const auto folder = node.collection->folders.find(name.folder);
  return folder == node.collection->folders.end() ? acl::Revision() : folder->second.policy_revision;
}

storage::AccessChange MemberChange(ChangeKind kind, const storage::MembershipRecord& record) {
  return {static_cast<uint8_t>(kind), record.group, record.member, std::nullopt, std::nullopt};
}

// The policies above a node's own. `chain` ends with the node's own where it has one.
PolicyChain Above(PolicyChain chain, const acl::Policy& own) {
  if (!chain.empty() && chain.back() == &own) chain.pop_back();
  return chain;
}

}  // namespace

absl::StatusOr<WriteResult> Corpus::UpdateMembers(const WriteContext& context,
                                                  const std::vector<storage::MembershipRecord>& add,
                                                  const std::vector<storage::MembershipRecord>& remove,
                                                  const std::string& response) {
  return impl_->Write(context, response, [&](Tenant& tenant, acl::Revision) -> absl::StatusOr<PreparedWrite> {
    PreparedWrite write;
    for (const storage::MembershipRecord& record : remove) {
      write.batch.DeleteMembership(context.tenant, record);
      if (tenant.groups.IsDirectMember(record.member, record.group)) {
        write.changes.push_back(MemberChange(ChangeKind::kMemberRemoved, record));
      }
    }
    for (const storage::MembershipRecord& record : add) {
      write.batch.PutMembership(context.tenant, record);
      if (!tenant.groups.IsDirectMember(record.member, record.group)) {
        write.changes.push_back(MemberChange(ChangeKind::kMemberAdded, record));
      }
    }
    write.apply = [&] {
      for (const storage::MembershipRecord& record : remove) tenant.groups.Remove(record.member, record.group);
      for (const storage::MembershipRecord& record : add) tenant.groups.Add(record.member, record.group);
    };
    return write;
  });
}

absl::StatusOr<WriteResult> Corpus::SetClearances(const WriteContext& context,
                                                  const std::vector<storage::ClearanceRecord>& clearances,
                                                  const std::string& response) {
  return impl_->Write(context, response, [&](Tenant& tenant, acl::Revision revision) -> absl::StatusOr<PreparedWrite> {
    PreparedWrite write;
    for (storage::ClearanceRecord record : clearances) {
      record.revision = revision;
      write.changes.push_back(
          {static_cast<uint8_t>(ChangeKind::kClearanceSet), record.principal, "", std::nullopt, record.clearance});
      if (record.clearance.empty()) {
        write.batch.DeleteClearance(context.tenant, record.principal);
      } else {
        write.batch.PutClearance(context.tenant, record);
      }
    }
    write.apply = [&] {
      for (const storage::ClearanceRecord& record : clearances) {
        tenant.clearances.Set(record.principal, record.clearance);
      }
      ++tenant.clearances_epoch;
    };
    return write;
  });
}

absl::StatusOr<PolicyWriteResult> Corpus::SetPolicies(const WriteContext& context,
                                                      const std::vector<PolicyUpdate>& updates,
                                                      const std::string& response) {
  auto written =
      impl_->Write(context, response, [&](Tenant& tenant, acl::Revision revision) -> absl::StatusOr<PreparedWrite> {
        PolicyChanges changes(context.tenant, tenant, revision, impl_->clock->Now());
        for (size_t i = 0; i < updates.size(); ++i) {
          const PolicyUpdate& update = updates[i];
          auto node = impl_->FindForWriting(tenant, context, update.node);
          if (!node.ok()) return InUpdate(node.status(), i, "resource");
          if (update.expected_revision && *update.expected_revision != RevisionOf(update.node, *node)) {
            return InUpdate(StaleEtag(update.node), i, "etag");
          }
          const acl::Policy& current = node->OwnPolicy(update.node);
          auto policy =
              impl_->AdmitPolicy(tenant, context, update.policy, current, Above(node->Chain(update.node), current));
          if (!policy.ok()) return InUpdate(policy.status(), i, "policy");
          changes.Set(update.node, *node, *std::move(policy), "");
        }
        PreparedWrite write;
        std::move(changes).Finish(write);
        return write;
      });
  if (!written.ok()) return written.status();
  PolicyWriteResult result{*std::move(written), {}};
  std::vector<const acl::Policy*> policies;
  for (const PolicyUpdate& update : updates) policies.push_back(&update.policy);
  const std::shared_ptr<Tenant> tenant = impl_->FindTenant(context.tenant);
  const std::shared_lock lock(tenant->mutex);
  result.unknown_subjects = UnknownSubjects(*tenant, policies);
  return result;
}

absl::StatusOr<WriteResult> Corpus::SetSettings(const WriteContext& context, storage::TenantSettingsRecord settings,
                                                const std::string& response) {
  return impl_->Write(context, response, [&](Tenant& tenant, acl::Revision revision) -> absl::StatusOr<PreparedWrite> {
    settings.revision = revision;
    PreparedWrite write;
    write.batch.PutTenantSettings(context.tenant, settings);
    write.apply = [&] { tenant.settings = settings; };
    return write;
  });
}

}  // namespace usher::corpus
