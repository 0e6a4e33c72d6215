// Records of the access model that differ in every field from empty ones, and the same for the older records' newer
// fields. Policies and clearances are canonical.
#ifndef USHER_TESTS_INDEX_STORAGE_ACCESS_TESTING_H_
#define USHER_TESTS_INDEX_STORAGE_ACCESS_TESTING_H_

#include <string>

#include "index/storage/access_records.h"

namespace usher::storage {

// With a label, a ceiling, owners and a rule of each effect.
acl::Policy AFullPolicy();
CollectionRecord ASyncedCollection(const std::string& name);
DocumentRecord ADocumentWithChunkRules(const std::string& id);
ApiKeyRecord AnApiKeyWithGroups(const std::string& key_id);
FolderRecord AFolder(const std::string& path);
ClearanceRecord AClearance(const std::string& principal);
SourceRecord ASource(const std::string& name);
SyncRecord ASync(const std::string& source, const std::string& sync_id);
SyncPartRecord ASyncPart(const std::string& sync_id, uint32_t number);
BreakGlassRecord ABreakGlass(const std::string& id);
TenantSettingsRecord ASettings();
ChangeRecord AChange(const std::string& text);

}  // namespace usher::storage

#endif  // USHER_TESTS_INDEX_STORAGE_ACCESS_TESTING_H_
