#include "acl/cached_answer.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "acl/compact_bytes.h"
#include "acl/resolution.h"

namespace usher::acl {
namespace {

// About what a resolution costs; replaying more is slower than that.
constexpr uint64_t kMaxReplayedChanges = 4'096;

std::shared_ptr<const Entitlement> Keep(Entitlement entitlement, const ByteMeter& meter) {
  const size_t bytes = entitlement.bytes();
  return meter.Make(std::move(entitlement), bytes);
}

uint64_t CountForward(const CachedAnswer& earlier, const ClassTable& table) {
  const RecentLog<ClassTable::CountChange>& log = table.count_changes();
  const bool replay =
      log.Reaches(earlier.counts_seen) && log.end() - earlier.counts_seen <= earlier.entitlement->classes().size();
  if (!replay) return table.CountChunks(*earlier.entitlement);
  uint64_t chunks = earlier.chunks;
  for (uint64_t at = earlier.counts_seen; at < log.end(); ++at) {
    const ClassTable::CountChange& change = log.At(at);
    if (earlier.entitlement->Contains(change.id)) chunks += static_cast<uint64_t>(change.delta);
  }
  return chunks;
}

// The readable ones of the classes made since; nullopt when a policy changed its verdict on the asker. The verdicts of
// both versions bound how long that stays so.
std::optional<std::vector<ClassId>> ReadableSince(uint64_t since, const RecentLog<ClassTable::Change>& log,
                                                  Resolution& resolution) {
  std::vector<ClassId> readable;
  for (uint64_t at = since; at < log.end(); ++at) {
    const ClassTable::Change& change = log.At(at);
    if (change.interned != kNoClass) {
      if (resolution.MayRead(change.interned)) readable.push_back(change.interned);
    } else if (resolution.OutcomeOf(change.before) != resolution.OutcomeOf(change.after)) {
      return std::nullopt;
    }
  }
  return readable;
}

}  // namespace

uint64_t NamesKnown(const ClassTable& table) { return table.index().named_count + table.index().labels.size(); }

std::string RightsKey(const ClassTable& table, const Rights& rights) {
  std::string subjects;
  uint64_t count = 0;
  for (const SubjectId id : rights.subjects) {
    if (!table.index().named.Contains(id.value())) continue;
    AppendVarint(id.value(), subjects);
    ++count;
  }
  std::string key;
  AppendVarint(count, key);
  key += subjects;
  table.index().labels.SatisfiedBy(rights.clearance, rights.purpose).ForEach([&](uint32_t label) {
    AppendVarint(label, key);
  });
  return key;
}

bool IsCurrent(const CachedAnswer& answer, const ClassTable& table, absl::Time now) {
  return answer.changes_seen == table.changes().end() && answer.counts_seen == table.count_changes().end() &&
         answer.made_at <= now && now < answer.entitlement->valid_until();
}

CachedAnswer FindAnswer(const ClassTable& table, const Rights& rights, std::string rights_key, const ByteMeter& meter,
                        absl::Time now) {
  CachedAnswer answer;
  answer.entitlement = Keep(Resolution(table.index(), rights, now).Everything(), meter);
  answer.chunks = table.CountChunks(*answer.entitlement);
  answer.made_at = now;
  answer.changes_seen = table.changes().end();
  answer.counts_seen = table.count_changes().end();
  answer.rights_key = std::move(rights_key);
  answer.names_seen = NamesKnown(table);
  return answer;
}

std::optional<CachedAnswer> BringForward(const CachedAnswer& earlier, const ClassTable& table, const Rights& rights,
                                         std::string rights_key, const ByteMeter& meter, absl::Time now) {
  const RecentLog<ClassTable::Change>& log = table.changes();
  const absl::Time end = earlier.entitlement->valid_until();
  if (now < earlier.made_at || now >= end) return std::nullopt;
  if (!log.Reaches(earlier.changes_seen) || log.end() - earlier.changes_seen > kMaxReplayedChanges) return std::nullopt;
  CachedAnswer answer{earlier.entitlement,         CountForward(earlier, table), earlier.made_at,  log.end(),
                      table.count_changes().end(), std::move(rights_key),        NamesKnown(table)};
  if (earlier.changes_seen == log.end()) return answer;
  Resolution resolution(table.index(), rights, now);
  const std::optional<std::vector<ClassId>> added = ReadableSince(earlier.changes_seen, log, resolution);
  if (!added) return std::nullopt;
  for (const ClassId id : *added) answer.chunks += table.ChunkCount(id);
  if (!added->empty() || resolution.valid_until() < end) {
    answer.entitlement = Keep(earlier.entitlement->With(*added, std::min(end, resolution.valid_until())), meter);
  }
  answer.made_at = now;  // the rules are known to say so from now on only
  return answer;
}

}  // namespace usher::acl
