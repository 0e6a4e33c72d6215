#include "acl/folder_policies.h"

#include <utility>

namespace usher::acl {

FolderPolicies::FolderPolicies(std::string collection) : controller_of_(1), first_class_(1, kNone), controllers_(1) {
  controllers_[0].policy = std::move(collection);
}

FolderId FolderPolicies::InternFolder(std::string_view path) {
  const FolderId folder = folders_.Intern(path);
  for (size_t id = controller_of_.size(); id < folders_.size(); ++id) {
    controller_of_.push_back(ControllerOf(folders_.Parent(FolderId(static_cast<uint32_t>(id)))));
    first_class_.push_back(kNone);
  }
  return folder;
}

std::string_view FolderPolicies::PolicyOf(FolderId folder) const {
  return IsController(folder) ? std::string_view(Get(ControllerOf(folder)).policy) : std::string_view();
}

void FolderPolicies::SetPolicy(FolderId folder, std::string policy) {
  if (folder == FolderTable::kRoot) {
    controllers_[0].policy = std::move(policy);
    return;
  }
  const bool controls = IsController(folder);
  if (policy.empty()) {
    if (!controls) return;
    const ControllerId id = ControllerOf(folder);
    ReplacePolicy(id, {});
    HandOver(folder, id, Get(id).parent);
    controllers_[id.value()] = Controller();
    unused_.push_back(id);
    return;
  }
  ReplacePolicy(controls ? ControllerOf(folder) : MakeController(folder), std::move(policy));
}

ControllerId FolderPolicies::MakeController(FolderId folder) {
  ControllerId id(static_cast<uint32_t>(controllers_.size()));
  if (unused_.empty()) {
    controllers_.emplace_back();
  } else {
    id = unused_.back();
    unused_.pop_back();
  }
  const ControllerId parent = ControllerOf(folder);
  controllers_[id.value()].folder = folder;
  controllers_[id.value()].parent = parent;
  HandOver(folder, parent, id);
  return id;
}

void FolderPolicies::ReplacePolicy(ControllerId id, std::string policy) {
  Controller& controller = controllers_[id.value()];
  if (!controller.policy.empty()) {
    postings_.Remove(PostingKeysOf(Decompile(controller.policy)), id.value());
    if (controller.passes_by_default) Unlink(id);
  }
  controller.policy = std::move(policy);
  if (controller.policy.empty()) return;
  const PostingKeys keys = PostingKeysOf(Decompile(controller.policy));
  controller.passes_by_default = keys.passes_by_default;
  postings_.Add(keys, id.value());
  if (controller.passes_by_default) Link(id);
}

void FolderPolicies::AddClass(FolderId folder, bool passes_by_default) {
  const ClassId id(static_cast<uint32_t>(classes_.size()));
  classes_.push_back({folder, std::exchange(first_class_[folder.value()], id.value()), kNone});
  if (passes_by_default) LinkClass(ControllerOf(folder), id);
}

void FolderPolicies::Link(ControllerId id) {
  Controller& controller = controllers_[id.value()];
  std::vector<ControllerId>& siblings = controllers_[controller.parent.value()].passing;
  controller.place = static_cast<uint32_t>(siblings.size());
  siblings.push_back(id);
}

void FolderPolicies::Unlink(ControllerId id) {
  const Controller& controller = controllers_[id.value()];
  std::vector<ControllerId>& siblings = controllers_[controller.parent.value()].passing;
  const ControllerId last = siblings.back();
  siblings[controller.place] = last;
  controllers_[last.value()].place = controller.place;
  siblings.pop_back();
}

void FolderPolicies::LinkClass(ControllerId to, ClassId id) {
  std::vector<ClassId>& list = controllers_[to.value()].passing_classes;
  classes_[id.value()].place = static_cast<uint32_t>(list.size());
  list.push_back(id);
}

void FolderPolicies::UnlinkClass(ControllerId from, ClassId id) {
  std::vector<ClassId>& list = controllers_[from.value()].passing_classes;
  const uint32_t place = classes_[id.value()].place;
  const ClassId last = list.back();
  list[place] = last;
  classes_[last.value()].place = place;
  list.pop_back();
}

// Everything that `from` controls in the folder `top` and below it goes to `to`.
void FolderPolicies::HandOver(FolderId top, ControllerId from, ControllerId to) {
  std::vector<FolderId> pending = {top};
  while (!pending.empty()) {
    const FolderId folder = pending.back();
    pending.pop_back();
    if (const ControllerId own = ControllerOf(folder); own != from) {
      const bool listed = Get(own).passes_by_default;
      if (listed) Unlink(own);
      controllers_[own.value()].parent = to;
      if (listed) Link(own);
      continue;
    }
    controller_of_[folder.value()] = to;
    ForEachClassIn(folder, [&](ClassId id) {
      if (classes_[id.value()].place == kNone) return;
      UnlinkClass(from, id);
      LinkClass(to, id);
    });
    folders_.ForEachChild(folder, [&](FolderId child) { pending.push_back(child); });
  }
}

}  // namespace usher::acl
