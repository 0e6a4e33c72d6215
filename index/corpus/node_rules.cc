// Nodes of every kind, and the rules that hold for them.
#include <algorithm>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "acl/absl_view.h"
#include "acl/check.h"
#include "acl/delegation.h"
#include "acl/names.h"
#include "index/corpus/corpus_impl.h"

namespace usher::corpus {
namespace {

constexpr size_t kMaxUnknownSubjects = 100;

using DocumentPointer = std::shared_ptr<const storage::DocumentRecord>;

DocumentPointer Shared(std::optional<storage::DocumentRecord> document) {
  return document ? std::make_shared<const storage::DocumentRecord>(*std::move(document)) : nullptr;
}

// Reads each document once, however many nodes of it are asked for: one may hold rules for thousands of chunks.
class DocumentReader {
 public:
  explicit DocumentReader(const storage::Store& store) : store_(store) {}

  // Null where there is none.
  absl::StatusOr<DocumentPointer> Read(acl::CollectionId collection, const std::string& id) {
    const auto [it, fresh] = read_.try_emplace({collection.value(), id});
    if (!fresh) return it->second;
    auto document = store_.GetDocument(collection, id);
    if (!document.ok()) return document.status();
    it->second = Shared(*std::move(document));
    return it->second;
  }

 private:
  const storage::Store& store_;
  absl::flat_hash_map<std::pair<uint64_t, std::string>, DocumentPointer> read_;
};

bool IsKnown(const Tenant& tenant, const std::string& subject) {
  return subject == acl::kEveryone || !tenant.groups.DirectGroups(subject).empty() ||
         !tenant.groups.ListMembers(subject, "", 1).empty() || !tenant.clearances.Of(subject).empty();
}

}  // namespace

absl::Status NoSuchCollection(std::string_view name) {
  return absl::NotFoundError(absl::StrCat("there is no collection '", acl::ToAbsl(name), "'"));
}

absl::Status NoSuchDocument(const DocumentName& name) {
  return absl::NotFoundError(
      absl::StrCat("there is no document '", FormatDocumentName(name.collection, name.document), "'"));
}

absl::Status NoSuchNode(const NodeName& name) {
  if (name.document.empty()) return NoSuchCollection(name.collection);
  if (!name.chunk) return NoSuchDocument({name.collection, name.document});
  return absl::NotFoundError(absl::StrCat("there is no chunk '", FormatNodeName(name), "'"));
}

absl::Status NotManaged(const NodeName& name) {
  return absl::NotFoundError(absl::StrCat("there is no '", FormatNodeName(name), "' that you manage"));
}

PolicyChain StoredNode::Chain(const NodeName& name) const {
  if (name.document.empty()) return collection->FolderPolicies(name.folder);
  if (!document) return collection->FolderPolicies(FolderOf(name.document));
  return name.chunk ? collection->ChunkPolicies(*document, *name.chunk) : collection->DocumentPolicies(*document);
}

const acl::Policy& StoredNode::OwnPolicy(const NodeName& name) const {
  static const acl::Policy& none = *new acl::Policy();
  if (name.is_collection()) return collection->record.policy;
  if (!name.folder.empty()) {
    const auto folder = collection->folders.find(name.folder);
    return folder == collection->folders.end() ? none : folder->second.policy;
  }
  if (!document) return none;
  if (!name.chunk) return document->policy;
  const acl::Policy* own = ChunkPolicyOf(*document, *name.chunk);
  return own == nullptr ? none : *own;
}

std::string StoredNode::SourceOf(const NodeName& name) const {
  if (name.is_collection()) return collection->record.policy_source;
  if (!name.folder.empty()) {
    const auto folder = collection->folders.find(name.folder);
    return folder == collection->folders.end() ? "" : folder->second.policy_source;
  }
  return document && !name.chunk ? document->policy_source : "";
}

absl::Status Corpus::Impl::ReadNodes(const Tenant& tenant, absl::Span<const NodeName> names,
                                     const NodesReader& read) const {
  for (;;) {
    {
      const std::shared_lock lock(tenant.mutex);
      std::vector<StoredNode> nodes(names.size());
      // The store may show a document of a write that is not in force yet, and its rules must not be read together with
      // the older ones above it.
      bool ahead = false;
      DocumentReader documents(*store);
      for (size_t i = 0; i < names.size() && !ahead; ++i) {
        StoredNode& node = nodes[i];
        node.collection = FindCollection(tenant, names[i].collection);
        if (node.collection == nullptr) continue;
        node.exists = names[i].document.empty();
        if (node.exists) continue;
        auto document = documents.Read(node.collection->record.id, names[i].document);
        if (!document.ok()) return document.status();
        node.document = *std::move(document);
        if (node.document == nullptr) continue;
        ahead = node.document->revision > tenant.revision;
        node.exists = !names[i].chunk || *names[i].chunk < node.document->chunk_count;
      }
      if (!ahead) return read(nodes);
    }
    if (absl::Status status = AwaitStore(absl::InfiniteFuture()); !status.ok()) return status;
  }
}

bool Corpus::Impl::MayManage(const Tenant& tenant, const WriteContext& context, const PolicyChain& chain) const {
  if (!context.owner) return true;
  return tenant.CheckerFor(*context.owner, clock->Now()).Manages(chain);
}

absl::StatusOr<StoredNode> Corpus::Impl::FindForWriting(const Tenant& tenant, const WriteContext& context,
                                                        const NodeName& name) const {
  StoredNode node;
  node.collection = FindCollection(tenant, name.collection);
  if (node.collection == nullptr) return context.owner ? NotManaged(name) : NoSuchNode(name);
  node.exists = name.document.empty();
  if (!node.exists) {
    auto document = store->GetDocument(node.collection->record.id, name.document);
    if (!document.ok()) return document.status();
    node.document = Shared(*std::move(document));
    node.exists = node.document && (!name.chunk || *name.chunk < node.document->chunk_count);
  }
  if (!MayManage(tenant, context, node.Chain(name))) return NotManaged(name);
  if (!node.exists) return NoSuchNode(name);
  return node;
}

std::vector<std::string> UnknownSubjects(const Tenant& tenant, absl::Span<const acl::Policy* const> policies,
                                         const absl::flat_hash_set<std::string_view>& also_known) {
  absl::btree_set<std::string> unknown;
  const auto look = [&](const std::vector<std::string>& subjects) {
    for (const std::string& subject : subjects) {
      const bool known = also_known.contains(subject) || IsKnown(tenant, subject);
      if (!known && unknown.size() < kMaxUnknownSubjects) unknown.insert(subject);
    }
  };
  for (const acl::Policy* policy : policies) {
    for (const acl::Rule& rule : policy->rules) {
      if (rule.effect != acl::Effect::kBreakGlass) look(rule.subjects);
    }
    look(policy->ceiling);
    look(policy->owners);
  }
  return {unknown.begin(), unknown.end()};
}

absl::Status RefuseUnknown(const std::vector<std::string>& unknown) {
  if (unknown.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "this tenant lets rules name only principals and groups that memberships or clearances know; unknown: ",
      absl::StrJoin(unknown, ", ")));
}

absl::StatusOr<acl::Policy> Corpus::Impl::AdmitPolicy(const Tenant& tenant, const WriteContext& context,
                                                      acl::Policy wanted, const acl::Policy& current,
                                                      const PolicyChain& above) const {
  const absl::Time now = clock->Now();
  wanted = acl::KeepBreakGlass(std::move(wanted), current, now);
  if (absl::Status status = acl::CheckNotExpired(wanted, current, now); !status.ok()) return status;
  if (tenant.settings.require_known_subjects) {
    if (absl::Status status = RefuseUnknown(UnknownSubjects(tenant, {&wanted})); !status.ok()) return status;
  }
  if (!context.owner) return wanted;
  return acl::DelegatedPolicy(tenant.groups, std::move(wanted), current, above);
}

// --- Changes of policies ---

void Move::Apply() const {
  collection->Leave(from);
  const DocumentClasses classes = collection->Classify(to.id, to.policy, to.chunk_policies);
  collection->Enter(to, classes);
  collection->vectors.Reclassify(to.version, PiecesOf(classes, to.chunk_count));
}

void PolicyChanges::Set(const NodeName& name, const StoredNode& node, acl::Policy policy, std::string_view source) {
  changes_.push_back({static_cast<uint8_t>(ChangeKind::kPolicySet), FormatNodeName(name), "",
                      policy.empty() ? std::nullopt : std::optional(policy), std::nullopt});
  if (!name.document.empty()) return SetDocument(name, node, std::move(policy), source);
  if (name.is_collection()) {
    storage::CollectionRecord record = node.collection->record;
    record.policy = std::move(policy);
    record.policy_revision = revision_;
    record.policy_source = source;
    collections_.emplace_back(node.collection, std::move(record));
    return;
  }
  folders_.push_back({node.collection, {name.folder, std::move(policy), revision_, std::string(source)}});
}

void PolicyChanges::SetDocument(const NodeName& name, const StoredNode& node, acl::Policy policy,
                                std::string_view source) {
  const auto [it, fresh] = moves_.try_emplace({name.collection, name.document});
  Move& move = it->second;
  if (fresh) move = {node.collection, *node.document, *node.document};
  storage::DocumentRecord& to = move.to;
  to.revision = revision_;
  to.update_time = now_;
  if (!name.chunk) {
    to.policy = std::move(policy);
    to.policy_source = source;
    return;
  }
  const auto place = std::lower_bound(to.chunk_policies.begin(), to.chunk_policies.end(), *name.chunk,
                                      [](const auto& pair, uint32_t n) { return pair.first < n; });
  const bool known = place != to.chunk_policies.end() && place->first == *name.chunk;
  if (policy.empty()) {
    if (known) to.chunk_policies.erase(place);
  } else if (known) {
    place->second = std::move(policy);
  } else {
    to.chunk_policies.insert(place, {*name.chunk, std::move(policy)});
  }
}

void PolicyChanges::Finish(PreparedWrite& write) && {
  for (const auto& [collection, record] : collections_) write.batch.PutCollection(tenant_id_, record);
  for (const FolderChange& change : folders_) {
    if (change.record.policy.empty() && change.record.policy_source.empty()) {
      write.batch.DeleteFolder(change.collection->record.id, change.record.path);
    } else {
      write.batch.PutFolder(change.collection->record.id, change.record);
    }
  }
  for (const auto& [name, move] : moves_) write.batch.PutDocument(move.collection->record.id, move.to);
  write.changes.insert(write.changes.end(), std::make_move_iterator(changes_.begin()),
                       std::make_move_iterator(changes_.end()));
  write.apply = [collections = std::move(collections_), folders = std::move(folders_), moves = std::move(moves_),
                 then = std::move(write.apply)] {
    for (const auto& [collection, record] : collections) {
      collection->record = record;
      collection->classes.SetCollectionPolicy(record.policy);
    }
    for (const FolderChange& change : folders) {
      if (change.record.policy.empty() && change.record.policy_source.empty()) {
        change.collection->folders.erase(change.record.path);
      } else {
        change.collection->folders[change.record.path] = change.record;
      }
      change.collection->classes.SetFolderPolicy(change.record.path, change.record.policy);
    }
    for (const auto& [name, move] : moves) move.Apply();
    then();
  };
}

}  // namespace usher::corpus
