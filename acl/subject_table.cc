#include "acl/subject_table.h"

#include "acl/names.h"

namespace usher::acl {

SubjectTable::SubjectTable() { Intern(kEveryone); }

SubjectId SubjectTable::Intern(std::string_view name) {
  if (const std::optional<SubjectId> known = Find(name)) return *known;
  const SubjectId id(static_cast<uint32_t>(names_.size()));
  ids_.emplace(names_.emplace_back(name), id);
  if (ValidatePrincipal(name).ok()) principals_.Insert(id.value());
  return id;
}

std::optional<SubjectId> SubjectTable::Find(std::string_view name) const {
  const auto it = ids_.find(name);
  if (it == ids_.end()) return std::nullopt;
  return it->second;
}

}  // namespace usher::acl
