// The policies of a collection and its folders, and the classes that lie under them.
//
// Only folders with a policy matter to a decision: they are controllers, the collection is the first. A folder without
// one is controlled by the nearest above it. Each controller lists the classes that simply pass on what it says, so
// that "all below an allowed folder" costs what it yields. Guarantee: giving a folder a policy or taking it away costs
// the folders and classes between it and the controllers below it, whatever the number of chunks. Thread-safety: const
// methods may run concurrently with each other, not with the others.
#ifndef USHER_ACL_FOLDER_POLICIES_H_
#define USHER_ACL_FOLDER_POLICIES_H_

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "acl/folder_table.h"
#include "acl/ids.h"
#include "acl/postings.h"

namespace usher::acl {

// A folder that carries a policy, or the collection; reused when the policy is taken away.
using ControllerId = StrongId<struct ControllerTag, uint32_t>;

class FolderPolicies {
 public:
  // `collection`: its compiled policy.
  explicit FolderPolicies(std::string collection);

  static constexpr ControllerId kCollection{0};

  struct Controller {
    FolderId folder;
    ControllerId parent;  // the collection's is itself
    std::string policy;   // compiled
    bool passes_by_default = false;
    uint32_t place = 0;                    // in the parent's `passing`, if it passes by default
    std::vector<ControllerId> passing;     // controllers directly below that pass by default
    std::vector<ClassId> passing_classes;  // classes directly below that pass by default
  };

  FolderId InternFolder(std::string_view path);
  const FolderTable& folders() const { return folders_; }

  // `policy`: compiled; empty for none. The root folder is the collection, which always keeps one.
  void SetPolicy(FolderId folder, std::string policy);
  // The compiled policy the folder itself carries; empty for none.
  std::string_view PolicyOf(FolderId folder) const;

  // Classes are added in the order of their ids, without gaps.
  void AddClass(FolderId folder, bool passes_by_default);

  FolderId FolderOf(ClassId id) const { return classes_[id.value()].folder; }
  ControllerId ControllerOf(FolderId folder) const { return controller_of_[folder.value()]; }
  ControllerId ControllerOf(ClassId id) const { return ControllerOf(FolderOf(id)); }
  const Controller& Get(ControllerId id) const { return controllers_[id.value()]; }
  size_t controller_bound() const { return controllers_.size(); }  // above every ControllerId in use
  // Of all controllers but the collection.
  const Postings& postings() const { return postings_; }

  // Calls visit(ClassId) for each class in the folder and those below it.
  template <typename Visitor>
  void ForEachClassBelow(FolderId folder, Visitor visit) const {
    std::vector<FolderId> pending = {folder};
    while (!pending.empty()) {
      const FolderId at = pending.back();
      pending.pop_back();
      ForEachClassIn(at, visit);
      folders_.ForEachChild(at, [&](FolderId child) { pending.push_back(child); });
    }
  }

 private:
  static constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();
  struct Class {
    FolderId folder;
    uint32_t next = kNone;   // class in the same folder
    uint32_t place = kNone;  // in its controller's passing_classes, if it passes by default
  };

  template <typename Visitor>
  void ForEachClassIn(FolderId folder, Visitor visit) const {
    for (uint32_t id = first_class_[folder.value()]; id != kNone; id = classes_[id].next) visit(ClassId(id));
  }

  bool IsController(FolderId folder) const { return Get(ControllerOf(folder)).folder == folder; }
  ControllerId MakeController(FolderId folder);
  void ReplacePolicy(ControllerId id, std::string policy);
  void Link(ControllerId id);
  void Unlink(ControllerId id);
  void LinkClass(ControllerId to, ClassId id);
  void UnlinkClass(ControllerId from, ClassId id);
  void HandOver(FolderId top, ControllerId from, ControllerId to);

  FolderTable folders_;
  std::vector<ControllerId> controller_of_;  // by FolderId
  std::vector<uint32_t> first_class_;        // by FolderId
  std::vector<Class> classes_;               // by ClassId
  std::vector<Controller> controllers_;      // by ControllerId
  std::vector<ControllerId> unused_;
  Postings postings_;
};

}  // namespace usher::acl

#endif  // USHER_ACL_FOLDER_POLICIES_H_
