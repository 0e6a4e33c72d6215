// Settings of collections.
#include <utility>

#include "index/corpus/corpus_impl.h"

namespace usher::corpus {

absl::StatusOr<WriteResult> Corpus::UpdateCollection(const WriteContext& context, std::string_view name,
                                                     const CollectionUpdate& update, const std::string& response) {
  return impl_->Write(context, response, [&](Tenant& tenant, acl::Revision) -> absl::StatusOr<PreparedWrite> {
    const std::shared_ptr<Collection> collection = Impl::FindCollection(tenant, name);
    if (collection == nullptr || !impl_->MayManage(tenant, context, {&collection->record.policy})) {
      return context.owner ? NotManaged({std::string(name), "", "", std::nullopt}) : NoSuchCollection(name);
    }
    storage::CollectionRecord record = collection->record;
    record.strict_search = update.strict_search.value_or(record.strict_search);
    record.trust_tier = update.trust_tier.value_or(record.trust_tier);
    PreparedWrite write;
    write.batch.PutCollection(context.tenant, record);
    write.apply = [collection, strict_search = record.strict_search, trust_tier = record.trust_tier] {
      collection->record.strict_search = strict_search;
      collection->record.trust_tier = trust_tier;
    };
    return write;
  });
}

}  // namespace usher::corpus
