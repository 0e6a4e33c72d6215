// Grants for emergencies: asked for by one administrator, put in force by another, over by themselves.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/corpus/corpus_impl.h"

namespace usher::corpus {
namespace {

using storage::BreakGlassRecord;
using storage::BreakGlassState;

storage::AccessChange ChangeOf(const BreakGlassRecord& record) {
  return {static_cast<uint8_t>(ChangeKind::kBreakGlass), record.id, "", std::nullopt, std::nullopt};
}

acl::Rule RuleOf(const BreakGlassRecord& record) {
  return {acl::Effect::kBreakGlass, {record.principal}, record.approve_time, record.expire_time};
}

absl::StatusOr<acl::Policy> With(const acl::Policy& policy, std::vector<acl::Rule> rules) {
  return acl::CanonicalPolicy({policy.inheritance, std::move(rules), policy.label, policy.ceiling, policy.owners});
}

// What it is now: a grant ends by itself.
BreakGlassRecord AsOf(BreakGlassRecord record, absl::Time now) {
  if (record.state == BreakGlassState::kApproved && now >= record.expire_time) record.state = BreakGlassState::kEnded;
  return record;
}

absl::StatusOr<BreakGlassRecord> Find(const storage::Store& store, std::string_view tenant, const std::string& id,
                                      absl::Time now) {
  auto found = store.GetBreakGlass(tenant, id);
  if (!found.ok()) return found.status();
  if (!found->has_value()) return absl::NotFoundError("there is no break-glass grant of this id");
  return AsOf(**std::move(found), now);
}

}  // namespace

absl::StatusOr<BreakGlassRecord> Corpus::RequestBreakGlass(const WriteContext& context, const NodeName& node,
                                                           BreakGlassRecord record) {
  auto written = impl_->Write(context, record.id, [&](Tenant& tenant, acl::Revision) -> absl::StatusOr<PreparedWrite> {
    auto found = impl_->FindForWriting(tenant, context, node);
    if (!found.ok()) return found.status();
    record.state = BreakGlassState::kRequested;
    record.request_time = impl_->clock->Now();
    PreparedWrite write;
    write.batch.PutBreakGlass(context.tenant, record);
    write.changes.push_back(ChangeOf(record));
    return write;
  });
  if (!written.ok()) return written.status();
  // A repeated request is answered with the grant that the first one made.
  return Find(*impl_->store, context.tenant, written->response, impl_->clock->Now());
}

absl::StatusOr<BreakGlassRecord> Corpus::ApproveBreakGlass(const WriteContext& context, const std::string& id,
                                                           const std::string& approver) {
  auto written =
      impl_->Write(context, id, [&](Tenant& tenant, acl::Revision revision) -> absl::StatusOr<PreparedWrite> {
        const absl::Time now = impl_->clock->Now();
        auto record = Find(*impl_->store, context.tenant, id, now);
        if (!record.ok()) return record.status();
        if (record->state != BreakGlassState::kRequested) {
          return absl::FailedPreconditionError("the grant is not waiting for approval any more");
        }
        if (record->requested_by == approver) {
          return absl::FailedPreconditionError(
              "who asks for a break-glass grant cannot approve it; another "
              "administrator must");
        }
        auto name = ParseNodeName(record->resource);
        if (!name.ok()) return name.status();
        auto node = impl_->FindForWriting(tenant, context, *name);
        if (!node.ok()) return node.status();
        record->state = BreakGlassState::kApproved;
        record->approved_by = approver;
        record->approve_time = now;
        record->expire_time = now + record->duration;
        std::vector<acl::Rule> rules = node->OwnPolicy(*name).rules;
        rules.push_back(RuleOf(*record));
        auto policy = With(node->OwnPolicy(*name), std::move(rules));
        if (!policy.ok()) return policy.status();
        PolicyChanges changes(context.tenant, tenant, revision, now);
        changes.Set(*name, *node, *std::move(policy), node->SourceOf(*name));
        PreparedWrite write;
        write.batch.PutBreakGlass(context.tenant, *record);
        write.changes.push_back(ChangeOf(*record));
        std::move(changes).Finish(write);
        return write;
      });
  if (!written.ok()) return written.status();
  return Find(*impl_->store, context.tenant, id, impl_->clock->Now());
}

absl::StatusOr<BreakGlassRecord> Corpus::EndBreakGlass(const WriteContext& context, const std::string& id,
                                                       const std::string& ended_by) {
  auto written =
      impl_->Write(context, id, [&](Tenant& tenant, acl::Revision revision) -> absl::StatusOr<PreparedWrite> {
        const absl::Time now = impl_->clock->Now();
        auto record = Find(*impl_->store, context.tenant, id, now);
        if (!record.ok()) return record.status();
        if (record->state == BreakGlassState::kEnded)
          return absl::FailedPreconditionError("the grant has ended already");
        const acl::Rule rule = RuleOf(*record);
        record->state = BreakGlassState::kEnded;
        record->ended_by = ended_by;
        record->end_time = now;
        PreparedWrite write;
        write.batch.PutBreakGlass(context.tenant, *record);
        write.changes.push_back(ChangeOf(*record));
        auto name = ParseNodeName(record->resource);
        if (!name.ok()) return name.status();
        auto node = impl_->FindForWriting(tenant, context, *name);
        if (absl::IsNotFound(node.status())) return write;  // went together with the grant
        if (!node.ok()) return node.status();
        std::vector<acl::Rule> rules = node->OwnPolicy(*name).rules;
        const auto place = std::find(rules.begin(), rules.end(), rule);
        if (place == rules.end()) return write;
        rules.erase(place);
        auto policy = With(node->OwnPolicy(*name), std::move(rules));
        if (!policy.ok()) return policy.status();
        PolicyChanges changes(context.tenant, tenant, revision, now);
        changes.Set(*name, *node, *std::move(policy), node->SourceOf(*name));
        std::move(changes).Finish(write);
        return write;
      });
  if (!written.ok()) return written.status();
  return Find(*impl_->store, context.tenant, id, impl_->clock->Now());
}

absl::StatusOr<BreakGlassRecord> Corpus::GetBreakGlass(std::string_view tenant, const std::string& id) const {
  return Find(*impl_->store, tenant, id, impl_->clock->Now());
}

absl::StatusOr<std::vector<BreakGlassRecord>> Corpus::ListBreakGlass(std::string_view tenant) const {
  std::vector<BreakGlassRecord> records;
  const absl::Time now = impl_->clock->Now();
  absl::Status status = impl_->store->ForEachBreakGlass(tenant, [&](BreakGlassRecord record) {
    records.push_back(AsOf(std::move(record), now));
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  std::sort(records.begin(), records.end(), [](const BreakGlassRecord& a, const BreakGlassRecord& b) {
    return std::tie(b.request_time, b.id) < std::tie(a.request_time, a.id);
  });
  return records;
}

}  // namespace usher::corpus
