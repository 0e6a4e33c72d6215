#include "bench/usher_bench/scores.h"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"

namespace usher::bench {
namespace {

constexpr char kAll[] = "all";
constexpr char kBoth[] = "both";
constexpr double kSameScore = 1e-5;  // two ways to add up a dot product differ by less

// One reply, judged.
struct Judged {
  uint64_t found = 0;  // of the best
  uint64_t best = 0;   // how many there are to be found
  uint64_t forbidden = 0;
  bool is_short = false;
};

class Judge {
 public:
  explicit Judge(const Workload& workload) : workload_(workload) {}

  Judged Of(size_t number, const Reply& reply) {
    const Question& question = workload_.questions()[number];
    const absl::flat_hash_set<uint32_t>& groups = GroupsOf(question.principal);
    Judged judged;
    judged.best = std::min<uint64_t>(kResults, question.readable);
    absl::flat_hash_set<uint32_t> seen;
    for (const uint32_t row : reply.rows) {
      if (!seen.insert(row).second) continue;
      const auto& readers = workload_.readers()[workload_.places()[row].document];
      if (std::none_of(readers.begin(), readers.end(), [&](uint32_t group) { return groups.contains(group); })) {
        ++judged.forbidden;
      } else if (workload_.tenth_scores() && Score(number, row) >= (*workload_.tenth_scores())[number] - kSameScore) {
        ++judged.found;
      }
    }
    judged.is_short = seen.size() < judged.best;
    return judged;
  }

 private:
  const absl::flat_hash_set<uint32_t>& GroupsOf(uint32_t principal) {
    const auto [entry, is_new] = groups_.try_emplace(principal);
    const std::vector<uint32_t>& groups = workload_.principals()[principal];
    if (is_new) entry->second.insert(groups.begin(), groups.end());
    return entry->second;
  }

  double Score(size_t question, uint32_t row) const {
    const absl::Span<const float> a = workload_.QuestionVector(question);
    const absl::Span<const float> b = workload_.Row(row);
    double sum = 0;
    for (size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    return sum;
  }

  const Workload& workload_;
  absl::flat_hash_map<uint32_t, absl::flat_hash_set<uint32_t>> groups_;
};

}  // namespace

Latency LatencyOf(absl::Span<const absl::Duration> times) {
  std::vector<double> micros;
  Latency latency;
  for (const absl::Duration time : times) {
    micros.push_back(absl::ToDoubleMicroseconds(time));
    latency.mean += micros.back() / static_cast<double>(times.size());
  }
  std::sort(micros.begin(), micros.end());
  const auto quantile = [&](double share) {
    return micros[static_cast<size_t>(share * static_cast<double>(micros.size() - 1))];
  };
  latency.p50 = quantile(0.5);
  latency.p95 = quantile(0.95);
  latency.p99 = quantile(0.99);
  return latency;
}

Scores ScoreReplies(const Workload& workload, const std::vector<Reply>& replies) {
  Judge judge(workload);
  Scores scores;
  std::map<std::string, std::map<std::string, std::vector<absl::Duration>>> times;
  for (size_t i = 0; i < replies.size(); ++i) {
    const Question& question = workload.questions()[i];
    const Judged judged = judge.Of(i, replies[i]);
    for (const std::string& bucket : {question.bucket, std::string(kAll)}) {
      for (const std::string& correlation : {question.correlation, std::string(kBoth)}) {
        Cell& cell = scores[bucket][correlation];
        cell.questions += 1;
        if (workload.tenth_scores()) {
          cell.recall = cell.recall.value_or(0) + static_cast<double>(judged.found) / static_cast<double>(judged.best);
        }
        cell.forbidden += judged.forbidden;
        cell.short_replies += judged.is_short ? 1 : 0;
        times[bucket][correlation].push_back(replies[i].taken);
      }
    }
  }
  for (auto& [bucket, cells] : scores) {
    for (auto& [correlation, cell] : cells) {
      if (cell.recall) *cell.recall /= static_cast<double>(cell.questions);
      cell.latency = LatencyOf(times[bucket][correlation]);
    }
  }
  return scores;
}

std::vector<std::string> BucketsInOrder(const Scores& scores) {
  std::vector<std::string> buckets;
  for (const auto& [bucket, cells] : scores) buckets.push_back(bucket);
  const auto share = [](const std::string& bucket) {
    return bucket == kAll ? std::numeric_limits<double>::max() : std::strtod(bucket.c_str(), nullptr);
  };
  std::stable_sort(buckets.begin(), buckets.end(),
                   [&](const std::string& a, const std::string& b) { return share(a) < share(b); });
  return buckets;
}

}  // namespace usher::bench
