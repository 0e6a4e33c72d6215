#include "tests/property/search_judge.h"

#include <algorithm>
#include <bit>

#include "absl/strings/str_cat.h"

namespace usher::index::testing {
namespace {

using Complaint = std::optional<std::string>;

std::string Named(const Candidate& candidate) {
  return absl::StrCat("chunk ", candidate.key.number, " of version ", candidate.key.version.value(), " with ",
                      candidate.score);
}

bool SameBits(const Candidate& a, const Candidate& b) {
  return a.key == b.key && std::bit_cast<uint32_t>(a.score) == std::bit_cast<uint32_t>(b.score);
}

// The first `count` of the ranking, to the bit.
Complaint DiffersFromRanking(const std::vector<Candidate>& got, const std::vector<Candidate>& ranking, size_t count) {
  if (got.size() != count) return absl::StrCat(got.size(), " results instead of ", count);
  for (size_t i = 0; i < count; ++i) {
    if (SameBits(got[i], ranking[i])) continue;
    return absl::StrCat("at place ", i, " ", Named(got[i]), " instead of ", Named(ranking[i]));
  }
  return std::nullopt;
}

bool ByScoreAndKey(const Candidate& a, const Candidate& b) {
  return a.score != b.score ? a.score > b.score : a.key < b.key;
}

// Full, permitted, in order, without doubles, and scored as the brute-force way does.
Complaint BreaksAPromise(const std::vector<Candidate>& got, const std::vector<Candidate>& ranking, size_t count) {
  if (got.size() != count) return absl::StrCat(got.size(), " results instead of ", count);
  std::map<RowKey, const Candidate*> permitted;
  for (const Candidate& candidate : ranking) permitted[candidate.key] = &candidate;
  for (size_t i = 0; i < got.size(); ++i) {
    const auto found = permitted.find(got[i].key);
    if (found == permitted.end()) return absl::StrCat(Named(got[i]), " is forbidden, gone or there twice");
    if (!SameBits(got[i], *found->second)) return absl::StrCat(Named(got[i]), " should be ", Named(*found->second));
    if (i > 0 && !ByScoreAndKey(got[i - 1], got[i])) return absl::StrCat("place ", i, " is out of order");
    permitted.erase(found);
  }
  return std::nullopt;
}

void Count(const SearchResult& result, bool full_scan, const std::vector<Candidate>& ranking, SearchTally* tally) {
  const size_t count = result.candidates.size();
  ++tally->answers;
  ++tally->paths[std::string(result.path)];
  if (count == 0) return;
  const float worst = ranking[count - 1].score;
  const auto good = static_cast<uint64_t>(std::count_if(result.candidates.begin(), result.candidates.end(),
                                                        [&](const Candidate& c) { return c.score >= worst; }));
  tally->recall_sum += static_cast<double>(good) / static_cast<double>(count);
  ++tally->recall_answers;
  if (full_scan) return;
  ++tally->approximate;
  tally->wanted += count;
  tally->found += good;
}

// Asks twice; only an answer that is the same both times counts.
absl::StatusOr<SearchResult> AskTwice(const IndexSnapshot& snapshot, const Query& query,
                                      const acl::Entitlement& entitlement) {
  absl::StatusOr<SearchResult> first = snapshot.Search(query, entitlement);
  const absl::StatusOr<SearchResult> second = snapshot.Search(query, entitlement);
  if (!first.ok() || !second.ok()) return first.ok() ? second.status() : first.status();
  const bool same = first->path == second->path && first->scanned == second->scanned &&
                    std::equal(first->candidates.begin(), first->candidates.end(), second->candidates.begin(),
                               second->candidates.end(), SameBits);
  if (!same) return absl::InternalError("the same question had two answers");
  return first;
}

}  // namespace

void SearchTally::Add(const SearchTally& other) {
  answers += other.answers;
  approximate += other.approximate;
  wanted += other.wanted;
  found += other.found;
  recall_sum += other.recall_sum;
  recall_answers += other.recall_answers;
  rows_judged += other.rows_judged;
  for (const auto& [path, count] : other.paths) paths[path] += count;
}

Complaint JudgeMoment(const Moment& moment, const SearchCase& asked, SearchTally* tally) {
  const std::vector<Candidate> ranking = moment.mirror.Ranking(asked.vector, asked.classes);
  const size_t count = std::min(static_cast<size_t>(asked.k), ranking.size());
  std::vector<uint32_t> claimed(asked.classes.begin(), asked.classes.end());
  claimed.insert(claimed.end(), asked.no_ones.begin(), asked.no_ones.end());
  const acl::Entitlement entitlement = Entitled(claimed);
  if (moment.snapshot->live_rows() != moment.mirror.rows()) return "the number of live rows differs";
  Query query;
  query.vector = asked.vector;
  query.k = asked.k;

  query.mode = SearchMode::kExact;
  const auto exact = AskTwice(*moment.snapshot, query, entitlement);
  if (!exact.ok()) return absl::StrCat("exact mode: ", exact.status().ToString());
  if (auto wrong = DiffersFromRanking(exact->candidates, ranking, count)) return absl::StrCat("exact mode: ", *wrong);
  if (exact->path != "exact") return "exact mode took another path";
  if (exact->scanned != ranking.size()) return "exact mode did not look at each authorised row once";

  query.mode = SearchMode::kAutomatic;
  const auto automatic = AskTwice(*moment.snapshot, query, entitlement);
  if (!automatic.ok()) return absl::StrCat("automatic mode: ", automatic.status().ToString());
  const bool full_scan = automatic->path.ends_with("exact");
  const Complaint wrong = full_scan ? DiffersFromRanking(automatic->candidates, ranking, count)
                                    : BreaksAPromise(automatic->candidates, ranking, count);
  if (wrong) return absl::StrCat("path ", std::string(automatic->path), ": ", *wrong);
  Count(*automatic, full_scan, ranking, tally);
  tally->rows_judged += 2 * moment.mirror.rows();
  return std::nullopt;
}

}  // namespace usher::index::testing
