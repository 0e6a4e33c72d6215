#include "acl/folder_table.h"

namespace usher::acl {
namespace {

// Takes the first component off a path that is not at its end; nullopt then.
std::optional<std::string_view> TakeComponent(std::optional<std::string_view>& path) {
  if (!path) return std::nullopt;
  const size_t slash = path->find('/');
  const std::string_view component = path->substr(0, slash);
  path = slash == std::string_view::npos ? std::nullopt : std::optional(path->substr(slash + 1));
  return component;
}

std::optional<std::string_view> Components(std::string_view path) {
  return path.empty() ? std::nullopt : std::optional(path);
}

}  // namespace

FolderTable::FolderTable() : ids_(0, KeyHash{this}, KeyEqual{this}) { folders_.emplace_back(); }

FolderId FolderTable::Intern(std::string_view path) {
  uint32_t at = kRoot.value();
  std::optional<std::string_view> rest = Components(path);
  while (const std::optional<std::string_view> name = TakeComponent(rest)) {
    if (const auto it = ids_.find(Key(at, ToAbsl(*name))); it != ids_.end()) {
      at = *it;
      continue;
    }
    const auto fresh = static_cast<uint32_t>(folders_.size());
    folders_.push_back({FolderId(at), kNone, folders_[at].first_child, std::string(*name)});
    folders_[at].first_child = fresh;
    ids_.insert(fresh);
    at = fresh;
  }
  return FolderId(at);
}

std::optional<FolderId> FolderTable::Find(std::string_view path) const {
  uint32_t at = kRoot.value();
  std::optional<std::string_view> rest = Components(path);
  while (const std::optional<std::string_view> name = TakeComponent(rest)) {
    const auto it = ids_.find(Key(at, ToAbsl(*name)));
    if (it == ids_.end()) return std::nullopt;
    at = *it;
  }
  return FolderId(at);
}

std::string FolderTable::Path(FolderId id) const {
  std::vector<std::string_view> names;
  for (FolderId at = id; at != kRoot; at = Parent(at)) names.push_back(folders_[at.value()].name);
  std::string path;
  for (auto name = names.rbegin(); name != names.rend(); ++name) {
    if (name != names.rbegin()) path.push_back('/');
    path.append(*name);
  }
  return path;
}

}  // namespace usher::acl
