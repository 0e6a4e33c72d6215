// Writes of memberships and policies.
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/corpus/corpus_impl.h"

namespace usher::corpus {
namespace {

absl::Status StaleEtag(const NodeName& node) {
  const std::string name = node.document.empty() ? FormatCollectionName(node.collection)
                                                 : FormatDocumentName(node.collection, node.document);
  return absl::AbortedError(absl::StrCat("'", name, "' has changed since its etag was read; read it again and retry"));
}

// A document that moves to another class, and the collection it is in.
struct Move {
  std::shared_ptr<Collection> collection;
  acl::DocumentVersion version;
  acl::Policy from;
  acl::Policy to;
  uint32_t chunk_count = 0;

  void Apply() const {
    const acl::ClassId target = collection->classes.Intern(to);
    collection->vectors.Reclassify(version, target);
    collection->classes.AddChunks(collection->classes.Intern(from), -static_cast<int64_t>(chunk_count));
    collection->classes.AddChunks(target, chunk_count);
  }
};

struct PolicyChange {
  std::shared_ptr<Collection> collection;
  acl::Policy policy;
  acl::Revision revision;

  void Apply() const {
    collection->record.policy = policy;
    collection->record.policy_revision = revision;
    collection->classes.SetCollectionPolicy(policy);
  }
};

}  // namespace

absl::StatusOr<WriteResult> Corpus::UpdateMembers(const WriteContext& context,
                                                  const std::vector<storage::MembershipRecord>& add,
                                                  const std::vector<storage::MembershipRecord>& remove,
                                                  const std::string& response) {
  return impl_->Write(context, response, [&](Tenant& tenant, acl::Revision) -> absl::StatusOr<PreparedWrite> {
    PreparedWrite write;
    for (const storage::MembershipRecord& record : remove) write.batch.DeleteMembership(context.tenant, record);
    for (const storage::MembershipRecord& record : add) write.batch.PutMembership(context.tenant, record);
    write.apply = [&] {
      for (const storage::MembershipRecord& record : remove) tenant.groups.Remove(record.member, record.group);
      for (const storage::MembershipRecord& record : add) tenant.groups.Add(record.member, record.group);
    };
    return write;
  });
}

absl::StatusOr<WriteResult> Corpus::SetPolicies(const WriteContext& context, const std::vector<PolicyUpdate>& updates,
                                                const std::string& response) {
  return impl_->Write(context, response, [&](Tenant& tenant, acl::Revision revision) -> absl::StatusOr<PreparedWrite> {
    PreparedWrite write;
    std::vector<Move> moves;
    std::vector<PolicyChange> changes;
    for (const PolicyUpdate& update : updates) {
      const std::shared_ptr<Collection> collection = Impl::FindCollection(tenant, update.node.collection);
      if (collection == nullptr) return NoSuchCollection(update.node.collection);
      if (update.node.document.empty()) {
        storage::CollectionRecord record = collection->record;
        if (update.expected_revision && *update.expected_revision != record.policy_revision)
          return StaleEtag(update.node);
        record.policy = update.policy;
        record.policy_revision = revision;
        write.batch.PutCollection(context.tenant, record);
        changes.push_back({collection, update.policy, revision});
        continue;
      }
      auto found = impl_->store->GetDocument(collection->record.id, update.node.document);
      if (!found.ok()) return found.status();
      if (!found->has_value()) return NoSuchDocument({update.node.collection, update.node.document});
      storage::DocumentRecord document = **std::move(found);
      if (update.expected_revision && *update.expected_revision != document.revision) return StaleEtag(update.node);
      moves.push_back({collection, document.version, document.policy, update.policy, document.chunk_count});
      document.policy = update.policy;
      document.revision = revision;
      document.update_time = impl_->clock->Now();
      write.batch.PutDocument(collection->record.id, document);
    }
    write.apply = [moves = std::move(moves), changes = std::move(changes)] {
      for (const Move& move : moves) move.Apply();
      for (const PolicyChange& change : changes) change.Apply();
    };
    return write;
  });
}

}  // namespace usher::corpus
