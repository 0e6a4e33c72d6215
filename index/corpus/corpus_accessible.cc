// What somebody may read, by name.
#include <algorithm>
#include <mutex>
#include <shared_mutex>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "acl/absl_view.h"
#include "index/corpus/corpus_impl.h"

namespace usher::corpus {
namespace {

using Entry = Catalogue::Entry;

// Stands between a document's id and a chunk's number; no id holds a control character.
constexpr char kSeparator = '\n';

// Where a listing goes on: after a document, or in its midst from a chunk on.
struct Position {
  std::string_view document;
  uint32_t next_chunk = 0;  // 0: the document is done with
};

Position ParsePosition(std::string_view after) {
  const size_t split = after.find(kSeparator);
  Position position{after.substr(0, split), 0};
  if (split != std::string_view::npos &&
      !absl::SimpleAtoi(acl::ToAbsl(after.substr(split + 1)), &position.next_chunk)) {
    position.next_chunk = 0;
  }
  return position;
}

// Takes entries in order and keeps the names that the entitlement allows, up to a limit.
class Lister {
 public:
  Lister(std::string_view collection, const acl::Entitlement& entitlement, AccessibleKind kind, size_t limit)
      : collection_(collection), entitlement_(entitlement), kind_(kind), limit_(limit) {}

  // Whether anything of the entry is listed.
  bool Wants(const Entry& entry) const {
    if (kind_ == AccessibleKind::kDocuments) return entitlement_.Contains(entry.class_id);
    if (entry.chunk_classes == nullptr) return entry.chunk_count > 0 && entitlement_.Contains(entry.class_id);
    for (uint32_t i = 0; i < entry.chunk_count; ++i) {
      if (entitlement_.Contains(entry.ClassOf(i))) return true;
    }
    return false;
  }

  // From `first_chunk` on, where chunks are listed. False once there is no room for what the entry holds.
  bool Take(const Entry& entry, uint32_t first_chunk) {
    if (kind_ == AccessibleKind::kDocuments) {
      if (!entitlement_.Contains(entry.class_id)) return true;
      if (page_.names.size() == limit_) return Stop();
      page_.names.push_back(FormatDocumentName(collection_, entry.id));
      last_ = entry.id;
      return true;
    }
    // Most of what a walk passes belongs to others, and must cost no more for having many chunks.
    if (entry.chunk_classes == nullptr && !entitlement_.Contains(entry.class_id)) return true;
    for (uint32_t i = first_chunk; i < entry.chunk_count; ++i) {
      if (!entitlement_.Contains(entry.ClassOf(i))) continue;
      if (page_.names.size() == limit_) return Stop();
      page_.names.push_back(FormatChunkName(collection_, entry.id, i));
      last_ = absl::StrCat(acl::ToAbsl(entry.id), absl::string_view(&kSeparator, 1), i + 1);
    }
    return true;
  }

  AccessiblePage page() && { return std::move(page_); }

 private:
  bool Stop() {
    page_.next = last_;
    return false;
  }

  std::string_view collection_;
  const acl::Entitlement& entitlement_;
  AccessibleKind kind_;
  size_t limit_;
  AccessiblePage page_;
  std::string last_;  // the position after the last name
};

// The documents that the entitlement's classes lead to, in order, after a position.
std::vector<Entry> Gather(const Catalogue& documents, const acl::Entitlement& entitlement, const Lister& lister,
                          std::string_view from, size_t most) {
  std::vector<Entry> found;
  const auto add = [&](const Entry& entry) {
    if (entry.id >= from && lister.Wants(entry)) found.push_back(entry);
    return true;
  };
  for (const acl::ClassId id : entitlement.classes()) {
    documents.ForEachOfClass(id, [&](const Entry& entry) { return entry.chunk_classes != nullptr || add(entry); });
  }
  documents.ForEachWithChunkClasses(add);
  const auto by_id = [](const Entry& a, const Entry& b) { return a.id < b.id; };
  const auto end = found.begin() + static_cast<std::ptrdiff_t>(std::min(most, found.size()));
  std::partial_sort(found.begin(), end, found.end(), by_id);
  found.erase(end, found.end());
  return found;
}

// Whether walking all documents in order finds a page sooner than gathering the readable ones and sorting them. The
// more is readable the more that is so, so that classes need not be counted to the end.
bool WalkIsCheaper(const Catalogue& documents, const acl::Entitlement& entitlement, size_t limit) {
  constexpr double kGatherCost = 8;  // of an entry, counted in steps of the walk
  const double all = static_cast<double>(documents.size());
  const auto is_cheaper = [&](double readable) {
    if (readable == 0) return false;
    const double walked = std::min(all, static_cast<double>(limit) * all / readable);
    return walked < kGatherCost * readable;
  };
  double readable = static_cast<double>(documents.count_with_chunk_classes());
  for (const acl::ClassId id : entitlement.classes()) {
    if (is_cheaper(readable)) return true;
    readable += static_cast<double>(documents.CountOfClass(id));
  }
  return is_cheaper(readable);
}

}  // namespace

absl::StatusOr<AccessiblePage> Corpus::ListAccessible(std::string_view tenant_id, std::string_view collection_name,
                                                      const acl::Asker& asker, AccessibleKind kind,
                                                      std::string_view after, size_t limit) const {
  AccessiblePage nothing;
  nothing.revision = revision();
  const std::shared_ptr<Tenant> tenant = impl_->FindTenant(tenant_id);
  if (tenant == nullptr) return nothing;
  const std::shared_lock lock(tenant->mutex);
  const std::shared_ptr<Collection> collection = Impl::FindCollection(*tenant, collection_name);
  if (collection == nullptr) return nothing;
  const auto found =
      collection->entitlements.Get(collection->classes, tenant->groups, tenant->clearances, tenant->groups.epoch(),
                                   tenant->clearances_epoch, tenant->Admit(asker), impl_->clock->Now());
  const acl::Entitlement& entitlement = *found.entitlement;
  const Catalogue& documents = collection->documents;
  const Position position = ParsePosition(after);
  Lister lister(collection_name, entitlement, kind, limit);

  // A document in whose midst the last page ended comes first.
  bool room = true;
  if (position.next_chunk > 0) {
    const std::optional<Entry> begun = documents.Find(position.document);
    room = !begun || lister.Take(*begun, position.next_chunk);
  }
  if (room && WalkIsCheaper(documents, entitlement, limit)) {
    documents.ForEach(position.document, [&](const Entry& entry) { return lister.Take(entry, 0); });
  } else if (room) {
    const std::string from = position.document.empty() ? std::string() : std::string(position.document) + '\0';
    for (const Entry& entry : Gather(documents, entitlement, lister, from, limit + 1)) {
      if (!lister.Take(entry, 0)) break;
    }
  }
  AccessiblePage page = std::move(lister).page();
  page.revision = revision();
  return page;
}

}  // namespace usher::corpus
