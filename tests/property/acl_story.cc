#include "tests/property/acl_story.h"

#include <rapidcheck.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace usher::acl_oracle {
namespace {

using Names = std::vector<std::string>;

constexpr int kHours = 8;  // rules begin and end at full hours of one short day

absl::Time Hour(int hour) { return absl::UnixEpoch() + absl::Hours(hour); }

rc::Gen<std::string> OneOf(Names names) { return rc::gen::elementOf(std::move(names)); }

template <typename T>
rc::Gen<std::vector<T>> UpTo(int count, rc::Gen<T> item) {
  return rc::gen::resize(count, rc::gen::container<std::vector<T>>(std::move(item)));
}

rc::Gen<Names> Some(int count, const Names& names) {
  return rc::gen::map(UpTo(count, OneOf(names)), [](Names some) {
    std::sort(some.begin(), some.end());
    some.erase(std::unique(some.begin(), some.end()), some.end());
    return some;
  });
}

template <typename T>
rc::Gen<T> Rarely(size_t percent, T usual, rc::Gen<T> rare) {
  return rc::gen::weightedOneOf<T>({{100 - percent, rc::gen::just(std::move(usual))}, {percent, std::move(rare)}});
}

// Few names, so that they meet, and some that begin like others.
const Names& Users() {
  static const auto* names = new Names{"user:0", "user:1", "user:2", "user:3", "service:bot"};
  return *names;
}
const Names& Groups() {
  static const auto* names =
      new Names{"group:0", "group:1", "group:2", "group:3", "group:10", "group:4", "group:claimed"};
  return *names;
}
Names operator+(Names names, const Names& more) {
  names.insert(names.end(), more.begin(), more.end());
  return names;
}
const Names kCompartments = {"hr", "mna"};
const Names kPurposes = {"audit", "legal"};
const Names kFolders = {"folders/a", "folders/a/b", "folders/a/b/c", "folders/ab", "folders/d"};
const Names kDocuments = {"top.md",       "a/one.md",      "a/b",        "a/b/two.md",
                          "a/b/three.md", "a/b/c/four.md", "ab/five.md", "d/e/six.md"};

rc::Gen<absl::Time> FullHour() { return rc::gen::map(rc::gen::inRange(0, kHours), &Hour); }

rc::Gen<acl::Rule> AnyRule() {
  using acl::Effect;
  const auto effect =
      rc::gen::weightedElement<Effect>({{76, Effect::kAllow}, {15, Effect::kDeny}, {9, Effect::kBreakGlass}});
  const auto rule = rc::gen::build<acl::Rule>(
      rc::gen::set(&acl::Rule::effect, effect),
      rc::gen::set(&acl::Rule::subjects,
                   rc::gen::nonEmpty(Some(3, Users() + Groups() + Groups() + Names{"everyone", "everyone"}))),
      rc::gen::set(&acl::Rule::not_before, Rarely(25, absl::InfinitePast(), FullHour())),
      rc::gen::set(&acl::Rule::expire_time, Rarely(25, absl::InfiniteFuture(), FullHour())));
  return rc::gen::map(rule, [](acl::Rule any) {
    if (any.not_before >= any.expire_time) any.expire_time = absl::InfiniteFuture();
    return any;
  });
}

rc::Gen<acl::Label> AnyLabel() {
  return rc::gen::build<acl::Label>(rc::gen::set(&acl::Label::level, rc::gen::inRange<uint32_t>(0, 3)),
                                    rc::gen::set(&acl::Label::compartments, Some(1, kCompartments)),
                                    rc::gen::set(&acl::Label::purposes, Rarely(30, Names(), Some(2, kPurposes))));
}

bool HasAllow(const acl::PolicyDraft& policy) {
  return std::any_of(policy.rules.begin(), policy.rules.end(),
                     [](const acl::Rule& rule) { return rule.effect == acl::Effect::kAllow; });
}

rc::Gen<acl::PolicyDraft> AnyPolicy() {
  using acl::Inheritance;
  using Choice = std::optional<Inheritance>;
  const auto inheritance = rc::gen::weightedElement<Choice>(
      {{40, std::nullopt}, {30, Inheritance::kInherit}, {15, Inheritance::kRestrict}, {15, Inheritance::kReplace}});
  const auto policy = rc::gen::build<acl::PolicyDraft>(
      rc::gen::set(&acl::PolicyDraft::inheritance, inheritance),
      rc::gen::set(&acl::PolicyDraft::rules, UpTo(3, AnyRule())),
      rc::gen::set(&acl::PolicyDraft::label, Rarely(12, acl::Label(), AnyLabel())),
      rc::gen::set(&acl::PolicyDraft::ceiling, Rarely(10, Names(), Some(3, Users() + Groups() + Names{"everyone"}))),
      rc::gen::set(&acl::PolicyDraft::owners, Rarely(15, Names(), Some(2, Users() + Groups()))));
  return rc::gen::map(policy, [](acl::PolicyDraft any) {
    if (any.inheritance == Inheritance::kInherit && HasAllow(any)) any.inheritance.reset();  // refused on the way in
    return any;
  });
}

rc::Gen<std::string> AnyNode() {
  Names nodes = {"", "", "", "", ""};
  nodes = nodes + kFolders + kFolders;
  for (const std::string& document : kDocuments) {
    nodes.push_back("documents/" + document);
    nodes.push_back("documents/" + document + "/chunks/0");
    nodes.push_back("documents/" + document + "/chunks/2");
  }
  return OneOf(std::move(nodes));
}

template <typename T>
rc::Gen<Change> AsChange(rc::Gen<T> change) {
  return rc::gen::map(std::move(change), [](T any) { return Change(std::move(any)); });
}

rc::Gen<Change> AnyMembership() {
  const auto add = rc::gen::weightedElement<bool>({{3, true}, {1, false}});
  return AsChange(rc::gen::build<ChangeMembership>(rc::gen::set(&ChangeMembership::group, OneOf(Groups())),
                                                   rc::gen::set(&ChangeMembership::member, OneOf(Users() + Groups())),
                                                   rc::gen::set(&ChangeMembership::add, add)));
}

rc::Gen<Change> AnySetPolicy() {
  return AsChange(rc::gen::build<SetPolicy>(rc::gen::set(&SetPolicy::node, AnyNode()),
                                            rc::gen::set(&SetPolicy::policy, AnyPolicy())));
}

rc::Gen<Change> AnyClearance() {
  const auto clearance =
      rc::gen::build<acl::Clearance>(rc::gen::set(&acl::Clearance::level, rc::gen::inRange<uint32_t>(0, 3)),
                                     rc::gen::set(&acl::Clearance::compartments, Some(2, kCompartments)));
  return AsChange(rc::gen::build<SetClearance>(rc::gen::set(&SetClearance::principal, OneOf(Users())),
                                               rc::gen::set(&SetClearance::clearance, clearance)));
}

rc::Gen<Change> AnyDocument() {
  return AsChange(rc::gen::build<PutDocument>(rc::gen::set(&PutDocument::id, OneOf(kDocuments)),
                                              rc::gen::set(&PutDocument::chunks, rc::gen::inRange<uint32_t>(1, 4))));
}

rc::Gen<Change> AnyRemoval() {
  return AsChange(rc::gen::build<RemoveDocument>(rc::gen::set(&RemoveDocument::id, OneOf(kDocuments))));
}

rc::Gen<Change> AnyOpenUntil() {
  const auto instant = Rarely(40, absl::InfiniteFuture(), FullHour());
  return AsChange(rc::gen::build<SetOpenUntil>(rc::gen::set(&SetOpenUntil::instant, instant)));
}

rc::Gen<Change> AnyChange() {
  return rc::gen::weightedOneOf<Change>({{30, AnyMembership()},
                                         {40, AnySetPolicy()},
                                         {8, AnyClearance()},
                                         {12, AnyDocument()},
                                         {5, AnyRemoval()},
                                         {3, AnyOpenUntil()}});
}

// At, just before or between the instants at which rules begin and end.
rc::Gen<absl::Time> AnyMoment() {
  return rc::gen::map(rc::gen::inRange(0, 3 * kHours), [](int any) {
    const absl::Duration beside[] = {absl::ZeroDuration(), -absl::Nanoseconds(1) / 4, absl::Minutes(30)};
    return Hour(any / 3) + beside[any % 3];
  });
}

rc::Gen<acl::Asker> AnyAsker() {
  const Names principals = Users() + Users() + Names{"user:stranger", "user:", "group:0"};
  return rc::gen::build<acl::Asker>(
      rc::gen::set(&acl::Asker::principal, OneOf(principals)),
      rc::gen::set(&acl::Asker::claimed_groups, Rarely(40, Names(), Some(2, Groups()))),
      rc::gen::set(&acl::Asker::purpose, Rarely(50, std::string(), OneOf(kPurposes + Names{"other"}))));
}

const rc::Gen<Story>& Stories() {
  static const auto* stories = new rc::Gen<Story>(rc::gen::build<Story>(
      rc::gen::set(&Story::askers, rc::gen::container<std::vector<acl::Asker>>(6, AnyAsker())),
      rc::gen::set(&Story::beginning, rc::gen::resize(60, rc::gen::container<std::vector<Change>>(AnyChange()))),
      rc::gen::set(&Story::steps, rc::gen::resize(40, rc::gen::container<std::vector<Step>>(rc::gen::build<Step>(
                                                          rc::gen::set(&Step::change, AnyChange()),
                                                          rc::gen::set(&Step::moment, AnyMoment())))))));
  return *stories;
}

rc::Shrinkable<Story> Tell(uint64_t seed) { return Stories()(rc::Random(seed), 100); }

}  // namespace

std::vector<std::string> Principals() {
  Names names = Users();
  std::sort(names.begin(), names.end());
  return names;
}

Story AnyStory(uint64_t seed) { return Tell(seed).value(); }

Story Shortest(uint64_t seed, const std::function<bool(const Story&)>& fails) {
  return rc::shrinkable::findLocalMin(Tell(seed), fails).first;
}

}  // namespace usher::acl_oracle
