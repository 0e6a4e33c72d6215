// A small tenant whose rules, memberships, clearances and classes change at random, with few names so that they meet.
#ifndef USHER_TESTS_ACL_RANDOM_WORLD_H_
#define USHER_TESTS_ACL_RANDOM_WORLD_H_

#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "acl/asker.h"
#include "acl/check.h"
#include "acl/class_table.h"
#include "acl/group_graph.h"
#include "acl/policy.h"
#include "acl/subject_table.h"

namespace usher::acl {

class RandomWorld {
 public:
  struct Kept {
    ClassId id;
    std::string folder;
    Policy document;
    std::optional<Policy> chunk;
  };

  explicit RandomWorld(uint32_t seed) : random_(seed) {}

  // One change of anything but the time.
  void Change() {
    switch (Below(11)) {
      case 0:
        collection_ = Below(2) == 0 ? Open() : MakePolicy();
        return table_.SetCollectionPolicy(collection_);
      case 1:
      case 2:
        return SetFolder(MakeFolder(4), Below(4) == 0 ? Policy() : MakePolicy());
      case 3:
        groups_.Add(Below(2) == 0 ? User() : Group(), Group());
        return;
      case 4:
        groups_.Remove(User(), Group());
        return;
      case 5:
        ++clearances_epoch_;
        return clearances_.Set(User(), {static_cast<uint32_t>(Below(3)), Compartments()});
      case 6:
        return SetOpenUntil();
      case 7:
        if (!classes_.empty()) table_.AddChunks(classes_[Below(classes_.size())].id, static_cast<int>(Below(9)) - 3);
        return;
      default:
        return AddClass();
    }
  }

  void Advance() { now_ += absl::Seconds(Below(3)); }

  Asker MakeAsker() {
    Asker asker{Below(12) == 0 ? "group:g0" : User(), {}, ""};
    if (Below(3) == 0) asker.claimed_groups.push_back(Group());
    if (Below(2) == 0) asker.purpose = Below(2) == 0 ? "audit" : "legal";
    return asker;
  }

  // The classes the asker may read, by the rules themselves.
  std::vector<ClassId> Readable(const Asker& asker, absl::Time at) const {
    const Checker checker(groups_, clearances_, asker, at);
    std::vector<ClassId> readable;
    for (const Kept& kept : classes_) {
      if (checker.MayRead(Chain(kept), open_until_)) readable.push_back(kept.id);
    }
    return readable;
  }

  std::vector<const Policy*> Chain(const Kept& kept) const {
    std::vector<const Policy*> chain = {&collection_};
    for (size_t end = 0; end < kept.folder.size() && end != std::string::npos;) {
      end = kept.folder.find('/', end + 1);
      const auto folder = folders_.find(kept.folder.substr(0, end));
      if (folder != folders_.end()) chain.push_back(&folder->second);
    }
    chain.push_back(&kept.document);
    if (kept.chunk) chain.push_back(&*kept.chunk);
    return chain;
  }

  absl::Time now() const { return now_; }
  const ClassTable& table() const { return table_; }
  const GroupGraph& groups() const { return groups_; }
  const ClearanceTable& clearances() const { return clearances_; }
  uint64_t clearances_epoch() const { return clearances_epoch_; }
  const std::vector<Kept>& classes() const { return classes_; }
  size_t Below(size_t bound) { return random_() % bound; }

 private:
  static Policy Open() {
    PolicyDraft draft;
    draft.rules.push_back({.effect = Effect::kAllow, .subjects = {"everyone"}});
    return *CanonicalPolicy(std::move(draft));
  }
  std::string User() { return "user:u" + std::to_string(Below(5)); }
  std::string Group() { return "group:g" + std::to_string(Below(5)); }
  std::string Subject() { return Below(8) == 0 ? "everyone" : Below(2) == 0 ? User() : Group(); }
  std::vector<std::string> Subjects() {
    std::vector<std::string> subjects = {Subject()};
    while (Below(3) == 0) subjects.push_back(Subject());
    return subjects;
  }
  std::vector<std::string> Compartments() {
    return Below(2) == 0 ? std::vector<std::string>{} : std::vector<std::string>{"mna"};
  }
  std::string MakeFolder(size_t depth) {
    std::string path;
    for (size_t left = Below(depth + 1); left > 0; --left) {
      path += (path.empty() ? "" : "/") + std::string(1, static_cast<char>('a' + Below(2)));
    }
    return path;
  }

  Rule MakeRule(bool allows) {
    Rule rule{.effect = allows && Below(2) == 0 ? Effect::kAllow : Effect::kDeny, .subjects = Subjects()};
    if (Below(5) == 0) rule.effect = Effect::kBreakGlass;
    if (Below(4) == 0) rule.not_before = now_ + absl::Seconds(static_cast<int>(Below(8)) - 2);
    if (Below(4) == 0) rule.expire_time = now_ + absl::Seconds(9 + Below(8));
    return rule;
  }

  Policy MakePolicy() {
    PolicyDraft draft;
    draft.inheritance = static_cast<Inheritance>(Below(3));
    const bool allows = *draft.inheritance != Inheritance::kInherit;
    if (allows) draft.rules.push_back({.effect = Effect::kAllow, .subjects = Subjects()});
    while (Below(2) == 0) draft.rules.push_back(MakeRule(allows));
    if (Below(6) == 0) draft.label = {static_cast<uint32_t>(Below(3)), Compartments(), {}};
    if (Below(10) == 0) draft.label.purposes = {"audit"};
    if (Below(8) == 0) draft.ceiling = Subjects();
    if (Below(8) == 0) draft.owners = {User()};
    return *CanonicalPolicy(std::move(draft));
  }

  void SetFolder(const std::string& path, Policy policy) {
    if (path.empty()) return;
    table_.SetFolderPolicy(path, policy);
    if (policy.empty()) {
      folders_.erase(path);
    } else {
      folders_[path] = std::move(policy);
    }
  }

  void SetOpenUntil() {
    open_until_ = Below(3) == 0 ? now_ + absl::Seconds(Below(6)) : absl::InfiniteFuture();
    table_.SetOpenUntil(open_until_);
  }

  void AddClass() {
    Kept kept{ClassId(), MakeFolder(4), Below(3) == 0 ? Policy() : MakePolicy(), std::nullopt};
    if (Below(4) == 0) kept.chunk = MakePolicy();
    const uint64_t count = table_.class_count();
    kept.id = table_.Intern(kept.folder, kept.document, kept.chunk ? &*kept.chunk : nullptr);
    if (table_.class_count() > count) classes_.push_back(std::move(kept));
  }

  std::mt19937 random_;
  absl::Time now_ = absl::FromUnixSeconds(1'700'000'000);
  absl::Time open_until_ = absl::InfiniteFuture();
  SubjectTable names_;
  GroupGraph groups_{&names_};
  ClearanceTable clearances_;
  uint64_t clearances_epoch_ = 0;
  Policy collection_;
  std::map<std::string, Policy> folders_;
  std::vector<Kept> classes_;  // by id
  ClassTable table_{&names_, Policy()};
};

}  // namespace usher::acl

#endif  // USHER_TESTS_ACL_RANDOM_WORLD_H_
