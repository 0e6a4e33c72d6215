#include "acl/principal_space.h"

#include <algorithm>

#include "acl/names.h"

namespace usher::acl {

PrincipalSpace::PrincipalSpace(const SubjectTable& subjects) : subjects_(subjects), everyone_(subjects.principals()) {
  everyone_.Insert(kAnyoneElse);
}

uint32_t PrincipalSpace::Add(std::string_view name) {
  if (const std::optional<uint32_t> known = Find(name)) return *known;
  const auto number = static_cast<uint32_t>(subjects_.size() + later_.Intern(name).value());
  if (ValidatePrincipal(name).ok()) everyone_.Insert(number);
  return number;
}

void PrincipalSpace::AddNamesOf(absl::Span<const Policy* const> chain) {
  for (const Policy* policy : chain) {
    for (const Rule& rule : policy->rules) {
      for (const std::string& subject : rule.subjects) Add(subject);
    }
    for (const std::string& subject : policy->ceiling) Add(subject);
  }
}

std::optional<uint32_t> PrincipalSpace::Find(std::string_view name) const {
  if (const std::optional<SubjectId> id = subjects_.Find(name)) return id->value();
  if (const std::optional<SubjectId> id = later_.Find(name)) {
    return static_cast<uint32_t>(subjects_.size() + id->value());
  }
  return std::nullopt;
}

Readers PrincipalSpace::ToReaders(const IdBitmap& numbers) const {
  Readers readers;
  numbers.ForEach([&](uint32_t number) {
    if (number == kAnyoneElse) {
      readers.everyone_else = true;
    } else {
      const std::string_view name = IsInterned(number)
                                        ? subjects_.Name(SubjectId(number))
                                        : later_.Name(SubjectId(static_cast<uint32_t>(number - subjects_.size())));
      readers.principals.emplace_back(name);
    }
  });
  std::sort(readers.principals.begin(), readers.principals.end());
  return readers;
}

}  // namespace usher::acl
