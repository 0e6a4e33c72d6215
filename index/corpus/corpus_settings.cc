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
    PreparedWrite write;
    write.batch.PutCollection(context.tenant, record);
    write.apply = [collection, strict_search = record.strict_search] {
      collection->record.strict_search = strict_search;
    };
    return write;
  });
}

}  // namespace usher::corpus
