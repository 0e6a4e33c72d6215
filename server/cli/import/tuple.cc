#include "server/cli/import/tuple.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "server/cli/resource.h"

namespace usher::cli {
namespace {

// Turns tuples into entries of one picture, and sees to it that no two objects become one.
class Importer {
 public:
  Importer(const Mapping& mapping, absl::Time now, Picture& picture)
      : mapping_(mapping), now_(now), picture_(picture) {}

  absl::Status Add(const Tuple& tuple) {
    if (mapping_.Ignores(tuple.object_type, tuple.relation)) return absl::OkStatus();
    const TypeAndRelation from(tuple.object_type, tuple.relation);
    const auto membership = mapping_.memberships.find(from);
    const auto resource = mapping_.resources.find(from);
    if (membership == mapping_.memberships.end() && resource == mapping_.resources.end()) {
      return absl::InvalidArgumentError(absl::StrCat("the mapping says nothing of ", tuple.object_type, "#",
                                                     tuple.relation,
                                                     "; map it, or list it under `ignored` to leave it out"));
    }
    auto expired = IsExpired(tuple);
    if (!expired.ok()) return expired.status();
    if (*expired) return absl::OkStatus();
    return membership != mapping_.memberships.end() ? AddMembership(tuple, membership->second)
                                                    : AddRule(tuple, resource->second);
  }

 private:
  absl::StatusOr<bool> IsExpired(const Tuple& tuple) const {
    if (tuple.expire_time.empty()) return false;
    absl::Time at;
    std::string error;
    if (absl::ParseTime(absl::RFC3339_full, tuple.expire_time, &at, &error)) return at <= now_;
    return absl::InvalidArgumentError(absl::StrCat("the expiration `", tuple.expire_time, "` is not a time"));
  }

  absl::Status AddMembership(const Tuple& tuple, const std::string& pattern) {
    if (!tuple.expire_time.empty()) {
      return absl::InvalidArgumentError("the membership expires, which memberships here cannot");
    }
    if (tuple.subject_id == "*") return absl::InvalidArgumentError("a group cannot hold everyone of a type");
    auto group = GroupOf(tuple.object_type, tuple.object_id, pattern);
    if (!group.ok()) return group.status();
    auto member = Subject(tuple);
    if (!member.ok()) return member.status();
    return picture_.AddMembership(*group, *member);
  }

  absl::Status AddRule(const Tuple& tuple, const ResourceMapping& to) {
    auto subject = Subject(tuple);
    if (!subject.ok()) return subject.status();
    const std::string name = Filled(to.resource, tuple.object_id);
    // An id with a slash must not turn a pattern for collections into one for documents.
    const bool of_collections = to.resource.find('/') == to.resource.rfind('/');
    auto resource = of_collections ? CollectionName(name) : ResourceName(name);
    if (!resource.ok()) return resource.status();
    if (auto one = Claim(*resource, tuple.object_type, tuple.object_id); !one.ok()) return one;
    if (!to.inheritance.empty()) {
      if (auto set = picture_.SetInheritance(*resource, to.inheritance); !set.ok()) return set;
    }
    return picture_.AddSubject(*resource, to.effect, *subject, "", tuple.expire_time);
  }

  absl::StatusOr<std::string> Subject(const Tuple& tuple) {
    if (tuple.subject_id == "*") {
      const bool everyone = tuple.subject_type == "user" && tuple.subject_relation.empty();
      if (everyone) return std::string("everyone");
      return absl::InvalidArgumentError("the only wildcard that has a meaning here is user:*");
    }
    if (!tuple.subject_relation.empty()) {
      const auto membership = mapping_.memberships.find({tuple.subject_type, tuple.subject_relation});
      if (membership != mapping_.memberships.end()) {
        return GroupOf(tuple.subject_type, tuple.subject_id, membership->second);
      }
      return absl::InvalidArgumentError(
          absl::StrCat("the mapping has no membership ", tuple.subject_type, "#", tuple.subject_relation));
    }
    const auto principal = mapping_.principals.find(tuple.subject_type);
    if (principal != mapping_.principals.end()) {
      const std::string name = absl::StrCat(principal->second, ":", tuple.subject_id);
      auto one = Claim(name, tuple.subject_type, tuple.subject_id);
      if (!one.ok()) return one;
      return name;
    }
    return absl::InvalidArgumentError(
        absl::StrCat("`", tuple.subject_type,
                     "` is no type of principal; name it under `principals`, or say which of "
                     "its relations is meant"));
  }

  absl::StatusOr<std::string> GroupOf(const std::string& type, const std::string& id, const std::string& pattern) {
    auto group = picture_.GroupName(Filled(pattern, id));
    if (!group.ok()) return group;
    if (auto one = Claim(*group, type, id); !one.ok()) return one;
    return group;
  }

  // Two objects under one name would share their rights.
  absl::Status Claim(const std::string& name, const std::string& type, const std::string& id) {
    const std::string object = absl::StrCat(type, ":", id);
    const auto [claimed, is_new] = claimed_.emplace(name, object);
    if (is_new || claimed->second == object) return absl::OkStatus();
    return absl::InvalidArgumentError(absl::StrCat("both ", claimed->second, " and ", object, " would become ", name,
                                                   "; give their types different patterns"));
  }

  const Mapping& mapping_;
  const absl::Time now_;
  Picture& picture_;
  std::map<std::string, std::string> claimed_;
};

}  // namespace

absl::Status SplitTypeAndId(absl::string_view text, std::string& type, std::string& id) {
  const size_t colon = text.find(':');
  if (colon == absl::string_view::npos || colon == 0 || colon + 1 == text.size()) {
    return absl::InvalidArgumentError(absl::StrCat("`", text, "` is not of the form TYPE:ID"));
  }
  type = std::string(text.substr(0, colon));
  id = std::string(text.substr(colon + 1));
  return absl::OkStatus();
}

absl::Status AddTuples(const std::vector<Tuple>& tuples, const Mapping& mapping, absl::Time now, Picture& picture) {
  Importer importer(mapping, now, picture);
  for (const Tuple& tuple : tuples) {
    if (auto added = importer.Add(tuple); !added.ok()) {
      return absl::InvalidArgumentError(absl::StrCat(tuple.where, ": ", tuple.text, ": ", added.message()));
    }
  }
  return absl::OkStatus();
}

}  // namespace usher::cli
