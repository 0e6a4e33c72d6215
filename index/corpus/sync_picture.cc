#include "index/corpus/sync_picture.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "acl/absl_view.h"

namespace usher::corpus {
namespace {

bool Before(const storage::MembershipRecord& a, const storage::MembershipRecord& b) {
  return std::tie(a.group, a.member) < std::tie(b.group, b.member);
}

}  // namespace

absl::StatusOr<SyncPicture> ReadPicture(const storage::Store& store, std::string_view tenant, std::string_view source,
                                        std::string_view sync_id, uint64_t parts) {
  SyncPicture picture;
  uint64_t next = 0;
  absl::Status status = store.ForEachSyncPart(tenant, source, sync_id, [&](storage::SyncPartRecord part) {
    if (part.number != next++) {
      return absl::FailedPreconditionError(absl::StrCat("part ", next - 1, " of the sync is missing; send it"));
    }
    std::move(part.memberships.begin(), part.memberships.end(), std::back_inserter(picture.memberships));
    for (storage::GrantRecord& grant : part.grants) {
      const auto [it, fresh] = picture.grants.try_emplace(grant.resource, grant.policy);
      if (!fresh && it->second != grant.policy) {
        return absl::InvalidArgumentError(
            absl::StrCat("the sync gives '", grant.resource, "' two different policies; send one"));
      }
    }
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  if (next != parts) {
    return absl::FailedPreconditionError(
        absl::StrCat("the sync has ", next, " parts, the commit speaks of ", parts, "; send what is missing"));
  }
  std::sort(picture.memberships.begin(), picture.memberships.end(), Before);
  picture.memberships.erase(std::unique(picture.memberships.begin(), picture.memberships.end()),
                            picture.memberships.end());
  return picture;
}

std::vector<storage::MembershipRecord> MembershipsOf(const acl::GroupGraph& groups, std::string_view source) {
  constexpr size_t kPage = 1'000;
  const std::string prefix = absl::StrCat("group:", acl::ToAbsl(source), "/");
  std::vector<storage::MembershipRecord> found;
  std::string after = prefix;
  for (;;) {
    const auto page = groups.ListGroups(after, kPage);
    for (const auto& group : page) {
      if (!group.name.starts_with(prefix)) return found;
      for (const std::string_view member : groups.ListMembers(group.name, "", group.member_count)) {
        found.push_back({std::string(group.name), std::string(member)});
      }
      after = group.name;
    }
    if (page.size() < kPage) return found;
  }
}

std::string WhyHeld(std::string_view what, uint64_t changed, uint64_t current, const storage::SourceRecord& source) {
  if (changed <= source.minimum || changed * 100 <= current * source.share_limit) return {};
  const double share = current == 0 ? 100.0 : 100.0 * static_cast<double>(changed) / static_cast<double>(current);
  return absl::StrFormat("would %s: %d of %d (%.0f %%, limit %d %%)", acl::ToAbsl(what), changed, current, share,
                         source.share_limit);
}

}  // namespace usher::corpus
