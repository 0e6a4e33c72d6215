#include "acl/label_table.h"

namespace usher::acl {

LabelId LabelTable::Intern(const Label& label) {
  const auto [entry, inserted] = ids_.try_emplace(label, LabelId(static_cast<uint32_t>(labels_.size())));
  if (inserted) labels_.push_back(label);
  return entry->second;
}

std::optional<LabelId> LabelTable::Find(const Label& label) const {
  const auto it = ids_.find(label);
  if (it == ids_.end()) return std::nullopt;
  return it->second;
}

IdBitmap LabelTable::SatisfiedBy(const Clearance& clearance, std::string_view purpose) const {
  IdBitmap satisfied(labels_.size());
  for (uint32_t id = 0; id < labels_.size(); ++id) {
    if (Satisfies(clearance, purpose, labels_[id])) satisfied.Insert(id);
  }
  return satisfied;
}

}  // namespace usher::acl
